import * as v from 'valibot';
import { InputError } from '../../store/errors.ts';
import type { SourceEntry } from '../importer.ts';

const text = v.pipe(v.string(), v.minLength(1));
const time = v.optional(v.string());

/** The fields that regline uses, as the schemas 4.0 to 5.3 of kernelci/kcidb-io have them; others are left alone. */
export const checkout = v.looseObject({
  id: text,
  origin: text,
  tree_name: v.optional(v.string()),
  git_repository_url: v.optional(v.string()),
  git_repository_branch: v.optional(v.string()),
  git_commit_hash: v.optional(v.string()),
  git_commit_name: v.optional(v.string()),
  git_commit_tags: v.optional(v.array(v.string())),
  start_time: time,
  valid: v.optional(v.boolean()),
});
export const build = v.looseObject({
  id: text,
  checkout_id: text,
  origin: text,
  architecture: v.optional(v.string()),
  config_name: v.optional(v.string()),
  compiler: v.optional(v.string()),
  status: v.optional(v.string()),
  valid: v.optional(v.boolean()),
  start_time: time,
  duration: v.optional(v.number()),
  log_url: v.optional(v.string()),
});
export const test = v.looseObject({
  id: text,
  build_id: text,
  origin: text,
  path: v.optional(v.string()),
  status: v.optional(v.string()),
  waived: v.optional(v.boolean()),
  start_time: time,
  duration: v.optional(v.number()),
  log_url: v.optional(v.string()),
  log_excerpt: v.optional(v.string()),
  comment: v.optional(v.string()),
  environment: v.optional(
    v.looseObject({
      comment: v.optional(v.string()),
      compatible: v.optional(v.array(v.string())),
      misc: v.optional(v.looseObject({ platform: v.optional(v.string()) })),
    }),
  ),
});
export const issue = v.looseObject({
  id: text,
  version: v.number(),
  origin: text,
  comment: v.optional(v.string()),
  report_subject: v.optional(v.string()),
  report_url: v.optional(v.string()),
  culprit: v.optional(
    v.looseObject({
      code: v.optional(v.boolean()),
      tool: v.optional(v.boolean()),
      harness: v.optional(v.boolean()),
    }),
  ),
});
export const incident = v.looseObject({
  id: text,
  origin: text,
  issue_id: text,
  issue_version: v.number(),
  build_id: v.optional(v.string()),
  test_id: v.optional(v.string()),
  present: v.optional(v.boolean()),
  comment: v.optional(v.string()),
});

const LISTS = ['checkouts', 'builds', 'tests', 'issues', 'incidents'] as const;
export type ListName = (typeof LISTS)[number];

/** A submission, led to the newest version: lists of objects that are not checked yet. */
export type Submission = Readonly<Record<ListName, readonly unknown[]>> & {
  /** What stands in the file and belongs to no version of the format. */
  readonly unknownKeys: readonly string[];
};

const OLDEST = 3;
const NEWEST = 5;

/**
 * Takes a submission of version 3 to 5 apart and leads it to the newest, as kcidb-io's schemas inherit one another:
 * version 3 calls checkouts revisions, and before version 5 a build is `valid` or not.
 *
 * @throws InputError when it has no version, or one that is not read.
 */
export function upgraded(entry: SourceEntry, value: unknown): Submission {
  const refuse = (message: string, hint?: string) =>
    new InputError([
      { severity: 'error', message, place: { file: entry.name }, ...(hint === undefined ? {} : { hint }) },
    ]);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refuse('no submission of KCIDB: no object');
  const all = value as Readonly<Record<string, unknown>>;
  const version = all.version as { major?: unknown; minor?: unknown } | undefined;
  const major = typeof version === 'object' ? version.major : undefined;
  if (typeof major !== 'number') throw refuse('no submission of KCIDB: it has no version');
  if (major < OLDEST || major > NEWEST)
    throw refuse(
      `version ${major} of KCIDB is not read`,
      `versions ${OLDEST} to ${NEWEST} are; kcidb-schema upgrades older ones`,
    );
  const lists: Record<ListName, readonly unknown[]> = {
    checkouts: [],
    builds: [],
    tests: [],
    issues: [],
    incidents: [],
  };
  const unknownKeys: string[] = [];
  for (const [key, list] of Object.entries(all)) {
    if (key === 'version') continue;
    const name =
      major === 3 && key === 'revisions'
        ? 'checkouts'
        : (LISTS as readonly string[]).includes(key)
          ? (key as ListName)
          : null;
    if (name === null) unknownKeys.push(key);
    else if (!Array.isArray(list)) throw refuse(`"${key}" is no list`);
    else lists[name] = list;
  }
  if (major === 3)
    lists.builds = lists.builds.map((b) =>
      typeof b === 'object' && b !== null && 'revision_id' in b ? { ...b, checkout_id: b.revision_id } : b,
    );
  return { ...lists, unknownKeys };
}
