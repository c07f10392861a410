import { createHash } from 'node:crypto';
import { BisectError } from './bisect-error.ts';
import { inCanonicalOrder, type VersionGraph } from './graph.ts';
import { namesFromHashes } from './version-names.ts';

/**
 * Decodes git's `objects/info/commit-graph` and the split chain in `objects/info/commit-graphs/`, as
 * gitformat-commit-graph(5) describes them. The caller reads the files; a chain is handed over base layer first,
 * in the order of the lines of `commit-graph-chain`.
 */

const SIGNATURE = 0x43475048; // "CGPH"
const NO_PARENT = 0x70000000;
const MORE_PARENTS = 0x80000000;
const CHUNK_ROW_BYTES = 12;
const FANOUT_BYTES = 256 * 4;

/** One layer of the chain, checked for its outer structure only. */
interface Layer {
  readonly file: number;
  readonly view: DataView;
  readonly bytes: Uint8Array;
  readonly hashBytes: number;
  readonly size: number;
  readonly hashesAt: number;
  readonly dataAt: number;
  readonly edgesAt: number;
  readonly edgeCount: number;
  readonly hasCorrectedDates: boolean;
  /** Position of this layer's first commit in the whole chain. */
  readonly base: number;
}

/**
 * Decodes the layers of a commit-graph, base first. Throws a `BisectError`, code `damaged-commit-graph` or
 * `unsupported-commit-graph`, that names the file (its place in the list, from 0) and what is wrong with it.
 */
export function graphFromCommitGraphFiles(files: readonly Uint8Array[]): VersionGraph {
  const layers: Layer[] = [];
  for (const bytes of files) layers.push(readLayer(bytes, layers));
  const hashBytes = layers[0]?.hashBytes ?? 20;
  const size = layers.reduce((sum, layer) => sum + layer.size, 0);

  const { hashes, rankAt } = sortHashes(layers, size, hashBytes);
  const positionAtRank = new Uint32Array(size);
  for (let position = 0; position < size; position++) positionAtRank[rankAt[position]!] = position;

  const parents = readParents(layers, size);
  const parentStart = new Uint32Array(size + 1);
  const parentList = new Uint32Array(parents.list.length);
  const committedAtS = new Float64Array(size);
  let edge = 0;
  for (let rank = 0; rank < size; rank++) {
    const position = positionAtRank[rank]!;
    for (let e = parents.start[position]!; e < parents.start[position + 1]!; e++)
      parentList[edge++] = rankAt[parents.list[e]!]!;
    parentStart[rank + 1] = edge;
    committedAtS[rank] = parents.committedAtS[position]!;
  }
  const graph = inCanonicalOrder({ parentStart, parentList, committedAtS }, (hashRank, nodeAtRank) =>
    namesFromHashes(hashes, hashBytes, hashRank, nodeAtRank),
  );
  // git goes by them only where every layer has them.
  return { ...graph, hasCorrectedDates: layers.every((layer) => layer.hasCorrectedDates) };
}

function damaged(file: number, what: string): BisectError {
  return new BisectError(
    'damaged-commit-graph',
    `commit-graph file ${file} is damaged: ${what}; \`git commit-graph write\` makes a new one`,
    { file },
  );
}

function readLayer(bytes: Uint8Array, before: readonly Layer[]): Layer {
  const file = before.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 8 + CHUNK_ROW_BYTES) throw damaged(file, `it has ${bytes.byteLength} bytes only`);
  if (view.getUint32(0) !== SIGNATURE) throw damaged(file, 'it does not begin with CGPH');
  const version = view.getUint8(4);
  const hashVersion = view.getUint8(5);
  const hashBytes = hashVersion === 1 ? 20 : hashVersion === 2 ? 32 : 0;
  if (version !== 1 || hashBytes === 0)
    throw new BisectError(
      'unsupported-commit-graph',
      `commit-graph file ${file} has version ${version} and hash ${hashVersion}; known are version 1 and hashes 1 and 2`,
      { file, version, hashVersion },
    );
  if (before.some((layer) => layer.hashBytes !== hashBytes))
    throw damaged(file, 'its hash differs from its base');

  checkSum(bytes, file, hashBytes);
  const chunks = readChunkTable(view, file, view.getUint8(6), hashBytes);
  const layersBelow = view.getUint8(7);
  if (layersBelow !== file) throw damaged(file, `it stands on ${layersBelow} files, not on ${file}`);
  const fanout = chunks.get('OIDF');
  const lookup = chunks.get('OIDL');
  const data = chunks.get('CDAT');
  if (!fanout || !lookup || !data) throw damaged(file, 'a chunk of OIDF, OIDL, CDAT is missing');
  if (fanout.length !== FANOUT_BYTES) throw damaged(file, `its fan-out has ${fanout.length} bytes`);
  const size = view.getUint32(fanout.at + FANOUT_BYTES - 4);
  if (lookup.length !== size * hashBytes) throw damaged(file, `OIDL does not hold ${size} commits`);
  if (data.length !== size * (hashBytes + 16)) throw damaged(file, `CDAT does not hold ${size} commits`);
  const edges = chunks.get('EDGE');
  return {
    file,
    view,
    bytes,
    hashBytes,
    size,
    hashesAt: lookup.at,
    dataAt: data.at,
    edgesAt: edges?.at ?? 0,
    edgeCount: (edges?.length ?? 0) >>> 2,
    hasCorrectedDates: chunks.has('GDA2'),
    base: before.reduce((sum, layer) => sum + layer.size, 0),
  };
}

/** The file ends with a hash of all before it: one wrong bit among the parents would be another history. */
function checkSum(bytes: Uint8Array, file: number, hashBytes: number): void {
  const end = bytes.byteLength - hashBytes;
  if (end < 0) throw damaged(file, 'it is cut off');
  const hash = createHash(hashBytes === 20 ? 'sha1' : 'sha256')
    .update(bytes.subarray(0, end))
    .digest();
  if (!hash.equals(bytes.subarray(end))) throw damaged(file, 'its checksum does not hold');
}

interface Chunk {
  readonly at: number;
  readonly length: number;
}

function readChunkTable(view: DataView, file: number, count: number, hashBytes: number): Map<string, Chunk> {
  const tableEnd = 8 + (count + 1) * CHUNK_ROW_BYTES;
  const bodyEnd = view.byteLength - hashBytes;
  if (tableEnd > bodyEnd) throw damaged(file, 'its chunk table is cut off');
  const chunks = new Map<string, Chunk>();
  for (let row = 0; row < count; row++) {
    const rowAt = 8 + row * CHUNK_ROW_BYTES;
    const id = String.fromCharCode(...[0, 1, 2, 3].map((byte) => view.getUint8(rowAt + byte)));
    const at = Number(view.getBigUint64(rowAt + 4));
    const end = Number(view.getBigUint64(rowAt + 4 + CHUNK_ROW_BYTES));
    if (at < tableEnd || end < at || end > bodyEnd)
      throw damaged(file, `chunk ${id} lies outside of the file`);
    if (chunks.has(id)) throw damaged(file, `chunk ${id} is there twice`);
    chunks.set(id, { at, length: end - at });
  }
  return chunks;
}

/** Merges the sorted hashes of all layers; gives them in order, and the rank of each commit by position. */
function sortHashes(
  layers: readonly Layer[],
  size: number,
  hashBytes: number,
): { readonly hashes: Uint8Array; readonly rankAt: Uint32Array } {
  const hashes = new Uint8Array(size * hashBytes);
  const rankAt = new Uint32Array(size);
  const next = layers.map(() => 0);
  for (let rank = 0; rank < size; rank++) {
    let smallest = -1;
    for (let l = 0; l < layers.length; l++) {
      if (next[l]! >= layers[l]!.size) continue;
      if (smallest < 0 || compareHashes(layers[l]!, next[l]!, layers[smallest]!, next[smallest]!) < 0)
        smallest = l;
    }
    const layer = layers[smallest]!;
    const index = next[smallest]!++;
    const from = layer.hashesAt + index * hashBytes;
    // A view of each hash of a million would take longer than its twenty bytes do.
    for (let i = 0; i < hashBytes; i++) hashes[rank * hashBytes + i] = layer.bytes[from + i]!;
    rankAt[layer.base + index] = rank;
    if (rank > 0 && compareBytes(hashes, (rank - 1) * hashBytes, hashes, rank * hashBytes, hashBytes) >= 0)
      throw damaged(layer.file, 'its hashes are not in ascending order, or a commit is there twice');
  }
  return { hashes, rankAt };
}

function compareHashes(a: Layer, i: number, b: Layer, j: number): number {
  return compareBytes(
    a.bytes,
    a.hashesAt + i * a.hashBytes,
    b.bytes,
    b.hashesAt + j * b.hashBytes,
    a.hashBytes,
  );
}

function compareBytes(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): number {
  for (let i = 0; i < length; i++) {
    const difference = a[aAt + i]! - b[bAt + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

interface ParentRows {
  readonly start: Uint32Array;
  readonly list: Uint32Array;
  readonly committedAtS: Float64Array;
}

/** Reads parents (as positions in the chain) and dates of all commits, octopus merges included. */
function readParents(layers: readonly Layer[], size: number): ParentRows {
  const start = new Uint32Array(size + 1);
  const list = new Uint32Array(2 * size + layers.reduce((sum, layer) => sum + layer.edgeCount, 0));
  const committedAtS = new Float64Array(size);
  let edge = 0;
  for (const layer of layers) {
    const { file, view, base } = layer;
    // A layer may name commits of its own and of the layers below.
    const limit = base + layer.size;
    const add = (parent: number): void => {
      if (parent >= limit) throw damaged(file, `a parent at position ${parent} does not exist`);
      if (edge >= list.length) throw damaged(file, 'it has more parents than it can hold');
      list[edge++] = parent;
    };
    for (let index = 0; index < layer.size; index++) {
      const row = layer.dataAt + index * (layer.hashBytes + 16) + layer.hashBytes;
      const first = view.getUint32(row);
      const second = view.getUint32(row + 4);
      if (first !== NO_PARENT) add(first);
      if (second >= MORE_PARENTS) readOctopus(layer, second - MORE_PARENTS, add);
      else if (second !== NO_PARENT) add(second);
      start[base + index + 1] = edge;
      // The date has 34 bits: the lowest two of the first word (above them is the generation), then the second.
      committedAtS[base + index] = (view.getUint32(row + 8) & 3) * 2 ** 32 + view.getUint32(row + 12);
    }
  }
  return { start, list: list.subarray(0, edge), committedAtS };
}

/** Reads the parents from the second on of an octopus merge; the last one is marked by its highest bit. */
function readOctopus(layer: Layer, from: number, add: (parent: number) => void): void {
  for (let index = from; ; index++) {
    if (index >= layer.edgeCount) throw damaged(layer.file, 'a list of octopus parents has no end');
    const entry = layer.view.getUint32(layer.edgesAt + 4 * index);
    add(entry >= MORE_PARENTS ? entry - MORE_PARENTS : entry);
    if (entry >= MORE_PARENTS) return;
  }
}
