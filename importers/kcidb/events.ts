import type { EventType, Payload } from '../../store/events/catalogue.ts';
import { newEvent, type NewEvent, type TypedNewEvent } from '../../store/events/event.ts';
import { outcomes, type Outcome, type Result } from '../../store/events/observation.ts';
import { knownAtPrecision, toKnownAt, type KnownAt } from '../../store/events/known-at.ts';
import { parseReleaseName } from '../../store/names/release-name.ts';
import { UNNAMED_TEST } from '../../store/names/test-name.ts';
import { archOf } from '../../store/names/arch-name.ts';
import { optional } from '../../store/optional-text.ts';
import { isObject, type JsonObject } from '../results/json-shape.ts';
import { LONGEST_EXCERPT, LONGEST_NAME } from '../results/limits.ts';
import { nameOfPath } from './known-names.ts';
import type { Build, Checkout, Incident, Issue, Test } from './objects.ts';
import type { Kind } from './schema.ts';
import { WAIVED_ISSUE, type Checked } from './upgrade.ts';

const LONGEST_REASON = 200;

const OUTCOME: Readonly<Record<string, Outcome>> = {
  PASS: 'pass',
  FAIL: 'fail',
  ERROR: 'error',
  MISS: 'miss',
  SKIP: 'skip',
};

/** The place of an object in its file, and the known-at for one that has no time of its own. */
export interface At {
  readonly locator: string;
  readonly knownAt: KnownAt;
}

/**
 * Makes the event of an object of version 5.3; null where it has nothing to record (an incident that names no object). Each object is a
 * statement of its origin under its own id: the same object from two files is one.
 */
export function eventOf(kind: Kind, object: Checked, at: At): NewEvent | null {
  const it: unknown = object;
  switch (kind) {
    case 'checkout':
      return checkoutEvent(it as Checkout, at);
    case 'build':
      return buildEvent(it as Build, at);
    case 'test':
      return testEvent(it as Test, at);
    case 'issue':
      return issueEvent(it as Issue, at);
    case 'incident':
      return incidentEvent(it as Incident, at);
  }
}

interface Dated {
  readonly id: string;
  readonly _timestamp?: string;
  readonly misc?: JsonObject;
}

/** @param natural the natural key of the statement: the object's id for most objects */
function event<T extends EventType>(
  type: T,
  natural: string,
  { id, _timestamp: stored, misc }: Dated,
  { locator, knownAt }: At,
  payload: Payload<T>,
): NewEvent {
  const { startedAt } = payload as { readonly startedAt?: string };
  return newEvent({
    type,
    stream: `kcidb/${natural}`,
    knownAt: ownWord(misc, 'known_at', isKnownAt) ?? startedAt ?? timeOf(stored) ?? knownAt,
    source: `kcidb:${id}`,
    locator,
    payload,
  } satisfies TypedNewEvent<T>);
}

const isOutcome = (word: string) => (outcomes as readonly string[]).includes(word);
const isKnownAt = (time: string) => knownAtPrecision(time) !== null;

/** What `regline export --as kcidb` keeps in `misc.regline`, because KCIDB has no word for it. */
function ownWord(
  misc: JsonObject | undefined,
  name: 'known_at' | 'outcome' | 'test',
  accepts: (word: string) => boolean,
): string | undefined {
  const own = misc?.regline;
  const word = isObject(own) ? textOf(own[name]) : undefined;
  return word !== undefined && accepts(word) ? word : undefined;
}

/** A time as KCIDB writes it (RFC 3339); undefined where it is none, or has no zone. */
function timeOf(time: string | undefined): string | undefined {
  return time === undefined ? undefined : (toKnownAt(time) ?? undefined);
}

/** Addresses of logs may have signatures, which are credentials: they must not be stored for ever. */
function plainUrl(url: string | undefined): string | undefined {
  if (url === undefined || !/[?#@]/.test(url)) return url;
  return url.split(/[?#]/, 1)[0]!.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1');
}

/** Milliseconds; undefined where there is no duration, or one that is too large to be real (1e308). */
function durationOf({ duration }: Build | Test): number | undefined {
  const ms = duration === undefined ? NaN : Math.round(duration * 1000);
  return Number.isFinite(ms) ? ms : undefined;
}

/** Keeps a field that is not empty. */
function some<K extends string>(name: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined || value === '' ? {} : ({ [name]: value } as Partial<Record<K, string>>);
}

/** A build or a test that is still running is submitted again when it has ended. */
const revisionOf = (status: string | undefined) => (status === undefined ? 1 : 2);

/** Without a status it is still running; DONE means that it ended without a verdict. */
function outcomeOf(status: string | undefined): Outcome {
  return status !== undefined && Object.hasOwn(OUTCOME, status) ? OUTCOME[status]! : 'unknown';
}

function checkoutEvent(c: Checkout, at: At): NewEvent {
  const patched = c.patchset_hash !== undefined && c.patchset_hash !== '';
  return event('CheckoutObserved', `checkout/${c.id}`, c, at, {
    rev: 1,
    origin: c.origin,
    checkout: c.id,
    // With patches applied it is no longer the release.
    ...(patched ? { patchset: c.patchset_hash } : some('release', releaseOf(c))),
    ...some('commit', c.git_commit_hash),
    ...some('name', c.git_commit_name),
    ...some('tree', c.tree_name),
    ...some('branch', c.git_repository_branch),
    ...some('repository', plainUrl(c.git_repository_url)),
    ...some('startedAt', timeOf(c.start_time)),
    ...(c.valid === undefined ? {} : { valid: c.valid }),
  });
}

/** The release is the tag at the commit; a name of `git describe` is taken as it is. */
function releaseOf({ git_commit_tags: tags = [], git_commit_name: name }: Checkout): string | undefined {
  const parsed = [...tags, ...(name === undefined ? [] : [name])].flatMap(
    (n) => parseReleaseName(n.trim()) ?? [],
  );
  const tagged = parsed.find(({ kind }) => kind !== 'describe' && kind !== 'other');
  return (tagged ?? parsed.at(-1))?.name;
}

function buildEvent(b: Build, at: At): NewEvent {
  const durationMs = durationOf(b);
  return event('BuildObserved', `build/${b.id}`, b, at, {
    rev: revisionOf(b.status),
    origin: b.origin,
    build: b.id,
    checkout: b.checkout_id,
    outcome: outcomeOf(b.status),
    ...some('arch', b.architecture === undefined ? undefined : (archOf(b.architecture) ?? b.architecture)),
    ...some('config', b.config_name),
    ...some('compiler', b.compiler),
    ...some('startedAt', timeOf(b.start_time)),
    ...some('url', plainUrl(b.log_url)),
    ...(durationMs === undefined ? {} : { durationMs }),
  });
}

function testEvent(t: Test, at: At): NewEvent {
  const { environment: e } = t;
  // Field by field: tests come by the million.
  const run: Payload<'RunObserved'> = {
    rev: revisionOf(t.status),
    origin: t.origin,
    id: t.id,
    build: t.build_id,
    results: [resultOf(t)],
  };
  const platform = textOf(e?.misc?.platform) ?? e?.compatible?.[0] ?? e?.comment;
  const startedAt = timeOf(t.start_time);
  const url = plainUrl(t.log_url);
  if (platform !== undefined && platform !== '') run.platform = platform;
  if (startedAt !== undefined) run.startedAt = startedAt;
  if (url !== undefined && url !== '') run.url = url;
  return event('RunObserved', `test/${t.id}`, t, at, run);
}

function resultOf(t: Test): Result {
  const outcome = (ownWord(t.misc, 'outcome', isOutcome) as Outcome | undefined) ?? outcomeOf(t.status);
  const path = t.path ?? '';
  const own = ownWord(t.misc, 'test', (name) => name.length <= LONGEST_NAME);
  const test = own ?? (nameOfPath(path).slice(0, LONGEST_NAME) || UNNAMED_TEST);
  const result: Result = { test, outcome };
  const reason = reasonOf(t);
  const excerpt = outcome === 'pass' ? undefined : t.log_excerpt?.slice(-LONGEST_EXCERPT);
  if (path !== '' && path !== test && own === undefined) result.raw = path.slice(0, LONGEST_NAME);
  if (reason !== '') result.reason = reason;
  const durationMs = durationOf(t);
  if (durationMs !== undefined) result.durationMs = durationMs;
  if (excerpt !== undefined && excerpt !== '') result.excerpt = excerpt;
  const regline = t.misc?.regline;
  const failedRuns = isObject(regline) ? regline.failedRuns : undefined;
  if (typeof failedRuns === 'number' && Number.isSafeInteger(failedRuns) && failedRuns > 0)
    result.failedRuns = failedRuns;
  return result;
}

/** The details of an object beside its status: DONE, a measured value, why KernelCI's pipeline had no result. */
function reasonOf({ status, number, misc }: Test): string {
  const [code, message] = [textOf(misc?.error_code), textOf(misc?.error_msg)];
  if (status !== 'DONE' && number === undefined && code === undefined && message === undefined) return '';
  const trouble = [code, message].filter((t) => t !== undefined);
  const says: string[] = [];
  if (status === 'DONE') says.push('status DONE');
  if (number !== undefined) says.push(`measured ${number.value}${optional(' ', number.unit)}`);
  if (trouble.length > 0) says.push(trouble.join(': '));
  return says.join('; ').slice(0, LONGEST_REASON);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function issueEvent(i: Issue, at: At): NewEvent {
  const blames = Object.entries(i.culprit ?? {}).flatMap(([name, is]) => (is === true ? [name] : []));
  // The issue that stands for waived tests names no culprit: it means that the test is to blame.
  if (i.id === WAIVED_ISSUE.id) blames.push('test');
  const says = [i.report_subject, i.comment?.trim(), i.report_url].filter((s) => s !== undefined && s !== '');
  return event('NoteAdded', `issue/${i.id}`, i, at, {
    confidence: 'verified',
    // The version counts from 0, a revision from 1.
    rev: i.version + 1,
    about: i.id,
    by: i.origin,
    text: says.length === 0 ? 'an issue' : says.join('; '),
    ...(blames.length > 0 ? { blames } : {}),
  });
}

function incidentEvent(i: Incident, at: At): NewEvent | null {
  const run = i.test_id ?? i.build_id;
  if (run === undefined) return null;
  // All that an origin says about an issue and a run is one statement: a later version of the issue may take it back.
  return event('OutcomeAttributed', `incident/${i.origin}/${i.issue_id}/${run}`, i, at, {
    confidence: 'verified',
    rev: i.issue_version + 1,
    run,
    cause: 'known-issue',
    why: `an incident of ${i.issue_id}${i.comment === undefined || i.comment === '' ? '' : `: ${i.comment}`}`,
    issue: i.issue_id,
    ...(i.present === false ? { absent: true } : {}),
  });
}
