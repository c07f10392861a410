import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { differUnder } from '../../../importers/git/path-changes.ts';
import { graphFromCommitGraphFiles } from '../../../queries/bisect/graph/commit-graph-file.ts';
import { gitBisection } from '../../../queries/bisect/as-git/git-bisection.ts';
import type { VersionGraph } from '../../../queries/bisect/graph/graph.ts';
import { mergeBases } from '../../../queries/bisect/graph/merge-bases.ts';
import { pathHistoryOf } from '../../../queries/bisect/graph/path-history.ts';
import { graphFromRevList } from '../../../queries/bisect/graph/rev-list-text.ts';
import { gitRepositoryOf, type GitRepository } from './git-repository.ts';
import { playBesideGit } from './git-session.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { randomFiles, randomHistory, type HistoryShape } from './random-history.ts';

const SHAPES: readonly HistoryShape[] = [
  { size: 60, mergeShare: 0, branchShare: 0, skewS: 0 },
  { size: 120, mergeShare: 0.2, branchShare: 0.3, skewS: 0 },
  { size: 200, mergeShare: 0.4, branchShare: 0.5, skewS: 0 },
  { size: 200, mergeShare: 0.3, branchShare: 0.6, skewS: 2_000 },
  { size: 1_500, mergeShare: 0.3, branchShare: 0.35, skewS: 0 },
];

const FILES = ['n', 'm', 'd/o'];
const PATHS = [['n'], ['d'], ['n', 'm'], ['.', ':(exclude)n']];

/** A random repository. `secondsApart`: dates are rounded to that; ties by date are where the order of git's list shows. */
function repositoryAndGraph(
  shape: HistoryShape,
  seed: number,
  secondsApart: number,
): { repository: GitRepository; graph: VersionGraph } {
  const random = randomNumbers(seed);
  const records = randomHistory(random, shape);
  const trees = randomFiles(random, records, FILES);
  const repository = gitRepositoryOf(
    records.map((record) => ({
      ...record,
      files: trees.get(record.name)!,
      committedAtS: Math.floor(record.committedAtS! / secondsApart) * secondsApart,
    })),
  );
  const refs = [...repository.hashOf.values()].map((hash, index) => `create refs/keep/${index} ${hash}\n`);
  repository.git(['update-ref', '--stdin'], false, refs.join(''));
  const text = repository.git(['rev-list', '--all', '--parents', '--timestamp', '--topo-order']);
  return { repository, graph: graphFromRevList(text.split('\n')) };
}

/** Has git write a commit-graph, which it goes by from then on, and reads that. */
function fromCommitGraph({ git, path }: GitRepository): VersionGraph {
  git(['commit-graph', 'write', '--reachable']);
  return graphFromCommitGraphFiles([readFileSync(join(path, '.git/objects/info/commit-graph'))]);
}

function wholePathHistory({ path }: GitRepository, graph: VersionGraph, paths: readonly string[]) {
  const nodes = Array.from({ length: graph.size }, (_, v) => v);
  return pathHistoryOf(graph, nodes, (pairs) => differUnder(path, paths, pairs));
}

describe('the choice of git rev-list --bisect', () => {
  it.each(SHAPES.map((shape, index) => ({ shape, seed: 11 + index })))(
    'on $shape.size commits',
    async ({ shape, seed }) => {
      const { repository, graph } = repositoryAndGraph({ ...shape }, seed, 180);
      const random = randomNumbers(seed + 1_000);
      const pick = (): number => Math.floor(random() * graph.size);
      try {
        const names = PATHS[seed % PATHS.length]!;
        const history = await wholePathHistory(repository, graph, names);
        for (let trial = 0; trial < 50; trial++) {
          const bad = Math.max(pick(), pick());
          const goods = Array.from({ length: trial % 4 }, pick);
          const firstParent = trial % 7 === 6;
          const limited = trial % 2 === 0;
          const args = [
            'rev-list',
            '--bisect',
            ...(firstParent ? ['--first-parent'] : []),
            graph.names.at(bad),
            ...goods.map((good) => `^${graph.names.at(good)}`),
            ...(limited ? ['--', ...names] : []),
          ];
          const range = { bad, goods, firstParent, ...(limited ? { paths: history } : {}) };
          const ours = gitBisection(graph, range);
          const theirs = repository.git(args).trim();
          expect(ours === undefined ? '' : graph.names.at(ours), args.join(' ')).toBe(theirs);
        }
      } finally {
        repository.remove();
      }
    },
  );
});

describe('the merge bases of git', () => {
  it.each([
    { history: 'of a list', hasFile: false },
    { history: 'of a commit-graph with corrected dates', hasFile: true },
  ])('come in its order, also where dates are equal ($history)', ({ hasFile }) => {
    let several = 0;
    for (let seed = 0; seed < 8; seed++) {
      const shape = { size: 60, mergeShare: 0.5, branchShare: 0.6, skewS: seed % 2 === 0 ? 0 : 800 };
      const { repository, graph: listed } = repositoryAndGraph(shape, seed, 1_000);
      const graph = hasFile ? fromCommitGraph(repository) : listed;
      const random = randomNumbers(seed + 50);
      const pick = (): number => Math.floor(random() * graph.size);
      try {
        for (let trial = 0; trial < 12; trial++) {
          const [node, ...others] = [pick(), pick(), ...(trial % 2 === 0 ? [pick()] : [])];
          const names = [node, ...others].map(graph.names.at);
          const ours = mergeBases(graph, node, others).map(graph.names.at);
          const theirs = repository.git(['merge-base', '--all', ...names], true).trim();
          expect(ours.join('\n'), names.join(' ')).toBe(theirs);
          if (ours.length > 1) several++;
        }
      } finally {
        repository.remove();
      }
    }
    expect(several).toBeGreaterThan(10);
  });
});

describe('a session with --chooser git', () => {
  it('goes the way of git bisect, whatever it is told', async () => {
    const kinds = new Map<string, number>();
    for (let seed = 40; seed < 50; seed++) {
      const random = randomNumbers(seed);
      const shape = {
        size: 8 + Math.floor(random() * 50),
        mergeShare: random() * 0.6,
        branchShare: random() * 0.7,
        skewS: seed % 4 === 3 ? 1_000 : 0,
      };
      const { repository, graph } = repositoryAndGraph(shape, seed, [1, 200, 1_000][seed % 3]!);
      try {
        const names = PATHS[seed % PATHS.length]!;
        const history = await wholePathHistory(repository, graph, names);
        for (let session = 0; session < 2; session++) {
          const played = playBesideGit(repository, graph, random, {
            goods: 1 + Math.floor(random() * 3),
            firstParent: random() < 0.25,
            ...(session === 0 ? {} : { paths: { names, history } }),
          });
          for (const { after, kind, ours, theirs } of played) {
            expect(ours, after).toEqual(theirs);
            kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
          }
        }
      } finally {
        repository.remove();
      }
    }
    expect([...kinds.keys()].sort()).toEqual([
      'concluded',
      'contradiction',
      'merge-base',
      'search',
      'suspects',
    ]);
  });
});
