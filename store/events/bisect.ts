import * as v from 'valibot';
import { defineEvent } from './definition.ts';
import { common, finite, list, natural, optional, release, text } from './fields.ts';

/** What is searched: a consumer or a test that fails, on an architecture; without either, an unnamed property. */
const searched = v.strictObject({
  /** `tcmalloc x86_64`: how the session names it. */
  key: text,
  consumer: optional(text),
  variant: optional(text),
  test: optional(text),
  arch: optional(text),
});

/** How the chance of a wrong outcome is seen: none, two known rates, or learned (but for a rate that is given) from what the log holds. */
const rates = v.variant('kind', [
  v.strictObject({
    kind: v.literal('exact'),
    /** Somebody asked for it, whatever the log has seen of the test. */
    asked: optional(v.literal(true)),
  }),
  v.strictObject({
    kind: v.literal('learned'),
    falseFail: optional(finite),
    falsePass: optional(finite),
  }),
  v.strictObject({ kind: v.literal('known'), falseFail: finite, falsePass: finite }),
]);

/** Events of a bisect session: a search is a projection over them and nothing else. */
export const bisectEvents = [
  defineEvent(
    'BisectStarted',
    'a search for the change behind regressions begins',
    v.strictObject({
      ...common,
      session: text,
      by: text,
      regressions: list(searched),
      /** What the versions are: commits of a clone, changes that the log records, or releases. */
      over: v.picklist(['commits', 'changes', 'releases']),
      /** Commits in full, or names of releases. Empty: the first outcomes name the end. */
      good: v.array(text),
      bad: v.array(text),
      /** A second thing whose version may be what broke: what is tested is a pair, `VERSION x VERSION`. */
      second: optional(
        v.strictObject({
          name: text,
          /** Oldest first. */
          versions: list(text),
          good: text,
          bad: text,
        }),
      ),
      direction: v.picklist(['introduced', 'fixed']),
      terms: v.strictObject({ good: text, bad: text }),
      chooser: v.picklist(['information', 'git']),
      rates,
      /** How likely a suspect has to be before it is the answer, of a test that may lie; 0.99 when left out. */
      certainty: optional(v.pipe(finite, v.minValue(0.5), v.maxValue(0.9999))),
      prefill: v.boolean(),
      firstParent: optional(v.boolean()),
      paths: optional(list(text)),
      /** True: commits that touch none of the paths are no candidates, as in git. */
      pathsOnly: optional(v.boolean()),
      /** The session that this one goes on from. */
      follows: optional(text),
    }),
  ),
  defineEvent(
    'BisectOutcomeRecorded',
    'a version was tested in a search',
    v.strictObject({
      ...common,
      session: text,
      by: text,
      /** A commit in full, or the name of a release. */
      version: text,
      outcome: v.picklist(['good', 'bad', 'skip']),
      /** The word that was used, where the session did not begin with its own: it then keeps to that pair of words. */
      term: optional(text),
      /** Changes that were put on top before it was built: such an outcome says nothing of the version as it is. */
      patches: optional(list(text)),
      /** The key of the regression that it answers for; all of the session when left out. */
      regression: optional(text),
      /** The release that the version is, where it is one: evidence for tables too. */
      release: optional(release),
      /** It names an end of the session, and the search had asked for a test of that version: it was seen, and not only said. */
      asked: optional(v.boolean()),
      /** How many runs ended so; 1 when left out. */
      runs: optional(natural),
      reason: optional(v.picklist(['build', 'boot', 'isolated', 'infrastructure'])),
      /** SHA-256 of the run's log, and where it was kept. */
      log: optional(v.strictObject({ sha256: text, name: text })),
      exitCode: optional(natural),
      durationS: optional(finite),
      machine: optional(text),
      boot: optional(text),
      /** Names what was built (a tree, a build signature): equal ones are one version. */
      tree: optional(text),
      /** The number of the command that gave it, from 1; one command may give several outcomes. */
      step: natural,
    }),
  ),
  defineEvent(
    'SuspectWeighted',
    'somebody makes a suspect more or less likely',
    v.strictObject({
      ...common,
      session: text,
      by: text,
      /** A commit in full, a change, or the name of a release. */
      change: text,
      factor: v.pipe(finite, v.minValue(0)),
      why: text,
    }),
  ),
  defineEvent(
    'BisectConcluded',
    'a search has an answer',
    v.strictObject({
      ...common,
      session: text,
      by: text,
      regression: text,
      consumer: optional(text),
      variant: optional(text),
      test: optional(text),
      arch: optional(text),
      suspects: list(v.strictObject({ change: text, p: finite })),
      /** The outcomes that it rests on; when one of them counts no more, neither does this. */
      restsOn: v.array(text),
      why: text,
    }),
  ),
  defineEvent(
    'BisectAbandoned',
    'a search is given up',
    v.strictObject({ ...common, session: text, by: text, why: text }),
  ),
] as const;
