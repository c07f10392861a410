import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { Outcome, Result } from '../../store/events/observation.ts';
import { knownAtPrecision } from '../../store/events/known-at.ts';
import { parseReleaseName } from '../../store/names/release-name.ts';
import { canonicalTestName, UNNAMED_TEST } from '../../store/names/test-name.ts';

/** An object of KCIDB's schema, version 5.3. */
export type KcidbObject = Readonly<Record<string, unknown>>;

/** Outcomes that KCIDB has no word for become the nearest; `misc.regline` keeps the own word. */
export const STATUS: Readonly<Record<Outcome, string | undefined>> = {
  pass: 'PASS',
  fail: 'FAIL',
  error: 'ERROR',
  miss: 'MISS',
  skip: 'SKIP',
  timeout: 'FAIL',
  xfail: 'PASS',
  xpass: 'FAIL',
  unknown: undefined,
};

/** A checkout as it was told. */
export function checkoutOf({ payload: c, knownAt }: TypedStoredEvent<'CheckoutObserved'>): KcidbObject {
  const origin = originOf(c.origin);
  return {
    id: idOf(origin, c.checkout),
    origin,
    ...nameOf(c.name, c.release),
    ...hashOf(c.commit),
    ...some('tree_name', c.tree),
    ...some('git_repository_branch', c.branch),
    ...(c.repository?.startsWith('https://') === true ? { git_repository_url: c.repository } : {}),
    ...(c.patchset !== undefined && /^[0-9a-f]{64}$/.test(c.patchset) ? { patchset_hash: c.patchset } : {}),
    ...startOf(knownAt, c.startedAt),
    ...(c.valid === undefined ? {} : { valid: c.valid }),
    ...ownMisc(knownAt),
  };
}

/** A build as it was told. */
export function buildOf({ payload: b, knownAt }: TypedStoredEvent<'BuildObserved'>): KcidbObject {
  const origin = originOf(b.origin);
  return {
    id: idOf(origin, b.build),
    origin,
    checkout_id: idOf(origin, b.checkout),
    ...some('status', STATUS[b.outcome]),
    ...architectureOf(b.arch),
    ...some('config_name', b.config),
    ...some('compiler', b.compiler),
    ...startOf(knownAt, b.startedAt),
    ...(b.durationMs === undefined ? {} : { duration: b.durationMs / 1000 }),
    ...some('log_url', b.url),
    ...ownMisc(knownAt),
  };
}

/** A note about an issue, as the issue. */
export function issueOf({ payload: i }: TypedStoredEvent<'NoteAdded'>): KcidbObject {
  const blames = new Set(i.blames);
  const culprit = Object.fromEntries(
    ['code', 'tool', 'harness'].flatMap((who) => (blames.has(who) ? [[who, true]] : [])),
  );
  return {
    id: i.about,
    origin: originOf(i.by),
    version: i.rev - 1,
    comment: plain(i.text),
    ...(Object.keys(culprit).length === 0 ? {} : { culprit }),
  };
}

/** Gives a name that is read back as this release. */
function nameOf(name: string | undefined, release: string | undefined): KcidbObject {
  if (release === undefined || (name !== undefined && parseReleaseName(name.trim())?.name === release))
    return some('git_commit_name', name);
  const kind = parseReleaseName(release)?.kind;
  return kind === 'describe' || kind === 'other'
    ? { git_commit_name: release }
    : { ...some('git_commit_name', name), git_commit_tags: [release] };
}

/** The path of a test; with its own name where a path cannot hold that. */
export function pathOf({ test, raw }: Result): { readonly path: KcidbObject; readonly name?: string } {
  if (test === UNNAMED_TEST) return { path: {} };
  const isPath = (text: string) => /^[\w-]+(\.[\w-]+)*$/.test(text);
  if (raw !== undefined && isPath(raw) && canonicalTestName(raw) === test) return { path: { path: raw } };
  const path = test
    .replace(/[^\w.-]/g, '_')
    .split('.')
    .filter((part) => part !== '')
    .join('.');
  return canonicalTestName(path) === test ? { path: { path } } : { path: { path }, name: test };
}

/** An origin is small letters, digits and `_`. */
export function originOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9_]+/g, '_') || '_';
}

/** An id begins with an origin and a colon. */
export function idOf(origin: string, id: string): string {
  const clean = plain(id);
  return /^[a-z0-9_]+:/.test(clean) ? clean : `${origin}:${clean}`;
}

/** A whole commit; nothing for a part of one. */
export function hashOf(commit: string | undefined): KcidbObject {
  return commit !== undefined && /^[0-9a-f]{40}$/.test(commit) ? { git_commit_hash: commit } : {};
}

/** An architecture, where KCIDB can write it. */
export function architectureOf(arch: string | undefined): KcidbObject {
  return arch !== undefined && /^[a-z0-9_]+$/.test(arch) ? { architecture: arch } : {};
}

/** The time by which it is known when it is read back, where that is an instant. */
export function startOf(knownAt: string | null, startedAt: string | undefined): KcidbObject {
  const at = [knownAt, startedAt].find((t) => t != null && knownAtPrecision(t) === 'instant');
  return at == null ? {} : { start_time: at };
}

/** A known-at that is no instant. */
export function knownOf(knownAt: string | null): KcidbObject {
  return knownAt !== null && knownAtPrecision(knownAt) !== 'instant' ? { known_at: knownAt } : {};
}

function ownMisc(knownAt: string | null): KcidbObject {
  const own = knownOf(knownAt);
  return Object.keys(own).length === 0 ? {} : { misc: { regline: own } };
}

/** A field where there is something in it. */
export function some(name: string, value: string | undefined): KcidbObject {
  return value === undefined || value === '' ? {} : { [name]: plain(value) };
}

/** No text may hold a NUL. */
export function plain(text: string): string {
  return text.replaceAll('\0', '');
}
