import { InputError } from '../../store/errors.ts';
import type { ImportContext, SourceEntry } from '../importer.ts';
import { jsonPieces } from '../results/json-pieces.ts';
import { excerptOf, isObject } from '../results/json-shape.ts';
import type { Cut } from '../results/cut-json.ts';
import { jsonUpToCut, wholeText } from '../results/whole-text.ts';
import { KINDS, listOf, NEWEST_MINOR, type Kind, type Version } from './schema.ts';

/** Objects of one list that follow one another; they are not checked yet. */
export interface ObjectPage {
  readonly kind: Kind;
  /** What the file calls the list: `revisions` in version 3. */
  readonly name: string;
  /** Where the first of them stands in the list, from 0. */
  readonly first: number;
  readonly objects: readonly unknown[];
}

/**
 * An opened submission. Each part is a page of objects, the name of a field that its version does not have, or (last) the place where the
 * file was cut off; an object that was cut off itself is not among the objects.
 */
export interface Submission {
  readonly version: Version;
  readonly parts: AsyncIterable<ObjectPage | { readonly unknownKey: string } | { readonly cut: Cut }>;
}

/** A larger file is read in pieces: a little slower, but with no more memory than its largest object needs. */
const HELD_BYTES = 64 * 1024 * 1024;

const READ = Object.entries(NEWEST_MINOR).map(([major, minor]) => `${major}.0 to ${major}.${minor}`);

/**
 * Opens a submission of version 3.0 to 5.3, whatever its size.
 *
 * @param progress is told how many bytes of it were read.
 * @throws InputError, here or while the parts are read, when it is no JSON, has no version or one that is not read, or when
 * a list is none.
 */
export async function openSubmission(
  entry: SourceEntry,
  progress?: ImportContext['progress'],
  heldBytes = HELD_BYTES,
): Promise<Submission> {
  if (entry.sizeBytes > heldBytes) {
    const version = versionOf(entry, await versionIn(entry));
    return { version, parts: streamed(entry, version, progress) };
  }
  const { value, cut } = jsonUpToCut(entry, await wholeText(entry), DEPTH);
  progress?.(entry.sizeBytes);
  if (!isObject(value)) throw refusal(entry, 'no submission to KCIDB: no object');
  const version = cut === null ? versionOf(entry, value.version) : versionBefore(cut, entry, value.version);
  return { version, parts: held(entry, value, version, cut) };
}

/** The version, if it stands before the place where the file was cut off; without it, that is the error. */
function versionBefore({ error }: Cut, entry: SourceEntry, version: unknown): Version {
  try {
    return versionOf(entry, version);
  } catch {
    throw error;
  }
}

/** The depth of the objects: in lists, in the submission. A deeper value is only read as part of a whole object. */
const DEPTH = 2;

// eslint-disable-next-line @typescript-eslint/require-await -- the parts of a large file are waited for
async function* held(
  entry: SourceEntry,
  value: Readonly<Record<string, unknown>>,
  version: Version,
  cut: Cut | null,
): Submission['parts'] {
  const kinds = kindsByName(version);
  for (const [name, objects] of Object.entries(value)) {
    const kind = kinds.get(name);
    if (kind === undefined) {
      if (name !== 'version') yield { unknownKey: name };
    } else if (!Array.isArray(objects)) throw refusal(entry, `/${name}: it is no list`);
    else yield { kind, name, first: 0, objects };
  }
  if (cut !== null) yield { cut };
}

async function* streamed(
  entry: SourceEntry,
  version: Version,
  progress: ImportContext['progress'],
): Submission['parts'] {
  const kinds = kindsByName(version);
  const cuts: Cut[] = [];
  for await (const pieces of jsonPieces(entry, progress, (cut) => cuts.push(cut))) {
    const pages: (ObjectPage & { readonly objects: unknown[] })[] = [];
    for (const piece of pieces) {
      const { name } = piece;
      const kind = kinds.get(name);
      if (kind === undefined) {
        if (piece.kind !== 'item' && name !== 'version') yield { unknownKey: name };
      } else if (piece.kind === 'value') throw refusal(entry, `/${name}: it is no list`);
      else if (piece.kind === 'list' || pages.length === 0)
        pages.push({ kind, name, first: piece.kind === 'item' ? piece.index : 0, objects: [] });
      if (kind !== undefined && piece.kind === 'item') pages.at(-1)!.objects.push(piece.value);
    }
    yield* pages;
  }
  for (const cut of cuts) yield { cut };
}

const known = new Map<Version, ReadonlyMap<string | null, Kind>>();

/** The kinds of objects by the names of their lists; made once for each version. */
function kindsByName(version: Version): ReadonlyMap<string | null, Kind> {
  const before = known.get(version);
  if (before !== undefined) return before;
  const kinds = new Map(KINDS.map((kind) => [listOf(kind, version), kind]));
  known.set(version, kinds);
  return kinds;
}

/** The version comes first in nearly every file; otherwise the file is read to its end to find it. */
async function versionIn(entry: SourceEntry): Promise<unknown> {
  for await (const pieces of jsonPieces(entry))
    for (const piece of pieces)
      if (piece.name === 'version') return piece.kind === 'value' ? piece.value : [];
  return undefined;
}

function refusal(entry: SourceEntry, message: string, hint?: string): InputError {
  return new InputError([
    { severity: 'error', message, place: { file: entry.name }, ...(hint === undefined ? {} : { hint }) },
  ]);
}

/**
 * Reads `{major, minor}`; without a minor it is 0.
 *
 * @throws InputError where it is no version that is read.
 */
function versionOf(entry: SourceEntry, value: unknown): Version {
  const { major, minor = 0, ...more } = isObject(value) ? value : {};
  const newest = typeof major === 'number' ? NEWEST_MINOR[major] : undefined;
  if (
    newest !== undefined &&
    typeof major === 'number' &&
    typeof minor === 'number' &&
    Number.isInteger(minor) &&
    minor >= 0 &&
    minor <= newest &&
    Object.keys(more).length === 0
  )
    return major * 100 + minor;
  throw refusal(
    entry,
    `/version: ${value === undefined ? 'nothing' : excerptOf(value, 100)} is no version that is read`,
    `${READ.join(', ')} are; kcidb-schema of kcidb-io upgrades older ones`,
  );
}
