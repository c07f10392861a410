import * as v from 'valibot';
import { newEvent, type NewEvent, type TypedNewEvent } from '../../store/events/event.ts';
import type { EventType } from '../../store/events/catalogue.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { knownAtPrecision } from '../../store/known-at.ts';
import { canonicalRelease } from '../../store/names/release-name.ts';
import { canonicalTestName } from '../../store/names/test-name.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { archOf } from '../ktap/kernel.ts';
import { defined, rejected } from '../results/result-run.ts';
import { wholeJson } from '../results/whole-text.ts';
import { build, checkout, incident, issue, test, upgraded, type ListName } from './submission.ts';

const FORMAT = 'kcidb';
const LONGEST_EXCERPT = 2000;
/** Events are handed on when there are so many. */
const PAGE = 1000;

const OUTCOME: Readonly<Record<string, Outcome>> = {
  PASS: 'pass',
  FAIL: 'fail',
  ERROR: 'error',
  MISS: 'miss',
  SKIP: 'skip',
};

/**
 * Reads submissions to KCIDB, versions 3 to 5.3. Each object is a statement of its origin under its own id: the same
 * object from two files is one, an object that is sent again with more in it a newer version. Tests name their builds,
 * builds their checkouts; the log joins them whichever comes first.
 */
export const kcidbImporter: Importer = {
  format: FORMAT,
  version: 1,
  says: 'submissions to KCIDB (KernelCI), versions 3 to 5.3',
  unit: 'file',
  sniff(head) {
    if (!/^\s*\{/.test(head) || !/"version"\s*:\s*\{\s*"(major|minor)"\s*:\s*\d/.test(head))
      return /^\s*\{\s*"(checkouts|builds|tests|issues|incidents|revisions)"\s*:\s*\[/.test(head) ? 0.7 : 0;
    return /"(checkouts|builds|tests|issues|incidents|revisions)"/.test(head) ? 0.95 : 0.6;
  },
  async *read(entries, context) {
    for (const entry of entries) yield* readSubmission(entry, context);
  },
};

async function* readSubmission(entry: SourceEntry, context: ImportContext): AsyncGenerator<Produced> {
  const submission = upgraded(entry, await wholeJson(entry));
  let events: NewEvent[] = [];
  const { hints } = context;
  for (const key of submission.unknownKeys)
    events.push(
      rejected(entry, FORMAT, hints, { key: `/${key}`, reason: `"${key}" is no list of KCIDB`, excerpt: '' }),
    );
  for (const [list, make] of Object.entries(MAKERS) as [ListName, Maker][]) {
    for (const [index, object] of submission[list].entries()) {
      const pointer = `/${list}/${index}`;
      const made = make(object, { entry, pointer, context });
      if (typeof made === 'string')
        events.push(
          rejected(entry, FORMAT, hints, {
            key: pointer,
            reason: made,
            excerpt: JSON.stringify(object).slice(0, 4000),
          }),
        );
      else events.push(...made);
      if (events.length >= PAGE) {
        yield { entry, events };
        events = [];
      }
    }
  }
  yield { entry, events };
}

interface At {
  readonly entry: SourceEntry;
  readonly pointer: string;
  readonly context: ImportContext;
}
/** Makes the events of an object, or says what is wrong with it. */
type Maker = (object: unknown, at: At) => readonly NewEvent[] | string;

function maker<Schema extends v.GenericSchema>(
  schema: Schema,
  make: (object: v.InferOutput<Schema>, at: At) => readonly NewEvent[],
): Maker {
  return (object, at) => {
    const parsed = v.safeParse(schema, object);
    if (parsed.success) return make(parsed.output, at);
    const [first] = parsed.issues;
    return `${v.getDotPath(first) ?? 'object'}: ${first.message}`;
  };
}

function event<T extends EventType>(
  { entry, pointer, context }: At,
  about: Pick<TypedNewEvent<T>, 'type' | 'stream' | 'payload'> & {
    readonly id: string;
    readonly at?: string | undefined;
  },
): NewEvent {
  const { id, at, ...rest } = about;
  return newEvent({
    ...rest,
    knownAt: timeOf(at) ?? context.hints.knownAt ?? null,
    source: `kcidb:${id}`,
    locator: `${entry.name}${pointer}`,
  });
}

/** A time as KCIDB writes it (RFC 3339), or undefined when it is none. */
function timeOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return undefined;
  const iso = at.toISOString();
  return knownAtPrecision(iso) === null ? undefined : iso;
}

/** Addresses of logs carry signatures that open them for a while; they do not belong into a log that lives for ever. */
function plainUrl(url: string | undefined): string | undefined {
  return url === undefined || url === '' ? undefined : url.split(/[?#]/)[0];
}

const MAKERS: Readonly<Record<ListName, Maker>> = {
  checkouts: maker(checkout, (c, at) => {
    const names = [c.git_commit_name, ...(c.git_commit_tags ?? [])];
    const release = names.map((n) => (n === undefined ? null : canonicalRelease(n))).find((n) => n !== null);
    return [
      event<'CheckoutObserved'>(at, {
        type: 'CheckoutObserved',
        stream: `kcidb/checkout/${c.id}`,
        id: c.id,
        at: c.start_time,
        payload: {
          rev: 1,
          origin: c.origin,
          checkout: c.id,
          ...(release === undefined ? {} : { release }),
          ...defined({
            commit: /^[0-9a-f]{7,64}$/.test(c.git_commit_hash ?? '') ? c.git_commit_hash : undefined,
            name: c.git_commit_name,
            tree: c.tree_name,
            branch: c.git_repository_branch,
            repository: plainUrl(c.git_repository_url),
            startedAt: timeOf(c.start_time),
          }),
          ...(c.valid === undefined ? {} : { valid: c.valid }),
        },
      }),
    ];
  }),
  builds: maker(build, (b, at) => {
    const outcome = outcomeOf(b.status ?? (b.valid === undefined ? undefined : b.valid ? 'PASS' : 'FAIL'));
    return [
      event<'BuildObserved'>(at, {
        type: 'BuildObserved',
        stream: `kcidb/build/${b.id}`,
        id: b.id,
        at: b.start_time,
        payload: {
          // A build that is still running is told again when it has ended.
          rev: outcome === 'unknown' ? 1 : 2,
          origin: b.origin,
          build: b.id,
          checkout: b.checkout_id,
          outcome,
          ...defined({
            arch: b.architecture === undefined ? undefined : (archOf(b.architecture) ?? b.architecture),
            config: b.config_name,
            compiler: b.compiler,
            startedAt: timeOf(b.start_time),
            url: plainUrl(b.log_url),
          }),
          ...(b.duration === undefined ? {} : { durationMs: Math.round(b.duration * 1000) }),
        },
      }),
    ];
  }),
  tests: maker(test, (t, at) => {
    const outcome = outcomeOf(t.status);
    const name = canonicalTestName(t.path ?? '');
    const platform =
      t.environment?.misc?.platform ?? t.environment?.compatible?.[0] ?? t.environment?.comment;
    const run = event<'RunObserved'>(at, {
      type: 'RunObserved',
      stream: `kcidb/test/${t.id}`,
      id: t.id,
      at: t.start_time,
      payload: {
        rev: outcome === 'unknown' ? 1 : 2,
        origin: t.origin,
        id: t.id,
        build: t.build_id,
        ...defined({ platform, startedAt: timeOf(t.start_time), url: plainUrl(t.log_url) }),
        results: [
          {
            test: name === '' ? 'unnamed' : name.slice(0, 500),
            outcome,
            ...(t.path === undefined || t.path === '' || t.path === name
              ? {}
              : { raw: t.path.slice(0, 500) }),
            ...(t.status === undefined || Object.hasOwn(OUTCOME, t.status)
              ? {}
              : { reason: `status ${t.status}`.slice(0, 200) }),
            ...(t.duration === undefined ? {} : { durationMs: Math.round(t.duration * 1000) }),
            ...(outcome === 'pass' || t.log_excerpt === undefined || t.log_excerpt === ''
              ? {}
              : { excerpt: t.log_excerpt.slice(-LONGEST_EXCERPT) }),
          },
        ],
      },
    });
    if (t.waived !== true) return [run];
    return [
      run,
      attributed(at, {
        id: t.id,
        stream: `kcidb/waived/${t.id}`,
        run: t.id,
        rev: 1,
        cause: 'known-issue',
        why: 'waived by its origin',
        at: t.start_time,
      }),
    ];
  }),
  issues: maker(issue, (i, at) => {
    const culprit = Object.entries(i.culprit ?? {})
      .filter(([, is]) => is === true)
      .map(([name]) => name);
    const says = [i.report_subject, i.comment?.trim(), i.report_url]
      .filter((s) => s !== undefined && s !== '')
      .join('; ');
    return [
      event<'NoteAdded'>(at, {
        type: 'NoteAdded',
        stream: `kcidb/issue/${i.id}`,
        id: i.id,
        payload: {
          confidence: 'verified',
          rev: Math.max(1, Math.floor(i.version)),
          about: i.id,
          by: i.origin,
          text: says === '' ? 'an issue' : says,
          ...(culprit.length > 0 ? { blames: culprit } : {}),
        },
      }),
    ];
  }),
  incidents: maker(incident, (i, at) => {
    const run = i.test_id ?? i.build_id;
    if (run === undefined) return [];
    return [
      attributed(at, {
        id: i.id,
        stream: `kcidb/incident/${i.id}`,
        run,
        rev: Math.max(1, Math.floor(i.issue_version)),
        cause: 'known-issue',
        why: `an incident of ${i.issue_id}${i.comment === undefined || i.comment === '' ? '' : `: ${i.comment}`}`,
        issue: i.issue_id,
        absent: i.present === false,
      }),
    ];
  }),
};

function attributed(
  at: At,
  a: {
    readonly id: string;
    readonly stream: string;
    readonly run: string;
    readonly rev: number;
    readonly cause: 'known-issue';
    readonly why: string;
    readonly at?: string | undefined;
    readonly issue?: string;
    readonly absent?: boolean;
  },
): NewEvent {
  return event<'OutcomeAttributed'>(at, {
    type: 'OutcomeAttributed',
    stream: a.stream,
    id: a.id,
    at: a.at,
    payload: {
      confidence: 'verified',
      rev: a.rev,
      run: a.run,
      cause: a.cause,
      why: a.why,
      ...(a.issue === undefined ? {} : { issue: a.issue }),
      ...(a.absent === true ? { absent: true } : {}),
    },
  });
}

/** A status that is absent means that the test still runs; DONE means that it ended and nobody judged it. */
function outcomeOf(status: string | undefined): Outcome {
  return status !== undefined && Object.hasOwn(OUTCOME, status) ? OUTCOME[status]! : 'unknown';
}
