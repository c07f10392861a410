import { expect, it } from 'vitest';
import { reglineReading } from '../support/in-process.ts';

/** What a command line that cannot be understood is answered with; no log is asked for. */
async function refused(...args: readonly string[]): Promise<readonly string[]> {
  const { status, stdout, stderr } = await reglineReading('/nowhere/log.db', '', ...args);
  expect([status, stdout]).toEqual([2, '']);
  return stderr.trimEnd().split('\n');
}

it('names the commands that a mistyped one may have meant, wherever it stands on the line', async () => {
  const answer = [
    'regline: there is no command "culprit"',
    '  did you mean: culprits',
    '  regline --help lists the commands',
  ];
  expect(await refused('culprit')).toEqual(answer);
  expect(await refused('culprit', 'R-67bdd1e2')).toEqual(answer);
  expect(await refused('--db', 'work.db', 'culprit')).toEqual(answer);
});

it('names the options that a mistyped one may have meant, and the help of that command', async () => {
  expect(await refused('table', '--relaeses', '7.0.y')).toEqual([
    'regline: table has no option --relaeses',
    '  did you mean: --releases',
    '  regline table --help says how it is used',
  ]);
  expect(await refused('bisect', 'start', '--ovr', 'x')).toEqual([
    'regline: bisect start has no option --ovr',
    '  did you mean: --over',
    '  regline bisect start --help says how it is used',
  ]);
  expect(await refused('table', '--no-colr')).toContain('  did you mean: --color');
});

it('leads from --json to --format json, where the command can say it so', async () => {
  expect(await refused('culprits', '--json')).toContain('  did you mean: --format json');
  expect(await refused('table', '--csv')).toContain('  did you mean: --format csv');
  expect(await refused('culprits', '--csv')).not.toContain('  did you mean: --format csv');
});

it('says which word is one too many, and what an option takes', async () => {
  expect(await refused('regressions', 'all')).toContain('regline: there is no place for "all"');
  expect(await refused('releases', '--format', 'xml')).toContain(
    'regline: --format cannot be "xml": it takes "text", "json"',
  );
  expect(await refused('culprits', '--format')).toContain('regline: a value is missing after --format');
  expect(await refused('table-diff')).toContain('regline: say --from');
});

it('names the words that a command still needs', async () => {
  expect(await refused('escape')).toEqual([
    'regline: <regression> is missing',
    '  regline escape <regression>',
    '  regline escape --help says how it is used',
  ]);
  expect(await refused('changes')).toContain('regline: <from> and <to> are missing');
  expect(await refused('changes', 'v7.0', '--only', 'fixed')).toContain('regline: <to> is missing');
  expect(await refused('bisect')).toEqual([
    'regline: say what to do',
    '  regline bisect --help lists the verbs',
  ]);
});

it('suggests nothing for a word of which less than half is right', async () => {
  expect(await refused('foo')).toEqual([
    'regline: there is no command "foo"',
    '  regline --help lists the commands',
  ]);
});

it('refuses an empty argument, which would else mean everything or nothing', async () => {
  expect(await refused('culprits', '')).toContain('regline: the value of id is empty');
  expect(await refused('check', '--release', '')).toContain('regline: the value of release is empty');
  expect(await refused('table-diff', '--from=', '--to', 'v7.0')).toContain(
    'regline: the value of from is empty',
  );
  expect(await refused('culprits', '--as-of', '')).toContain('regline: the value of as-of is empty');
  expect(await refused('import', 'auto', 'a.log', '')).toContain('regline: the value of files is empty');
});

it('answers -h as it answers --help', async () => {
  for (const words of [[], ['bisect', 'start']]) {
    const [short, long] = await Promise.all(
      ['-h', '--help'].map((option) => reglineReading('/nowhere/log.db', '', ...words, option)),
    );
    expect(short).toEqual(long);
    expect([short!.status, short!.stdout]).toEqual([0, expect.stringContaining('Show help')]);
  }
});
