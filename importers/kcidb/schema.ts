import { fitting, misfitOf, type Shape } from './shape.ts';

/**
 * What a submission to KCIDB may hold, version by version. Written anew from the documented rules: the official schemas
 * (kernelci/kcidb-io, kcidb_io/schema) are under the GPL and are not shipped. Dates, addresses and mail addresses are any
 * text, as for the official reader, which checks no formats: real log addresses are sometimes a mere `build.log`.
 */

/** A version as one number: 503 is 5.3. */
export type Version = number;

/** The newest minor version of each major one that is read. */
export const NEWEST_MINOR: Readonly<Record<number, number>> = { 3: 0, 4: 5, 5: 3 };

export const KINDS = ['checkout', 'build', 'test', 'issue', 'incident'] as const;
export type Kind = (typeof KINDS)[number];

/** The list that holds the objects of a kind; null where the version has none. */
export function listOf(kind: Kind, version: Version): string | null {
  if (version >= 400)
    return kind === 'issue' || kind === 'incident' ? (version < 401 ? null : `${kind}s`) : `${kind}s`;
  if (kind === 'checkout') return 'revisions';
  return kind === 'build' || kind === 'test' ? `${kind}s` : null;
}

/** The rules of a version for a value. */
type InVersion = (version: Version) => Shape;
/** A field: its rules, the first version that has it, and the first that does not any more. */
type Field = readonly [shape: InVersion, from?: Version, before?: Version];

/** The longest excerpt of a log, in characters. */
const LONGEST_EXCERPT = 16_384;

const always =
  (shape: Shape): InVersion =>
  () =>
    shape;
const anyText = always({ type: 'string' });
/** Since 5.0 no text may hold a NUL. */
const text: InVersion = (version) => (version < 500 ? { type: 'string' } : { type: 'string', noNul: true });
const matching =
  (pattern: string, nul = false): InVersion =>
  (version) =>
    nul && version >= 500 ? { type: 'string', pattern, noNul: true } : { type: 'string', pattern };
const flag = always({ type: 'boolean' });
const number = always({ type: 'number' });
const count = always({ type: 'integer', minimum: 0 });
const free = always({ type: 'object' });
const listing =
  (item: InVersion): InVersion =>
  (version) => ({ type: 'array', items: item(version) });
const record =
  (fields: Readonly<Record<string, Field>>, required: readonly string[] = []): InVersion =>
  (version) => ({
    type: 'object',
    additionalProperties: false,
    required,
    properties: Object.fromEntries(
      Object.entries(fields).flatMap(([name, [shape, from = 0, before = Infinity]]) =>
        version >= from && version < before ? [[name, shape(version)]] : [],
      ),
    ),
  });

const origin = matching('^[a-z0-9_]+$');
const id = (version: Version) => matching(version < 500 ? '^[a-z0-9_]+:.*$' : '^[a-z0-9_]+:', true)(version);
const revision = matching('^[0-9a-f]{40}(\\+[0-9a-f]{64})?$');
const excerpt: InVersion = (version) => ({ ...text(version), longest: LONGEST_EXCERPT });
const files = listing(record({ name: [matching('^[^/]+$', true)], url: [anyText] }, ['name', 'url']));
const path: InVersion = (version) =>
  matching(version < 500 ? '^[.a-zA-Z0-9_-]*$' : '^([a-zA-Z0-9_-]+(\\.[a-zA-Z0-9_-]+)*)?$')(version);
const status: InVersion = (version) => ({
  enum: ['FAIL', 'ERROR', ...(version >= 402 ? ['MISS'] : []), 'PASS', 'DONE', 'SKIP'],
});

/** The fields of nearly every kind of object. */
const common = {
  origin: [origin],
  comment: [text, 400],
  description: [text, 0, 400],
  misc: [free],
  _timestamp: [anyText, 403],
} as const satisfies Record<string, Field>;

const SHAPES: Readonly<Record<Kind, InVersion>> = {
  checkout: (version) =>
    record(
      {
        ...common,
        id: [version < 400 ? revision : id],
        tree_name: [text],
        git_repository_url: [matching(version < 500 ? '^(https|git)://.*$' : '^https://', true)],
        git_commit_hash: [matching('^[0-9a-f]{40}$')],
        git_commit_name: [text],
        git_commit_tags: [listing(text), 405],
        git_commit_message: [text, 405],
        git_repository_branch: [text],
        git_repository_branch_tip: [flag, 405],
        patch_mboxes: [files, 0, 400],
        patchset_files: [files, 400],
        patchset_hash: [matching('^$|^[0-9a-f]{64}$'), 400],
        message_id: [anyText],
        publishing_time: [anyText, 0, 400],
        discovery_time: [anyText, 0, 400],
        start_time: [anyText, 400],
        contacts: [listing(anyText), 0, 500],
        log_url: [anyText],
        log_excerpt: [excerpt, 400],
        valid: [flag],
        origin_builds_finish_time: [anyText, 501],
        origin_tests_finish_time: [anyText, 501],
      },
      ['id', 'origin'],
    )(version),
  build: (version) =>
    record(
      {
        ...common,
        id: [id],
        revision_id: [revision, 0, 400],
        checkout_id: [id, 400],
        start_time: [anyText],
        duration: [number],
        architecture: [matching('^[a-z0-9_]*$')],
        command: [text],
        compiler: [text],
        input_files: [files],
        output_files: [files],
        config_name: [text],
        config_url: [anyText],
        log_url: [anyText],
        log_excerpt: [excerpt, 400],
        valid: [flag, 0, 500],
        status: [status, 500],
      },
      [version < 400 ? 'revision_id' : 'checkout_id', 'id', 'origin'],
    )(version),
  test: record(
    {
      ...common,
      id: [id],
      build_id: [id],
      environment: [
        record({
          comment: [text, 400],
          description: [text, 0, 400],
          compatible: [listing(matching('^[^ ]+(,[^ ]+)*$', true)), 404],
          misc: [free],
        }),
      ],
      path: [path],
      status: [status],
      number: [
        record({ value: [number], unit: [text], prefix: [always({ enum: ['metric', 'binary'] })] }, [
          'value',
        ]),
        404,
      ],
      waived: [flag, 0, 500],
      start_time: [anyText],
      duration: [number],
      input_files: [files, 503],
      output_files: [files],
      log_url: [anyText, 400],
      log_excerpt: [excerpt, 400],
    },
    ['build_id', 'id', 'origin'],
  ),
  issue: record(
    {
      ...common,
      id: [id],
      version: [count],
      report_url: [anyText],
      report_subject: [text],
      culprit: [record({ code: [flag], tool: [flag], harness: [flag] })],
      categories: [listing(path), 502],
      build_valid: [flag, 0, 500],
      test_status: [status, 0, 500],
    },
    ['id', 'version', 'origin'],
  ),
  incident: record(
    {
      ...common,
      id: [id],
      issue_id: [id],
      issue_version: [count],
      build_id: [id],
      test_id: [id],
      present: [flag],
    },
    ['id', 'origin', 'issue_id', 'issue_version'],
  ),
};

/** Says what is wrong with an object; null where nothing is. */
export type Check = (object: unknown) => string | null;

const checks = new Map<string, Check>();

/** The shape that an object of a kind has in a version. */
export function shapeOf(kind: Kind, version: Version): Shape {
  return SHAPES[kind](version);
}

/** Gives the check of a kind of object in a version; each is made once. */
export function checkOf(kind: Kind, version: Version): Check {
  const key = `${kind} ${version}`;
  const known = checks.get(key);
  if (known) return known;
  const shape = shapeOf(kind, version);
  const fits = fitting(shape);
  const made: Check = (object) => (fits(object) ? null : explain(shape, object, kind, version));
  checks.set(key, made);
  return made;
}

function explain(shape: Shape, object: unknown, kind: Kind, version: Version): string {
  const { path, says } = misfitOf(shape, object)!;
  const at = path.length === 0 ? kind : path.join('.');
  return `${at}: ${says}, says version ${Math.floor(version / 100)}.${version % 100}`;
}
