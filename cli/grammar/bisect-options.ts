import type { Argv } from 'yargs';
import { list, text } from './words.ts';

const RUN_TEXTS = {
  timeout: text('seconds after which a run counts as failed'),
  steps: text('stop after so many versions'),
  machine: text('which machine this is'),
  boot: text('which boot: runs of one boot count as three at most'),
  'cherry-pick': text('changes that fix the build, with commas: applied to versions that cannot be built'),
};

const RESET_WHEN_FOUND = text(
  'with an answer, a checkout that was lent (--here) goes back (original), or to the culprit (found)',
);

const COMMON = {
  session: text('which session (the youngest that is open)'),
  repo: text('the clone, if this machine does not know it yet'),
};

const COSTS = {
  machines: text('how many versions can be tested at once (1)'),
  'under-way': list('versions that others are testing now, with commas'),
  built: list('versions that are built already, with commas'),
  'build-cost': text('what a build costs, in any unit (5)'),
  'boot-cost': text('what a boot costs (1)'),
  'run-cost': text('what a run costs (1)'),
};

const EXPECT = {
  expect: text('only while the session is at this revision (as status --format json tells)'),
};

const TAIL = { tail: { type: 'string', array: true, nargs: 1, hidden: true } } as const;

const TOLD = {
  only: text('for this regression of several'),
  arch: text('for what is searched on this architecture'),
  runs: text('how many runs ended so (1)'),
  reason: text('why'),
  machine: RUN_TEXTS.machine,
  boot: RUN_TEXTS.boot,
  build: text('the name of what was built: versions with the same build are the same'),
  patched: text('changes that were applied on top to build it: no evidence about the version as it is'),
};

/** Options of every verb that acts on a session. */
export const common = (y: Argv) => y.options(COMMON);

/** Options of verbs that say what comes next. */
export const costs = (y: Argv) => y.options({ ...COMMON, ...COSTS });

/** Options of verbs that say how a version fared. */
export const told = (y: Argv) =>
  y
    .options({ ...COMMON, ...COSTS, ...EXPECT, ...TOLD, ...TAIL })
    .positional('revisions', { type: 'string', array: true });

/** Options of a verb that changes a session otherwise. */
export const deciding = (y: Argv) => y.options({ ...COMMON, ...EXPECT });

/** Options of `run`. */
export const running = (y: Argv) =>
  y
    .options({ ...COMMON, ...COSTS, ...EXPECT, ...RUN_TEXTS, ...TAIL })
    .option('ahead', {
      type: 'boolean',
      describe: 'tell the command in REGLINE_AHEAD what comes after either outcome',
    })
    .option('reset-when-found', RESET_WHEN_FOUND)
    .option(
      'confirm',
      text(
        'before the answer, run the culprit and its parents N more times (2); continue if one of them disagrees',
      ),
    )
    .option('check-ends', {
      type: 'boolean',
      describe: 'first see whether the ends are what they were said to be',
    })
    .positional('command', { type: 'string', array: true });

/** Options of `start`. */
export const starting = (y: Argv) =>
  y
    .options({ ...COSTS, ...TAIL })
    .positional('revisions', { type: 'string', array: true })
    .options({
      repo: text('a clone: search its commits'),
      good: { type: 'string', array: true, nargs: 1, describe: 'a good end (more than once)' },
      bad: { type: 'string', array: true, nargs: 1, describe: 'a bad end (more than once)' },
      consumer: list('which consumer broke; several, with commas or given again, are searched at once'),
      test: list('which test fails; several with commas'),
      arch: list('on which architecture; several with commas'),
      over: {
        choices: ['commits', 'changes', 'releases'] as const,
        requiresArg: true,
        describe: 'what to search: commits of --repo, else recorded changes',
      },
      second: text('a second thing that may have broken it: tests are of pairs'),
      'second-versions': list('its versions, with commas, oldest (good) first, youngest (bad) last'),
      fixed: {
        type: 'boolean',
        describe: 'search the fix: the good end (unfixed) is broken, the bad end (fixed) works',
      },
      'first-parent': { type: 'boolean', describe: 'follow first parents only' },
      chooser: {
        choices: ['information', 'git'] as const,
        requiresArg: true,
        describe: 'git: pick what git bisect picks',
      },
      prefill: { type: 'boolean', default: true, describe: 'use what the log knows (--no-prefill)' },
      flaky: { type: 'boolean', describe: 'the test may lie: learn how often, and repeat' },
      exact: {
        type: 'boolean',
        conflicts: ['flaky', 'rates'],
        describe: 'take each outcome for certain, even of a test that the log has seen to be flaky',
      },
      rates: text('how often it lies: FALSE_FAIL,FALSE_PASS; learn for one that is not known'),
      confidence: text('how likely the culprit of such a test has to be (0.99)'),
      'term-good': { ...text('another word for good'), alias: 'term-old' },
      'term-bad': { ...text('another word for bad'), alias: 'term-new' },
      'paths-only': { type: 'boolean', describe: 'only commits that touch the paths, as git does' },
      config: text('a .config of the kernel: what it turns off makes commits unlikely'),
      follows: text('the session that this one goes on from'),
      checkout: {
        type: 'boolean',
        describe:
          "check out what comes next in the session's own worktree, after every verb (--no-checkout: nothing, for run either)",
      },
      here: {
        type: 'boolean',
        describe: 'the same in the clone itself (of --repo, or where you are); reset leads it back',
      },
      'reset-when-found': RESET_WHEN_FOUND,
    });

const RUN_VALUES = new Set(
  ['db', 'format', ...Object.keys({ ...COMMON, ...COSTS, ...EXPECT, ...RUN_TEXTS })].map(
    (name) => `--${name}`,
  ),
);

/**
 * Cuts off what is no option, whatever it looks like: the command after `bisect run`, and what follows `--`. It comes back as values of
 * `--tail`, which no option in it can be mistaken for.
 */
export function withTail(argv: readonly string[]): readonly string[] {
  const bisect = argv.indexOf('bisect');
  if (bisect < 0) return argv;
  const behindOptions = (from: number): number => {
    let at = from;
    while (at < argv.length && argv[at]!.startsWith('--') && argv[at] !== '--')
      at += RUN_VALUES.has(argv[at]!) ? 2 : 1;
    return at;
  };
  const verb = behindOptions(bisect + 1);
  let cut = argv.indexOf('--', bisect);
  let from = cut + 1;
  if (argv[verb] === 'run') {
    const at = behindOptions(verb + 1);
    cut = at;
    from = argv[at] === '--' ? at + 1 : at;
  }
  if (cut < 0) return argv.map(withUsualValue);
  return [...argv.slice(0, cut).map(withUsualValue), ...argv.slice(from).map((word) => `--tail=${word}`)];
}

/**
 * Options whose value may be left out, as git has it: the word after them is none. In searches of tests that lie now and then two more runs
 * of each version found most of the wrong answers, and more found few more (docs/performance.md).
 */
const USUAL_VALUES = new Map([
  ['--reset-when-found', 'original'],
  ['--confirm', '2'],
]);

function withUsualValue(word: string): string {
  const value = USUAL_VALUES.get(word);
  return value === undefined ? word : `${word}=${value}`;
}
