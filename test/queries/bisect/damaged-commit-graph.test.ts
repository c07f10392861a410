import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphOf } from '../../../cli/commands/bisect/clone-reads.ts';
import type { VersionGraph } from '../../../queries/bisect/graph/graph.ts';
import { graphFromRevList } from '../../../queries/bisect/graph/rev-list-text.ts';
import { gitRepositoryOf, type GitRepository } from './git-repository.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { randomHistory } from './random-history.ts';

const HASH_BYTES = 20;
const folder = mkdtempSync(join(tmpdir(), 'damaged-graph-'));
let single: GitRepository;
let chain: GitRepository;
let tips: readonly string[];
let expected: unknown;
let copies = 0;

function plain(graph: VersionGraph): unknown {
  return {
    names: Array.from({ length: graph.size }, (_, v) => graph.names.at(v)),
    parentStart: [...graph.parentStart],
    parentList: [...graph.parentList],
    dates: [...graph.committedAtS],
  };
}

function keepAll({ git }: GitRepository, hashes: readonly string[]): void {
  git(['update-ref', '--stdin'], false, hashes.map((h) => `create refs/keep/${h} ${h}\n`).join(''));
}

beforeAll(() => {
  const shape = { size: 120, mergeShare: 0.4, branchShare: 0.4, skewS: 0 };
  const records = randomHistory(randomNumbers(3), shape);
  single = gitRepositoryOf(records);
  chain = gitRepositoryOf(records);
  tips = [...single.hashOf.values()];
  keepAll(single, tips);
  single.git(['commit-graph', 'write', '--reachable']);
  // Two layers: the first half of the commits, then all.
  keepAll(chain, tips.slice(0, 60));
  chain.git(['commit-graph', 'write', '--reachable', '--split=no-merge']);
  keepAll(chain, tips.slice(60));
  chain.git(['commit-graph', 'write', '--reachable', '--split=no-merge']);
  expected = plain(
    graphFromRevList(single.git(['rev-list', '--all', '--parents', '--timestamp']).split('\n')),
  );
});

afterAll(() => {
  single.remove();
  chain.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** What is read of a copy of a repository after something was done to a file below `objects/info`. */
async function readAfter(
  repository: GitRepository,
  file: (info: string) => string,
  damage: (bytes: Buffer) => Uint8Array,
): Promise<unknown> {
  const copy = join(folder, `copy${copies++}`);
  cpSync(repository.path, copy, { recursive: true });
  const path = file(join(copy, '.git', 'objects', 'info'));
  const damaged = damage(readFileSync(path));
  rmSync(path);
  writeFileSync(path, damaged);
  return plain(await graphOf(copy, tips));
}

const ofSingle = (info: string) => join(info, 'commit-graph');
const ofChain = (info: string) => join(info, 'commit-graphs', 'commit-graph-chain');
/** Base first. */
const layersOf = (info: string) => readFileSync(ofChain(info), 'utf8').trim().split('\n');
const ofLayer = (index: number) => (info: string) =>
  join(info, 'commit-graphs', `graph-${layersOf(info)[index]!}.graph`);

/** Puts the checksum right, as somebody would who means harm. */
function sealed(bytes: Buffer): Buffer {
  const body = bytes.subarray(0, -HASH_BYTES);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}

function setByte(at: number, value: number) {
  return (bytes: Buffer): Buffer => {
    bytes[at] = value;
    return sealed(bytes);
  };
}

function chunkAt(bytes: Buffer, id: string): number {
  for (let row = 8; ; row += 12)
    if (bytes.toString('latin1', row, row + 4) === id) return Number(bytes.readBigUInt64BE(row + 4));
}

/** Makes the commits at two places of the file parents of one another. */
function cyclic(bytes: Buffer): Buffer {
  const data = chunkAt(bytes, 'CDAT');
  for (const [place, parent] of [
    [5, 9],
    [9, 5],
  ] as const)
    bytes.writeUInt32BE(parent, data + place * (HASH_BYTES + 16) + HASH_BYTES);
  return sealed(bytes);
}

/** Makes a commit its own parent. */
function ownParent(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(7, chunkAt(bytes, 'CDAT') + 7 * (HASH_BYTES + 16) + HASH_BYTES);
  return sealed(bytes);
}

const DAMAGES: readonly (readonly [string, (bytes: Buffer) => Uint8Array])[] = [
  ['nothing done', (bytes) => bytes],
  ['empty', () => Buffer.alloc(0)],
  ['cut off after the header', (bytes) => bytes.subarray(0, 10)],
  ['cut off in the middle', (bytes) => bytes.subarray(0, bytes.length >> 1)],
  ['cut off by one byte', (bytes) => bytes.subarray(0, -1)],
  ['one bit turned', (bytes) => Buffer.from(bytes.map((b, i) => (i === 1_500 ? b ^ 1 : b)))],
  ['another signature', setByte(0, 0x42)],
  ['a later version', setByte(4, 2)],
  ['another hash', setByte(5, 2)],
  ['an unknown hash', setByte(5, 9)],
  ['more chunks than there are', setByte(6, 250)],
  ['standing on other files', setByte(7, 7)],
  ['a chunk outside of the file', setByte(8 + 4, 0x7f)],
  ['noise', (bytes) => Buffer.from(bytes.map((_, i) => (i * 2_654_435_761) >>> 24))],
];

/** Parents are positions in the whole chain, so that these two are of its base. */
const CYCLES: typeof DAMAGES = [
  ['commits that are their own ancestors', cyclic],
  ['a commit that is its own parent', ownParent],
];

describe('a damaged commit-graph is read around', () => {
  it.each([...DAMAGES, ...CYCLES])('a single file, %s', async (_, damage) => {
    expect(await readAfter(single, ofSingle, damage)).toEqual(expected);
  });

  it.each(DAMAGES)('a layer of a chain, %s', async (_, damage) => {
    expect(layersOf(join(chain.path, '.git', 'objects', 'info'))).toHaveLength(2);
    expect(await readAfter(chain, ofLayer(0), damage)).toEqual(expected);
    expect(await readAfter(chain, ofLayer(1), damage)).toEqual(expected);
  });

  it.each(CYCLES)('the base of a chain, %s', async (_, damage) => {
    expect(await readAfter(chain, ofLayer(0), damage)).toEqual(expected);
  });

  it.each([
    ['empty', () => ''],
    ['in the wrong order', (text: string) => `${text.trim().split('\n').reverse().join('\n')}\n`],
    ['with the upper layer alone', (text: string) => `${text.trim().split('\n').at(-1)!}\n`],
    ['with a layer twice', (text: string) => text + text],
    ['with a layer that is not there', (text: string) => `${text}${'0'.repeat(40)}\n`],
    ['with a path', () => '../../../../../../etc/passwd\n'],
  ])('a chain %s', async (_, change) => {
    const damage = (bytes: Buffer) => Buffer.from(change(bytes.toString('utf8')));
    expect(await readAfter(chain, ofChain, damage)).toEqual(expected);
  });
});
