import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BisectLab, type Repository } from '../support/bisect-lab.ts';

const lab = new BisectLab();
const CULPRIT = 11;
const LAST = 24;
let repository: Repository;
let commits: readonly string[];

beforeAll(() => {
  ({ repository, commits } = lab.mainline('confirm', LAST + 1, 'n'));
});
afterAll(() => {
  lab.remove();
});

const start = (...more: readonly string[]) => [
  'start',
  '--repo',
  repository.path,
  ...more,
  commits[LAST]!,
  commits[0]!,
];

let tests = 0;
/** A test that is right but for the first time at one version: there it says the contrary. */
function testThatLiesOnceAt(version: number): string {
  const seen = join(lab.folder, `seen-${tests}`);
  return lab.script(
    `lies-${tests++}.sh`,
    `n=$(tail -n 1 n)
truth=0; [ "$n" -lt ${CULPRIT} ] || truth=1
if [ "$n" = ${version} ] && [ ! -e ${seen} ]; then touch ${seen}; exit $((1 - truth)); fi
exit $truth`,
  );
}

const runsAt = (outcomes: readonly { version: string; outcome: string }[]) => (n: number) =>
  outcomes.filter((o) => o.version === commits[n]).map((o) => o.outcome);

it('runs the culprit and its parent twice more where the test never lies, and no other version', async () => {
  const script = testThatLiesOnceAt(-1);
  const plain = lab.session();
  await plain.bisect(...start());
  expect((await plain.bisect('run', script)).status).toBe(0);
  const before = (await plain.standing()).outcomes;
  const { err, status } = await plain.bisect('run', '--confirm', script);
  expect(status).toBe(0);
  expect(err).toContain('the answer rests on it; 2 more good runs confirm it');
  const { outcomes, state, top } = await plain.standing();
  expect([state, top[0]!.change]).toEqual(['concluded', commits[CULPRIT]]);
  expect(outcomes.slice(0, before.length)).toEqual(before);
  expect(outcomes.slice(before.length).map((o) => [commits.indexOf(o.version), o.outcome])).toEqual([
    [CULPRIT - 1, 'good'],
    [CULPRIT - 1, 'good'],
    [CULPRIT, 'bad'],
    [CULPRIT, 'bad'],
  ]);
  // Nothing is missing any more.
  await plain.bisect('run', '--confirm=2', script);
  expect((await plain.standing()).outcomes).toHaveLength(outcomes.length);
});

it.each([
  ['a bad version that passed', 12],
  ['a good one that failed', 6],
])('finds out about %s, doubts from then on, and goes on to the culprit', async (_, lie) => {
  const script = testThatLiesOnceAt(lie);
  const misled = lab.session();
  await misled.bisect(...start());
  const without = testThatLiesOnceAt(lie);
  expect((await misled.bisect('run', without)).status).toBe(0);
  expect((await misled.standing()).top[0]!.change).not.toBe(commits[CULPRIT]);

  const { bisect, standing } = lab.session();
  await bisect(...start());
  const { status } = await bisect('run', '--confirm', script);
  const { state, top, outcomes } = await standing();
  expect([status, state, top[0]!.change]).toEqual([0, 'concluded', commits[CULPRIT]]);
  expect(runsAt(outcomes)(lie)).toEqual(expect.arrayContaining(['good', 'bad']));
  expect((await bisect('report')).out).not.toContain('taken as certain');
});

it('confirms a fix, whose parent is still broken', async () => {
  const { bisect, standing } = lab.session();
  await bisect(...start('--fixed'));
  const repaired = lab.script('repaired.sh', `[ "$(tail -n 1 n)" -ge ${CULPRIT} ]`);
  expect((await bisect('run', '--confirm=1', repaired)).status).toBe(0);
  const { outcomes, top } = await standing();
  expect(top[0]!.change).toBe(commits[CULPRIT]);
  expect(runsAt(outcomes)(CULPRIT - 1)).toEqual(['good', 'good']);
  expect(runsAt(outcomes)(CULPRIT)).toEqual(['bad', 'bad']);
});

it('leaves alone what allows for flakes by itself, and what cannot be tested', async () => {
  const script = testThatLiesOnceAt(-1);
  const flaky = lab.session();
  await flaky.bisect(...start('--flaky'));
  await flaky.bisect('run', script);
  const { outcomes } = await flaky.standing();
  await flaky.bisect('run', '--confirm=9', script);
  expect((await flaky.standing()).outcomes).toHaveLength(outcomes.length);

  const tired = lab.session();
  await tired.bisect(...start());
  await tired.bisect('run', script);
  const before = (await tired.standing()).outcomes;
  expect((await tired.bisect('run', '--confirm', lab.script('tired.sh', 'exit 125'))).status).toBe(0);
  // Once each, and no more.
  const { outcomes: after, state } = await tired.standing();
  expect([state, after.slice(before.length).map((o) => o.outcome)]).toEqual(['concluded', ['skip', 'skip']]);

  const cannot = lab.script(
    'cannot.sh',
    `n=$(tail -n 1 n); [ "$n" != ${CULPRIT} ] || exit 125; [ "$n" -lt ${CULPRIT} ]`,
  );
  const stuck = lab.session();
  await stuck.bisect(...start());
  expect((await stuck.bisect('run', '--confirm', cannot)).status).toBe(2);
  expect(runsAt((await stuck.standing()).outcomes)(CULPRIT)).toEqual(['skip']);
});

it('takes a command that cannot be run for no verdict, neither on the answer nor on the ends', async () => {
  const missing = lab.script('missing.sh', 'no-such-compiler n');
  const { bisect, standing } = lab.session();
  await bisect(...start());
  const ends = await bisect('run', '--check-ends', missing);
  expect([ends.status, (await standing()).outcomes]).toEqual([3, []]);
  expect(ends.err).toContain('exits with 127');
  await bisect('run', testThatLiesOnceAt(-1));
  const { outcomes, top } = await standing();
  const again = await bisect('run', '--confirm', missing);
  expect([again.status, (await standing()).outcomes]).toEqual([3, outcomes]);
  expect((await standing()).top).toEqual(top);
});

it('is refused where it would confirm nothing, and where its number is no number', async () => {
  const script = testThatLiesOnceAt(-1);
  const { bisect } = lab.session();
  await bisect(...start('--chooser', 'git'));
  const refused = async (...args: readonly string[]) => {
    const { status, err } = await bisect('run', ...args);
    expect(status).toBe(2);
    return err;
  };
  expect(await refused('--confirm', script)).toContain('--confirm is for a search that can doubt');
  expect(await refused('--confirm=1.5', script)).toContain('"1.5" is no number of runs');
  expect(await refused('--confirm=none', script)).toContain('"none" is no number of runs');
  expect(await refused('--confirm', '3', script)).toContain('--confirm=3 says how many runs');
});

it('sees a culprit that was not tested itself, which is told of until then', async () => {
  const own = lab.repository('inferred');
  const good = own.add('1', 'n');
  const shared = own.add('2', 'n');
  own.git('checkout', '-q', '-b', 'left');
  const left = own.add('1', 'left');
  own.git('checkout', '-q', 'main');
  const right = own.add('1', 'right');
  own.merge('left');
  const { bisect, standing } = lab.session();
  await bisect('start', '--repo', own.path, own.head(), good);
  await bisect('bad', left, right);
  const warning = 'was not tested itself: it is what all bad versions contain and no good one does';
  expect((await standing()).top[0]!.change).toBe(shared);
  expect((await bisect('report')).out.replace(/\s+/g, ' ')).toContain(warning);
  await bisect('run', '--confirm', 'sh', '-c', 'test $(wc -l <n) -lt 2');
  const { outcomes, top } = await standing();
  expect([top[0]!.change, outcomes.some((o) => o.version === shared && o.outcome === 'bad')]).toEqual([
    shared,
    true,
  ]);
  expect((await bisect('report')).out.replace(/\s+/g, ' ')).not.toContain(warning);
});
