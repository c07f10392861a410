import { InputError } from '../../store/errors.ts';
import type { SourceEntry } from '../importer.ts';
import { excerptOf, isObject } from '../results/json-shape.ts';
import { KINDS, listOf, NEWEST_MINOR, type Kind, type Version } from './schema.ts';

/** A submission taken apart; its objects are not checked yet. */
export interface Submission {
  readonly version: Version;
  readonly lists: readonly {
    readonly kind: Kind;
    /** What the file calls the list: `revisions` in version 3. */
    readonly name: string;
    readonly objects: readonly unknown[];
  }[];
  /** What stands in the file and belongs to no submission of its version. */
  readonly unknownKeys: readonly string[];
}

const READ = Object.entries(NEWEST_MINOR).map(([major, minor]) => `${major}.0 to ${major}.${minor}`);

/**
 * Takes a submission of version 3.0 to 5.3 apart.
 *
 * @throws InputError when it has no version, or one that is not read, or when a list is none.
 */
export function takenApart(entry: SourceEntry, value: unknown): Submission {
  const refuse = (message: string, hint?: string) =>
    new InputError([
      { severity: 'error', message, place: { file: entry.name }, ...(hint === undefined ? {} : { hint }) },
    ]);
  if (!isObject(value)) throw refuse('no submission to KCIDB: no object');
  const version = versionOf(value.version);
  if (version === null)
    throw refuse(
      `/version: ${value.version === undefined ? 'nothing' : excerptOf(value.version, 100)} is no version that is read`,
      `${READ.join(', ')} are; kcidb-schema of kcidb-io upgrades older ones`,
    );
  const names = new Map(KINDS.map((kind) => [listOf(kind, version), kind]));
  const lists: Submission['lists'][number][] = [];
  const unknownKeys: string[] = [];
  for (const [name, objects] of Object.entries(value)) {
    const kind = names.get(name);
    if (kind === undefined) {
      if (name !== 'version') unknownKeys.push(name);
    } else if (!Array.isArray(objects)) throw refuse(`/${name}: it is no list`);
    else lists.push({ kind, name, objects });
  }
  return { version, lists, unknownKeys };
}

/** Reads `{major, minor}`; without a minor it is 0. Null where it is no version that is read. */
function versionOf(value: unknown): Version | null {
  if (!isObject(value)) return null;
  const { major, minor = 0, ...more } = value;
  if (typeof major !== 'number' || typeof minor !== 'number' || Object.keys(more).length > 0) return null;
  const newest = NEWEST_MINOR[major];
  return newest !== undefined && Number.isInteger(minor) && minor >= 0 && minor <= newest
    ? major * 100 + minor
    : null;
}
