import { describe, expect, it } from 'vitest';
import type { EventType } from '../../../store/events/catalogue.ts';
import { mail, runsOf } from './report-mails.ts';
import { read } from '../support.ts';

const HASH = 'abcdef0123456789abcd';
const BOT = `syzbot <syzbot+${HASH}@syzkaller.appspotmail.com>`;
const TO = `To: list@x, syzbot+${HASH}@syzkaller.appspotmail.com\n`;
const CAUSE = 'ab'.repeat(20);

const FOUND = `Hello,

syzbot found the following issue on:

HEAD commit:    0123456789ab Add linux-next specific files for 20250324
git tree:       linux-next
console output: https://syzkaller.appspot.com/x/log.txt?x=1
kernel config:  https://syzkaller.appspot.com/x/.config?x=2
dashboard link: https://syzkaller.appspot.com/bug?extid=${HASH}
compiler:       gcc 12.2.0
userspace arch: arm64

The issue was bisected to:

commit ${CAUSE}
Author: A <a@x>

    pipe: be quicker

IMPORTANT: if you fix the issue, please add the following tag to the commit:
Reported-by: syzbot+${HASH}@syzkaller.appspotmail.com

WARNING: CPU: 0 PID: 1 at fs/pipe.c:1
CPU: 0 PID: 1 Comm: a Not tainted 6.14.0-rc7-next-20250324-syzkaller #0

---
If the report is already addressed, let syzbot know by replying with:
#syz fix: exact-commit-title
If the report is a duplicate of another one, reply with:
#syz dup: exact-subject-of-another-report
`;
const TESTED_ON = `Tested on:

commit:         fedcba98 Linux 6.14-rc7
git tree:       upstream
dashboard link: https://syzkaller.appspot.com/bug?extid=${HASH}
`;

/** What a mail says of one type, without what all statements have. */
async function said(text: string, type: EventType): Promise<readonly Record<string, unknown>[]> {
  const { events } = await read(text);
  return events
    .filter((e) => e.type === type)
    .map(({ payload }) =>
      Object.fromEntries(
        Object.entries(payload).filter(([key]) => !['confidence', 'rev', 'by'].includes(key)),
      ),
    );
}

const found = mail(BOT, '[syzbot] [fs?] WARNING in pipe_read', FOUND);

describe('a mail of syzbot', () => {
  it('gives a bug with its commit, tree and configuration, and the culprit of its bisection', async () => {
    expect(await runsOf(found)).toEqual([
      {
        rev: 1,
        origin: 'syzbot',
        commit: '0123456789ab',
        release: 'next-20250324',
        kernel: '6.14.0-rc7-next-20250324-syzkaller',
        tree: 'linux-next',
        config: 'https://syzkaller.appspot.com/x/.config?x=2',
        arch: 'arm64',
        tool: 'gcc 12.2.0',
        url: `https://syzkaller.appspot.com/bug?extid=${HASH}`,
        results: [
          { test: `syzbot.${HASH}`, raw: `syzbot:${HASH}`, outcome: 'fail', reason: 'WARNING in pipe_read' },
        ],
      },
    ]);
    const note = `syzbot:${HASH} WARNING in pipe_read`;
    expect(await said(found, 'BreakageClaimed')).toEqual([
      { says: 'broken', note, archs: ['arm64'], releases: ['next-20250324'], introducedBy: CAUSE },
    ]);
    expect(await said(found, 'CulpritClaimed')).toEqual([
      { change: CAUSE, role: 'culprit', method: 'bisect', note },
    ]);
    expect(await said(found, 'FixClaimed')).toEqual([]);
    expect(await said(found, 'DuplicateClaimed')).toEqual([]);
  });

  it('says nothing where somebody else quotes or repeats it', async () => {
    const quoted = FOUND.replace(/^/gm, '> ');
    for (const text of [
      mail('A <a@x>', 'Re: [syzbot] x', quoted),
      mail('A <a@x>', 'Re: [syzbot] x', FOUND),
    ]) {
      expect(await runsOf(text)).toEqual([]);
      for (const type of ['FixClaimed', 'DuplicateClaimed', 'BreakageClaimed'] as const)
        expect(await said(text, type)).toEqual([]);
    }
  });

  it('tells the machine of 64 bits by no program of 32', async () => {
    const [run] = await runsOf(found.replace('userspace arch: arm64', 'userspace arch: i386'));
    expect(run).not.toHaveProperty('arch');
  });

  it('gives the fix that a bisection found', async () => {
    const fixed = `syzbot suspects this issue was fixed by commit:\n\ncommit ${CAUSE}\nAuthor: A <a@x>\n\n#syz fix: pipe: be right\n`;
    expect(await said(mail(BOT, 'Re: [syzbot] WARNING in pipe_read', fixed), 'FixClaimed')).toEqual([
      {
        change: CAUSE,
        where: 'kernel',
        status: 'merged',
        note: `syzbot:${HASH} WARNING in pipe_read, by bisection`,
      },
    ]);
  });

  it('gives a result for a commit that it tested, and a note where a patch was on top', async () => {
    const passed = 'syzbot has tested the proposed patch and the reproducer did not trigger any issue:\n\n';
    const bare = mail(BOT, 'Re: [syzbot] x', `${passed}${TESTED_ON}\nNote: no patches were applied.\n`);
    expect(await runsOf(bare)).toMatchObject([
      { commit: 'fedcba98', release: 'v6.14-rc7', results: [{ test: `syzbot.${HASH}`, outcome: 'pass' }] },
    ]);
    const patched = mail(
      BOT,
      'Re: [syzbot] x',
      `${passed}${TESTED_ON}patch:          https://x/patch.diff\n`,
    );
    expect(await runsOf(patched)).toEqual([]);
    expect(await said(patched, 'NoteAdded')).toContainEqual({
      about: `syzbot:${HASH}`,
      text: 'with https://x/patch.diff on fedcba98: and the reproducer did not trigger any issue:',
    });
    const still = passed.replace(
      'and the reproducer did not trigger any issue',
      'but the reproducer is still triggering an issue',
    );
    expect(await runsOf(bare.replace(passed, still))).toMatchObject([{ results: [{ outcome: 'fail' }] }]);
    const failed = 'syzbot tried to test the proposed patch but the build/boot failed:\n\n';
    expect(await runsOf(bare.replace(passed, failed))).toMatchObject([{ results: [{ outcome: 'error' }] }]);
  });

  it('lays what its CI found in a series to the mail that posted it', async () => {
    const text =
      'syzbot ci has tested the following series\n\n[v1] pipe: be quick\n* [PATCH 1/1] pipe: be quick\n\n' +
      'and found the following issues:\n* WARNING in pipe_read\n* BUG in pipe_write\n\nFull report is available here:\nhttps://ci.syzbot.org/x\n\n***\n\narch:      amd64\n';
    const series = mail(
      'syzbot ci <syzbot+ci01@x>',
      '[syzbot ci] Re: pipe',
      text,
      'In-Reply-To: <series@x>\n',
    );
    const common = { says: 'broken', archs: ['x86_64'], introducedBy: '<series@x>' };
    expect(await said(series, 'BreakageClaimed')).toEqual([
      { ...common, note: 'syzbot ci: WARNING in pipe_read' },
      { ...common, note: 'syzbot ci: BUG in pipe_write' },
    ]);
    const single = series.replace('issues:\n* WARNING in pipe_read\n* ', 'issue:\n');
    expect(await said(single, 'BreakageClaimed')).toEqual([
      { ...common, note: 'syzbot ci: BUG in pipe_write' },
    ]);
  });
});

describe('a command to syzbot', () => {
  const answer = (body: string, more = TO) =>
    mail('A <a@x>', 'Re: [syzbot] WARNING in pipe_read', body, more);
  const about = `syzbot:${HASH}`;

  it.each([
    ['#syz fix: pipe: be right', 'pipe: be right'],
    ['#syz fix pipe: be right', 'pipe: be right'],
    ['#syz fix:\n  pipe: be right', 'pipe: be right'],
    ['Thanks.\n\n#syz fix: pipe: be right\n> #syz fix: other', 'pipe: be right'],
  ])('%j names the fix', async (body, what) => {
    expect(await said(answer(body), 'FixClaimed')).toEqual([
      { where: 'kernel', status: 'posted', what, note: `of ${about}` },
    ]);
  });

  it('says that two bugs are one, or that there is none', async () => {
    expect(await said(answer('#syz dup: WARNING in pipe_write'), 'DuplicateClaimed')).toEqual([
      { report: about, of: 'WARNING in pipe_write' },
    ]);
    expect(await said(answer('#syz invalid'), 'BreakageClaimed')).toEqual([
      { says: 'not-a-regression', note: about },
    ]);
  });

  it.each(['undup', 'unfix', 'upstream', 'set subsystems: fs', 'test git://x/y.git master'])(
    '%s is a note about the bug',
    async (command) => {
      expect(await said(answer(`#syz ${command}`), 'NoteAdded')).toEqual([
        { about, text: `#syz ${command}` },
      ]);
    },
  );

  it('is about the mail that it answers where no address tells the bug', async () => {
    expect(await said(answer('#syz undup', 'In-Reply-To: <r0@x>\n'), 'NoteAdded')).toEqual([
      { about: '<r0@x>', text: '#syz undup' },
    ]);
  });

  it.each([
    '> #syz invalid',
    ' #syz invalid',
    '#syzbot invalid',
    '#syz frobnicate',
    '#syz fix: exact-commit-title',
  ])('%j is none', async (body) => {
    for (const type of ['FixClaimed', 'BreakageClaimed', 'NoteAdded'] as const)
      expect(await said(answer(body), type)).toEqual([]);
  });
});
