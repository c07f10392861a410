import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { noKnownNames, type ImportHints, type SourceEntry } from '../../../importers/importer.ts';
import { ktapImporter } from '../../../importers/ktap/importer.ts';
import { splitLines } from '../../../importers/source/lines.ts';
import { observationEvents, type Result } from '../../../store/events/observation.ts';
import type { TypedNewEvent } from '../../../store/events/event.ts';

/** Makes an entry of bytes, as the sources give it. */
export function entryOf(content: string | Uint8Array, name = 'x.log'): SourceEntry {
  const data = Buffer.from(content);
  // eslint-disable-next-line @typescript-eslint/require-await
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < data.length; at += 4096) yield data.subarray(at, at + 4096);
  }
  return {
    name,
    sizeBytes: data.length,
    sha256: createHash('sha256').update(data).digest('hex'),
    head: data.subarray(0, 65_536),
    problems: [],
    cutLines: [],
    bytes,
    lines: () => splitLines(bytes()),
  };
}

export interface ReadLog {
  readonly runs: readonly TypedNewEvent<'RunObserved'>[];
  readonly rejects: readonly TypedNewEvent<'RecordRejected'>[];
  readonly results: readonly Result[];
  readonly warnings: readonly string[];
}

const payload = observationEvents.find((e) => e.type === 'RunObserved')!.schema;

/** Imports a log and checks what comes out against the event's schema. */
export async function readLog(content: string | Uint8Array, hints: ImportHints = {}): Promise<ReadLog> {
  const runs: TypedNewEvent<'RunObserved'>[] = [];
  const rejects: TypedNewEvent<'RecordRejected'>[] = [];
  const warnings: string[] = [];
  for await (const page of ktapImporter.read([entryOf(content)], { hints, known: noKnownNames })) {
    warnings.push(...(page.warnings ?? []).map((w) => w.message));
    for (const event of page.events) {
      if (event.type === 'RunObserved') {
        v.assert(payload, event.payload);
        runs.push(event);
      } else if (event.type === 'RecordRejected') rejects.push(event);
    }
  }
  return { runs, rejects, warnings, results: runs.flatMap((run) => run.payload.results) };
}

/** Writes results as `outcome name`, for comparing at a glance. */
export async function outcomesOf(log: string): Promise<string[]> {
  return (await readLog(log)).results.map((r) => `${r.outcome} ${r.test}`);
}
