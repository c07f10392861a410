import { brokenStretches } from '../range/buildability.ts';
import { buildRecordOf } from '../range/build-record.ts';
import { markAncestors, nodeNamed } from '../graph/graph.ts';
import { BisectError } from '../graph/bisect-error.ts';
import { logLikelihood } from '../rates/flakiness.ts';
import { fromBefore } from './from-before.ts';
import { openCase } from './open-case.ts';
import { equalToParent, PRIOR_FACTORS } from './priors.ts';
import type { Outcome, Problem } from '../range/problem.ts';
import { searchOf } from './search.ts';
import { tallyOf } from '../range/tally.ts';

/** Why a suspect has the probability that it has. */
export interface SuspectExplanation {
  readonly version: string;
  readonly regression: string;
  readonly p: number;
  /** Before any outcome, and how many times as likely as an average candidate that is. */
  readonly prior: number;
  readonly priorFactor: number;
  readonly factors: readonly { readonly factor: number; readonly why: string }[];
  /** Every version that was tested, and whether the suspect predicts what was seen there. */
  readonly evidence: readonly TestedVersion[];
  /** How many times as likely as under the best explanation the outcomes are if this is the culprit; at most 1. */
  readonly likelihood: number;
  /** Versions that cannot be built around it, and who may have fixed the build: cherry-pick that to test here. */
  readonly cannotBuild: readonly {
    readonly broken: readonly string[];
    readonly fixedBy: readonly string[];
  }[];
}

export interface TestedVersion {
  readonly version: string;
  readonly bad: number;
  readonly good: number;
  readonly predicted: 'bad' | 'good';
  readonly speaks: 'for' | 'against' | 'both';
}

/**
 * Explains one suspect: the factors of its prior and each tested version. Throws a `BisectError` for a version or a
 * regression that the problem does not know.
 */
export function explainSuspect(
  problem: Problem,
  outcomes: readonly Outcome[],
  version: string,
  regressionKey: string,
): SuspectExplanation {
  const search = searchOf(problem);
  const { range } = search;
  const { graph, part } = range;
  const node = nodeNamed(graph, version);
  const local = part.localOf[node]!;
  const regression = problem.regressions.find(({ key }) => key === regressionKey);
  if (regression === undefined)
    throw new BisectError('unknown-regression', `the search has no regression ${regressionKey}`, {
      regression: regressionKey,
    });
  if (local < 0)
    throw new BisectError('unknown-version', `the version ${version} is no candidate of this search`, {
      version,
    });
  const { tally } = fromBefore(search, tallyOf(graph, problem, outcomes));
  const { posterior, rates, runs } = openCase(search, tally, regression, 1);
  const prior = search.priorOf(regressionKey, rates.kind === 'exact').candidates;
  const share = prior.reduce((sum, each) => sum + (each > 0 ? 1 : 0), 0);
  let best = -Infinity;
  for (let c = 0; c < part.size; c++)
    if (prior[c]! > 0 && posterior.candidates[c]! > 0)
      best = Math.max(best, Math.log(posterior.candidates[c]!) - Math.log(prior[c]!));
  const own = logLikelihood(rates, posterior.countsOf(local));
  const relative =
    posterior.candidates[local]! > 0 ? Math.log(posterior.candidates[local]!) - Math.log(prior[local]!) : own;
  const record = buildRecordOf(range, tally, regression.platform);
  const nameOf = (each: number): string => graph.names.at(part.nodeOf[each]!);
  return {
    version,
    regression: regressionKey,
    p: posterior.candidates[local]!,
    prior: prior[local]!,
    priorFactor: prior[local]! * share,
    factors: [
      ...(problem.factors ?? [])
        .filter((each) => each.version === version && (each.regression ?? regressionKey) === regressionKey)
        .map(({ factor, why }) => ({ factor, why })),
      ...(equalToParent(problem, range)[local] === 1
        ? [{ factor: PRIOR_FACTORS.equalBuild, why: 'its tree or build is that of a parent' }]
        : []),
    ],
    evidence: [...runs].map(([tested, { bad, good }]): TestedVersion => {
      const predicted = markAncestors(graph, [tested])[node] === 1 ? 'bad' : 'good';
      const agrees = predicted === 'bad' ? bad : good;
      const speaks = agrees === bad + good ? 'for' : agrees === 0 ? 'against' : 'both';
      return { version: graph.names.at(tested), bad, good, predicted, speaks };
    }),
    likelihood: Math.min(1, Math.exp(relative - best)),
    cannotBuild: brokenStretches(range, record)
      .filter(({ inside }) => inside[local]! > 0)
      .map(({ broken, fixes }) => ({
        broken: broken.map(nameOf),
        fixedBy: fixes.length > 20 ? [] : fixes.map(nameOf),
      })),
  };
}
