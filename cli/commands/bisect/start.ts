import { randomBytes } from 'node:crypto';
import { topOf, tryCheckOutHere } from '../../../importers/git/worktree.ts';
import {
  sessionBegun,
  sessionNamed,
  type Session,
  type Started,
} from '../../../queries/recorded-sessions/session.ts';
import { pastRunsOf } from '../../../queries/bisect-session/run-history.ts';
import { stepOf } from '../../../queries/bisect-session/step.ts';
import { PRIOR_FACTORS } from '../../../queries/bisect/beliefs/priors.ts';
import { loadModel } from '../../../queries/replay/load-model.ts';
import type { Model } from '../../../queries/model/model.ts';
import { knownTests } from '../../../queries/results/tests-named.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import type { EventStore } from '../../../store/event-store.ts';
import { StoreError } from '../../../store/errors.ts';
import { newEvent, type NewEvent } from '../../../store/events/event.ts';
import { openLog, type World } from '../../context.ts';
import { safeText } from '../../output/safe-text.ts';
import { chooseEnds, withEndsInOrder, type ChosenEnds } from './ends.ts';
import { followCheckout, whenFoundOf } from './follow-checkout.ts';
import { lenderOf, lentCheckout } from './lend-checkout.ts';
import { decideInLog } from './open-session.ts';
import { keepPlace, placeOf, onItsOwn, type Place } from './place.ts';
import { certaintyIn, chooseRates } from './rates.ts';
import { withRunLock } from './run-lock.ts';
import { searchedFor } from './searched.ts';
import { showStep } from './show.ts';
import { chooserOf, listOf, secondOf, wordsOf, type StartArguments } from './start-arguments.ts';
import { chooseTerms } from './terms-of.ts';
import { notBuiltWith, type NotBuilt } from './not-built.ts';
import { openHistory } from './open-history.ts';
import type { OpenHistory } from './versions.ts';

/** A search as it was asked for. */
interface Asked {
  /** Without who begins it. */
  readonly payload: Omit<Started, 'by'>;
  readonly ends: ChosenEnds;
  readonly notes: readonly string[];
}

/** Begins a search, and says what comes first. What leaves nothing to search is refused, and nothing of it is recorded. */
export async function startCommand(world: World, asked: StartArguments): Promise<number> {
  // The checkout that is lent is the one where the user is, unless another clone is named.
  const args = asked.here === true ? { ...asked, repo: asked.repo ?? '.' } : asked;
  const store = await openLog(world, args, args.repo === undefined ? 'write' : 'create').catch(withCloneHint);
  try {
    const head = (await store.head()).position;
    const model = await loadModel(store);
    const id = `B-${randomBytes(4).toString('hex')}`;
    const given = await placeOf(world, args, id);
    const { payload, ends, notes } = await askedFor(store, model, args, given.repository, id);
    const supposed = sessionBegun({ payload: { ...payload, by: '' } } as Session['start']);
    const history = await openHistory(model, supposed, given.repository);
    const past = await pastRunsOf(store, model, supposed);
    const [first] = (
      await withEndsInOrder(payload, supposed.ends, () => stepOf(model, supposed, history, { past }))
    ).decision.next;
    const untouched = pathsNotTouched(payload, history);
    const notBuilt = await notBuiltIn(args, given.repository, supposed, history);
    if (args.here === true && args.checkout === false)
      throw new QueryError('--here lends a checkout, and --no-checkout needs none');
    const lender = args.here === true ? await lenderOf(world, args, model, given.repository) : null;
    const origin = args.here === true ? (lender?.origin ?? (await lentCheckout(given.repository))) : null;
    const place: Place = {
      ...given,
      origin,
      whenFound: whenFoundOf(args.resetWhenFound, origin),
      follows: args.here === true || args.checkout === true,
      byName: args.checkout === false,
    };
    const commit = first === undefined ? null : history.commitOf(first.version);
    const begin = async () => {
      // A checkout that would lose changes fails before anything is recorded.
      if (origin !== null && commit !== null) await tryCheckOutHere(place.repository!, commit);
      // The place first, the checkout last: wherever this is killed, an open session knows its clone and the way back.
      if (place.repository !== null) await keepPlace(place);
      const [begun] = await decideInLog(world, { store, head, session: id }, (at, by) =>
        eventsOf(payload, notBuilt, at, by),
      );
      if (lender !== null) await keepPlace(onItsOwn(lender));
      return begun!;
    };
    // A run that tests in the checkout keeps it until it ends.
    const event = await (lender === null ? begin() : withRunLock(world, lender.folder, begin));
    if (args.format !== 'json')
      tellStart(world, id, event, ends, [
        ...notes,
        ...untouched,
        ...(args.config === undefined
          ? []
          : [
              `the configuration does not build what ${notBuilt.length} of ${history.hints.paths.size} candidates change`,
            ]),
        ...history.hints.leftOut,
        ...(lender === null
          ? []
          : [`the checkout was lent to ${lender.session}, which goes on in a worktree of its own`]),
      ]);
    await followCheckout(world, await showStep(world, { ...args, session: id }, store));
    return 0;
  } finally {
    await store.close();
  }
}

/** Who begins without a log, as one does with git, may stand in a clone. */
async function withCloneHint(error: unknown): Promise<never> {
  if (!(error instanceof StoreError) || error.code !== 'missing') throw error;
  const isClone = await topOf('.').then(
    () => true,
    () => false,
  );
  if (!isClone) throw error;
  const hint = 'regline bisect start --repo . BAD GOOD… searches the commits of this clone, and makes a log';
  throw new StoreError('missing', error.message, hint, { cause: error });
}

/** The events that open a search: itself, and the suspects that its configuration makes unlikely. */
function eventsOf(
  payload: Asked['payload'],
  notBuilt: readonly NotBuilt[],
  at: string,
  by: string,
): readonly NewEvent[] {
  const { session } = payload;
  const shared = { knownAt: at, source: by };
  return [
    newEvent({
      type: 'BisectStarted',
      stream: `bisect/${session}`,
      ...shared,
      locator: 'regline bisect start',
      payload: { ...payload, by },
    }),
    ...notBuilt.map(({ commit, why }) =>
      newEvent({
        type: 'SuspectWeighted',
        stream: `bisect/${session}/weight/${commit}/${at}`,
        ...shared,
        locator: 'regline bisect start --config',
        payload: {
          confidence: 'concluded',
          rev: 1,
          session,
          by,
          change: commit,
          factor: PRIOR_FACTORS.cannotAffect,
          why,
        },
      }),
    ),
  ];
}

/** Makes a search of what the arguments say and the log knows. */
async function askedFor(
  store: EventStore,
  model: Model,
  args: StartArguments,
  repository: string | null,
  session: string,
): Promise<Asked> {
  const tests = args.test === undefined ? [] : await knownTests(store, model);
  const { regressions, notes } = searchedFor(model, args, tests);
  const over = args.over ?? (args.repo === undefined ? 'changes' : 'commits');
  if (over === 'commits' && args.repo === undefined)
    throw new QueryError('commits are searched in a clone', { hint: 'add --repo DIR' });
  const direction = args.fixed === true ? 'fixed' : 'introduced';
  const words = await wordsOf(args.revisions ?? [], over === 'commits' ? repository : null);
  const given = {
    bad: [...listOf(args.bad), ...words.revisions.slice(0, 1)],
    good: [...listOf(args.good), ...words.revisions.slice(1)],
  };
  const ends = await chooseEnds(model, regressions, { over, direction, repository, given });
  const paths = [...words.paths, ...(args.tail ?? [])].filter((path) => path !== '');
  const second = secondOf(args);
  const { rates, notes: ofRates } = await chooseRates(store, model, args, regressions);
  const certainty = certaintyIn(args.confidence, rates);
  const payload: Asked['payload'] = {
    confidence: 'verified',
    rev: 1,
    session,
    regressions,
    over,
    good: [...ends.good],
    bad: [...ends.bad],
    direction,
    terms: chooseTerms(args),
    chooser: chooserOf(args, regressions),
    rates,
    ...(certainty === null ? {} : { certainty }),
    prefill: args.prefill !== false,
    ...(second === null ? {} : { second }),
    ...(args.firstParent === true ? { firstParent: true } : {}),
    ...(paths.length > 0 ? { paths } : {}),
    ...(args.pathsOnly === true ? { pathsOnly: true } : {}),
    ...(args.follows === undefined ? {} : { follows: sessionNamed(model, args.follows).id }),
  };
  return { payload, ends, notes: [...notes, ...ofRates] };
}

/**
 * Says so where nothing between the ends touches the paths that were named.
 *
 * @throws QueryError where only what touches them was to be searched: nothing would be left.
 */
function pathsNotTouched(
  { paths = [], pathsOnly, bad }: Asked['payload'],
  { touched }: OpenHistory,
): string[] {
  if (paths.length === 0 || touched.length > 0 || bad.length === 0) return [];
  const says = `no commit between the ends touches ${paths.join(', ')}`;
  if (pathsOnly === true) throw new QueryError(says, { hint: 'paths are those of the repository’s top' });
  return [says];
}

/** The candidates that a configuration does not build. What it says goes into the log, so that other machines need not have it. */
async function notBuiltIn(
  { config }: StartArguments,
  repository: string | null,
  { start, ends }: Session,
  history: OpenHistory,
): Promise<readonly NotBuilt[]> {
  if (config === undefined) return [];
  const { over, prefill, chooser } = start.payload;
  if (over !== 'commits' || repository === null)
    throw new QueryError('--config is for the commits of a clone', { hint: 'add --repo DIR' });
  if (!prefill || chooser === 'git')
    throw new QueryError('--config weighs suspects, which --chooser git and --no-prefill do without');
  if (ends.good.length === 0 || ends.bad.length === 0)
    throw new QueryError('--config needs both ends, to look at their trees');
  return notBuiltWith(config, repository, ends, history.hints);
}

function tellStart(
  world: World,
  id: string,
  event: string,
  { others, notes }: ChosenEnds,
  more: readonly string[],
): void {
  world.err(`session ${id} (${event.slice(0, 8)}); regline bisect reset closes it\n`);
  for (const note of [...more, ...notes]) world.err(`  ${safeText(note)}\n`);
  for (const o of others)
    world.err(`  another turn: ${safeText(o.why)}; --good ${o.good} --bad ${o.bad} searches it\n`);
}
