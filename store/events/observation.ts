import * as v from 'valibot';
import { defineEvent } from './definition.ts';
import { changeName, common, date, finite, list, natural, optional, release, text } from './fields.ts';

export const outcomes = [
  'pass',
  'fail',
  'skip',
  'error',
  'timeout',
  'xfail',
  'xpass',
  'miss',
  'unknown',
] as const;
/** How a test ended. `miss`: planned, but no result; `unknown`: the status is absent or not understood. */
export type Outcome = (typeof outcomes)[number];

/** One result in a run, addressed as `EVENT#index` by its place in the list. */
export const result = v.strictObject({
  /** Canonical name, as store/names/test-name.ts makes it. */
  test: text,
  /** The name as the source writes it, where it differs. */
  raw: optional(text),
  outcome: v.picklist(outcomes),
  /** 2, 3, … for later results of the same test in one run. */
  occurrence: optional(v.pipe(natural, v.minValue(2))),
  /** 1-based line of the log. */
  line: optional(natural),
  durationMs: optional(finite),
  exitCode: optional(finite),
  reason: optional(text),
  excerpt: optional(text),
  platform: optional(text),
  /** How many more times it was run and failed, where the source tells them with what came out in the end. */
  failedRuns: optional(v.pipe(natural, v.minValue(1))),
});
export type Result = v.InferOutput<typeof result>;

/** Events about tests: what they exercise, who ran them, what came out. */
export const observationEvents = [
  defineEvent(
    'TestRecorded',
    'a test exercises behaviours or consumers',
    v.strictObject({
      ...common,
      test: text,
      title: text,
      behaviours: optional(list(text)),
      consumers: optional(list(v.strictObject({ consumer: text, variant: optional(text) }))),
      archs: optional(list(text)),
      /** The change that added it; kernels before it do not ship it. */
      since: optional(changeName),
      /** A release that ships it, where the change that added it is not known: it is there from then on. */
      shippedIn: optional(release),
    }),
  ),
  defineEvent(
    'RunObserved',
    'a run of tests had these results',
    v.strictObject({
      rev: common.rev,
      /** Who ran it: a CI's name, or a person. */
      origin: text,
      release: optional(release),
      commit: optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{7,64}$/))),
      /** The kernel's version as the source writes it. */
      kernel: optional(text),
      arch: optional(text),
      config: optional(text),
      platform: optional(text),
      tree: optional(text),
      /** The release that the selftests come from, where it is known: not always the kernel's. */
      selftests: optional(text),
      startedAt: optional(date),
      tool: optional(text),
      /** 1, 2, … where one run is told in several events. */
      part: optional(natural),
      /** How the kernel died, where the log shows it. */
      crash: optional(v.strictObject({ kind: text, line: optional(natural), excerpt: optional(text) })),
      url: optional(text),
      /** The command line that the kernel says it was booted with. */
      cmdline: optional(text),
      /** The origin's own id of this run. */
      id: optional(text),
      /** The origin's id of the build that ran: its release and architecture are known from `BuildObserved`. */
      build: optional(text),
      /** What the source says all results come to, where it does not list them; never believed instead of results. */
      totals: optional(
        v.strictObject({
          total: optional(natural),
          pass: optional(natural),
          fail: optional(natural),
          skip: optional(natural),
          xfail: optional(natural),
        }),
      ),
      results: v.array(result),
    }),
  ),
  defineEvent(
    'CheckoutObserved',
    'a CI took a tree at a commit',
    v.strictObject({
      rev: common.rev,
      origin: text,
      checkout: text,
      release: optional(release),
      commit: optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{7,64}$/))),
      /** What `git describe` said. */
      name: optional(text),
      tree: optional(text),
      branch: optional(text),
      repository: optional(text),
      startedAt: optional(date),
      valid: optional(v.boolean()),
      /** A hash over patches on top of the commit: then it is no release, whatever the commit is called. */
      patchset: optional(text),
    }),
  ),
  defineEvent(
    'BuildObserved',
    'a CI built a checkout for an architecture',
    v.strictObject({
      rev: common.rev,
      origin: text,
      build: text,
      checkout: text,
      arch: optional(text),
      config: optional(text),
      compiler: optional(text),
      outcome: v.picklist(outcomes),
      startedAt: optional(date),
      durationMs: optional(finite),
      url: optional(text),
    }),
  ),
  defineEvent(
    'CoverageChanged',
    'a CI began, stopped, was seen or was seen not to run a test',
    v.strictObject({
      ...common,
      ci: text,
      test: text,
      archs: optional(list(text)),
      platforms: optional(list(text)),
      trees: optional(list(text)),
      state: v.picklist(['began', 'stopped', 'seen', 'not-run']),
      /** When it took effect, where that differs from known-at. */
      since: optional(date),
      /** The last day of it, where a later statement of the source ends it. */
      until: optional(date),
      authored: optional(date),
    }),
  ),
  defineEvent(
    'OutcomeAttributed',
    'a failure has another cause and does not count',
    v.strictObject({
      ...common,
      /** `EVENT#index`, or the test at releases. */
      target: optional(text),
      /** The origin's own id of the run. */
      run: optional(text),
      /** The known issue that it is laid to; it excuses nothing when the code under test is to blame for that. */
      issue: optional(text),
      /** True: it was seen not to be so. */
      absent: optional(v.boolean()),
      test: optional(text),
      releases: optional(list(release)),
      archs: optional(list(text)),
      outcomes: optional(list(v.picklist(outcomes))),
      cause: v.picklist(['other-cause', 'infrastructure', 'newer-selftest', 'known-issue']),
      /** It explains no result that became known after this day; then it has to be stated, and so proved, again. */
      until: optional(date),
      why: text,
    }),
  ),
] as const;
