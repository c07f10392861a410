import { describe, expect, it } from 'vitest';
import { read } from '../importers/support.ts';
import { loadModel } from '../../queries/replay/load-model.ts';
import { tracking, type Tracking } from '../../queries/tracking/tracking.ts';
import { newEvent, type NewEvent } from '../../store/events/event.ts';
import { memoryStore } from '../../store/memory/memory-store.ts';
import { batchHeader } from '../support/batch-header.ts';

const common = { confidence: 'verified', rev: 1 } as const;
const header = batchHeader({ recordedAt: '2026-05-01T00:00:00.000Z' });
let day = 0;

/** A mail a day after the one before, in answer to others (the nearest last). */
function mail(
  id: string,
  body: string,
  answers: readonly string[] = [],
  subject = `subject of ${id}`,
): string {
  const date = new Date(Date.UTC(2026, 0, 1 + day++)).toUTCString();
  const thread =
    answers.length === 0
      ? ''
      : `In-Reply-To: <${answers.at(-1)!}@x>\nReferences: ${answers.map((a) => `<${a}@x>`).join(' ')}\n`;
  return `From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: T <t@x>\nDate: ${date}\nMessage-ID: <${id}@x>\nSubject: ${subject}\n${thread}\nText.\n\n${body}\n\nText.\n`;
}

async function replay(mails: readonly string[], events: readonly NewEvent[] = []): Promise<Tracking> {
  const store = memoryStore();
  await store.append(header, [...events, ...(await read(mails.join('\n'))).events]);
  const result = tracking(await loadModel(store));
  await store.close();
  return result;
}

const states = ({ reports }: Tracking) => reports.map((r) => `${r.report} ${r.state}`);
const open = (id: string) => mail(id, '#regzbot introduced: v1.8..v1.9-rc1');

describe('the life of a report', () => {
  it('ends as the command says, and in its words', async () => {
    for (const [command, state] of [
      ['resolve: gone', 'resolved'],
      ['invalid: gone', 'invalid'],
      ['inconclusive: gone', 'inconclusive'],
      ['backburner: gone', 'backburner'],
      ['fixed-by: 1234567890ab gone', 'to-be-fixed'],
      ['monitor: https://lore.kernel.org/lkml/other@x', 'monitored'],
      ['poke', 'introduced'],
    ]) {
      const { reports, unapplied } = await replay([open('r'), mail('a', `#regzbot ${command!}`, ['r'])]);
      expect([reports[0]!.state, unapplied]).toEqual([state, []]);
    }
  });

  it('begins again when it is introduced once more, and leaves the back burner', async () => {
    const closed = [open('r'), mail('a', '#regzbot resolve', ['r'])];
    expect(
      states(await replay([...closed, mail('b', '#regzbot introduced: v2.0..v2.1', ['r', 'a'])])),
    ).toEqual(['<r@x> reopened']);
    expect(
      states(
        await replay([
          open('r'),
          mail('a', '#regzbot backburn x', ['r']),
          mail('b', '#regzbot unbackburn', ['r']),
        ]),
      ),
    ).toEqual(['<r@x> introduced']);
  });

  it('speaks of the mail before, the first of the thread, or a page elsewhere', async () => {
    const plain = [mail('r', 'It broke.'), mail('a', 'Indeed.', ['r'])];
    for (const [command, report] of [
      ['#regzbot ^introduced v1..v2', '<a@x>'],
      ['#regzbot introduced: v1..v2 ^', '<a@x>'],
      ['#regzbot introduced: v1..v2 /', '<r@x>'],
      ['#regzbot introduced: v1..v2 https://bugs.example.org/1', 'https://bugs.example.org/1'],
      ['#regzbot use https://lore.kernel.org/all/r@x/\n#regzbot introduced v1..v2', '<r@x>'],
      ['#regzbot poke\n#regzbot introduced v1..v2', '<b@x>'],
    ])
      expect(
        (await replay([...plain, mail('b', command!, ['r', 'a'])])).reports.map((r) => r.report),
      ).toEqual([report]);
  });

  it('of two reports of one regression the younger is the duplicate, and what is done to it is done to both', async () => {
    const { reports } = await replay([
      open('old'),
      open('young'),
      mail('a', '#regzbot dup: https://lore.kernel.org/x/young@x', ['old']),
      mail('b', '#regzbot title: of both', ['young']),
      mail('c', '#regzbot dup https://bugs.example.org/7', ['old']),
    ]);
    expect(reports.map((r) => [r.report, r.state, r.duplicateOf, r.title])).toEqual([
      ['<old@x>', 'introduced', null, 'of both'],
      ['<young@x>', 'duplicate', '<old@x>', 'of both'],
      ['https://bugs.example.org/7', 'duplicate', '<old@x>', 'of both'],
    ]);
  });

  it('goes on in a thread that is followed, or that links to it, until it is followed no more', async () => {
    const { reports, unapplied } = await replay([
      open('r'),
      mail('p', 'Link: https://lore.kernel.org/regressions/r@x/'),
      mail('q', '#regzbot title: from there', ['p']),
      mail('s', '#regzbot unmonitor: https://lore.kernel.org/all/p@x', ['r']),
      mail('t', '#regzbot title: too late', ['p']),
    ]);
    expect(reports).toMatchObject([
      { report: '<r@x>', title: 'from there', state: 'introduced', monitored: [] },
    ]);
    expect(unapplied.map((u) => u.argument)).toEqual(['too late']);
  });

  it('is not related to a mail of its own thread that links to it, but to one of another, which its history tells', async () => {
    const link = 'Link: https://lore.kernel.org/regressions/r@x/';
    const { reports } = await replay([open('r'), mail('a', link, ['r']), mail('p', link)]);
    expect(reports[0]!.history.map((step) => [step.command, step.argument])).toEqual([
      ['introduced', 'v1.8..v1.9-rc1'],
      ['relate', '<p@x>'],
    ]);
  });

  it('is about the mails of its thread, also those that name only the one before, and of no other', async () => {
    const { reports } = await replay([
      mail('r', 'It broke.'),
      mail('a', 'Indeed.', ['r']),
      mail('b', '#regzbot use https://lore.kernel.org/all/r@x/\n#regzbot introduced v1..v2', ['a']),
      mail('c', '#regzbot ignore-activity', ['b']),
      mail('d', 'Mended.', ['b']),
      mail('e', 'Something else.'),
    ]);
    expect(reports[0]!.activity).toEqual(['<r@x>', '<a@x>', '<b@x>', '<d@x>']);
    expect(reports[0]!.history.map((step) => step.command)).toEqual(['introduced']);
  });

  it('lists what could not be applied, and why', async () => {
    const { unapplied } = await replay([
      open('r'),
      mail('a', '#regzbot foobar: 1', ['r']),
      mail('b', '#regzbot fix: 123456789'),
      mail('c', '#regzbot unlink: https://example.org', ['r']),
      mail('d', '#regzbot monitor: https://lore.kernel.org/nothing', ['r']),
      mail('e', '#regzbot ^backmonitor: https://x.example', ['r']),
    ]);
    expect(unapplied.map((u) => [u.command, u.why.split(':')[0]])).toEqual([
      ['foobar', 'regzbot knows no such command'],
      ['fix', 'its thread is not tracked'],
      ['unrelate', 'nothing was related by that name'],
      ['relate', 'https'],
      ['^backmonitor', 'it is documented, but regzbot has no handler for it'],
    ]);
  });
});

describe('a fix', () => {
  const event = (
    type: 'ReleaseRecorded' | 'ChangeRecorded' | 'ChangeEntered' | 'ChangeMerged',
    key: string,
    payload: object,
  ) =>
    newEvent({
      type,
      stream: `${type}/${key}`,
      knownAt: '2026-01-01T00:00:00Z',
      source: 'git:x',
      locator: key,
      payload: { ...common, ...payload },
    } as Parameters<typeof newEvent>[0]);
  const [merged, other] = ['a'.repeat(40), 'b'.repeat(40)];
  const git = (line: string, change: string, trailers: readonly object[] = []) => [
    event('ReleaseRecorded', 'v1.8', { release: 'v1.8', line: 'mainline' }),
    event('ReleaseRecorded', 'v1.9-rc1', { release: 'v1.9-rc1', line: 'mainline', predecessor: 'v1.8' }),
    event('ReleaseRecorded', 'v1.8.1', { release: 'v1.8.1', line: '1.8.y', predecessor: 'v1.8' }),
    event('ChangeRecorded', change, {
      change,
      subject: 'sys: mend it',
      ...(trailers.length > 0 ? { trailers } : {}),
    }),
    event('ChangeEntered', change, {
      change,
      release: line === 'mainline' ? 'v1.9-rc1' : 'v1.8.1',
      order: 0,
    }),
  ];

  it('is in when a release of that line has it, by its hash or its subject', async () => {
    for (const fix of [merged.slice(0, 12), '"sys: mend it"']) {
      const mails = [open('r'), mail('a', `#regzbot fix: ${fix}`, ['r'])];
      expect(states(await replay(mails))).toEqual(['<r@x> to-be-fixed']);
      expect((await replay(mails, git('mainline', merged))).reports).toMatchObject([
        { state: 'fixed', fixedIn: 'v1.9-rc1' },
      ]);
      expect(states(await replay(mails, git('stable', merged)))).toEqual(['<r@x> to-be-fixed']);
    }
  });

  it('is a commit that links to the report, but one of stable fixes nothing in mainline', async () => {
    const link = [{ key: 'Closes', value: 'https://lore.kernel.org/all/r@x/' }];
    expect(states(await replay([open('r')], git('mainline', other, link)))).toEqual(['<r@x> fixed']);
    const { reports } = await replay([open('r')], git('stable', other, link));
    expect(reports).toMatchObject([
      { state: 'introduced', history: [{ command: 'note' }, { command: 'introduced' }] },
    ]);
  });

  it('is in when the branch of that line has it, though no release does yet, and a tree of next is no such branch', async () => {
    const mails = [open('r'), mail('a', `#regzbot fix: ${merged.slice(0, 12)}`, ['r'])];
    const on = (line: string) => [
      ...git('mainline', other),
      event('ChangeRecorded', merged, { change: merged, subject: 'sys: mend it' }),
      event('ChangeMerged', merged, { change: merged, line }),
    ];
    expect((await replay(mails, on('mainline'))).reports).toMatchObject([{ state: 'fixed', fixedIn: null }]);
    for (const line of ['next', '1.8.y'])
      expect(states(await replay(mails, on(line)))).toEqual(['<r@x> to-be-fixed']);
  });

  it('of the culprit alone is told with the report and changes nothing', async () => {
    const culprit = 'c'.repeat(40);
    const patch = mail('p', `Fixes: ${culprit.slice(0, 12)} ("sys: break it")`, [], '[PATCH] sys: mend it');
    const { reports } = await replay([patch, mail('r', `#regzbot introduced: ${culprit}`)]);
    expect(reports).toMatchObject([{ state: 'introduced' }]);
    expect(reports[0]!.history.map((step) => step.command)).toEqual(['note', 'introduced']);
  });
});
