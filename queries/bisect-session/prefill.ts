import { answersOf } from '../answers.ts';
import { markAncestors, nodeNamed, type VersionGraph } from '../bisect/graph.ts';
import type { Outcome } from '../bisect/problem.ts';
import { consumerName, type Consumer, type Model } from '../model.ts';
import type { Session } from './session.ts';

/** An answer that the log held before the search began. */
export interface Prefilled {
  readonly outcome: Outcome;
  readonly release: string;
  /** `tested` or `reported`: what is only predicted weighs suspects, and answers nothing. */
  readonly basis: 'tested' | 'reported';
  readonly evidence: readonly string[];
}

/**
 * Finds what the log already says of the versions that are releases: a verdict that rests on tests or reports is an
 * outcome. `versionOf` names the version that a release is (a commit of the clone), or null.
 */
export function prefilled(
  model: Model,
  session: Session,
  graph: VersionGraph,
  versionOf: (release: string) => string | null,
): readonly Prefilled[] {
  const { regressions, prefill, direction, bad } = session.start.payload;
  if (!prefill) return [];
  const inReach = markAncestors(
    graph,
    bad.map((name) => nodeNamed(graph, name)),
  );
  const { verdicts } = answersOf(model);
  const found: Prefilled[] = [];
  for (const r of regressions) {
    const consumer = consumerOf(model, r.consumer, r.variant);
    if (consumer === null || r.arch === undefined) continue;
    for (const release of model.graph.order) {
      const version = versionOf(release);
      if (version === null) continue;
      const node = graph.names.indexOf(version);
      if (node < 0 || inReach[node] === 0) continue;
      const { status, basis, evidence } = verdicts.at(consumer, release, r.arch);
      if (basis !== 'tested' && basis !== 'reported') continue;
      if (status !== 'works' && status !== 'broken') continue;
      const verdict = (status === 'broken') === (direction === 'introduced') ? 'bad' : 'good';
      found.push({
        outcome: { verdict, version, regression: r.key },
        release,
        basis,
        evidence,
      });
    }
  }
  return found;
}

/** Finds a consumer by name and variant. */
export function consumerOf(
  model: Model,
  consumer: string | undefined,
  variant: string | undefined,
): Consumer | null {
  if (consumer === undefined) return null;
  const name = consumerName(consumer, variant);
  return model.consumers.find((c) => consumerName(c.consumer, c.variant) === name) ?? null;
}
