import { readFile } from 'node:fs/promises';
import { commitOf } from '../../../importers/git/run-git.ts';
import { refusal } from '../../../importers/source/refusal.ts';
import { parseGitBisectLog } from '../../../queries/bisect-session/git-log.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import type { World } from '../../context.ts';
import { decideInLog, seen, withSession, type BisectArguments } from './open-session.ts';
import { exitCodeOf, showStep } from './show.ts';
import { startCommand } from './start.ts';
import { outcomeEvents, releaseOf } from './tell.ts';

/**
 * Does what a `git bisect log` did, in a session of its own. A log that cannot be done wholly is not begun.
 *
 * @throws BisectError with the line that is no command of git bisect.
 */
export async function replayCommand(
  world: World,
  args: BisectArguments & {
    readonly file: string;
    readonly consumer?: string;
    readonly test?: string;
    readonly arch?: string;
  },
): Promise<number> {
  if (args.repo === undefined)
    throw new QueryError('a git bisect log is done in a clone', { hint: 'add --repo DIR' });
  const repository = args.repo;
  const commands = parseGitBisectLog(await textOf(world, args.file));
  // As git does it: a start begins anew, and what was before counts no more.
  const begin = commands.filter((c) => c.kind === 'start').at(-1);
  const after = begin === undefined ? commands : commands.slice(commands.indexOf(begin) + 1);
  const outcomes = await Promise.all(
    after
      .flatMap((c) => (c.kind === 'outcome' ? [c] : []))
      .map(async (c) => ({
        ...c,
        versions: await Promise.all(c.revisions.map((word) => commitOf(repository, word))),
      })),
  );
  const quiet: World = { ...world, out: () => undefined, err: () => undefined };
  const paths = begin?.paths ?? [];
  await startCommand(quiet, {
    ...args,
    good: begin?.good ?? [],
    bad: begin?.bad ?? [],
    chooser: 'git',
    prefill: false,
    over: 'commits',
    ...(begin === undefined ? {} : termsIn(begin.terms)),
    ...(begin?.firstParent === true ? { firstParent: true } : {}),
    ...(paths.length > 0 ? { tail: paths, pathsOnly: true } : {}),
  });
  return withSession(world, args, async (open) => {
    const { session } = open.step;
    await decideInLog(world, seen(open), (at, by) =>
      outcomes.flatMap(({ verdict, versions, term }, index) =>
        outcomeEvents(
          session.id,
          session.nextStep + index,
          versions.map((version) => {
            const release = releaseOf(open, version);
            return {
              version,
              outcome: verdict,
              ...(verdict === 'skip' ? { reason: 'build' as const } : {}),
              ...(term === null || session.termsSettled ? {} : { term }),
              ...(release === null ? {} : { release }),
            };
          }),
          at,
          by,
        ),
      ),
    );
    return exitCodeOf((await showStep(world, { ...args, session: session.id }, open.store)).step);
  });
}

function termsIn(terms: { readonly good: string; readonly bad: string }) {
  return terms.good === 'good' && terms.bad === 'bad' ? {} : { termGood: terms.good, termBad: terms.bad };
}

async function textOf(world: World, file: string): Promise<string> {
  if (file !== '-')
    return readFile(file, 'utf8').catch((error: unknown) => {
      throw refusal(file, error);
    });
  const chunks: Uint8Array[] = [];
  for await (const chunk of world.stdin) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
