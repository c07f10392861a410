import type { StoredEvent } from '../store/events/event.ts';
import { answersOf } from './answers.ts';
import { knownEnd } from './counting.ts';
import type { Model } from './model.ts';
import { shortChange } from './prediction.ts';
import { nearest, QueryError } from './query-error.ts';
import type { FoundRegression } from './regressions.ts';
import { didIt } from './suspects.ts';

export type MilestoneName =
  'introduced' | 'released' | 'reported' | 'covered' | 'proposed' | 'merged' | 'backported';

export interface Milestone {
  readonly milestone: MilestoneName;
  /** The line that a backport went to. */
  readonly line: string | null;
  /** Null: not known, or not yet. */
  readonly at: string | null;
  readonly release: string | null;
  /** Days after the regression was introduced; null where one of the two is not known. */
  readonly days: number | null;
  /** Why it is this moment, or why it is not known. */
  readonly says: string;
  readonly evidence: readonly string[];
}

export interface EscapeDocument {
  readonly schema: 'regline.escape/1';
  readonly asOf: string | null;
  readonly regression: string;
  readonly title: string;
  readonly milestones: readonly Milestone[];
  /** Between milestones that follow each other and are known, with what the time was. */
  readonly gaps: readonly {
    readonly from: MilestoneName;
    readonly to: MilestoneName;
    readonly days: number;
    readonly says: string;
  }[];
}

/**
 * Answers: how did it get out, and how long did each step take? What is not known stays unknown and is said to be so.
 *
 * @throws QueryError for an id that no regression has.
 */
export function escape(model: Model, id: string): EscapeDocument {
  const found = regressionNamed(model, id);
  const { document: r } = found;
  const introduced = introducedAt(model, found);
  const milestones: Milestone[] = [];
  const day = (text: string) => Date.parse(text.length === 7 ? `${text}-01` : text) / 86_400_000;
  const add = (m: Omit<Milestone, 'days' | 'line'> & { line?: string }) => {
    const days =
      m.at === null || introduced.at === null
        ? null
        : Math.floor(day(m.at.slice(0, 10)) - day(introduced.at.slice(0, 10)));
    milestones.push({ ...m, line: m.line ?? null, days });
  };
  add(introduced);
  add(releasedAt(model, found));
  add(reportedAt(found, model));
  add(coveredAt(model, found));
  add(proposedAt(model, found));
  for (const m of mergedAt(model, found)) add(m);
  const known = milestones.filter((m) => m.at !== null && m.milestone !== 'backported');
  // On one day the steps come in their own order: some are known to the minute, others to the day.
  const ordered = [...known].sort((a, b) =>
    a.at!.slice(0, 10) < b.at!.slice(0, 10) ? -1 : a.at!.slice(0, 10) > b.at!.slice(0, 10) ? 1 : 0,
  );
  return {
    schema: 'regline.escape/1',
    asOf: model.view.asOf ?? null,
    regression: r.id,
    title: r.title,
    milestones,
    gaps: ordered.slice(1).map((to, i) => {
      const from = ordered[i]!;
      const days = Math.floor(day(to.at!.slice(0, 10)) - day(from.at!.slice(0, 10)));
      return { from: from.milestone, to: to.milestone, days, says: gapSays(from.milestone, to.milestone) };
    }),
  };
}

/** Finds a regression by its id or the beginning of one. */
export function regressionNamed(model: Model, id: string): FoundRegression {
  const answers = answersOf(model);
  const regressions = [...answers.regressions, ...answers.apart];
  const found = regressions.filter(({ document }) =>
    [document.id, ...document.aliases].some((name) => name.toLowerCase().startsWith(id.toLowerCase())),
  );
  if (found.length === 1) return found[0]!;
  throw new QueryError(found.length === 0 ? `no regression "${id}"` : `"${id}" is the beginning of several`, {
    suggestions:
      found.length > 1
        ? found.map((f) => f.document.id)
        : nearest(
            id,
            regressions.map((f) => f.document.id),
          ),
    hint: 'regline culprits lists them all',
  });
}

type Found = Omit<Milestone, 'days' | 'line'> & { line?: string };

function introducedAt(model: Model, { document: r }: FoundRegression): Found {
  const lead = r.suspects.find(didIt);
  const event = lead && model.changes.get(lead.change);
  const at = event?.payload.commitDate ?? null;
  return {
    milestone: 'introduced',
    at,
    release: r.firstBad[0] ?? null,
    says: !lead
      ? 'no change is named as culprit'
      : `${shortChange(lead.change)} ${lead.subject}${at === null ? ': its commit date is not recorded' : ' was committed'}`,
    evidence: event ? [event.id] : [],
  };
}

function releasedAt(model: Model, { document: r, stretch }: FoundRegression): Found {
  const { graph } = model;
  const first = stretch.releases.find((name) => !/-rc\d+$/.test(name)) ?? null;
  const node = first === null ? undefined : graph.releases.get(first);
  return {
    milestone: 'released',
    at: node?.date ?? null,
    release: first,
    says:
      first === null
        ? `only release candidates have it (first ${r.firstBad.join(', ')})`
        : `${first} is the first release with it that is no candidate`,
    evidence: node ? [node.event.id] : [],
  };
}

function reportedAt({ document: r, stretch }: FoundRegression, model: Model): Found {
  const first = earliest(
    r.evidence
      .flatMap((id) => model.byId.get(id) ?? [])
      .filter((e) => e.type === 'BreakageClaimed' && e.payload.says !== 'works'),
  );
  return {
    milestone: 'reported',
    at: first?.knownAt ?? null,
    release: null,
    says: first
      ? `${first.type === 'BreakageClaimed' ? first.payload.by : 'somebody'} said so`
      : `nobody has reported ${stretch.behaviour}`,
    evidence: first ? [first.id] : [],
  };
}

function coveredAt(model: Model, { document: r, stretch }: FoundRegression): Found {
  const tests = new Set(
    model
      .of('TestRecorded')
      .filter(({ payload }) => payload.behaviours?.includes(stretch.behaviour) ?? false)
      .map(({ payload }) => payload.test),
  );
  if (tests.size === 0) {
    return {
      milestone: 'covered',
      at: null,
      release: null,
      says: `no recorded test exercises ${stretch.behaviour}`,
      evidence: [],
    };
  }
  const covers = (collection: string) =>
    [...tests].some((test) => test === collection || test.startsWith(`${collection}.`));
  const runs = model
    .of('CoverageChanged')
    .filter(({ payload: c }) => covers(c.test) && (c.state === 'began' || c.state === 'seen'))
    .filter(({ payload: c }) => c.archs?.some((arch) => r.archs.includes(arch)) ?? false)
    .map((event) => ({ event, at: event.payload.since ?? event.knownAt ?? '9999' }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.event.id < b.event.id ? -1 : 1));
  const [first] = runs;
  const names = [...tests].sort().join(', ');
  if (first === undefined) {
    return {
      milestone: 'covered',
      at: null,
      release: null,
      says: `${names} exercise it; nobody is known to run them on ${r.archs.join(', ')}`,
      evidence: [],
    };
  }
  const { ci, state, test, archs = [] } = first.event.payload;
  const bare = r.archs.filter((arch) => !runs.some(({ event }) => event.payload.archs?.includes(arch)));
  return {
    milestone: 'covered',
    at: first.at === '9999' ? null : first.at,
    release: null,
    says:
      `${ci} ${state === 'began' ? 'began to run' : 'was seen to run'} ${test} on ${archs.filter((arch) => r.archs.includes(arch)).join(', ')}` +
      (bare.length === 0 ? '' : `; nobody is known to run ${names} on ${bare.join(', ')}`),
    evidence: [first.event.id],
  };
}

function proposedAt(model: Model, { document: r, stretch }: FoundRegression): Found {
  const fixes = new Set(r.fixes.map((f) => f.change));
  const first = earliest(
    model
      .of('FixClaimed')
      .filter(({ payload: f }) =>
        f.change === undefined
          ? f.where === 'kernel' && f.behaviour === stretch.behaviour
          : fixes.has(model.graph.resolve(f.change)),
      ),
  );
  const change = r.fixes[0] && model.changes.get(r.fixes[0].change);
  const authored = change?.payload.authorDate ?? null;
  if (first && (authored === null || knownEnd(first).slice(0, 10) <= authored.slice(0, 10))) {
    return {
      milestone: 'proposed',
      at: first.knownAt,
      release: null,
      says: 'the fix was posted',
      evidence: [first.id],
    };
  }
  return {
    milestone: 'proposed',
    at: first?.knownAt ?? authored,
    release: null,
    says: first
      ? 'the fix was posted'
      : authored === null
        ? 'no fix is recorded, or not when it was written'
        : 'the fix was written; when it was posted is not recorded',
    evidence: first ? [first.id] : change ? [change.id] : [],
  };
}

function mergedAt(model: Model, { document: r }: FoundRegression): readonly Found[] {
  if (r.fixes.length === 0)
    return [{ milestone: 'merged', at: null, release: null, says: 'no fix is recorded', evidence: [] }];
  return r.fixes.flatMap((fix) => {
    const change = model.changes.get(fix.change);
    return Object.entries(fix.releases).map(([line, release]): Found => {
      const node = model.graph.releases.get(release);
      const entry = node && model.graph.contains(release).get(fix.change);
      const here = line === 'mainline';
      const name = `${shortChange(fix.change)} ${fix.subject}`;
      return {
        milestone: here ? 'merged' : 'backported',
        line,
        at: here ? (change?.payload.commitDate ?? node?.date ?? null) : (node?.date ?? null),
        release: node ? release : null,
        says: node
          ? here
            ? `${name} was committed; ${release} of ${node.date ?? 'an unknown day'} is the first with it`
            : entry?.event.type === 'BackportRecorded'
              ? `${name} was backported`
              : `${line} had ${name} from its base`
          : release === 'never'
            ? `${line} ended without ${name}`
            : `${line} does not have ${name} yet`,
        evidence: [...(here && change ? [change.id] : []), ...(entry ? [entry.event.id] : [])],
      };
    });
  });
}

function earliest<E extends StoredEvent>(events: readonly E[]): E | undefined {
  return [...events].sort((a, b) =>
    knownEnd(a) < knownEnd(b) ? -1 : knownEnd(a) > knownEnd(b) ? 1 : a.id < b.id ? -1 : 1,
  )[0];
}

function gapSays(from: MilestoneName, to: MilestoneName): string {
  const says: Partial<Record<`${MilestoneName} ${MilestoneName}`, string>> = {
    'introduced released': 'in trees and candidates, before any release had it',
    'released reported': 'in the hands of users, and nobody said so',
    'introduced reported': 'before a release had it, somebody noticed',
    'reported proposed': 'known, without a fix',
    'reported covered': 'known, and not run by any CI that is recorded',
    'covered proposed': 'a CI ran it, without a fix',
    'proposed covered': 'a fix was there before a CI ran the test',
    'proposed merged': 'in review',
    'covered merged': 'in review',
    'merged covered': 'fixed before a CI that is recorded ran the test',
  };
  return says[`${from} ${to}`] ?? `from ${from} to ${to}`;
}
