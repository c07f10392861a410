import { commitOf } from '../../../importers/git/run-git.ts';
import { sessionsOf, withOutcomes } from '../../../queries/recorded-sessions/session.ts';
import { platformOf } from '../../../queries/bisect-session/told-outcomes.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import { archAmong } from '../../../store/names/arch-name.ts';
import type { World } from '../../context.ts';
import {
  decideInLog,
  openSession,
  seen,
  stepAfter,
  withSessionToChange,
  type BisectArguments,
  type OpenSession,
} from './open-session.ts';
import { recordedChange, withEndsInOrder } from './ends.ts';
import { checkedOutAt, followCheckout } from './follow-checkout.ts';
import { exitCodeOf, showStep } from './show.ts';
import { partThatGoesOn } from './split.ts';
import { answeredOn, outcomeEvents, releaseOf, type Told } from './tell.ts';

export interface VerdictArguments extends BisectArguments {
  readonly term?: string;
  readonly revisions?: readonly string[];
  /** Revisions after `--`. */
  readonly tail?: readonly string[];
  readonly only?: string;
  readonly arch?: string;
  readonly runs?: string;
  readonly reason?: string;
  readonly machine?: string;
  readonly boot?: string;
  readonly build?: string;
  readonly patched?: string;
}

type Verdict = 'good' | 'bad' | 'skip';

/** A version that an outcome is for. */
interface Named {
  readonly version: string;
  /** One member of a range that is skipped: it tells nothing of its neighbours. */
  readonly ofRange: boolean;
}

/**
 * Records good, bad or a skip (`good`, `bad`, `old`, `new`, the session's own terms) for the versions that are named, else
 * for the one that is checked out or was to be tested next.
 */
export async function termCommand(
  world: World,
  args: VerdictArguments & { readonly term: string },
): Promise<number> {
  return withSessionToChange(world, args, (open) =>
    outcomeOf(world, args, open, verdictNamed(open, args.term)),
  );
}

/** Records that versions cannot be tested: each that is named, and each of a range `A..B`. */
export async function skipCommand(world: World, args: VerdictArguments): Promise<number> {
  return withSessionToChange(world, args, (open) => outcomeOf(world, args, open, { verdict: 'skip' }));
}

interface Word {
  readonly verdict: Verdict;
  /** Kept where the session's words are not settled yet. */
  readonly term?: string;
}

async function outcomeOf(
  world: World,
  args: VerdictArguments,
  open: OpenSession,
  { verdict, term }: Word,
): Promise<number> {
  const { session } = open.step;
  if (session.abandoned !== null)
    throw new QueryError(`${session.id} was given up`, {
      hint: `regline retract ${session.abandoned.id.slice(0, 12)} takes that back; regline bisect start begins anew`,
    });
  const named = await versionsNamed(open, [...(args.revisions ?? []), ...(args.tail ?? [])], verdict);
  const about = regressionsMeant(open, args, (args.revisions ?? []).length + (args.tail ?? []).length > 0);
  const shared = await sharedFields(open, args, verdict);
  // Who names a range, or several versions at once, chooses what is not to be tried: that tells nothing of the rest.
  const unsaid = verdict === 'skip' && isChosen(named) ? 'isolated' : 'build';
  const isEnd = verdict !== 'skip' && open.step.waiting.includes(verdict);
  const isAsked = (version: string) => open.step.decision.next.some((pick) => pick.version === version);
  const told = named.flatMap(({ version }): Told[] => {
    const release = releaseOf(open, version);
    const outcome: Told = {
      version,
      outcome: verdict,
      ...(term === undefined ? {} : { term }),
      ...(release === null ? {} : { release }),
      ...(isEnd && isAsked(version) ? { asked: true } : {}),
      ...(verdict === 'skip' ? { reason: reasonOf(args.reason) ?? unsaid } : {}),
      ...shared,
    };
    return about === null ? [outcome] : about.map((regression) => ({ ...outcome, regression }));
  });
  // What would leave nothing to search is refused, not recorded: a search must always be able to go on.
  if (open.step.waiting.length > 0)
    await withEndsInOrder(session.start.payload, withOutcomes(session, told).ends, () =>
      stepAfter(open, told),
    );
  await decideInLog(world, seen(open), (at, by) => outcomeEvents(session.id, session.nextStep, told, at, by));
  const after = await showStep(world, { ...args, session: session.id }, open.store);
  const onward = partThatGoesOn(after);
  const goesOn = { ...args, session: onward ?? session.id, expect: undefined };
  await followCheckout(world, onward === null ? after : await openSession(world, goesOn, open.store));
  return exitCodeOf(after.step);
}

/** The verdict that a word means in a session: only its own pair of words, as with git. */
function verdictNamed({ step: { session } }: OpenSession, word: string): Word {
  const { terms, termsSettled } = session;
  if (word === terms.good) return termsSettled ? { verdict: 'good' } : { verdict: 'good', term: word };
  if (word === terms.bad) return termsSettled ? { verdict: 'bad' } : { verdict: 'bad', term: word };
  if (!termsSettled && word === 'old') return { verdict: 'good', term: word };
  if (!termsSettled && word === 'new') return { verdict: 'bad', term: word };
  throw new QueryError(`"${word}" is no command of bisect and no term of this session`, {
    hint: `its terms are ${terms.good} and ${terms.bad}`,
  });
}

async function versionsNamed(
  open: OpenSession,
  words: readonly string[],
  verdict: Verdict,
): Promise<readonly Named[]> {
  const { history } = open;
  if (words.length === 0) return [{ version: await impliedVersion(open), ofRange: false }];
  const named: Named[] = [];
  for (const word of words) {
    const [from, to, more] = word.split('..');
    if (verdict !== 'skip' || from === undefined || to === undefined || more !== undefined) {
      named.push({ version: await history.resolve(word), ofRange: false });
      continue;
    }
    // As with git, what is left out is where the search stands.
    const [a, b] = [from, to].map((end) => (end === '' ? impliedVersion(open) : end));
    const versions = await history.between(await a!, await b!);
    if (versions.length === 0)
      throw new QueryError(`there is no version in ${word}`, { hint: 'A..B means what B has and A has not' });
    for (const version of versions) named.push({ version, ofRange: true });
  }
  return named;
}

/** The version that is meant where none is named: what is checked out, else what was to be tested next. */
async function impliedVersion({ step, place }: OpenSession): Promise<string> {
  const [next] = step.decision.next;
  const isPair = step.session.start.payload.second !== undefined;
  const there = isPair ? null : await checkedOutAt(place);
  if (there !== null) return there;
  if (step.waiting.length > 0 && place.repository !== null && !isPair) {
    const head = await commitOf(place.repository, 'HEAD');
    // Once an end was named, who has moved to another version means that; else what they were told to test.
    if (next === undefined || !step.problem.bad.includes(head)) return head;
  }
  if (next !== undefined) return next.version;
  throw new QueryError('nothing is to be tested; name the version', { hint: 'regline bisect status' });
}

/** The regressions that an outcome is for; null: all of the session. */
function regressionsMeant(
  open: OpenSession,
  { only, arch: named }: VerdictArguments,
  isNamed: boolean,
): readonly string[] | null {
  const { regressions } = open.step.session.start.payload;
  const platforms = [...new Set(regressions.map(platformOf))];
  const arch = named === undefined ? undefined : (archAmong(named, platforms) ?? named);
  if (only !== undefined) {
    const found = regressions.filter(
      (r) => (r.key === only || r.key.split(' ')[0] === only) && (arch === undefined || r.arch === arch),
    );
    if (found.length === 1 || (found.length > 0 && arch === undefined)) return found.map((r) => r.key);
    const elsewhere = sessionsOf(open.model).findLast(
      (s) => s.abandoned === null && s.start.payload.regressions.some((r) => r.key === only),
    );
    throw new QueryError(
      `"${only}" is none of what this session searches`,
      elsewhere === undefined
        ? { suggestions: regressions.map((r) => r.key) }
        : { hint: `--session ${elsewhere.id} does` },
    );
  }
  if (arch !== undefined) {
    if (!platforms.includes(arch))
      throw new QueryError(`this session does not search on "${arch}"`, { suggestions: platforms });
    return answeredOn(open, arch);
  }
  if (platforms.length === 1) return null;
  const [next] = open.step.decision.next;
  if (!isNamed && next !== undefined) return answeredOn(open, next.platform);
  throw new QueryError('this session searches on several architectures', {
    hint: `say on which it was tested: --arch ${platforms.join(' or --arch ')}`,
  });
}

async function sharedFields(
  open: OpenSession,
  args: VerdictArguments,
  verdict: Verdict,
): Promise<Partial<Told>> {
  const runs = args.runs === undefined ? undefined : Number(args.runs);
  if (runs !== undefined && (!Number.isInteger(runs) || runs < 1))
    throw new QueryError(`--runs "${args.runs ?? ''}" is no number above 0`);
  const patches =
    args.patched === undefined
      ? undefined
      : await Promise.all(args.patched.split(',').map((word) => changeNamed(open, word.trim())));
  return {
    ...(runs === undefined ? {} : { runs }),
    ...(args.machine === undefined ? {} : { machine: args.machine }),
    ...(args.boot === undefined ? {} : { boot: args.boot }),
    ...(args.build === undefined ? {} : { tree: args.build }),
    ...(patches === undefined ? {} : { patches }),
    ...(verdict !== 'skip' && args.reason !== undefined ? { note: args.reason } : {}),
  };
}

/** A change that was put on top: of the clone, or one that the log records; it need not lie between the ends. */
async function changeNamed({ history, model }: OpenSession, word: string): Promise<string> {
  return recordedChange(model, word) ?? history.resolve(word);
}

function isChosen(named: readonly Named[]): boolean {
  return named.length > 1 || named.some(({ ofRange }) => ofRange);
}

function reasonOf(text: string | undefined): Told['reason'] {
  if (
    text === undefined ||
    text === 'build' ||
    text === 'boot' ||
    text === 'isolated' ||
    text === 'infrastructure'
  )
    return text;
  throw new QueryError(`"${text}" is no reason for a skip`, {
    hint: 'build, boot, isolated or infrastructure',
  });
}
