import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkOut } from '../../../importers/git/worktree.ts';
import type { Pick } from '../../../queries/bisect/decision.ts';
import { QueryError } from '../../../queries/query-error.ts';
import type { World } from '../../context.ts';
import { shortVersion } from '../../output/bisect-text.ts';
import { safeText } from '../../output/safe-text.ts';
import { openSession, withSession, type BisectArguments, type OpenSession } from './open-session.ts';
import { resultsOfLog } from './run-results.ts';
import { showStep } from './show.ts';
import { releaseOf, tell } from './verbs.ts';

export interface RunArguments extends BisectArguments {
  readonly tail?: readonly string[];
  readonly timeout?: string;
  readonly machine?: string;
  readonly steps?: string;
}

/** How a script ended. */
interface Ended {
  readonly code: number | null;
  readonly timedOut: boolean;
  readonly log: { readonly sha256: string; readonly name: string };
  readonly path: string;
  readonly durationS: number;
}

/**
 * Tests version after version with a command, until the search has an answer. The command's exit code says what git
 * says it does (git-bisect(1)): 0 good, 125 cannot be tested, 1 to 127 bad, more ends the search; or it prints KTAP or
 * JSON with a result per consumer. Nothing of a run that is interrupted is recorded; the same command goes on.
 */
export async function runCommand(world: World, args: RunArguments): Promise<number> {
  const [program, ...words] = args.tail ?? [];
  if (program === undefined)
    throw new QueryError('say what to run', { hint: 'regline bisect run ./test.sh' });
  const timeoutS = args.timeout === undefined ? null : Number(args.timeout);
  if (timeoutS !== null && !(timeoutS > 0))
    throw new QueryError(`--timeout "${args.timeout ?? ''}" is no number of seconds`);
  const most = args.steps === undefined ? Infinity : Number(args.steps);
  return withSession(world, args, async (first) => {
    let open = first;
    for (let done = 0; done < most; done++) {
      const { decision, session } = open.step;
      const pick = decision.next[0];
      if (pick === undefined || session.abandoned !== null) break;
      const stop = await runOnce(world, args, open, pick, program, words, timeoutS);
      if (stop !== null) {
        world.err(`regline: ${safeText(stop)}\n`);
        return 3;
      }
      open = await openSession(world, args, open.store);
    }
    const last = await showStep(world, args, open.store);
    return last.step.decision.state === 'concluded' ? 0 : 1;
  });
}

/** Tests one version as often as it takes; gives why the search has to stop, or null. */
async function runOnce(
  world: World,
  args: RunArguments,
  open: OpenSession,
  pick: Pick,
  program: string,
  words: readonly string[],
  timeoutS: number | null,
): Promise<string | null> {
  const { session, history, decision } = open.step;
  const { repository, tree, folder } = open.place;
  const subject = history.subject(pick.version);
  const left = decision.regressions.map((r) => r.suspectCount).join(' + ');
  world.err(
    `${shortVersion(pick.version)}${subject === null ? '' : ` ${safeText(subject)}`}: ${left} suspects, about ${Math.round(decision.buildsLeft.expected)} builds left\n`,
  );
  let where = process.cwd();
  if (repository !== null && tree !== null) {
    await checkOut(repository, tree, pick.version);
    where = tree;
  }
  const release = releaseOf(open, pick.version);
  for (let run = 1; run <= pick.repeats; run++) {
    const name = `${String(session.nextStep).padStart(4, '0')}-${shortVersion(pick.version).replace(/[^A-Za-z0-9.-]/g, '_')}-${run}.log`;
    const ended = await runScript(
      world,
      { program, words, where, folder: join(folder, 'runs'), name, timeoutS },
      {
        REGLINE_SESSION: session.id,
        REGLINE_VERSION: pick.version,
        REGLINE_ARCH: pick.platform,
      },
    );
    if (ended.code === null && !ended.timedOut)
      return `${program} was ended by a signal; nothing of this run is recorded`;
    if (ended.code !== null && ended.code >= 128)
      return `${program} exited with ${ended.code}, which asks to stop (${ended.path})`;
    const evidence = {
      version: pick.version,
      ...(release === null ? {} : { release }),
      log: ended.log,
      durationS: Math.round(ended.durationS * 1000) / 1000,
      ...(ended.code === null ? {} : { exitCode: ended.code }),
      ...(args.machine === undefined ? {} : { machine: args.machine }),
    };
    const each = await resultsOfLog(ended.path, session.start.payload.regressions);
    if (each.size > 0) {
      await tell(
        world,
        open,
        [...each].map(([regression, outcome]) => ({
          ...evidence,
          regression,
          outcome,
          ...(outcome === 'skip' ? { reason: 'infrastructure' as const } : {}),
        })),
      );
    } else if (ended.code === 125)
      await tell(world, open, [{ ...evidence, outcome: 'skip', reason: 'build' }]);
    else await tell(world, open, [{ ...evidence, outcome: ended.code === 0 ? 'good' : 'bad' }]);
    const word = ended.timedOut ? 'timed out' : `exit ${String(ended.code)}`;
    world.err(
      `  ${word}${each.size > 0 ? `: ${[...each].map(([k, o]) => `${safeText(k)} ${o}`).join(', ')}` : ''}\n`,
    );
    // A failure of a test that never fails wrongly needs no second run.
    if (ended.code !== 0 || each.size > 0) return null;
    if (run < pick.repeats) open = await openSession(world, args, open.store);
  }
  return null;
}

interface Script {
  readonly program: string;
  readonly words: readonly string[];
  readonly where: string;
  readonly folder: string;
  readonly name: string;
  readonly timeoutS: number | null;
}

/** Runs the command without a shell; all that it prints goes into a log of its own. */
async function runScript(
  world: World,
  script: Script,
  more: Readonly<Record<string, string>>,
): Promise<Ended> {
  await mkdir(script.folder, { recursive: true });
  const path = join(script.folder, script.name);
  const file = createWriteStream(path);
  const hash = createHash('sha256');
  const began = performance.now();
  const child = spawn(script.program, script.words, {
    cwd: script.where,
    env: { ...process.env, ...world.env, ...more },
    shell: false,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const take = (chunk: Buffer) => {
    hash.update(chunk);
    file.write(chunk);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const killAll = () => {
    if (child.pid === undefined) return;
    try {
      // The command's own children die with it.
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It was gone already.
    }
  };
  process.once('exit', killAll);
  const state = { timedOut: false };
  const timer =
    script.timeoutS === null
      ? null
      : setTimeout(() => {
          state.timedOut = true;
          killAll();
        }, script.timeoutS * 1000);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        reject(
          new QueryError(
            error.code === 'ENOENT'
              ? `there is no program "${script.program}"`
              : `"${script.program}" cannot be run: ${error.message}`,
            { hint: 'name a program, with ./ where it lies in this folder' },
          ),
        );
      });
      child.once('close', resolve);
    });
    return {
      code: state.timedOut ? null : code,
      timedOut: state.timedOut,
      log: { sha256: hash.digest('hex'), name: script.name },
      path,
      durationS: (performance.now() - began) / 1000,
    };
  } finally {
    if (timer !== null) clearTimeout(timer);
    process.removeListener('exit', killAll);
    await new Promise<void>((resolve) => {
      file.end(resolve);
    });
  }
}
