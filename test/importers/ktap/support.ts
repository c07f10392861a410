import * as v from 'valibot';
import { noKnownNames, type ImportHints } from '../../../importers/importer.ts';
import { ktapImporter } from '../../../importers/ktap/importer.ts';
import { observationEvents, type Result } from '../../../store/events/observation.ts';
import type { TypedNewEvent } from '../../../store/events/event.ts';
import { entryOf } from '../../support/source-entry.ts';

/** Logs are read in pieces, as from a disk. */
const CHUNK_BYTES = 4096;

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
  const entry = entryOf('x.log', content, CHUNK_BYTES);
  for await (const page of ktapImporter.read([entry], { hints, known: noKnownNames })) {
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
