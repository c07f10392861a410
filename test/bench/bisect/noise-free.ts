import { gitBisection } from '../../../queries/bisect/as-git/git-bisection.ts';
import { gitRepositoryOf } from '../../queries/bisect/git-repository.ts';
import { drawRange, play, playGit, problemFor } from './laboratory.ts';
import type { MeasuredHistory } from './history-source.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { atMost, trialsOf, type Effort, type Measured } from './report.ts';

/** Compares the number of tests with git's and with log2 n, on random ranges and culprits. */
export function measureNoiseFree({ graph }: MeasuredHistory, effort: Effort): Measured[] {
  const random = randomNumbers(effort.seed);
  const ranges = trialsOf(effort, 40);
  const perRange = 10;
  let ours = 0;
  let gits = 0;
  let bits = 0;
  for (let r = 0; r < ranges; r++) {
    const range = drawRange(graph, random, 100, 8_000);
    const problem = problemFor(graph, range, [{ kind: 'exact' }]);
    for (let t = 0; t < perRange; t++) {
      const culprit = range.candidates[Math.floor(random() * range.candidates.length)]!;
      const { decision, steps } = play(problem, { culprits: [culprit], falseFail: 0, falsePass: 0 }, random);
      if (decision.regressions[0]!.top[0]?.version !== graph.names.at(culprit))
        throw new Error('a wrong culprit');
      const git = playGit(graph, range, culprit);
      ours += steps;
      gits += git.good + git.bad;
      bits += Math.log2(range.candidates.length);
    }
  }
  const trials = ranges * perRange;
  return [
    atMost('noise-free: mean tests / git', ours / gits, 1.002, trials),
    atMost('noise-free: mean tests / log2 n', ours / bits, 1.012, trials),
  ];
}

/** Compares the choice "as git" with git itself, on a repository of empty commits with the same graph. */
export function measureAsGit({ records, graph }: MeasuredHistory, effort: Effort): Measured[] {
  const random = randomNumbers(effort.seed + 1);
  const repository = gitRepositoryOf(records);
  try {
    const refs = [...repository.hashOf.values()].map((hash, index) => `create refs/keep/${index} ${hash}\n`);
    repository.git(['update-ref', '--stdin'], false, refs.join(''));
    const trials = trialsOf(effort, 200);
    let same = 0;
    for (let t = 0; t < trials; t++) {
      const { good, bad } = drawRange(graph, random, 2, 20_000);
      const firstParent = t % 4 === 3;
      // git's hashes are others here, and equal dates are decided by the graph alone: names need not agree.
      const hash = (node: number): string => repository.hashOf.get(graph.names.at(node))!;
      const how = firstParent ? ['--bisect', '--first-parent'] : ['--bisect'];
      const theirs = repository.git(['rev-list', ...how, hash(bad), `^${hash(good)}`]).trim();
      const pick = gitBisection(graph, { bad, goods: [good], firstParent });
      if (pick !== undefined && hash(pick) === theirs) same++;
    }
    return [
      {
        what: 'as git: same commit as git rev-list --bisect [--first-parent]',
        goal: 'all',
        reached: `${same}`,
        met: same === trials,
        trials,
      },
    ];
  } finally {
    repository.remove();
  }
}
