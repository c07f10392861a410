import { randomBytes } from 'node:crypto';
import { hasPath } from '../../../importers/git/history.ts';
import { commitOf, git } from '../../../importers/git/run-git.ts';
import { whereIs } from '../../../importers/git/worktree.ts';
import {
  sessionBegun,
  sessionNamed,
  sessionsOf,
  type Session,
  type Started,
} from '../../../queries/bisect-session/session.ts';
import { stepOf } from '../../../queries/bisect-session/step.ts';
import { loadModel } from '../../../queries/model/load.ts';
import type { Model } from '../../../queries/model/model.ts';
import { testsSeen } from '../../../queries/results/tests-seen.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import { newEvent } from '../../../store/events/event.ts';
import { openLog, type World } from '../../context.ts';
import { safeText } from '../../output/safe-text.ts';
import { chooseEnds, type ChosenEnds } from './ends.ts';
import { followCheckout, whenFoundOf } from './follow-checkout.ts';
import { decideInLog, type BisectArguments } from './open-session.ts';
import { checkOutAt, keepPlace, placeOf, withoutLoan, type Place } from './place.ts';
import { searchedFor } from './searched.ts';
import { showStep } from './show.ts';
import { chooseTerms } from './terms-of.ts';
import { openHistory } from './versions.ts';

export interface StartArguments extends BisectArguments {
  readonly revisions?: readonly string[];
  readonly good?: readonly string[] | string;
  readonly bad?: readonly string[] | string;
  readonly consumer?: string;
  readonly test?: string;
  readonly arch?: string;
  readonly over?: Started['over'];
  readonly fixed?: boolean;
  readonly firstParent?: boolean;
  readonly chooser?: Started['chooser'];
  readonly prefill?: boolean;
  readonly flaky?: boolean;
  readonly rates?: string;
  readonly termGood?: string;
  readonly termBad?: string;
  readonly second?: string;
  readonly secondVersions?: string;
  readonly tail?: readonly string[];
  readonly pathsOnly?: boolean;
  readonly follows?: string;
  readonly here?: boolean;
  readonly checkout?: boolean;
  readonly resetWhenFound?: string;
}

/** Begins a search, and says what comes first. What leaves nothing to search is refused, and nothing of it is recorded. */
export async function startCommand(world: World, args: StartArguments): Promise<number> {
  const store = await openLog(world, args, args.repo === undefined ? 'write' : 'create');
  try {
    const head = (await store.head()).position;
    const model = await loadModel(store);
    const { regressions, notes: understood } = searchedFor(
      model,
      args,
      args.test === undefined ? [] : await testsSeen(store),
    );
    const notes = [...understood];
    const over = args.over ?? (args.repo === undefined ? 'changes' : 'commits');
    if (over === 'commits' && args.repo === undefined)
      throw new QueryError('commits are searched in a clone', { hint: 'add --repo DIR' });
    const id = `B-${randomBytes(4).toString('hex')}`;
    const place = await placeOf(world, args, id);
    const { repository } = place;
    const direction = args.fixed === true ? 'fixed' : 'introduced';
    const words = await wordsOf(args.revisions ?? [], over === 'commits' ? repository : null);
    const given = {
      bad: [...listOf(args.bad), ...words.revisions.slice(0, 1)],
      good: [...listOf(args.good), ...words.revisions.slice(1)],
    };
    const ends = await chooseEnds(model, regressions, { over, direction, repository, given });
    const chooser = chooserOf(args, regressions);
    const paths = [...words.paths, ...(args.tail ?? [])].filter((path) => path !== '');
    const second = secondOf(args);
    const payload = (by: string): Started => ({
      confidence: 'verified',
      rev: 1,
      session: id,
      by,
      regressions,
      over,
      good: [...ends.good],
      bad: [...ends.bad],
      direction,
      terms: chooseTerms(args),
      chooser,
      rates: ratesOf(args),
      prefill: args.prefill !== false,
      ...(second === null ? {} : { second }),
      ...(args.firstParent === true ? { firstParent: true } : {}),
      ...(paths.length > 0 ? { paths } : {}),
      ...(args.pathsOnly === true ? { pathsOnly: true } : {}),
      ...(args.follows === undefined ? {} : { follows: sessionNamed(model, args.follows).id }),
    });
    const supposed = sessionBegun({ payload: payload('') } as Session['start']);
    const history = await openHistory(model, supposed, repository);
    const { decision } = stepOf(model, supposed, history);
    if (paths.length > 0 && history.touched.length === 0 && ends.bad.length > 0) {
      const says = `no commit between the ends touches ${paths.join(', ')}`;
      if (args.pathsOnly === true)
        throw new QueryError(says, { hint: 'paths are those of the repository’s top' });
      notes.push(says);
    }
    notes.push(...history.hints.leftOut);
    if (args.here === true && args.checkout === false)
      throw new QueryError('--here lends a checkout, and --no-checkout needs none');
    const lender = args.here === true ? await lenderOf(world, args, model, repository) : null;
    const origin = args.here === true ? (lender?.origin ?? (await lentCheckout(repository))) : null;
    const whenFound = whenFoundOf(args.resetWhenFound, origin);
    const kept = {
      ...place,
      origin,
      whenFound,
      follows: args.here === true || args.checkout === true,
      byName: args.checkout === false,
    };
    const [first] = decision.next;
    const commit = first === undefined ? null : history.commitOf(first.version);
    // A checkout that would lose changes fails before anything is recorded.
    if (origin !== null && commit !== null) await checkOutAt({ ...kept, tree: repository! }, commit);
    const ids = await decideInLog(world, { store, head, session: id }, (at, by) => [
      newEvent({
        type: 'BisectStarted',
        stream: `bisect/${id}`,
        knownAt: at,
        source: by,
        locator: 'regline bisect start',
        payload: payload(by),
      }),
    ]);
    if (repository !== null) await keepPlace(kept);
    if (lender !== null) {
      await keepPlace(withoutLoan(lender));
      notes.push(`the checkout was lent to ${lender.session}, which goes on in a worktree of its own`);
    }
    if (args.format !== 'json') tellStart(world, id, ids[0]!, ends, notes);
    const open = await showStep(world, { ...args, session: id }, store);
    await followCheckout(world, open);
    return 0;
  } finally {
    await store.close();
  }
}

function tellStart(
  world: World,
  id: string,
  event: string,
  { others, notes }: ChosenEnds,
  more: readonly string[],
): void {
  world.err(`session ${id} (${event.slice(0, 8)}); regline bisect reset gives it up\n`);
  for (const note of [...more, ...notes]) world.err(`  ${safeText(note)}\n`);
  for (const o of others)
    world.err(`  another turn: ${safeText(o.why)}; --good ${o.good} --bad ${o.bad} searches it\n`);
}

/** The open session that was lent the same checkout before: it gives it on, and with it the way back. */
async function lenderOf(
  world: World,
  args: StartArguments,
  model: Model,
  repository: string | null,
): Promise<(Place & { readonly session: string }) | null> {
  for (const { id, abandoned } of sessionsOf(model)) {
    if (abandoned !== null) continue;
    const place = await placeOf(world, { ...args, repo: undefined }, id);
    if (place.origin !== null && place.repository === repository) return { ...place, session: id };
  }
  return null;
}

/**
 * Tells revisions from paths, as git does without a `--`: the first word that is no revision and is a path begins the paths.
 * What is neither is told of as a revision.
 */
async function wordsOf(
  words: readonly string[],
  repository: string | null,
): Promise<{ readonly revisions: readonly string[]; readonly paths: readonly string[] }> {
  if (repository === null) return { revisions: words, paths: [] };
  for (const [at, word] of words.entries()) {
    if (await isCommit(repository, word)) continue;
    const tip = await commitOf(repository, at === 0 ? 'HEAD' : words[0]!);
    return (await hasPath(repository, tip, word))
      ? { revisions: words.slice(0, at), paths: words.slice(at) }
      : { revisions: words, paths: [] };
  }
  return { revisions: words, paths: [] };
}

async function isCommit(repository: string, word: string): Promise<boolean> {
  return commitOf(repository, word).then(
    () => true,
    () => false,
  );
}

/** Where the user's own checkout stands, which the search may use. */
async function lentCheckout(repository: string | null): Promise<string> {
  if (repository === null) throw new QueryError('--here needs a clone', { hint: 'add --repo DIR' });
  if ((await git(repository, 'rev-parse', '--is-bare-repository')) === 'true')
    throw new QueryError('a bare clone has no checkout', {
      hint: 'leave --here out: the search makes a worktree',
    });
  return whereIs(repository);
}

function chooserOf(args: StartArguments, regressions: Started['regressions']): Started['chooser'] {
  const chooser = args.chooser ?? 'information';
  if (chooser === 'git' && regressions.length > 1)
    throw new QueryError('git searches one regression at a time', { hint: 'leave --chooser git out' });
  return chooser;
}

/** A second thing whose version may be what broke: its versions, oldest first. */
function secondOf(args: StartArguments): NonNullable<Started['second']> | null {
  if (args.second === undefined && args.secondVersions === undefined) return null;
  const versions = args.secondVersions?.split(',').flatMap((v) => (v.trim() === '' ? [] : [v.trim()])) ?? [];
  if (args.second === undefined || versions.length < 2)
    throw new QueryError('a second axis has a name and two versions or more', {
      hint: '--second glibc --second-versions 2.34,2.35,2.36 (oldest first: the first is good, the last is bad)',
    });
  if (
    new Set(versions).size < versions.length ||
    versions.some((v) => /\sx\s|[\u0000-\u001f\u007f,]/.test(v))
  )
    throw new QueryError('versions of the second axis must differ, and be plain words');
  return { name: args.second, versions, good: versions[0]!, bad: versions.at(-1)! };
}

function listOf(value: readonly string[] | string | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function ratesOf(args: StartArguments): Started['rates'] {
  if (args.rates !== undefined) {
    const rates = args.rates.split(',').map((word) => (word.trim() === '' ? NaN : Number(word)));
    const [falseFail, falsePass] = rates;
    if (rates.length !== 2 || !rates.every((rate) => rate >= 0 && rate < 1) || falseFail! + falsePass! >= 1)
      throw new QueryError(`--rates "${args.rates}" are no two rates`, {
        hint: 'write FALSE_FAIL,FALSE_PASS, together less than 1: 0.02,0.3',
      });
    return { kind: 'known', falseFail: falseFail!, falsePass: falsePass! };
  }
  return args.flaky === true ? { kind: 'learned' } : { kind: 'exact' };
}
