import { createHash } from 'node:crypto';
import type { VersionRecord } from '../../../queries/bisect/graph/graph.ts';

const NO_PARENT = 0x70000000;
const MORE_PARENTS = 0x80000000;

/** Encodes a history as git's commit-graph file (SHA-1, one layer), to time its decoding at any size. */
export function encodeCommitGraph(records: readonly VersionRecord[]): Buffer {
  const sorted = records.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const position = new Map(sorted.map((record, index) => [record.name, index]));
  const size = sorted.length;
  const fanout = Buffer.alloc(1024);
  const lookup = Buffer.alloc(20 * size);
  const data = Buffer.alloc(36 * size);
  const edges: number[] = [];
  const counts = new Uint32Array(256);
  sorted.forEach(({ name, parents, committedAtS }, index) => {
    lookup.write(name, 20 * index, 'hex');
    counts[Number.parseInt(name.slice(0, 2), 16)]! += 1;
    const row = 36 * index + 20;
    const at = parents.map((parent) => position.get(parent)!);
    data.writeUInt32BE(at[0] ?? NO_PARENT, row);
    data.writeUInt32BE(at.length > 2 ? MORE_PARENTS + edges.length : (at[1] ?? NO_PARENT), row + 4);
    if (at.length > 2) edges.push(...at.slice(1, -1), MORE_PARENTS + at.at(-1)!);
    data.writeUInt32BE(committedAtS ?? 0, row + 12);
  });
  let sum = 0;
  for (let first = 0; first < 256; first++) fanout.writeUInt32BE((sum += counts[first]!), 4 * first);
  const edge = Buffer.alloc(4 * edges.length);
  edges.forEach((entry, index) => edge.writeUInt32BE(entry, 4 * index));
  const chunks: readonly [string, Buffer][] = [
    ['OIDF', fanout],
    ['OIDL', lookup],
    ['CDAT', data],
    ['EDGE', edge],
  ];
  const table = Buffer.alloc(8 + 12 * (chunks.length + 1));
  table.write('CGPH');
  table.set([1, 1, chunks.length, 0], 4);
  let at = table.length;
  for (const [index, [id, chunk]] of chunks.entries()) {
    table.write(id, 8 + 12 * index);
    table.writeBigUInt64BE(BigInt(at), 12 + 12 * index);
    at += chunk.length;
  }
  table.writeBigUInt64BE(BigInt(at), 12 + 12 * chunks.length);
  const body = Buffer.concat([table, ...chunks.map(([, chunk]) => chunk)]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}
