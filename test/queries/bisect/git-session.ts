import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decide } from '../../../queries/bisect/decide.ts';
import type { Decision } from '../../../queries/bisect/verdict/decision.ts';
import { markAncestors, type VersionGraph } from '../../../queries/bisect/graph/graph.ts';
import type { PathHistory } from '../../../queries/bisect/graph/path-history.ts';
import type { Outcome, Problem } from '../../../queries/bisect/range/problem.ts';
import type { GitRepository } from './git-repository.ts';

/** What `git bisect` and the search with `--chooser git` said at one point of a session. */
export interface PlayedStep {
  /** The commands of git that led here. */
  readonly after: string;
  readonly kind: string;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

export interface SessionShape {
  readonly goods: number;
  readonly firstParent?: boolean;
  readonly paths?: { readonly names: readonly string[]; readonly history: PathHistory };
}

/** Plays one session of `git bisect` with random answers (also about other commits than it asks for), and the same here. */
export function playBesideGit(
  { git, path }: GitRepository,
  graph: VersionGraph,
  random: () => number,
  { goods, firstParent = false, paths }: SessionShape,
): PlayedStep[] {
  const at = graph.names.at;
  const pick = (below: number): number => Math.floor(random() * below);
  const bad = graph.size - 1 - pick(graph.size / 3);
  const good = Array.from({ length: goods }, () => pick(graph.size));
  const contained = markAncestors(graph, good);
  if (contained[bad] === 1) return [];
  const problem: Problem = {
    graph,
    bad: [at(bad)],
    good: good.map(at),
    regressions: [{ key: 'r', platform: 'any', rates: { kind: 'exact' } }],
    firstParent,
    ...(paths === undefined ? {} : { paths: paths.history }),
  };
  const outcomes: Outcome[] = [];
  const played: PlayedStep[] = [];
  const commands: string[] = [];
  const command = (...args: string[]): string => {
    commands.push(args.join(' '));
    return git(['bisect', ...args], true);
  };
  git(['bisect', 'reset'], true);
  const options = firstParent ? ['--first-parent'] : [];
  const limit = paths === undefined ? [] : ['--', ...paths.names];
  let said = command('start', '--no-checkout', ...options, ...[bad, ...good].map(at), ...limit);
  for (let turn = 0; turn < 15; turn++) {
    const decision = decide(problem, outcomes, { chooser: 'git' });
    const [next] = decision.next;
    played.push({
      after: commands.join('\n'),
      kind: next?.purpose ?? decision.state,
      ours: ourWords(decision),
      theirs: theirWords(said, path),
    });
    if (next === undefined) return played;
    const version = random() < 0.12 ? at(pick(graph.size)) : next.version;
    const roll = random();
    const isBase = next.purpose === 'merge-base';
    const word = roll < (isBase ? 0.25 : 0.4) ? 'bad' : roll < (isBase ? 0.45 : 0.65) ? 'skip' : 'good';
    said = command(word, version);
    outcomes.push(
      word === 'skip'
        ? { verdict: word, version, platform: 'any', reason: 'build' }
        : { verdict: word, version, regression: 'r' },
    );
  }
  return played;
}

function ourWords({ state, next, regressions }: Decision): string[] {
  const [pick] = next;
  if (pick !== undefined) return [pick.purpose === 'merge-base' ? 'merge base' : 'test', pick.version];
  const suspects = regressions[0]!.top.map(({ version }) => version);
  if (suspects.length === 0) return ['no answer'];
  return [state === 'concluded' ? 'found' : 'only skipped', ...suspects];
}

function theirWords(said: string, path: string): string[] {
  const headFile = join(path, '.git', 'BISECT_HEAD');
  const head = existsSync(headFile) ? readFileSync(headFile, 'utf8').trim() : '';
  if (said.includes('Bisecting:'))
    return [said.includes('a merge base must be tested') ? 'merge base' : 'test', head];
  const found = /^([0-9a-f]{40}) is the first '?bad'? commit$/m.exec(said);
  if (found !== null) return ['found', found[1]!];
  if (said.includes("only 'skip'ped commits left"))
    return ['only skipped', ...said.split('\n').filter((line) => /^[0-9a-f]{40}$/.test(line))];
  return ['no answer'];
}
