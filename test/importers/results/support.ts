import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noKnownNames, type ImportHints } from '../../../importers/importer.ts';
import { sniff } from '../../../importers/registry.ts';
import { openSources } from '../../../importers/source/open-sources.ts';
import type { NewEvent } from '../../../store/events/event.ts';

const folder = mkdtempSync(join(tmpdir(), 'regline-results-'));
process.on('exit', () => {
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
  const path = join(folder, createHash('sha256').update(content).digest('hex'));
  writeFileSync(path, content);
  for await (const { entry, error } of openSources([path], { stdin: nothing() })) {
    if (entry === undefined) throw error;
    const importer = await sniff(entry);
    if (importer === null) throw new Error('not recognised');
    const events: NewEvent[] = [];
    for await (const page of importer.read([entry], { hints, known: noKnownNames }))
      events.push(...page.events);
    return { format: importer.format, events };
  }
  throw new Error('nothing was opened');
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
