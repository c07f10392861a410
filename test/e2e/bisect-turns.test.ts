import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BisectLab, type Repository } from '../support/bisect-lab.ts';

/** Things that broke, were repaired and broke again, and ends that are not what they were said to be. */
const lab = new BisectLab();
let repository: Repository;
let commits: readonly string[];

beforeAll(() => {
  ({ repository, commits } = lab.mainline('turns', 21, 'lines'));
});

afterAll(() => {
  lab.remove();
});

function start(...more: readonly string[]): readonly string[] {
  return ['start', '--repo', repository.path, commits[20]!, commits[0]!, ...more];
}

const idsIn = (text: string) => [...new Set(text.match(/B-[0-9a-f]{8}/g) ?? [])];

describe('a search whose outcomes contradict one another twice', () => {
  it('is split into one for each turn, and the latest of them goes on', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    const { session } = await standing();
    for (const [word, n] of [
      ['bad', 5],
      ['good', 12],
      ['bad', 5],
    ] as const)
      expect((await bisect(word, commits[n]!)).status).toBe(0);
    const split = await bisect('good', commits[12]!);
    expect(split.status).toBe(1);
    const [, broke, repaired, latest] = idsIn(split.err.replace(/^/, session));
    expect(split.err).toContain(`${latest!} searches what broke it`);
    expect(await standing()).toMatchObject({ session: latest, good: [commits[12]], bad: [commits[20]] });
    const at = async (id: string) =>
      JSON.parse((await bisect('status', '--session', id, '--format', 'json')).out) as unknown;
    expect(await at(broke!)).toMatchObject({
      good: [commits[0]],
      bad: [commits[5]],
      direction: 'introduced',
    });
    expect(await at(repaired!)).toMatchObject({ good: [commits[5]], bad: [commits[12]], direction: 'fixed' });
    expect((await bisect('status', '--session', session)).out).toContain(`--session ${repaired!}`);
    // A second look splits nothing anew, and what is taken back takes the searches along that nobody began.
    await bisect('bad', '--session', session, commits[5]!);
    expect((await standing()).session).toBe(latest);
    for (let n = 0; n < 2; n++) await bisect('undo', '--session', session);
    await bisect('undo', '--session', session);
    expect((await standing()).session).toBe(session);
    expect((await bisect('status', '--session', latest!)).out).toContain('given up');
  });

  it('is split by next, where the command that told the last of them came to no end', async () => {
    const here = lab.session();
    await here.bisect(...start());
    for (const [word, n] of [
      ['bad', 5],
      ['good', 12],
      ['bad', 5],
      ['good', 12],
    ] as const)
      await here.bisect(word, commits[n]!);
    const lines = (await here.regline('export')).out.trimEnd().split('\n');
    const started = lines.filter((line) => line.includes('"BisectStarted"'));
    const file = join(lab.folder, 'cut.ndjson');
    writeFileSync(file, `${lines.filter((line) => !started.slice(1).includes(line)).join('\n')}\n`);
    const { regline, bisect, standing } = lab.session();
    await regline('import', 'events', file);
    const { next } = await here.standing();
    expect((await bisect('next', '--repo', repository.path)).err).toContain('is split');
    expect((await standing()).next).toEqual(next);
  });

  it('finds its clone where the parts were recorded and not placed yet', async () => {
    const { db, bisect, standing } = lab.session();
    await bisect(...start());
    for (const [word, n] of [
      ['bad', 5],
      ['good', 12],
      ['bad', 5],
      ['good', 12],
    ] as const)
      await bisect(word, commits[n]!);
    const { session, next } = await standing();
    rmSync(join(`${db}.bisect`, session), { recursive: true });
    expect((await standing()).next).toEqual(next);
    expect((await bisect('run', lab.script('from15.sh', '[ $(wc -l <lines) -lt 16 ]'))).status).toBe(0);
    expect((await standing()).top[0]!.change).toBe(commits[15]);
  });

  it('goes on in a run, to the latest introduction', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    for (const n of [4, 4]) await bisect('bad', commits[n]!);
    await bisect('good', commits[9]!);
    const broken = lab.script(
      'broken.sh',
      'n=$(wc -l <lines); [ $n -le 3 ] || { [ $n -ge 8 ] && [ $n -le 16 ]; }',
    );
    const ran = await bisect('run', broken);
    expect(ran.status).toBe(0);
    expect(ran.err).toContain('it goes on');
    expect((await standing()).top[0]!.change).toBe(commits[16]);
    // Whoever reads no more than the last answer is told what else there is.
    const { session, openParts } = await standing();
    expect(openParts.map(({ kind }) => kind)).toEqual(['broke', 'fixed']);
    for (const part of openParts) expect(ran.out).toContain(part.command);
    for (const part of openParts)
      expect((await bisect('run', '--session', part.session, broken)).status).toBe(0);
    const later = await bisect('status', '--session', session, '--format', 'json');
    expect(JSON.parse(later.out)).toMatchObject({ openParts: [] });
  });

  it('is split between recorded changes too, without any clone', async () => {
    const { bisect, standing, regline } = lab.session();
    await regline('import', 'facts', 'data/rseq');
    await bisect('start', '--good', 'v6.18', '--bad', 'v6.19-rc1', '--test', 'some.test', '--arch', 'x86_64');
    for (const [word, change] of [
      ['bad', 'e2d4f4227115'],
      ['good', '39a167560a61'],
      ['bad', 'e2d4f4227115'],
      ['good', '39a167560a61'],
    ] as const)
      await bisect(word, change);
    expect((await standing()).good[0]).toMatch(/^39a167560a61/);
    expect((await bisect('next')).status).toBe(0);
  });
});

describe('a search that follows another one', () => {
  it('is not split without what could not be tested in between', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    await bisect('skip', commits[15]!);
    for (const [word, n] of [
      ['bad', 5],
      ['good', 12],
      ['bad', 5],
      ['good', 12],
    ] as const)
      await bisect(word, commits[n]!);
    const latest = await standing();
    expect(latest).toMatchObject({ good: [commits[12]], outcomes: [] });
    expect(latest.prefilled).toMatchObject([{ version: commits[15], verdict: 'skip' }]);
    expect((await bisect('status')).out).toContain(`${commits[15]!.slice(0, 12)} skip`);
    for (const n of [14, 13]) await bisect('good', commits[n]!);
    await bisect('bad', commits[16]!);
    expect((await standing()).suspects).toBe(2);
    expect((await bisect('report')).out).toContain(`skip: ${commits[15]!}`);
  });

  it('takes its suspects for as likely, in the same direction', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    const { session } = await standing();
    await bisect('weigh', commits[15]!, '50', '--reason', 'looks like it');
    await bisect(...start('--follows', session));
    expect((await standing()).top[0]!.change).toBe(commits[15]);
    expect((await bisect('status', '--why', commits[15]!)).out).toContain('looks like it');
    await bisect(...start('--follows', session, '--fixed'));
    expect((await bisect('status', '--why', commits[15]!)).out).not.toContain('looks like it');
  });

  it('takes its answers for what it knows, until they are taken back or its own speak against them', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    const { session } = await standing();
    await bisect('good', commits[8]!);
    await bisect(...start('--follows', session));
    expect((await standing()).suspects).toBe(12);
    await bisect('undo', '--session', session);
    expect((await standing()).suspects).toBe(20);
    await bisect('good', '--session', session, commits[8]!);
    await bisect('bad', commits[3]!);
    expect(await standing()).toMatchObject({ state: 'running', suspects: 3, prefilled: [] });
  });
});

describe('an end that is not what it was said to be', () => {
  it.each(['good', 'bad'] as const)('is tested again, and then said: a %s one', async (side) => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    const [end, word] = side === 'good' ? [commits[0]!, 'bad'] : [commits[20]!, 'good'];
    expect((await bisect(word, end)).status).toBe(0);
    expect((await standing()).next[0]!.version).toBe(end);
    const again = await bisect(word, end);
    expect(again.status).toBe(1);
    expect(again.out).toContain(`the ends do not hold: ${end.slice(0, 12)} looks ${word}; test it again`);
    // A command is asked once more, and not for ever.
    expect((await bisect('run', side === 'good' ? 'false' : 'true')).status).toBe(1);
    expect((await bisect('undo')).status).toBe(1);
    for (let n = 0; n < 2; n++) await bisect('undo');
    expect((await standing()).suspects).toBe(20);
  });

  it('is found out by a run before anything else, where it is asked to look', async () => {
    const broken = lab.script('from9.sh', '[ $(wc -l <lines) -lt 10 ]');
    const wrong = lab.session();
    await wrong.bisect('start', '--repo', repository.path, commits[20]!, commits[12]!);
    const ran = await wrong.bisect('run', '--check-ends', broken);
    expect(ran.status).toBe(1);
    expect(ran.out).toContain(`the ends do not hold: ${commits[12]!.slice(0, 12)} looks bad`);
    const right = lab.session();
    await right.bisect(...start());
    expect((await right.bisect('run', '--check-ends', broken)).status).toBe(0);
    const { top, outcomes } = await right.standing();
    expect(top[0]!.change).toBe(commits[9]);
    expect(outcomes.slice(0, 2).map((o) => [o.version, o.outcome])).toEqual([
      [commits[0], 'good'],
      [commits[20], 'bad'],
    ]);
  });

  it('is warned of where it cannot be tested and no test bears it out', async () => {
    const warning = (end: number) => new RegExp(`end ${commits[end]!.slice(0, 12)} .* could not be tested`);
    const ran = async (script: string, ...options: readonly string[]) => {
      const { bisect } = lab.session();
      await bisect(...start(...options));
      const { status, out } = await bisect('run', '--check-ends', lab.script('end125.sh', script));
      expect(status).toBe(0);
      return out.replace(/\s+/g, ' ');
    };
    const untestable = '[ $(wc -l <lines) = 1 ] || [ $(wc -l <lines) = 21 ] && exit 125;';
    expect(await ran(`${untestable} [ $(wc -l <lines) -lt 2 ]`)).toMatch(warning(0));
    expect(await ran(`${untestable} [ $(wc -l <lines) -lt 21 ]`)).toMatch(warning(20));
    for (const [script, ...options] of [
      [`${untestable} [ $(wc -l <lines) -lt 10 ]`],
      [`${untestable} [ $(wc -l <lines) -ge 10 ]`, '--fixed'],
    ] as const) {
      const seen = await ran(script, ...options);
      expect(seen).toContain(commits[9]!.slice(0, 12));
      expect(seen).not.toContain('could not be tested');
    }
    const other = await ran(
      `${untestable} a=fail; [ $(wc -l <lines) -lt 10 ] && a=pass; echo "{\\"results\\": {\\"one\\": \\"$a\\", \\"other\\": \\"fail\\"}}"`,
      '--test',
      'one,other',
    );
    expect(other).toMatch(warning(0));
    expect(other).not.toMatch(warning(20));
  });

  it('is tested again without counting suspects that there are none of', async () => {
    const { bisect } = lab.session();
    await bisect(...start());
    const { err } = await bisect('run', '--check-ends', 'false');
    expect(err).toContain(`${commits[0]!.slice(0, 12)} Add 0 to lines: the ends do not hold`);
  });

  it('keeps no other search of the session waiting', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start('--test', 'one,other'));
    for (let n = 0; n < 2; n++) await bisect('good', '--only', 'one', commits[20]!);
    expect((await standing()).next[0]!.version).not.toBe(commits[20]);
    await bisect(
      'run',
      lab.script(
        'only.sh',
        'echo "{\\"results\\": {\\"other\\": \\"$([ $(wc -l <lines) -lt 8 ] && echo pass || echo fail)\\", \\"one\\": \\"pass\\"}}"',
      ),
    );
    expect((await standing()).regressions[1]!.top[0]!.change).toBe(commits[7]);
  });
});

describe('a merge base that cannot be tested', () => {
  it('is warned of, in the report too', async () => {
    const { bisect } = lab.session();
    repository.git('checkout', '-q', '-b', 'side', commits[10]!);
    const side = repository.add('side', 'aside');
    repository.git('checkout', '-q', 'main');
    await bisect('start', '--repo', repository.path, commits[15]!, side);
    const skipped = await bisect('skip');
    expect(skipped.out.replace(/\s+/g, ' ')).toContain(`the merge base ${commits[10]!.slice(0, 12)}`);
    // What is good on the side tells nothing of where it began.
    await bisect('good', side);
    await bisect('run', lab.script('from11.sh', '[ $(wc -l <lines) -lt 12 ]'));
    expect((await bisect('report')).out).toContain('could not be tested');
  });

  it('is not warned of where the answer lies between what was seen', async () => {
    for (const [script, ...options] of [
      ['[ $(wc -l <lines) -lt 13 ]'],
      ['[ $(wc -l <lines) -ge 13 ]', '--fixed'],
    ] as const) {
      const { bisect, standing } = lab.session();
      await bisect('start', '--repo', repository.path, commits[15]!, 'side', ...options);
      await bisect('skip', commits[10]!);
      await bisect('run', lab.script('from12.sh', script));
      expect((await standing()).top[0]!.change).toBe(commits[12]);
      expect((await bisect('report')).out).not.toContain('could not be tested');
    }
  });
});

/** A branch that left the main line before the good end, and came back after it. */
describe('an answer at the foot of a branch', () => {
  let own: Repository;
  let base: string;
  let good: string;
  let foot: string;
  let culprit: string;
  let bad: string;
  beforeAll(() => {
    own = lab.repository('foot');
    own.add('1', 'old');
    base = own.add('2', 'old');
    own.git('checkout', '-q', '-b', 'side', base);
    foot = own.add('1', 'side');
    for (const n of [2, 3, 4]) own.add(String(n), 'side');
    own.git('checkout', '-q', 'main');
    good = own.add('1', 'repair');
    own.merge('side');
    culprit = own.add('1', 'new');
    bad = own.add('2', 'new');
  });
  const works = 'test -e repair && test ! -e new';

  it('is doubted where nobody saw how the branch began, and was not one where that was broken already', async () => {
    const { bisect, standing } = lab.session();
    await bisect('start', '--repo', own.path, bad, good);
    const ran = await bisect('run', lab.script('works', works));
    expect(ran.status).toBe(0);
    expect((await standing()).top[0]!.change).toBe(foot);
    const words = (text: string) => text.replace(/\s+/g, ' ');
    const warned = `begins at ${base.slice(0, 12)} "Add 2 to old", before the good end, which was not tested`;
    expect(words(ran.out)).toContain(warned);
    expect(words((await bisect('report')).out)).toContain(warned);
    expect((await bisect('run', '--check-ends', lab.script('works', works))).status).toBe(0);
    expect((await standing()).top[0]!.change).toBe(culprit);
    const log = (await bisect('log', '--git')).out;
    expect(log).toContain(`# from before: git bisect bad ${base}`);
    expect(log).not.toMatch(new RegExp(`^git bisect bad ${foot}`, 'm'));
  });

  it('of a search for a fix is doubted where the version at which the branch began cannot be tested', async () => {
    const { bisect, standing } = lab.session();
    await bisect('start', '--fixed', '--repo', own.path, bad, good);
    // Broken at the good end; nothing on the branch knows of that, and its foot is the first that works.
    const fixed = `${lab.folder}/fixed`;
    lab.script('fixed', `[ "$REGLINE_COMMIT" = ${base} ] && exit 125; test ! -e repair || test -e new`);
    expect((await bisect('run', fixed)).status).toBe(0);
    expect((await standing()).top[0]!.change).toBe(foot);
    expect((await bisect('status')).out.replace(/\s+/g, ' ')).toContain(
      'which could not be tested: where that is fixed, it may be that the branch never was broken',
    );
    expect((await bisect('report')).out.replace(/\s+/g, ' ')).toContain('which could not be tested');
  });
});
