import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { contradictions } from '../../../queries/knowledge/contradictions.ts';
import { loadModel } from '../../../queries/replay/load-model.ts';
import { loadHistory } from '../../../queries/results/load-history.ts';
import { rivalRuns } from '../../../queries/results/rival-runs.ts';
import { testHistories } from '../../../queries/results/test-history.ts';
import { tracking } from '../../../queries/tracking/tracking.ts';
import { newEvent, type NewEvent } from '../../../store/events/event.ts';
import { memoryStore } from '../../../store/memory/memory-store.ts';
import { read } from '../support.ts';
import { batchHeader } from '../../support/batch-header.ts';

const TEST = 'kselftest.rseq.basic_test';
const mail = (id: string, subject: string, body: string) =>
  `From: A <a@x>\nDate: Wed, 22 Apr 2026 10:00:19 +0000\nMessage-ID: <${id}@x>\nSubject: ${subject}\n\n${body}\n`;
const checkout = { id: 'ci:c', origin: 'ci', git_commit_name: 'v6.19' };
const build = { id: 'ci:b', origin: 'ci', checkout_id: 'ci:c', architecture: 'x86_64' };
const result = { id: 'ci:t', origin: 'ci', build_id: 'ci:b', path: TEST };
const submission = (part: object) => JSON.stringify({ version: { major: 5, minor: 3 }, ...part });

/** One story in many formats: some of it is told in pieces, twice, or against what another says. */
const FILES: readonly string[] = [
  '[    0.000000] Linux version 6.19.0 (b@h) #1\nTAP version 13\n1..1\nok 1 selftests: rseq: basic_test\n',
  '[    0.000000] Linux version 6.18.0 (b@h) #1\n[    1.000000] Run /init as init process\n',
  submission({ checkouts: [checkout] }),
  submission({ builds: [build] }),
  submission({ tests: [result] }),
  submission({ tests: [{ ...result, status: 'FAIL' }] }),
  submission({ tests: [{ ...result, status: 'PASS' }] }),
  submission({
    checkouts: [{ ...checkout, id: 'ci:c2', git_repository_branch: 'a' }],
    builds: [{ ...build, id: 'ci:b2', checkout_id: 'ci:c2' }],
    tests: [1, 2, 3].map((n) => ({ ...result, id: `ci:t${n}`, build_id: 'ci:b2', status: 'PASS' })),
  }),
  submission({ tests: [{ ...result, id: 'ci:t4', build_id: 'ci:b2', status: 'PASS' }] }),
  '<testsuite name="rseq" timestamp="2026-04-22T10:00:19Z"><testcase name="a"/></testsuite>',
  JSON.stringify({ 'kselftest-rseq/rseq_basic_test': 'fail', 'boot/boot': 'pass' }),
  '- {"dt": "2026-04-22T10:00:19", "lvl": "results", "msg": {"case": "a", "definition": "0_x", "result": "pass"}}\n',
  '<<<test_start>>>\ntag=abs01 stime=1777000000\n<<<test_output>>>\n<<<execution_status>>>\ntermination_type=exited termination_id=0\n<<<test_end>>>\n',
  mail('1', 'rseq broke', 'It fails.\n\n#regzbot introduced: v6.18..v6.19'),
  mail('2', 'Re: rseq broke', '#regzbot title: rseq fails').replace('\n\n', '\nIn-Reply-To: <1@x>\n\n'),
  mail('3', 'Re: rseq broke', '#regzbot inconclusive: nobody knows').replace(
    '\n\n',
    '\nIn-Reply-To: <1@x>\n\n',
  ),
  mail('4', 'other words', 'one'),
  mail('4', 'other words', 'another text under the same message-id'),
  'v6.18 2025-11-30\nv6.19 2026-02-08\n',
  '6.19.3-200.fc43 2026-03-01\n',
];

const parsed: (readonly NewEvent[])[] = [];
beforeAll(async () => {
  const known = newEvent({
    type: 'TestRecorded',
    stream: 'test',
    knownAt: '2026-01-01',
    source: 's',
    locator: 'l',
    payload: { confidence: 'verified', rev: 1, test: TEST, title: 'basic' },
  });
  parsed.push([known]);
  for (const file of FILES) parsed.push((await read(file)).events);
});

/** What a log answers that met the files in an order, and what it took in when it met them again. */
async function answersAfter(order: readonly number[]): Promise<{ answers: string; again: number }> {
  const store = memoryStore();
  const header = batchHeader({ recordedAt: '2026-05-01T00:00:00.000Z' });
  let again = 0;
  for (const index of order) await store.append(header, parsed[index]!);
  for (const index of order) again += (await store.append(header, parsed[index]!)).new;
  const model = await loadModel(store);
  const found = model.results.at(TEST, 'v6.19', 'x86_64', null);
  const answers = JSON.stringify([
    contradictions(model, new Map(), await rivalRuns(store, model)),
    tracking(model),
    testHistories(model.graph, [TEST], await loadHistory(store, model, new Set([TEST]))),
    [...(found?.outcomes.entries() ?? [])].map(([outcome, ids]) => [outcome, ids.length]).sort(),
  ]);
  await store.close();
  return { answers, again };
}

it('files of all formats, in any order and twice, give the same answers', async () => {
  const all = parsed.map((_, i) => i);
  const first = await answersAfter(all);
  expect(first.again).toBe(0);
  expect(first.answers).toContain('"versions"');
  expect(first.answers).toContain('inconclusive');
  expect(first.answers).toContain('[["fail",1],["pass",5]]');
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(all, { minLength: all.length }), async (order) => {
      expect(await answersAfter(order)).toEqual(first);
    }),
    { numRuns: 12 },
  );
});
