import { InputError } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportContext, Produced, SourceEntry } from '../importer.ts';
import { ktapImporter } from '../ktap/importer.ts';
import { ConsoleFacts } from '../results/console-facts.ts';
import { rejected, type RunFacts } from '../results/result-run.ts';
import { SuiteRuns } from '../results/suite-runs.ts';
import { suiteTestName } from '../results/suite-name.ts';
import { FORMAT } from './job.ts';
import { signalsIn } from './signal.ts';

/**
 * Reads the console of a job that LAVA ran. Where it shows KTAP, that is what counts, and the signals that repeat a
 * result of it are left out; signals that say something else are results, and those that cannot be read are rejected.
 *
 * @throws InputError when there is neither.
 */
export async function* readConsole(entry: SourceEntry, context: ImportContext): AsyncGenerator<Produced> {
  const told = new Set<string>();
  try {
    for await (const page of ktapImporter.read([entry], context)) {
      for (const event of page.events)
        if (event.type === 'RunObserved')
          for (const { test } of event.payload.results) if (told.size < 1e6) told.add(loose(test));
      const events = page.events.filter((e) => e.type !== 'RunObserved' || e.payload.results.length > 0);
      if (events.length > 0) yield { ...page, events };
    }
  } catch (error) {
    // No KTAP at all: the signals are all there is.
    if (!(error instanceof InputError)) throw error;
  }
  yield* readSignals(entry, context, told);
}

/** A name without what LAVA's helpers change in it: `binfmt_script - too-big (x)` becomes `binfmt_script_-_too-big_x`. */
function loose(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}

async function* readSignals(
  entry: SourceEntry,
  { hints, progress }: ImportContext,
  told: ReadonlySet<string>,
): AsyncGenerator<Produced> {
  let boots = 0;
  let run = '';
  let set: string | null = null;
  let found = told.size > 0;
  const kernel = new ConsoleFacts();
  const runsOf = () => new SuiteRuns(entry, hints, {}, `signals${boots > 0 ? `/${boots}` : ''}`);
  let runs = runsOf();
  let events: NewEvent[] = [];
  const take = (last: boolean, said: RunFacts) => {
    if (runs.isEmpty) return;
    // Where there is KTAP, how the kernel died was told with it.
    runs.facts = { tool: 'lava', ...said, ...(told.size > 0 ? { crash: undefined } : {}) };
    events.push(...runs.take(last));
  };
  for await (const { number, offset, text } of entry.lines()) {
    if (kernel.read(text, number)) {
      take(true, kernel.before);
      boots++;
      runs = runsOf();
    }
    for (const [index, signal] of signalsIn(text).entries()) {
      found = true;
      if (signal.kind === 'start') run = signal.run;
      else if (signal.kind === 'end') run = '';
      else if (signal.kind === 'set') ({ set } = signal);
      else if (signal.kind === 'malformed')
        events.push(
          rejected(entry, FORMAT, hints, {
            key: `line ${number}/${index}`,
            reason: signal.reason,
            excerpt: text,
            line: number,
          }),
        );
      else {
        const name = set === null ? signal.name : `${set}/${signal.name}`;
        if (told.has(loose(suiteTestName(run, name)))) continue;
        runs.add({
          suite: run,
          name,
          outcome: signal.outcome,
          line: number,
          ...(signal.measurement === undefined ? {} : { reason: `measured ${signal.measurement}` }),
        });
      }
    }
    // A full part of a run is handed on at once: it weighs as much as thousands of other events.
    const { isFull } = runs;
    if (isFull) take(false, kernel.facts);
    if (isFull || events.length >= 500) {
      progress?.(offset);
      yield { entry, events };
      events = [];
    }
  }
  take(true, kernel.facts);
  if (!found)
    throw new InputError([
      { severity: 'error', message: 'no signal of LAVA on this console', place: { file: entry.name } },
    ]);
  yield { entry, events };
}
