import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BisectLab, type Repository } from '../support/bisect-lab.ts';

/** docs/bisect.md says what the commands do: its examples run, and it knows the options that they have. */
const lab = new BisectLab();
const page = readFileSync('docs/bisect.md', 'utf8');
const VERBS = ['start', 'next', 'skip', 'undo', 'run', 'weigh', 'status', 'visualize', 'log', 'terms'];
const MORE_VERBS = ['report', 'replay', 'reset', 'good'];
/** Options of every command of regline. */
const EVERYWHERE = ['--help', '--version', '--db', '--format', '--color', '--no-color'];
let repository: Repository;
let commits: readonly string[];

beforeAll(() => {
  ({ repository, commits } = lab.mainline('document', 21, 'n'));
});
afterAll(() => {
  lab.remove();
});

/** Commands of git have options of their own. */
const optionsIn = (text: string) =>
  [...new Set(text.replace(/`git [^`]*`/g, '').match(/(?<![\w-])--[a-z][a-z-]*[a-z]/g))].filter(
    (o) => !EVERYWHERE.includes(o),
  );

describe('the options in the document', () => {
  it('are those of the commands, and none is missing', async () => {
    const { bisect } = lab.session();
    const helps = await Promise.all([...VERBS, ...MORE_VERBS].map((verb) => bisect(verb, '--help')));
    const known = optionsIn(helps.map(({ out }) => out).join('\n'));
    expect(known.length).toBeGreaterThan(40);
    const ofGitAndBench = ['--stat', '--graph'];
    const written = optionsIn(page);
    expect(written.filter((o) => !known.includes(o) && !ofGitAndBench.includes(o))).toEqual([]);
    const positive = (option: string) => option.replace('--no-', '--');
    expect(known.filter((o) => !written.map(positive).includes(positive(o)))).toEqual([]);
  });
});

describe('the examples in the document', () => {
  const examples = [...page.matchAll(/^ {4}regline (bisect .*)$/gm)].map(([, command]) => command!);

  it('are found', () => {
    expect(examples.length).toBeGreaterThanOrEqual(6);
  });

  it('begin a search each', async () => {
    const { bisect, regline, standing } = lab.session();
    await regline('import', 'facts', 'data/rseq');
    for (const example of examples) {
      const command = example
        .replace(/ +#.*$/, '')
        .replace('[[--] PATH…]', '-- n')
        .replace('--fixed …', `--fixed --repo DIR BAD GOOD…`)
        .replace(' …', '')
        .replaceAll('DIR', repository.path)
        .replace('BAD', commits[20]!)
        .replace('GOOD…', `${commits[0]!} ${commits[2]!}`)
        .split(' ')
        .filter((word) => word !== '');
      const { status, err } = await regline(...command);
      expect([status, err], example).toEqual([0, expect.stringContaining('session B-')]);
      const { state, waiting, next } = await standing();
      expect(state, example).toBe('running');
      if (waiting === null) expect(next.length, example).toBeGreaterThan(0);
    }
    await bisect('start', '--repo', repository.path);
    await bisect('bad', commits[20]!);
    await bisect('good', commits[0]!);
    expect((await standing()).suspects).toBe(20);
  });
});

describe('a command, as the document has it', () => {
  it('answers for each regression with the line of JSON', async () => {
    const [, line] = /prints a line `(\{.*?\})`/.exec(page)!;
    const { bisect, regline, standing } = lab.session();
    await regline('import', 'facts', 'data/rseq');
    const both = ['--consumer', 'tcmalloc,glibc', '--arch', 'arm64', commits[20]!, commits[0]!];
    await bisect('start', '--repo', repository.path, ...both);
    const prints = lab.script('prints.sh', `echo '${line!}'`);
    await bisect('run', '--steps', '1', prints);
    const { outcomes } = await standing();
    expect(outcomes.map((o) => [o.regression, o.outcome])).toEqual([
      ['tcmalloc arm64', 'good'],
      ['glibc/2.34-vendor arm64', 'bad'],
    ]);
  });

  it('finds what it is told in the variables that are named', async () => {
    const names = [...new Set(page.match(/REGLINE_[A-Z]+/g))].filter((name) => name !== 'REGLINE_SECOND');
    expect(names.length).toBeGreaterThanOrEqual(4);
    const { bisect, standing } = lab.session();
    await bisect('start', '--repo', repository.path, '--arch', 'arm64', commits[20]!, commits[0]!);
    const asks = names.map((name) => `[ -n "$${name}" ] || exit 200`).join('\n');
    expect((await bisect('run', '--ahead', '--steps', '1', lab.script('env.sh', asks))).status).toBe(1);
    expect((await standing()).outcomes).toHaveLength(1);
  });
});
