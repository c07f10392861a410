import { InputError, type Diagnostic, refusedFile } from '../../store/errors.ts';
import { parseCondition } from '../../store/condition.ts';
import { newEvent, type NewEvent } from '../../store/events/event.ts';
import { knownAtPrecision } from '../../store/events/known-at.ts';
import { canonicalRelease, parseReleaseName, releaseOfUname } from '../../store/names/release-name.ts';
import type { ImportContext, ImportHints, Importer, Produced, SourceEntry } from '../importer.ts';
import { archOf } from '../../store/names/arch-name.ts';
import { optional } from '../../store/optional-text.ts';
import { ktapImporter } from '../ktap/importer.ts';
import { rejected } from '../results/result-run.ts';
import { lineOf, type ProbeLine } from './line.ts';

const FORMAT = 'probe';
const LONGEST_NOTE = 20_000;

type Stated = Extract<ProbeLine, { readonly kind: 'behaviour' }> & { readonly line: number };

/** What a log says of the kernel that answered. */
interface Heading {
  readonly release: string;
  readonly arch: string;
  readonly knownAt: string | null;
  readonly by: string;
}

/**
 * Reads what a behaviour probe printed: KTAP whose diagnostic lines name behaviours and their values. It knows no
 * behaviour itself: each line becomes a claim of the value at the kernel's release and architecture, which is compared
 * with what the records predict there; the checks themselves become a run with its results.
 */
export const probeImporter: Importer = {
  format: FORMAT,
  version: 3,
  says: 'what a behaviour probe printed: KTAP that names behaviours and their values',
  unit: 'file',
  sniff: (head) => (/^(?:#[ \t]*)+(?:regline probe: [\w.-]+=|behaviour [\w.-]+ = \S)/m.test(head) ? 0.97 : 0),
  async *read(entries, context) {
    for (const entry of entries) yield* readProbe(entry, context);
  },
};

async function* readProbe(entry: SourceEntry, context: ImportContext): AsyncGenerator<Produced> {
  const { hints } = context;
  const events: NewEvent[] = [];
  const values: [key: string, value: string][] = [];
  const stated: Stated[] = [];
  for await (const { text, number } of entry.lines()) {
    const line = lineOf(text);
    if (line === null) continue;
    if (line.kind === 'value') values.push([line.key, line.value]);
    else if (line.kind === 'behaviour') stated.push({ ...line, line: number });
    else events.push(rejected(entry, FORMAT, hints, { key: `line-${number}`, line: number, ...line }));
  }
  if (values.length === 0 && stated.length === 0 && events.length === 0)
    throw refusedFile(
      entry.name,
      'no behaviour probe wrote this: it has no line "# regline probe: KEY=VALUE"',
    );
  const first = new Map(values.toReversed());
  const heading = headingOf(first, hints);
  if (typeof heading === 'string') throw refusal(entry, heading);
  const { release, arch, knownAt } = heading;
  for (const statement of stated) events.push(claimOf(entry, hints, heading, statement));
  if (values.length > 0) events.push(noteOf(entry, hints, heading, values));
  yield { entry, events, warnings: warningsOf(entry, release) };
  const asSaid: ImportHints = { ...hints, release, arch, ...(knownAt === null ? {} : { knownAt }) };
  yield* ktapImporter.read([entry], { ...context, hints: asSaid });
}

/** Reads the heading, or says what is missing: a value without a place would speak of every kernel. */
function headingOf(first: ReadonlyMap<string, string>, hints: ImportHints): Heading | string {
  const kernel = first.get('kernel');
  const named = kernel === undefined ? null : parseReleaseName(releaseOfUname(kernel) ?? kernel);
  // A name of somebody's own (6.18.44-cloud) may be of a release that the user knows.
  const release =
    named !== null && named.kind !== 'other' ? named.name : (hints.release ?? named?.name ?? null);
  if (release === null) return 'it does not say of which kernel it speaks: add --release';
  const machine = first.get('arch');
  const arch = machine === undefined ? hints.arch : (archOf(machine) ?? machine);
  if (arch === undefined || arch === '') return 'it does not say of which architecture it speaks: add --arch';
  const at = first.get('at');
  const program = first.get('program');
  return {
    release: canonicalRelease(release) ?? release,
    arch,
    knownAt: at !== undefined && knownAtPrecision(at) !== null ? at : (hints.knownAt ?? null),
    by: hints.origin ?? (program === undefined || program === '' ? 'a probe' : `the probe of ${program}`),
  };
}

function refusal(entry: SourceEntry, message: string): InputError {
  return new InputError([{ severity: 'error', message, place: { file: entry.name } }]);
}

function warningsOf(entry: SourceEntry, release: string): readonly Diagnostic[] {
  if (parseReleaseName(release)?.kind !== 'other') return [];
  return [
    {
      severity: 'warning',
      message: `${release} is a name of its builder's own; what it did is kept under that name`,
      place: { file: entry.name },
      hint: 'add --release with the release that it was made of, where you know it',
    },
  ];
}

function claimOf(
  entry: SourceEntry,
  hints: ImportHints,
  { release, arch, knownAt, by }: Heading,
  { behaviour, value, when, line }: Stated,
): NewEvent {
  if (when !== undefined) {
    try {
      parseCondition(when);
    } catch (error) {
      const reason = `the condition cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      return rejected(entry, FORMAT, hints, { key: `line-${line}`, line, reason, excerpt: when });
    }
  }
  return newEvent({
    type: 'BehaviourClaimed',
    // Each run of a probe is evidence of its own: a later one on the same kernel does not replace it.
    stream: `${streamOf(entry, hints, release, arch)}/${behaviour}${optional('/', when)}`,
    knownAt,
    source: `sha256:${entry.sha256}`,
    locator: `${entry.name}:${line}`,
    payload: {
      confidence: 'verified',
      rev: 1,
      by,
      behaviour,
      value,
      at: [{ from: release, to: release }],
      archs: [arch],
      ...(when === undefined ? {} : { when }),
      order: 0,
    },
  });
}

function streamOf(entry: SourceEntry, hints: ImportHints, release: string, arch: string): string {
  return `probe/${hints.origin ?? 'unknown'}/${entry.sha256}/${release}/${arch}`;
}

/** Everything else that the probe saw, in its own words. */
function noteOf(
  entry: SourceEntry,
  hints: ImportHints,
  { release, arch, knownAt, by }: Heading,
  values: readonly (readonly [key: string, value: string])[],
): NewEvent {
  return newEvent({
    type: 'NoteAdded',
    stream: streamOf(entry, hints, release, arch),
    knownAt,
    source: `sha256:${entry.sha256}`,
    locator: `${entry.name}:1`,
    payload: {
      confidence: 'verified',
      rev: 1,
      about: `${release} ${arch}`,
      by,
      text: values
        .map(([key, value]) => `${key}=${value}`)
        .join('; ')
        .slice(0, LONGEST_NOTE),
    },
  });
}
