import { InputError, type Diagnostic } from '../../store/errors.ts';
import { newEvent, type NewEvent } from '../../store/events/event.ts';
import type { ImportContext, Importer, Line, Produced, SourceEntry } from '../importer.ts';
import { holdsResults } from './holds-results.ts';
import { KtapMachine } from './machine.ts';
import { MAX_RESULTS, Run } from './run.ts';
import { AFTER_BOOT_LOADER, sniffKtap } from './sniff.ts';

const FORMAT = 'ktap';
const PROGRESS_BYTES = 1024 * 1024;
/** Events are handed on when there are so many, so that a log of any size is read in bounded memory. */
const MAX_EVENTS = 500;

/** Reads logs of kselftest, KUnit and other producers of KTAP and TAP, as they come off a console. */
export const ktapImporter: Importer = {
  format: FORMAT,
  version: 2,
  says: 'a log of kselftest, KUnit or another test in KTAP or TAP, console noise and all',
  unit: 'file',
  sniff: sniffKtap,
  async look(entry) {
    const sure = sniffKtap(Buffer.from(entry.head).toString('utf8'));
    if (sure !== AFTER_BOOT_LOADER) return sure;
    return (await holdsResults(entry)) ? 0.7 : 0;
  },
  async *read(entries, context): AsyncIterable<Produced> {
    for (const entry of entries) yield* readLog(entry, context);
  },
};

async function* readLog(entry: SourceEntry, context: ImportContext): AsyncIterable<Produced> {
  const events: NewEvent[] = [];
  const { hints } = context;
  const statement = `${hints.origin ?? 'unknown'}/${entry.sha256}`;
  let run = new Run({}, hints);
  let told = 0;
  let results = 0;
  const put = (event: NewEvent | null) => {
    if (event) events.push(event);
  };
  const stream = () => (++told === 1 ? `run/${statement}` : `run/${statement}/${told}`);
  const take = (last: boolean) => {
    const event = run.take(entry, 'pending', last);
    if (event) put({ ...event, stream: stream() });
  };
  const machine: KtapMachine = new KtapMachine({
    result(pending) {
      results++;
      run.kunit = machine.kunit;
      run.add(pending);
      if (run.full) take(false);
    },
    rejected(line, reason) {
      put(rejection(entry, statement, hints.knownAt ?? null, line, reason));
    },
    booted(facts) {
      take(true);
      // A boot loader tells the machine before the kernel does; only a run that has results is over.
      run = new Run(facts, hints);
    },
    learned(facts) {
      run.facts = { ...facts, ...run.facts };
    },
    crashed(crash) {
      // The first panic is the cause; what an oops says stands until a panic follows.
      if (run.crash?.kind !== 'panic') run.crash ??= crash;
    },
    survived() {
      run.crash = null;
    },
  });
  let reported = 0;
  let handedOn = 0;
  for await (const page of entry.lines().pages()) {
    for (const line of page) {
      const stamp = stampOf(line.text);
      if (stamp !== null) run.lastStamp = stamp;
      machine.read(line);
      // An event of a run may hold thousands of results: it is handed on at once.
      if (events.length >= MAX_EVENTS || (events.length > 0 && results - handedOn >= MAX_RESULTS)) {
        handedOn = results;
        yield { entry, events: events.splice(0) };
      }
    }
    const offset = page.at(-1)?.offset ?? 0;
    if (offset - reported >= PROGRESS_BYTES) {
      reported = offset;
      context.progress?.(reported);
    }
  }
  machine.finish();
  take(true);
  context.progress?.(entry.sizeBytes);
  if (told === 0 && events.length === 0 && !machine.inTap)
    throw new InputError([
      { severity: 'error', message: 'no test result in KTAP or TAP here', place: { file: entry.name } },
    ]);
  const warnings: Diagnostic[] = [...entry.problems];
  if (results === 0)
    warnings.push({
      severity: 'warning',
      message: 'the log has no test result',
      place: { file: entry.name },
    });
  yield { entry, events, ...(warnings.length > 0 ? { warnings } : {}) };
}

const STAMP = /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)(?=[\] ])/;
const TWO = 50;
const BRACKET = 91;

/** The time that a CI or a console server puts before a line: it says when the run became known. */
function stampOf(text: string): string | null {
  const first = text.charCodeAt(0);
  // Asked of every line: a kernel's own stamp begins with a bracket, too.
  if (first !== TWO && !(first === BRACKET && text.charCodeAt(1) === TWO)) return null;
  return STAMP.exec(text)?.[1] ?? null;
}

function rejection(
  entry: SourceEntry,
  statement: string,
  knownAt: string | null,
  line: Line,
  reason: string,
): NewEvent {
  return newEvent({
    type: 'RecordRejected',
    stream: `reject/${statement}/${line.offset}`,
    knownAt,
    source: `sha256:${entry.sha256}`,
    locator: `${entry.name}:${line.number}`,
    payload: { rev: 1, format: FORMAT, reason, excerpt: line.text.slice(0, 4000), line: line.number },
  });
}
