import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BisectLab, type Repository } from '../support/bisect-lab.ts';

/** What an answer says of what it rests on. */
const lab = new BisectLab();
let repository: Repository;
let commits: readonly string[];

beforeAll(() => {
  ({ repository, commits } = lab.mainline('answers', 6, 'lines'));
});
afterAll(() => {
  lab.remove();
});

async function answer(steps: readonly (readonly string[])[], ...options: readonly string[]) {
  const { bisect, standing } = lab.session();
  await bisect('start', '--repo', repository.path, commits[5]!, commits[0]!, ...options);
  for (const step of steps) await bisect(...step);
  const { state, top } = await standing();
  expect(state).toBe('concluded');
  return { n: commits.indexOf(top[0]!.change), report: (await bisect('report')).out.replaceAll(/\s+/g, ' ') };
}

describe('an answer', () => {
  it('tells that it rests on an end, where every test came out alike', async () => {
    const good = await answer([['good', commits[4]!]]);
    expect(good.n).toBe(5);
    expect(good.report).toContain(`No test was bad: the answer rests on ${commits[5]!.slice(0, 12)} "Add 5`);
    const bad = await answer([['bad', commits[1]!]]);
    expect(bad.n).toBe(1);
    expect(bad.report).toContain(`No test was good: the answer rests on ${commits[0]!.slice(0, 12)}`);
    const fixed = await answer([['fixed', commits[1]!]], '--fixed');
    expect(fixed.report).toContain(`No test was unfixed: the answer rests on ${commits[0]!.slice(0, 12)}`);
  });

  it('rests on no end that was tested, and on none where tests came out both ways', async () => {
    const seen = await answer([
      ['good', commits[4]!],
      ['bad', commits[5]!],
    ]);
    expect(seen.report).not.toContain('rests on');
    const both = await answer([
      ['good', commits[2]!],
      ['bad', commits[3]!],
    ]);
    expect(both.report).not.toContain('rests on');
  });

  it('is doubtful where its build is that of its parent', async () => {
    const steps = (build: string) => [
      ['good', commits[2]!, '--build', 'one'],
      ['bad', commits[3]!, '--build', build],
    ];
    expect((await answer(steps('one'))).report).toContain('has the tree or the build of a parent');
    expect((await answer(steps('other'))).report).not.toContain('of a parent');
  });

  it.each([
    ['{"build": "one"}', true],
    ['{"build": "of $n", "results": {}}', false],
    ['{"build": "one", "level": "info"}', false],
  ])('is doubtful for that too where a command names what it has built: %s', async (line, isDoubtful) => {
    const says = line.replaceAll('"', String.raw`\"`);
    const named = lab.script('named.sh', `n=$(wc -l <lines); echo "${says}"; [ $n -lt 4 ]`);
    const { n, report } = await answer([['run', named]]);
    expect(n).toBe(3);
    expect(report.includes('has the tree or the build of a parent')).toBe(isDoubtful);
  });
});

describe('a merge that is the answer', () => {
  it('is reverted against the main line, and its branch searched by the command that goes deeper', async () => {
    const { repository: clone, commits: main } = lab.mainline('rollup', 3, 'main');
    clone.git('checkout', '-q', '-b', 'rollup', main[1]!);
    const branch = ['a', 'b', 'c'].map((name) => clone.add(name, 'rollup'));
    clone.git('checkout', '-q', 'main');
    const merge = clone.merge('rollup');
    const tip = clone.add('later', 'main');
    const { bisect, standing } = lab.session();
    await bisect('start', '--repo', clone.path, '--first-parent', tip, main[0]!);
    await bisect('good', main[2]!);
    await bisect('bad', merge);
    expect((await bisect('report')).out.replaceAll(/\s+/g, ' ')).toContain(
      `git revert -m 1 ${merge.slice(0, 12)} `,
    );
    const { session, deeper } = await standing();
    expect(deeper).toBe(
      `regline bisect start --repo DIR --good ${main[2]} --bad ${merge} --follows ${session}`,
    );
    await bisect(...deeper!.replace('DIR', clone.path).split(' ').slice(2));
    await bisect('good', branch[0]!);
    await bisect('bad', branch[1]!);
    const inside = await standing();
    expect([inside.state, inside.top[0]!.change, inside.deeper]).toEqual(['concluded', branch[1], null]);
    expect((await bisect('report')).out).not.toContain('-m 1');
  });

  it('is found on the main line too where another search has seen its branch', async () => {
    const { repository: clone, commits: main } = lab.mainline('seen', 3, 'main');
    clone.git('checkout', '-q', '-b', 'seen', main[1]!);
    const branch = ['a', 'b', 'c'].map((name) => clone.add(name, 'seen'));
    clone.git('checkout', '-q', 'main');
    const merge = clone.merge('seen');
    const tip = clone.add('later', 'main');
    const { bisect, standing } = lab.session();
    await bisect('start', '--repo', clone.path, '--test', 'boot', '--arch', 'x86_64', tip, main[0]!);
    for (const version of [main[2]!, branch[0]!]) await bisect('good', version);
    for (const version of [branch[1]!, branch[2]!]) await bisect('bad', version);
    expect(await standing()).toMatchObject({ state: 'concluded', top: [{ change: branch[1] }] });
    const search = ['--repo', clone.path, '--first-parent', '--test', 'boot', '--arch', 'x86_64'];
    await bisect('start', ...search, tip, main[0]!);
    expect(await standing()).toMatchObject({ state: 'concluded', top: [{ change: merge }] });
  });

  it('is the last word of a search that looked into its branch', async () => {
    const { repository: clone, commits: main } = lab.mainline('evil', 2, 'main');
    clone.git('checkout', '-q', '-b', 'topic', main[0]!);
    const topic = clone.add('a', 'topic');
    clone.git('checkout', '-q', 'main');
    const merge = clone.merge('topic');
    const { bisect, standing } = lab.session();
    await bisect('start', '--repo', clone.path, merge, main[0]!);
    await bisect('good', main[1]!, topic);
    const { state, top, deeper } = await standing();
    expect([state, top[0]!.change, deeper]).toEqual(['concluded', merge, null]);
    expect((await bisect('report')).out.replaceAll(/\s+/g, ' ')).toContain(
      `git revert -m 1 ${merge.slice(0, 12)} `,
    );
  });
});

describe('an answer that took a lie for certain', () => {
  it('names the search that goes on from it and doubts it, which finds the culprit', async () => {
    const { bisect, standing } = lab.session();
    // Broken by the third; the fourth passes by chance.
    await bisect('start', '--repo', repository.path, commits[5]!, commits[0]!);
    for (const [word, n] of [
      ['good', 3],
      ['bad', 4],
    ] as const)
      await bisect(word, commits[n]!);
    expect((await standing()).top[0]!.change).toBe(commits[4]);
    const report = (await bisect('report')).out;
    const line = /^ {2}regline bisect (start .* --flaky --follows \S+)$/m.exec(report)![1]!;
    await bisect(...line.replace('DIR', repository.path).split(' '));
    expect((await standing()).outcomes).toEqual([]);
    for (let at = await standing(); at.state === 'running'; at = await standing()) {
      const { version } = at.next[0]!;
      await bisect(commits.indexOf(version) < 2 ? 'good' : 'bad', version);
    }
    expect(await standing()).toMatchObject({ state: 'concluded', top: [{ change: commits[2] }] });
    expect((await bisect('report')).out).not.toContain('may lie');
  });
});

describe('two branches that broke apart from one another', () => {
  it('are searched each on its own, once both were seen', async () => {
    const own = lab.repository('apart');
    const base = own.add('1', 'base');
    const left = own.add('2', 'left');
    own.git('checkout', '-q', '-b', 'other', base);
    const middle = own.add('3', 'middle');
    const right = own.add('4', 'right');
    const { bisect, standing } = lab.session();
    await bisect('start', '--repo', own.path, '--bad', left, '--bad', right, '--good', base);
    const broken = lab.script('broken-apart', 'test ! -e left && test ! -e right');
    expect((await bisect('run', broken)).err.match(/ searches what broke it/g)).toHaveLength(2);
    const { state, top, bad } = await standing();
    expect([left, right]).toContain(top[0]!.change);
    expect({ state, bad }).toEqual({ state: 'concluded', bad: [top[0]!.change] });
    expect(top[0]!.change).not.toBe(middle);
  });
});
