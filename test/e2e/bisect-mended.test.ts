import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BisectLab, type Repository } from '../support/bisect-lab.ts';

/** Builds that are broken twice, one breakage overlapping the other, and the culprit inside of both. */
const CULPRIT = 10;
const ENGINE = { broken: 6, mended: 12 };
const WHEELS = { broken: 8, mended: 18 };

const lab = new BisectLab();
let repository: Repository;
const commits: string[] = [];
let test: string;

beforeAll(() => {
  repository = lab.repository('mended');
  const write = (file: string, text: string) => {
    writeFileSync(join(repository.path, file), text);
  };
  write('works', 'yes\n');
  for (let n = 0; n <= 24; n++) {
    write(`change-${n}`, 'x\n');
    for (const [file, { broken, mended }] of [
      ['engine', ENGINE],
      ['wheels', WHEELS],
    ] as const)
      if (n === broken || n === mended) write(file, n === broken ? 'broken\n' : 'builds\n');
    if (n === CULPRIT) write('works', 'no\n');
    commits.push(repository.commit(`change ${n}`));
  }
  test = lab.script('builds.sh', 'grep -qs broken engine wheels && exit 125; grep -q yes works');
});

afterAll(() => {
  lab.remove();
});

async function begun(...more: readonly string[]) {
  const session = lab.session();
  await session.bisect('start', '--repo', repository.path, commits[24]!, commits[0]!, ...more);
  return session;
}

const suspectsOf = (top: readonly { readonly change: string }[]) =>
  top.map(({ change }) => commits.indexOf(change)).sort((a, b) => a - b);

describe('builds that are broken twice', () => {
  it('lead to the culprit with both mends on top, as far as a version lacks them', async () => {
    const { bisect, standing } = await begun();
    expect((await bisect('run', test)).status).toBe(2);
    const both = `${commits[ENGINE.mended]!},${commits[WHEELS.mended]!}`;
    expect((await bisect('run', '--cherry-pick', both, test)).status).toBe(0);
    const { top, outcomes } = await standing();
    expect(top[0]!.change).toBe(commits[CULPRIT]);
    for (const { version, patches } of outcomes.filter((o) => o.outcome !== 'skip')) {
      const n = commits.indexOf(version);
      const lacking = [ENGINE, WHEELS]
        .filter(({ mended }) => mended > n)
        .map(({ mended }) => commits[mended]);
      if (patches.length > 0) expect(patches).toEqual(lacking);
    }
  });

  it('come to an end with one mend: what that does not mend is not asked for again', async () => {
    const { bisect, standing } = await begun();
    expect((await bisect('run', '--cherry-pick', commits[ENGINE.mended]!, test)).status).toBe(2);
    const left = suspectsOf((await standing()).top);
    expect(left).toEqual(Array.from({ length: 11 }, (_, n) => n + WHEELS.broken));
    const before = (await standing()).outcomes.length;
    expect((await bisect('run', '--cherry-pick', commits[ENGINE.mended]!, test)).status).toBe(2);
    expect((await standing()).outcomes).toHaveLength(before);
    expect((await bisect('run', '--cherry-pick', commits[WHEELS.mended]!, test)).status).toBe(2);
    expect(suspectsOf((await standing()).top)).toContain(CULPRIT);
  });

  it('stay untestable where the mend does not fit, and where another one does it is put on alone', async () => {
    repository.git('checkout', '-q', '-b', 'elsewhere', commits[24]!);
    const unfit = repository.add('what nobody had', 'wheels');
    repository.git('checkout', '-q', 'main');
    const { bisect, standing } = await begun();
    const ran = await bisect('run', '--cherry-pick', unfit, test);
    expect(ran.err).toContain('does not fit');
    expect(ran.status).toBe(2);
    expect(suspectsOf((await standing()).top)).toContain(CULPRIT);
    const all = [unfit, commits[ENGINE.mended]!, commits[WHEELS.mended]!].join(',');
    expect((await bisect('run', '--cherry-pick', all, test)).status).toBe(0);
    expect((await standing()).top[0]!.change).toBe(commits[CULPRIT]);
  });
});

it.each(['--here', '--no-checkout', '--chooser=git'])(
  'mends are refused where nothing can be put on top: %s',
  async (how) => {
    const { bisect, standing } = await begun(how);
    const { status, err } = await bisect('run', '--cherry-pick', commits[ENGINE.mended]!, test);
    expect([status, err]).toEqual([2, expect.stringMatching(/worktree of its own|git is not told/)]);
    expect((await standing()).outcomes).toEqual([]);
    await bisect('reset');
  },
);
