import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { noKnownNames, type ImportHints, type Importer, type SourceEntry } from '../../importers/importer.ts';
import { sniff } from '../../importers/formats/registry.ts';
import { openSources } from '../../importers/source/open-sources.ts';
import type { NewEvent } from '../../store/events/event.ts';

const folder = mkdtempSync(join(tmpdir(), 'regline-results-'));
// A worker of vitest is ended by a signal and sees no exit.
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

export interface Read {
  readonly format: string;
  readonly events: readonly NewEvent[];
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // No standard input.
}

/** Reads a file as `import auto` does. */
export async function read(content: string | Uint8Array, hints: ImportHints = {}): Promise<Read> {
  const name = createHash('sha256').update(content).digest('hex');
  const [only] = await readFolder({ [name]: content }, hints);
  return only!;
}

/** Reads the files of a folder as `import auto` does, in their order by name. */
export async function readFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
  hints: ImportHints = {},
): Promise<readonly Read[]> {
  const entries: SourceEntry[] = [];
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    for await (const { entry, error } of openSources([path], { stdin: nothing() })) {
      if (entry === undefined) throw error;
      entries.push(entry);
    }
  }
  const all: Read[] = [];
  for (const entry of entries) {
    const importer = await sniff(entry);
    if (importer === null) throw new Error('not recognised');
    all.push({ format: importer.format, events: await eventsOf(importer, entry, hints, entries) });
  }
  return all;
}

/** Reads a file in a format that is named. */
export async function readAs(
  importer: Importer,
  content: string | Uint8Array,
  hints: ImportHints = {},
): Promise<readonly NewEvent[]> {
  const path = join(folder, createHash('sha256').update(content).digest('hex'));
  writeFileSync(path, content);
  for await (const { entry, error } of openSources([path], { stdin: nothing() })) {
    if (entry === undefined) throw error;
    return eventsOf(importer, entry, hints, [entry]);
  }
  throw new Error('nothing was opened');
}

async function eventsOf(
  importer: Importer,
  entry: SourceEntry,
  hints: ImportHints,
  beside: readonly SourceEntry[],
): Promise<readonly NewEvent[]> {
  const events: NewEvent[] = [];
  for await (const page of importer.read([entry], { hints, known: noKnownNames, beside }))
    for (const event of page.events) events.push(event);
  return events;
}

/** The results in some events: names and outcomes. */
export function resultsOf(events: readonly NewEvent[]): readonly (readonly [string, string])[] {
  return events.flatMap((e) =>
    e.type === 'RunObserved' ? e.payload.results.map((r) => [r.test, r.outcome] as const) : [],
  );
}

export function rejectsOf(events: readonly NewEvent[]): readonly string[] {
  return events.flatMap((e) => (e.type === 'RecordRejected' ? [e.payload.reason] : []));
}

/** What a run says of itself, without its results. */
export function runsOf(events: readonly NewEvent[]): readonly Readonly<Record<string, unknown>>[] {
  return events.flatMap((e) => {
    if (e.type !== 'RunObserved') return [];
    return [{ ...e.payload, results: e.payload.results.length, knownAt: e.knownAt }];
  });
}

/** What `import auto` makes of a file, for comparing at a glance: `outcome name`, then how many records it rejected. */
export async function toldBy(content: string | Uint8Array): Promise<readonly string[]> {
  const { events } = await read(content);
  const rejects = rejectsOf(events).length;
  return [
    ...resultsOf(events).map(([test, outcome]) => `${outcome} ${test}`),
    ...(rejects === 0 ? [] : [`${rejects} rejected`]),
  ];
}
