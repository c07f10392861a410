import type { Kind, Version } from './schema.ts';

/** An object that was checked against its version. */
export type Checked = Readonly<Record<string, unknown>>;

/** The issue to which kcidb-io attributes waived tests when it converts them to version 5. */
export const WAIVED_ISSUE = {
  id: '_:waived',
  origin: '_',
  version: 1,
  comment: 'Test waived as unreliable',
} as const;

/** An object in the newest version, or why it cannot be converted. */
export type Upgraded =
  | { readonly object: Checked; readonly waiver?: Checked; readonly refused?: undefined }
  | { readonly refused: string };

/**
 * Converts an object to the newest version, as `_inherit` of kcidb-io's schemas does, one major version at a time: a
 * revision becomes a checkout of the placeholder origin `_`, `valid` a status, `waived` an incident of one issue.
 */
export function upgraded(kind: Kind, object: Checked, version: Version): Upgraded {
  if (version >= 500) return { object };
  return toVersion5(kind, version < 400 ? toVersion4(kind, object) : object);
}

/** An object without some of its fields. */
function without(object: Checked, ...names: readonly string[]): Checked {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** Renames a field of an object; an object without it stays the same. */
function renamed(object: Checked, before: string, after: string): Checked {
  return Object.hasOwn(object, before) ? { ...without(object, before), [after]: object[before] } : object;
}

function toVersion4(kind: Kind, object: Checked): Checked {
  const commented = renamed(object, 'description', 'comment');
  const from = `_:${String(object.origin)}`;
  if (kind === 'checkout')
    return {
      ...renamed(
        renamed(without(commented, 'publishing_time'), 'patch_mboxes', 'patchset_files'),
        'discovery_time',
        'start_time',
      ),
      id: `${from}:${String(object.id)}`,
      patchset_hash: String(object.id).split('+')[1] ?? '',
    };
  if (kind === 'build')
    return { ...without(commented, 'revision_id'), checkout_id: `${from}:${String(object.revision_id)}` };
  const { environment } = object as { readonly environment?: Checked };
  return environment === undefined
    ? commented
    : { ...commented, environment: renamed(environment, 'description', 'comment') };
}

function toVersion5(kind: Kind, object: Checked): Upgraded {
  if (holdsNul(object)) return { refused: 'a text with a NUL character cannot be led to version 5' };
  if (kind === 'checkout') {
    const url = object.git_repository_url;
    return typeof url === 'string' && !url.startsWith('https://')
      ? { refused: `git_repository_url: "${url}" cannot be led to version 5, which takes https:// alone` }
      : { object: without(object, 'contacts') };
  }
  if (kind === 'build') {
    const { valid } = object;
    return {
      object:
        valid === undefined
          ? object
          : { ...without(object, 'valid'), status: valid === true ? 'PASS' : 'FAIL' },
    };
  }
  if (kind === 'issue') return { object: without(object, 'build_valid', 'test_status') };
  if (kind === 'incident') return { object };
  const { path } = object;
  if (typeof path === 'string' && !/^([\w-]+(\.[\w-]+)*)?$/.test(path))
    return { refused: `path: "${path}" is ambiguous and cannot be led to version 5` };
  const kept = without(object, 'waived');
  return object.waived === true ? { object: kept, waiver: waiverOf(object) } : { object: kept };
}

function waiverOf({ id, start_time: time }: Checked): Checked {
  return {
    id: `${WAIVED_ISSUE.id}:${WAIVED_ISSUE.version}:${String(id)}`,
    origin: WAIVED_ISSUE.origin,
    issue_id: WAIVED_ISSUE.id,
    issue_version: WAIVED_ISSUE.version,
    test_id: id,
    present: true,
    // Known since the test, for the waiver was submitted with it.
    ...(time === undefined ? {} : { _timestamp: time }),
  };
}

/** Looks for a NUL in all texts but those of `misc`, whose content is free. */
function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value)
    ? value.some(holdsNul)
    : Object.entries(value).some(([name, child]) => name !== 'misc' && holdsNul(child));
}
