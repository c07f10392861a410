import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitGraphFiles } from '../../../importers/git/commit-graph-files.ts';
import { BisectError } from '../../../queries/bisect/graph/bisect-error.ts';
import { graphFromCommitGraphFiles } from '../../../queries/bisect/graph/commit-graph-file.ts';
import type { VersionGraph } from '../../../queries/bisect/graph/graph.ts';
import { graphFromRevList } from '../../../queries/bisect/graph/rev-list-text.ts';
import { gitRepositoryOf, type GitRepository } from './git-repository.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { randomHistory } from './random-history.ts';

function plain(graph: VersionGraph): unknown {
  return {
    names: Array.from({ length: graph.size }, (_, v) => graph.names.at(v)),
    parentStart: [...graph.parentStart],
    parentList: [...graph.parentList],
    dates: [...graph.committedAtS],
  };
}

function withRepository(options: readonly string[], use: (repository: GitRepository) => void): void {
  const records = randomHistory(randomNumbers(8), { size: 300, mergeShare: 0.4, branchShare: 0.3, skewS: 0 });
  const far = records.map((each, i) => ({
    ...each,
    committedAtS: each.committedAtS! + (i > 250 ? 2 ** 33 : 0),
  }));
  const repository = gitRepositoryOf(far, options);
  const refs = [...repository.hashOf.values()].map((hash, index) => `create refs/keep/${index} ${hash}\n`);
  repository.git(['update-ref', '--stdin'], false, refs.join(''));
  try {
    use(repository);
  } finally {
    repository.remove();
  }
}

function fromRevList(repository: GitRepository): VersionGraph {
  return graphFromRevList(repository.git(['rev-list', '--all', '--parents', '--timestamp']).split('\n'));
}

const fileIn = (repository: GitRepository, ...path: string[]): Uint8Array =>
  readFileSync(join(repository.path, '.git', 'objects', 'info', ...path));

describe("git's commit-graph", () => {
  it.each(['sha1', 'sha256'])('reads as git rev-list does, with %s', (format) => {
    withRepository([`--object-format=${format}`], (repository) => {
      repository.git(['commit-graph', 'write', '--reachable']);
      const graph = graphFromCommitGraphFiles([fileIn(repository, 'commit-graph')]);
      expect(plain(graph)).toEqual(plain(fromRevList(repository)));
      expect(graph.names.indexOf(graph.names.at(17))).toBe(17);
      expect(graph.names.indexOf('f'.repeat(40))).toBe(-1);
    });
  });

  it.each(['--reachable', '--split --reachable'])(
    'is that of the lender where a clone borrows: %s',
    async (how) => {
      const records = randomHistory(randomNumbers(9), {
        size: 40,
        mergeShare: 0.4,
        branchShare: 0.3,
        skewS: 0,
      });
      const lender = gitRepositoryOf(records, []);
      try {
        const tip = [...lender.hashOf.values()].at(-1)!;
        lender.git(['update-ref', 'refs/heads/main', tip]);
        const borrowers = ['one', 'two'].map((name) => join(lender.path, name));
        lender.git(['clone', '-q', '--shared', '--bare', lender.path, borrowers[0]!]);
        lender.git(['clone', '-q', '--shared', '--bare', borrowers[0]!, borrowers[1]!]);
        expect(await commitGraphFiles(borrowers[1]!)).toBeNull();
        lender.git(['commit-graph', 'write', ...how.split(' ')]);
        const [own, borrowed] = await Promise.all([lender.path, borrowers[1]!].map(commitGraphFiles));
        expect(own).toHaveLength(1);
        expect(borrowed).toEqual(own);
      } finally {
        lender.remove();
      }
    },
  );

  it('reads as a chain of files too', () => {
    withRepository([], (repository) => {
      const hashes = [...repository.hashOf.values()];
      for (const until of [100, 200, 300])
        repository.git(
          ['commit-graph', 'write', '--split=no-merge', '--stdin-commits'],
          false,
          hashes.slice(0, until).join('\n'),
        );
      const chain = readFileSync(
        join(repository.path, '.git/objects/info/commit-graphs/commit-graph-chain'),
        'utf8',
      );
      const files = chain
        .trim()
        .split('\n')
        .map((hash) => fileIn(repository, 'commit-graphs', `graph-${hash}.graph`));
      expect(files.length).toBe(3);
      expect(plain(graphFromCommitGraphFiles(files))).toEqual(plain(fromRevList(repository)));
      expect(() => graphFromCommitGraphFiles(files.slice(1))).toThrow(/stands on 1 files, not on 0/);
    });
  });

  it('is refused with a clear error wherever it is damaged, and never read wrongly', () => {
    withRepository([], (repository) => {
      repository.git(['commit-graph', 'write', '--reachable']);
      const sound = fileIn(repository, 'commit-graph');
      const errorOf = (bytes: Uint8Array): unknown => {
        try {
          graphFromCommitGraphFiles([bytes]);
          return 'read';
        } catch (error) {
          return error;
        }
      };
      fc.assert(
        fc.property(fc.nat(sound.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
          const bytes = Uint8Array.from(sound);
          bytes[at]! ^= flip;
          expect(errorOf(bytes)).toBeInstanceOf(BisectError);
          expect(errorOf(sound.subarray(0, at))).toBeInstanceOf(BisectError);
        }),
        { numRuns: 300 },
      );
    });
  });

  it('is refused with a clear error when it is wrong in itself, though its checksum holds', () => {
    withRepository([], (repository) => {
      repository.git(['commit-graph', 'write', '--reachable']);
      const sound = fileIn(repository, 'commit-graph');
      fc.assert(
        fc.property(fc.nat(sound.length - 21), fc.integer({ min: 1, max: 255 }), (at, flip) => {
          const body = Uint8Array.from(sound.subarray(0, -20));
          body[at]! ^= flip;
          const sum = createHash('sha1').update(body).digest();
          try {
            graphFromCommitGraphFiles([Buffer.concat([body, sum])]);
          } catch (error) {
            expect(error).toBeInstanceOf(BisectError);
          }
        }),
        { numRuns: 300 },
      );
      expect(() => graphFromCommitGraphFiles([sound.subarray(0, 100)])).toThrow(/damaged/);
      expect(() => graphFromCommitGraphFiles([Buffer.from('not a commit-graph at all')])).toThrow(/CGPH/);
    });
  });
});
