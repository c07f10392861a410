import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  graphFromRecords,
  type VersionGraph,
  type VersionRecord,
} from '../../../queries/bisect/graph/graph.ts';
import { graphFromRevList } from '../../../queries/bisect/graph/rev-list-text.ts';

/** A history to measure on, and the tags in it as far as they are known. */
export interface MeasuredHistory {
  readonly title: string;
  readonly records: readonly VersionRecord[];
  readonly graph: VersionGraph;
  /** Commit by tag name; empty for a graph file. */
  readonly tags: ReadonlyMap<string, string>;
}

/** Reads a graph file: `hash committer-date parents...` a line, oldest first, gzipped or not. */
export function historyFromFile(file: string): MeasuredHistory {
  const bytes = readFileSync(file);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  const records = text
    .trim()
    .split('\n')
    .map((line): VersionRecord => {
      const [name, date, ...parents] = line.trim().split(' ');
      return { name: name!, committedAtS: Number(date), parents };
    });
  return { title: file, records, graph: graphFromRecords(records), tags: new Map() };
}

/** Reads all that is reachable in a clone. */
export function historyFromGit(folder: string): MeasuredHistory {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', maxBuffer: 2 ** 31 });
  const lines = git('rev-list', '--all', '--parents', '--timestamp', '--topo-order', '--reverse')
    .trim()
    .split('\n');
  const records = lines.map((line): VersionRecord => {
    const [date, name, ...parents] = line.split(' ');
    return { name: name!, committedAtS: Number(date), parents };
  });
  const tags = new Map<string, string>();
  const format = '%(refname:strip=2) %(objectname) %(*objectname)';
  for (const line of git('for-each-ref', `--format=${format}`, 'refs/tags').split('\n')) {
    const [tag, direct, peeled] = line.split(' ');
    if (tag !== undefined && direct !== undefined)
      tags.set(tag, peeled === undefined || peeled === '' ? direct : peeled);
  }
  return { title: folder, records, graph: graphFromRevList(lines), tags };
}

/** Stacks copies of a history: the roots of each copy descend from the last commit of the one before. */
export function stacked(records: readonly VersionRecord[], copies: number): VersionRecord[] {
  const all: VersionRecord[] = [];
  let tip: string | null = null;
  for (let copy = 0; copy < copies; copy++) {
    const renamed = (name: string): string => copy.toString(16).padStart(2, '0') + name.slice(2);
    for (const { name, parents, committedAtS } of records) {
      const own = parents.map(renamed);
      all.push({
        name: renamed(name),
        parents: own.length === 0 && tip !== null ? [tip] : own,
        committedAtS: (committedAtS ?? 0) + copy,
      });
    }
    tip = all.at(-1)!.name;
  }
  return all;
}
