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

/** A log of kselftest's runner with each of its verdicts. */
export const RUNNER = `TAP version 13
1..9
# timeout set to 45
# selftests: rseq: basic_test
# testing current cpu
ok 1 selftests: rseq: basic_test
# selftests: rseq: slow
#
not ok 2 selftests: rseq: slow # TIMEOUT 45 seconds
# selftests: rseq: param_test
# param_test: rseq.c:12: Assertion failed
# Aborted
not ok 3 selftests: rseq: param_test # exit=134
# selftests: rseq: absent
# Warning: file absent is missing!
not ok 4 selftests: rseq: absent
# selftests: rseq: locked
# Warning: file locked is not executable, correct this.
not ok 5 selftests: rseq: locked
# selftests: rseq: skipped
ok 6 selftests: rseq: skipped # SKIP
not ok 7 selftests: rseq: refused # SKIP no hardware
ok 8 selftests: rseq: known # XFAIL
`;
