import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitBisection, gitNextStep, type GitStep } from '../../../queries/bisect/git-bisection.ts';
import type { VersionGraph } from '../../../queries/bisect/graph.ts';
import { graphFromRevList } from '../../../queries/bisect/rev-list-text.ts';
import { gitRepositoryOf, type GitRepository } from './git-repository.ts';
import { randomHistory, randomNumbers, type HistoryShape } from './random-history.ts';

const SHAPES: readonly HistoryShape[] = [
  { size: 60, mergeShare: 0, branchShare: 0, skewS: 0 },
  { size: 120, mergeShare: 0.2, branchShare: 0.3, skewS: 0 },
  { size: 200, mergeShare: 0.4, branchShare: 0.5, skewS: 0 },
  { size: 200, mergeShare: 0.3, branchShare: 0.6, skewS: 2_000 },
  { size: 1_500, mergeShare: 0.3, branchShare: 0.35, skewS: 0 },
];

function repositoryAndGraph(
  shape: HistoryShape,
  seed: number,
): { repository: GitRepository; graph: VersionGraph } {
  const random = randomNumbers(seed);
  // Several commits of one second: ties by date are where the order of git's list shows.
  const records = randomHistory(random, shape).map((record) => ({
    ...record,
    committedAtS: Math.floor((record.committedAtS ?? 0) / 180) * 180,
  }));
  const repository = gitRepositoryOf(records);
  const refs = [...repository.hashOf.values()].map((hash, index) => `create refs/keep/${index} ${hash}\n`);
  repository.git(['update-ref', '--stdin'], false, refs.join(''));
  const text = repository.git(['rev-list', '--all', '--parents', '--timestamp', '--topo-order']);
  return { repository, graph: graphFromRevList(text.split('\n')) };
}

describe('the choice of git rev-list --bisect', () => {
  it.each(SHAPES.map((shape, index) => ({ shape, seed: 11 + index })))(
    'on $shape.size commits',
    ({ shape, seed }) => {
      const { repository, graph } = repositoryAndGraph({ ...shape }, seed);
      const random = randomNumbers(seed + 1_000);
      const pick = (): number => Math.floor(random() * graph.size);
      try {
        for (let trial = 0; trial < 50; trial++) {
          const bad = Math.max(pick(), pick());
          const goods = Array.from({ length: trial % 4 }, pick);
          const firstParent = trial % 7 === 6;
          const args = [
            'rev-list',
            '--bisect',
            ...(firstParent ? ['--first-parent'] : []),
            graph.names.at(bad),
            ...goods.map((good) => `^${graph.names.at(good)}`),
          ];
          const ours = gitBisection(graph, { bad, goods, firstParent });
          const theirs = repository.git(args).trim();
          expect(ours === undefined ? '' : graph.names.at(ours), args.join(' ')).toBe(theirs);
        }
      } finally {
        repository.remove();
      }
    },
  );
});

/** Plays one session of `git bisect` with random skips and compares each of its steps with ours. */
function playSession(repository: GitRepository, graph: VersionGraph, seed: number): string[] {
  const random = randomNumbers(seed);
  const { git } = repository;
  const at = graph.names.at;
  let bad = graph.size - 1 - Math.floor(random() * (graph.size / 4));
  const goods = [Math.floor(random() * (graph.size / 8)), Math.floor(random() * (graph.size / 2))];
  const skipped: number[] = [];
  const played: string[] = [];
  let mergeBasesSettled = false;
  git(['bisect', 'reset'], true);
  let output = git(['bisect', 'start', '--no-checkout', at(bad), ...goods.map(at)], true);
  for (let turn = 0; turn < 12; turn++) {
    // git hands the good ends over in the order of their refs, which is that of the hashes.
    const byName = [...goods].sort((a, b) => (at(a) < at(b) ? -1 : 1));
    const step = gitNextStep(graph, { bad, goods: byName, skipped, mergeBasesSettled });
    mergeBasesSettled ||= step.kind !== 'merge-base';
    played.push(step.kind);
    expectSameStep(repository, graph, step, output);
    if (step.kind !== 'test' && step.kind !== 'merge-base') return played;
    const roll = random();
    const word =
      roll < (step.kind === 'merge-base' ? 0.8 : 0.3)
        ? 'good'
        : roll < 0.6 || step.kind === 'merge-base'
          ? 'bad'
          : 'skip';
    output = git(['bisect', word, at(step.node)], true);
    if (word === 'good') goods.push(step.node);
    else if (word === 'bad') bad = step.node;
    else skipped.push(step.node);
  }
  return played;
}

function expectSameStep(repository: GitRepository, graph: VersionGraph, step: GitStep, output: string): void {
  const headFile = join(repository.path, '.git', 'BISECT_HEAD');
  const head = existsSync(headFile) ? readFileSync(headFile, 'utf8').trim() : '';
  switch (step.kind) {
    case 'test':
    case 'merge-base':
      expect(graph.names.at(step.node), JSON.stringify(step) + output).toBe(head);
      expect(output.includes('merge base must be tested')).toBe(step.kind === 'merge-base');
      break;
    case 'found':
      expect(output).toContain(`${graph.names.at(step.node)} is the first bad commit`);
      break;
    case 'only-skipped': {
      const listed = output.split('\n').filter((line) => /^[0-9a-f]{40}$/.test(line));
      expect(output).toContain("There are only 'skip'ped commits left to test");
      expect(step.suspects.map(graph.names.at)).toEqual(listed);
      break;
    }
    case 'fixed-between':
    case 'nothing':
      expect(output).not.toContain('Bisecting:');
      break;
  }
}

describe('the steps of git bisect', () => {
  it('with skipped commits and merge bases', () => {
    const { repository, graph } = repositoryAndGraph(
      { size: 90, mergeShare: 0.3, branchShare: 0.25, skewS: 0 },
      5,
    );
    try {
      const kinds = new Set<string>();
      for (let seed = 0; seed < 20; seed++)
        for (const kind of playSession(repository, graph, seed)) kinds.add(kind);
      expect([...kinds].sort()).toEqual(['fixed-between', 'found', 'merge-base', 'only-skipped', 'test']);
    } finally {
      repository.remove();
    }
  });
});
