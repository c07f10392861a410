import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { culprits } from '../../queries/regressions/culprits.ts';
import { loadModel } from '../../queries/replay/load-model.ts';
import { consumerName, type Model } from '../../queries/model/model.ts';
import { allArchs } from '../../queries/model/select.ts';
import { knownTests } from '../../queries/results/tests-named.ts';

/** What a word of the command line stands for, where only the log knows which there are. */
type Kind =
  'consumer' | 'arch' | 'release' | 'line' | 'test' | 'regression' | 'change' | 'event' | 'behaviour';

const OPTIONS: Readonly<Record<string, readonly Kind[]>> = {
  '--consumer': ['consumer'],
  '--consumers': ['consumer'],
  '--arch': ['arch'],
  '--archs': ['arch'],
  '--release': ['release', 'line'],
  '--releases': ['release', 'line'],
  '--since': ['release'],
  '--baseline': ['release'],
  '--from': ['release'],
  '--to': ['release'],
  '--good': ['release'],
  '--bad': ['release'],
  '--test': ['test'],
  '--tests': ['test'],
  '--without': ['event'],
  '--why': ['change'],
};

/** Positional arguments by command; the last kind stands for all that follow. */
const POSITIONALS: Readonly<Record<string, readonly (readonly Kind[])[]>> = {
  culprits: [['regression']],
  explain: [['consumer', 'regression', 'behaviour'], ['release'], ['arch']],
  escape: [['regression']],
  split: [['regression']],
  merge: [['regression'], ['regression']],
  changes: [['release'], ['release']],
  history: [['test']],
  tests: [['test']],
  'release-note': [['release']],
  show: [['event']],
  retract: [['event']],
};

const valuesOf: Readonly<Record<Exclude<Kind, 'test'>, (model: Model) => Iterable<string>>> = {
  consumer: (model) => model.consumers.flatMap((c) => [c.consumer, consumerName(c.consumer, c.variant)]),
  arch: allArchs,
  release: (model) => model.graph.order,
  line: (model) => model.graph.members.keys(),
  regression: (model) => culprits(model, {}).regressions.map((r) => r.id),
  change: (model) => model.of('ChangeRecorded').map((e) => e.payload.change.slice(0, 12)),
  event: (model) => [...model.byId.keys()].map((id) => id.slice(0, 12)),
  behaviour: (model) => model.behaviours.keys(),
};

/** More than this helps nobody: the shell would ask whether to show them all. */
const MOST = 2000;

/**
 * Completes the last of the words of a command line with what the log holds: names of consumers, architectures, releases, tests,
 * regressions, changes and events. Null where no value of the log stands there, so that the grammar may complete it. A list with commas
 * is completed at its end. Never fails: who presses Tab wants no error.
 */
export async function completeValues(
  world: World,
  words: readonly string[],
): Promise<readonly string[] | null> {
  const current = words.at(-1) ?? '';
  const kinds = kindsAt(words.slice(1));
  if (kinds === null || current.startsWith('-')) return null;
  const kept = /^.*(?:,|\.\.)/.exec(current)?.[0] ?? '';
  const begun = current.slice(kept.length);
  const named = words.indexOf('--db');
  const args: CommonArguments = { db: named < 0 ? undefined : words[named + 1] };
  try {
    return await withLog(world, args, async (store) => {
      const model = await loadModel(store, viewOf(args));
      const found = new Set<string>();
      for (const kind of kinds) {
        const values = kind === 'test' ? await knownTests(store, model) : valuesOf[kind](model);
        for (const value of values) found.add(value);
      }
      return [...found]
        .filter((value) => value.startsWith(begun) && !/[\s\p{Cc}]/u.test(value))
        .slice(0, MOST)
        .map((value) => kept + value);
    });
  } catch {
    return [];
  }
}

/** What the last word stands for. */
function kindsAt(words: readonly string[]): readonly Kind[] | null {
  const before = words.at(-2) ?? '';
  if (before.startsWith('--')) return Object.hasOwn(OPTIONS, before) ? OPTIONS[before]! : null;
  const positionals: string[] = [];
  for (let at = 0; at < words.length - 1; at++) {
    // Every option that is named here takes a value; any other may, and then its value counts as a word too much.
    if (words[at]!.startsWith('-')) at += takesValue(words[at]!) ? 1 : 0;
    else positionals.push(words[at]!);
  }
  if (positionals[0] === 'bisect') return positionals.length > 1 ? ['release', 'change'] : null;
  const places = POSITIONALS[positionals[0] ?? ''];
  if (places === undefined) return null;
  return places[Math.min(positionals.length, places.length) - 1] ?? null;
}

const takesValue = (option: string) => option === '--db' || Object.hasOwn(OPTIONS, option);
