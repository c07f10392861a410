import { changeClasses, type ChangeClass, type ChangedTest, type Version } from './change-classes.ts';
import type { IdentityFilter } from './identity-filter.ts';
import { conclusive, type Rate } from '../outcomes/seen-result.ts';

/** Why a check of tests fails. `fails` stands where no baseline is given; `unknown` is what nothing was learnt of. */
export type TestReason = 'new-regression' | 'new-failure' | 'fails' | 'unknown';

/** A test at one place, or a test that was asked for by its name and is nowhere; all of them where the test is null. */
export interface TestFinding {
  /** `flaky` and `known-issue` stand only under what is known: they fail no check. */
  readonly reason: TestReason | 'flaky' | 'known-issue';
  readonly test: string | null;
  readonly arch: string | null;
  readonly config: string | null;
  readonly platform: string | null;
  readonly compiler: string | null;
  /** As `changes` has it; null where there is no result to class. */
  readonly class: ChangeClass | null;
  readonly before: Rate;
  readonly after: Rate;
  /** The version of `before`: not the baseline where that says nothing of the test. */
  readonly beforeAt: string | null;
  readonly evidence: readonly string[];
}

export interface CheckTestsDocument {
  readonly schema: 'regline.check-tests/1';
  readonly asOf: string | null;
  readonly ok: boolean;
  /** A release, a build or a commit. */
  readonly release: string;
  readonly baseline: string | null;
  /** How many tests were judged, each at each place counted. */
  readonly tests: number;
  /** How many of them pass. */
  readonly passes: number;
  /** As `changes` has it, against the baseline. */
  readonly platformsApart: boolean;
  /** What fails the check. */
  readonly reasons: readonly TestFinding[];
  /** Just as bad at the baseline, flaky, or an issue that is known: said, and no reason to fail. */
  readonly known: readonly TestFinding[];
}

export interface CheckTestsOptions {
  /** What was just as bad there is known, and does not fail the check; without it every failure does. */
  readonly baseline?: Version;
  /** Versions before the baseline, or before the version itself where there is none; the nearest first. */
  readonly history?: readonly Version[];
  readonly filter?: IdentityFilter;
  /** Tests of which something has to be known, whether they have a result or not. */
  readonly named?: readonly string[];
}

/**
 * Answers: do the tests of a version pass, or with a baseline, do they fare no worse than there? A test that said something at the
 * baseline and says nothing any more fails the check with the reason `unknown`, and so does a version of which no test says anything:
 * what is not known never passes. A test that said nothing there either (it is skipped on this machine) is known, unless it breaks off here.
 */
export function checkTests(
  version: Version,
  { baseline, history = [], filter = {}, named = [] }: CheckTestsOptions,
): Omit<CheckTestsDocument, 'schema' | 'asOf'> {
  // Without a baseline the versions before still tell which known issues a pass has ended.
  const from = baseline ?? { name: version.name, results: [] };
  const { changes, platformsApart } = changeClasses(from, version, history, filter);
  const judged = changes.map((change) => ({ change, verdict: verdictOf(change, baseline !== undefined) }));
  const findings = (wanted: Verdict['counts']) =>
    judged.flatMap(({ change, verdict }) =>
      verdict?.counts === wanted ? [findingOf(change, verdict.reason)] : [],
    );
  const said = new Set(changes.filter((c) => conclusive(c.after)).map((c) => c.test));
  const reasons = findings('against');
  const told = new Set(reasons.map((r) => r.test));
  for (const test of new Set(named)) if (!said.has(test) && !told.has(test)) reasons.push(nothingOf(test));
  if (said.size === 0 && reasons.length === 0) reasons.push(nothingOf(null));
  return {
    ok: reasons.length === 0,
    release: version.name,
    baseline: baseline?.name ?? null,
    tests: changes.length,
    passes: judged.filter(({ verdict }) => verdict === null).length,
    platformsApart,
    reasons,
    known: findings('known'),
  };
}

interface Verdict {
  readonly counts: 'against' | 'known';
  readonly reason: TestFinding['reason'];
}

/** Null where the test passes. */
function verdictOf({ class: kind, before, brokeOff }: ChangedTest, hasBaseline: boolean): Verdict | null {
  const against = (reason: TestReason): Verdict => ({ counts: 'against', reason });
  switch (kind) {
    case 'fixed':
    case 'new-pass':
    case 'still-passing':
      return null;
    case 'regression':
      return against(hasBaseline ? 'new-regression' : 'fails');
    case 'new-failure':
      return against(hasBaseline ? 'new-failure' : 'fails');
    case 'still-failing':
      return hasBaseline ? { counts: 'known', reason: 'fails' } : against('fails');
    case 'flaky':
    case 'known-issue':
      return { counts: 'known', reason: kind };
    case 'inconclusive':
    case 'appeared':
    case 'disappeared':
      return hasBaseline && !conclusive(before) && !brokeOff
        ? { counts: 'known', reason: 'unknown' }
        : against('unknown');
  }
}

function findingOf(change: ChangedTest, reason: TestFinding['reason']): TestFinding {
  const { test, arch, config, platform, compiler, before, after, beforeAt, evidence } = change;
  return {
    reason,
    ...{ test, arch, config, platform, compiler, class: change.class, before, after, beforeAt, evidence },
  };
}

const NOTHING: Rate = { good: 0, bad: 0, inconclusive: 0 };

function nothingOf(test: string | null): TestFinding {
  const place = { arch: null, config: null, platform: null, compiler: null };
  const rates = { before: NOTHING, after: NOTHING, beforeAt: null };
  return { reason: 'unknown', test, ...place, class: null, ...rates, evidence: [] };
}
