import { GitError } from '../../../importers/git/run-git.ts';
import { applyChange } from '../../../importers/git/worktree.ts';
import type { Pick } from '../../../queries/bisect/verdict/decision.ts';
import { markAncestors, nodeNamed } from '../../../queries/bisect/graph/graph.ts';
import { engineWords } from '../../../queries/bisect-session/engine-words.ts';
import { actorOf, type World } from '../../context.ts';
import { shortVersion } from '../../output/bisect-text.ts';
import { safeText } from '../../output/safe-text.ts';
import { bothNext } from './ahead.ts';
import { openSession, type OpenSession } from './open-session.ts';
import { checkOutAt } from './place.ts';
import type { RunArguments } from './run-arguments.ts';
import type { Running } from './run-lock.ts';
import { recordOnce } from './run-pending.ts';
import { whatRunSays } from './run-results.ts';
import { runScript, type Ended, type Script } from './run-script.ts';
import { answeredOn, outcomeEvents, releaseOf, type Told } from './tell.ts';

/** What stays the same from version to version. */
export interface Runner {
  readonly world: World;
  readonly args: RunArguments;
  readonly script: Script;
  readonly running: Running;
  /** The changes that mend the build, in full. */
  readonly mends: readonly string[];
  /** How many runs in a row said nothing of a regression. */
  readonly silent: Map<string, number>;
}

/** After so many runs that leave a regression out, the command does not know it: nobody wants to wait for all versions. */
const MOST_SILENT = 3;

/** A run that asks to stop the search: nothing of it is recorded. */
export class Stopped extends Error {}

/**
 * Tests one version as often as it takes, and gives the session after that. What cannot be built is tried once more with the
 * changes on top that mend the build, as far as it lacks them and they fit.
 */
export async function testVersion(
  runner: Runner,
  first: OpenSession,
  pick: Pick,
  isFirst: boolean,
): Promise<OpenSession> {
  const { world, mends } = runner;
  const { place } = first;
  tellProgress(world, first, pick);
  const commit = commitToCheckOut(first, pick.version);
  const where = commit === null ? process.cwd() : await checkOutAt(place, commit);
  const ahead = runner.args.ahead === true ? await aheadOf(first, pick) : {};
  const lacking = mends.filter((change) => lacks(first, pick, change));
  let onTop: readonly string[] = [];
  const mend = async () => {
    // A release that the clone does not have is tested by name alone.
    if (commit !== null) onTop = await putOnTop(world, where, lacking);
    return onTop.length > 0;
  };
  const isWithout = () => recordUnbuilt(runner, first, pick, lacking);
  // One that could not be built as it is needs no second attempt without the changes.
  if (lacking.length > 0 && couldNotBeBuilt(first, pick) && !(await mend())) return isWithout();
  let open = first;
  for (let run = 1; run <= pick.repeats;) {
    const ended = await runOnce(runner, open, pick, where, ahead);
    const isToVerify = isFirst && run === 1 && onTop.length === 0;
    if (isToVerify && (await isVerifiedOnGood(runner, open, pick, ended)) && commit !== null)
      await checkOutAt(place, commit);
    const said = await whatRunSays(ended, open.step.session, pick.platform);
    const { outcomes, allPassed, build, words } = said;
    const cannotBuild = outcomes.every((o) => o.reason === 'build');
    const patches = onTop.length > 0 && cannotBuild ? lacking : onTop;
    const built = build === null ? {} : { tree: build };
    const evidence = { ...evidenceOf(runner, open, pick, ended, patches), ...built };
    open = await record(
      runner,
      open,
      outcomes.map((o) => ({ ...evidence, ...o })),
    );
    world.err(`  ${safeText(words)}\n`);
    refuseSilence(runner, open, said.unnamed);
    if (cannotBuild && lacking.length > 0 && onTop.length === 0) {
      if (!(await mend())) return isWithout();
      continue;
    }
    // A failure of a test that hardly ever fails wrongly needs no second run.
    if (!allPassed) return open;
    run++;
  }
  return open;
}

/** Puts those of some changes that fit on what is checked out, and says which. */
async function putOnTop(world: World, where: string, changes: readonly string[]): Promise<readonly string[]> {
  const fitting: string[] = [];
  for (const change of changes) {
    const isThere = await applyChange(where, change).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof GitError)) throw error;
        return false;
      },
    );
    if (isThere) fitting.push(change);
    else {
      world.err(`  ${shortVersion(change)} does not fit on it\n`);
      // What did not fit took the others along.
      for (const other of fitting) await applyChange(where, other);
    }
  }
  if (fitting.length > 0)
    world.err(`  once more, with ${fitting.map((change) => shortVersion(change)).join(', ')} on top\n`);
  return fitting;
}

/** Records that no change that mends builds fits on a version: with these it is not asked for again. */
async function recordUnbuilt(
  runner: Runner,
  open: OpenSession,
  pick: Pick,
  changes: readonly string[],
): Promise<OpenSession> {
  const note = 'no change that mends the build fits on it';
  const told: Told = { version: pick.version, outcome: 'skip', reason: 'build', patches: [...changes], note };
  const about = answeredOn(open, pick.platform);
  return record(runner, open, about === null ? [told] : about.map((regression) => ({ ...told, regression })));
}

/** What is checked out to test a version; null where the command gets it by name alone. */
function commitToCheckOut({ place, history }: OpenSession, version: string): string | null {
  return place.repository === null || place.byName ? null : history.commitOf(version);
}

/** Stops where the command's results go on to leave out what is searched. */
function refuseSilence({ silent, script }: Runner, { step }: OpenSession, unnamed: readonly string[]): void {
  for (const { key } of step.session.start.payload.regressions) {
    const count = unnamed.includes(key) ? (silent.get(key) ?? 0) + 1 : 0;
    silent.set(key, count);
    if (count >= MOST_SILENT)
      throw new Stopped(
        `the results that ${script.program} prints do not name ${key}; nothing can be found of it so`,
      );
  }
}

function tellProgress(world: World, { step, history }: OpenSession, pick: Pick): void {
  const { decision, session } = step;
  const subject = history.subject(pick.version);
  const counts = decision.regressions.filter((r) => r.state === 'running').map((r) => r.suspectCount);
  const builds = Math.round(decision.buildsLeft.expected);
  // None is searched where the ends do not hold and are tested again.
  const left =
    counts.length === 0
      ? ''
      : `${counts.join(' + ')} ${counts.join() === '1' ? 'suspect' : 'suspects'}, about ${builds} ${builds === 1 ? 'build' : 'builds'} left`;
  const why = pick.purpose === 'search' ? '' : shortVersion(engineWords(session, pick.why));
  world.err(
    `${shortVersion(pick.version)}${subject === null ? '' : ` ${safeText(subject)}`}: ${[left, why].filter((part) => part !== '').join('; ')}\n`,
  );
}

/** Runs the command on what is checked out; a command that asks to stop ends the search. */
async function runOnce(
  { world, script, running }: Runner,
  { step, history }: OpenSession,
  pick: Pick,
  where: string,
  more: Readonly<Record<string, string>>,
): Promise<Ended> {
  const { session } = step;
  const { version, second } = history.meaningOf(pick.version);
  const commit = history.commitOf(pick.version);
  const number = String(session.nextStep).padStart(4, '0');
  const name = `${number}-${shortVersion(pick.version).replace(/[^A-Za-z0-9.-]/g, '_')}`;
  const env = {
    REGLINE_SESSION: session.id,
    REGLINE_VERSION: version,
    ...(commit === null ? {} : { REGLINE_COMMIT: commit }),
    REGLINE_ARCH: pick.platform,
    ...(second === null ? {} : { REGLINE_SECOND: second }),
    ...more,
  };
  const ended = await runScript(world, script, { where, name, env }, running);
  if (ended.code === null && !ended.timedOut)
    throw new Stopped(`${script.program} was ended by a signal; nothing of this run is recorded`);
  if (ended.code !== null && ended.code >= 128)
    throw new Stopped(`${script.program} exited with ${ended.code}, which asks to stop (${ended.path})`);
  return ended;
}

/**
 * A shell exits with 126 or 127 where it cannot run a command, which is no verdict on a version. As git does, the first such
 * run is checked on a version that is known to be good. Tells whether that was done, and is then checked out.
 */
async function isVerifiedOnGood(
  runner: Runner,
  open: OpenSession,
  pick: Pick,
  ended: Ended,
): Promise<boolean> {
  if (ended.code !== 126 && ended.code !== 127) return false;
  const { place, step } = open;
  const [good] = step.problem.good;
  const { program } = runner.script;
  const word = step.session.terms.good;
  if (step.waiting.length > 0)
    throw new Stopped(
      `${program} exited with ${ended.code}, which may mean that a program is missing; name a '${word}' version to verify it on`,
    );
  if (good === undefined) return false;
  const commit = commitToCheckOut(open, good);
  const where = commit === null ? process.cwd() : await checkOutAt(place, commit);
  const verified = await runOnce(runner, open, { ...pick, version: good }, where, {}).catch(
    (error: unknown) => {
      if (!(error instanceof Stopped)) throw error;
      throw new Stopped(`unable to verify ${program} on a '${word}' version: ${error.message}`);
    },
  );
  if (verified.code !== ended.code) return true;
  throw new Stopped(
    `${program} exits with ${ended.code} on a '${word}' version too, which says nothing; is a program missing? (${verified.path})`,
  );
}

/** What comes after either outcome, for commands that build ahead. */
async function aheadOf(open: OpenSession, pick: Pick): Promise<Readonly<Record<string, string>>> {
  const { good, bad } = await bothNext(open, pick);
  const versions = [good, bad].flatMap((next) => (next === null ? [] : [next.commit ?? next.version]));
  return { REGLINE_AHEAD: [...new Set(versions)].join('\n') };
}

function evidenceOf(
  { args }: Runner,
  open: OpenSession,
  pick: Pick,
  ended: Ended,
  patches: readonly string[],
): Omit<Told, 'outcome'> {
  const release = patches.length > 0 ? null : releaseOf(open, pick.version);
  return {
    version: pick.version,
    ...(release === null ? {} : { release }),
    log: ended.log,
    durationS: Math.round(ended.durationS * 1000) / 1000,
    ...(ended.code === null ? {} : { exitCode: ended.code }),
    ...(args.machine === undefined ? {} : { machine: args.machine }),
    ...(args.boot === undefined ? {} : { boot: args.boot }),
    ...(patches.length === 0 ? {} : { patches: [...patches] }),
  };
}

/** Records a run under a step of its own, whatever others recorded while it ran, and reads the session anew. */
async function record(
  { world, args }: Runner,
  before: OpenSession,
  told: readonly Told[],
): Promise<OpenSession> {
  const head = (await before.store.head()).position;
  const now = head === before.head ? before : await openSession(world, args, before.store);
  const at = world.now().toISOString();
  const by = actorOf(world);
  const { id, nextStep } = now.step.session;
  await recordOnce(before.store, before.place.folder, at, by, outcomeEvents(id, nextStep, told, at, by));
  return openSession(world, args, before.store);
}

/** Whether the session knows already that a version cannot be built as it is. */
function couldNotBeBuilt({ step }: OpenSession, pick: Pick): boolean {
  return step.session.outcomes.some(
    ({ payload: o }) =>
      o.version === pick.version && o.outcome === 'skip' && (o.reason ?? 'build') === 'build',
  );
}

/** Whether a version does not contain a change. */
function lacks({ history }: OpenSession, pick: Pick, change: string): boolean {
  const { graph } = history;
  const [node, of] = [graph.names.indexOf(change), nodeNamed(graph, pick.version)];
  return node < 0 || markAncestors(graph, [of])[node] === 0;
}
