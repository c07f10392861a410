import { join } from 'node:path';
import { toConfirm } from '../../../queries/bisect-session/to-confirm.ts';
import type { Session } from '../../../queries/recorded-sessions/session.ts';
import { waitingFor } from '../../../queries/bisect-session/waiting.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import type { EventStore } from '../../../store/event-store.ts';
import type { World } from '../../context.ts';
import { safeText } from '../../output/safe-text.ts';
import { openSession, withSession, type OpenSession } from './open-session.ts';
import { keepPlace, type Place } from './place.ts';
import type { RunArguments } from './run-arguments.ts';
import { withRunLock } from './run-lock.ts';
import { recordPending } from './run-pending.ts';
import { dropUnfinishedLogs } from './run-script.ts';
import { Stopped, testVersion, type Runner } from './run-version.ts';
import { followCheckout, whenFoundOf } from './follow-checkout.ts';
import { exitCodeOf, showStep } from './show.ts';
import { partThatGoesOn } from './split.ts';

/**
 * Tests version after version with a command, until the search has an answer. The command's exit code says what git
 * says it does (git-bisect(1)): 0 good, 125 cannot be tested, 1 to 127 bad, more ends the search; or it prints KTAP or
 * JSON with a result per consumer. Nothing of a run that is interrupted is recorded; the same command goes on. Where the
 * thing broke and was repaired in between, it goes on with the search of the latest turn.
 *
 * Exits with 0 when the culprit is found, 1 when outcomes contradict one another or `--steps` ended it, 2 when only versions
 * are left that cannot be tested, 3 when the command asked to stop.
 */
export async function runCommand(world: World, args: RunArguments): Promise<number> {
  const [program, ...words] = args.tail ?? [];
  if (program === undefined)
    throw new QueryError('say what to run', { hint: 'regline bisect run ./test.sh' });
  if (args.confirm !== undefined && /^\d+$/.test(program))
    throw new QueryError(`"${program}" is no command`, { hint: `--confirm=${program} says how many runs` });
  refuseGitsNames([program, ...words]);
  const timeoutS = numberOf(args.timeout, 'timeout', 'seconds');
  const most = numberOf(args.steps, 'steps', 'versions') ?? Infinity;
  const confirming = confirmingRuns(args.confirm);
  const { code, goesOnIn } = await withSession(world, args, async ({ store, step, place, history }) => {
    const waiting = waitingFor(step.session);
    // With a bad end alone all that leads to it can be tested; but a pass that lies would be taken for the good end.
    const isCertain = step.session.start.payload.rates.kind === 'exact';
    if (waiting !== null && (step.decision.next.length === 0 || !isCertain))
      throw new QueryError(waiting, {
        hint: `regline bisect ${step.session.terms[step.waiting[0]!]} REV names one`,
      });
    if (confirming > 0) refuseToConfirm(step.session);
    const pinned = { ...args, session: step.session.id, expect: undefined };
    refuseMends(args, step.session, place);
    const mends = await Promise.all(
      (args.cherryPick?.split(',') ?? []).map((w) => history.resolve(w.trim())),
    );
    // With an answer the checkout was given back: the same command once more has nothing to do, and is not wrong.
    const isGivenBack = place.origin === null && step.decision.state === 'concluded';
    const whenFound = isGivenBack ? null : whenFoundOf(args.resetWhenFound, place.origin);
    if (whenFound !== null) await keepPlace({ ...place, whenFound });
    const script = { program, words, timeoutS, folder: join(place.folder, 'runs') };
    try {
      await withRunLock(world, place.folder, async (running) => {
        await recordPending(store, place.folder);
        await dropUnfinishedLogs(script.folder);
        await testUntilDone(
          { world, args: pinned, script, running, mends, silent: new Map() },
          store,
          most,
          confirming,
        );
      });
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      world.err(`regline: ${safeText(error.message)}\n`);
      return { code: 3, goesOnIn: null };
    }
    const last = await showStep(world, pinned, store);
    await followCheckout(world, last);
    return {
      code: last.step.decision.state === 'running' ? 1 : exitCodeOf(last.step),
      goesOnIn: partThatGoesOn(last),
    };
  });
  return goesOnIn === null || args.steps !== undefined
    ? code
    : runCommand(world, { ...args, session: goesOnIn, expect: undefined });
}

function confirmingRuns(text: string | undefined): number {
  const runs = numberOf(text, 'confirm', 'runs') ?? 0;
  if (Number.isInteger(runs)) return runs;
  throw new QueryError(`--confirm "${text!}" is no number of runs`);
}

/** Refuses where an answer has no test of its own, and where nothing would come of one that refutes it. */
function refuseToConfirm({ start }: Session): void {
  const { chooser, second } = start.payload;
  if (second !== undefined)
    throw new QueryError('--confirm is for a search of one thing: of two, no version is tested by itself', {
      hint: 'start --flaky repeats pairs where that pays',
    });
  if (chooser === 'git')
    throw new QueryError(
      '--confirm is for a search that can doubt, and with --chooser git each outcome counts as git has it',
      {
        hint: `start without --chooser git, with --follows ${start.payload.session}, takes up what was found`,
      },
    );
}

/** Commands for git's own search that ask for what is not written into a clone here fail at every version, which would look bad. */
function refuseGitsNames(words: readonly string[]): void {
  const name = words.map((word) => /\bBISECT_HEAD\b|\brefs\/bisect\b/.exec(word)?.[0]).find(Boolean);
  if (name === undefined) return;
  throw new QueryError(`the command asks for ${name}, and nothing is written into the clone`, {
    hint: 'REGLINE_COMMIT is the commit under test, in the environment of the command',
  });
}

/** Changes are put on top in the session's own worktree, and git's chooser counts nothing of that. */
function refuseMends({ cherryPick }: RunArguments, { start }: Session, place: Place): void {
  if (cherryPick === undefined) return;
  if (start.payload.chooser === 'git')
    throw new QueryError('git is not told of builds with a change on top', {
      hint: 'a search that was begun without --chooser git takes --cherry-pick',
    });
  if (place.repository === null || place.origin !== null || place.byName)
    throw new QueryError('--cherry-pick needs a worktree of its own', {
      hint: 'a search that was begun with --repo, without --here and --no-checkout, has one',
    });
}

function numberOf(text: string | undefined, name: string, of: string): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (value > 0) return value;
  throw new QueryError(`--${name} "${text}" is no number of ${of}`);
}

async function testUntilDone(
  runner: Runner,
  store: EventStore,
  most: number,
  confirming: number,
): Promise<void> {
  let open = await openSession(runner.world, runner.args, store);
  if (runner.args.checkEnds === true) open = await checkEnds(runner, open);
  for (let done = 0; done < most; done++) {
    const { decision, session } = open.step;
    const pick = decision.next[0] ?? (confirming > 0 ? toConfirm(open.step, confirming) : null);
    if (pick === null || session.abandoned !== null) return;
    const { state } = decision;
    open = await testVersion(runner, open, pick, done === 0);
    // Ends that do not hold were tested once more, and still do not: the command has nothing else to say.
    if (state === 'contradiction' && open.step.decision.state === 'contradiction') return;
  }
}

/** Tests the ends that nothing was seen of yet: one that is not what it was said to be costs one run here, and a whole search later. */
async function checkEnds(runner: Runner, first: OpenSession): Promise<OpenSession> {
  const { good, bad, regressions } = first.step.problem;
  let open = first;
  for (const version of [...good, ...bad])
    for (const platform of new Set(regressions.map((r) => r.platform))) {
      const here = regressions.filter((r) => r.platform === platform).map((r) => r.key);
      const isSeen = open.step.outcomes.some(
        (o) => o.version === version && o.verdict !== 'skip' && here.includes(o.regression),
      );
      if (isSeen) continue;
      const pick = { version, platform, repeats: 1, bits: 0, cost: 0, testable: 1 };
      open = await testVersion(
        runner,
        open,
        { ...pick, purpose: 'test-again', why: 'an end is checked' },
        open === first,
      );
    }
  return open;
}
