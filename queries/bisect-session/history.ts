import { answersOf } from '../regressions/answers.ts';
import { graphFromChain, graphFromRecords, type VersionGraph } from '../bisect/graph/graph.ts';
import type { Consumer, Model } from '../model/model.ts';
import type { CellStatus } from '../verdict/cell-status.ts';
import { QueryError } from '../model/query-error.ts';
import { candidates, missing } from '../releases/release-graph.ts';
import { shortChange } from '../../store/names/change-name.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { consumerOf } from './prefill.ts';
import type { Session } from '../recorded-sessions/session.ts';

/** Where a consumer went from one state to another, and how that is known. */
export interface Transition {
  readonly good: string;
  readonly bad: string;
  readonly why: string;
  /** Those of the two that nobody has tested or reported: they only follow from records. */
  readonly unseen: readonly string[];
}

/** The releases of the log as a history: each continues its predecessor. */
function historyOfReleases(model: Model): VersionGraph {
  return graphFromRecords(
    model.graph.order.map((name) => {
      const { predecessor, date } = model.graph.releases.get(name)!;
      const at = date === null ? NaN : Date.parse(date);
      return {
        name,
        parents: predecessor === null ? [] : [predecessor],
        committedAtS: Number.isNaN(at) ? 0 : Math.floor(at / 1000),
      };
    }),
  );
}

/**
 * The recorded changes between a good and a bad end as a history, without any clone: the good release, the changes in
 * mainline order, the bad release. That the bad release itself is the first bad version means that the change is not
 * recorded. An end may be a recorded change too: then the history is cut there.
 *
 * @throws QueryError when the ends are neither recorded releases nor recorded changes of one path.
 */
function historyOfChanges(model: Model, good: string, bad: string): VersionGraph {
  const { graph } = model;
  const enteredIn = (end: string): string => {
    const release = graph.releases.has(end) ? end : graph.firstIn(end, 'mainline');
    if (release !== null) return release;
    throw new QueryError(`"${end}" is no recorded release, and no recorded change of mainline`, {
      hint: 'without --repo, ends are releases or recorded changes',
    });
  };
  const goodIn = enteredIn(good);
  const from = goodIn === good ? good : (graph.releases.get(goodIn)!.predecessor ?? goodIn);
  const to = enteredIn(bad);
  if (!graph.isAncestor(from, to))
    throw new QueryError(`${bad} does not descend from ${good}${lacking(model, from, to)}`, {
      hint: 'search over releases (--over releases), or in a clone (--repo), where merge bases can be tested',
    });
  const chain = [from, ...candidates(graph, from, to), to];
  return graphFromChain(chain.slice(chain.indexOf(good), chain.indexOf(bad) + 1));
}

/** What one release has and another lacks may be all that there is to find: a fix that is missing there. */
function lacking(model: Model, good: string, bad: string): string {
  const lacks = missing(model.graph, good, bad);
  if (lacks.length === 0) return '';
  const fixing = new Set(
    answersOf(model).regressions.flatMap(({ document }) => document.fixes.map((fix) => fix.change)),
  );
  const fixes = lacks.filter((change) => fixing.has(change)).map(shortChange);
  const among = fixes.length === 0 ? '' : `, fixes of known regressions among them: ${fixes.join(', ')}`;
  return `, and lacks ${lacks.length} ${lacks.length === 1 ? 'change' : 'changes'} of it${among}`;
}

/**
 * Gives the history of a session that needs no clone.
 *
 * @throws QueryError when it searches changes and its ends are not known, are several, or lie on no path.
 */
export function recordedHistory(model: Model, session: Session): VersionGraph {
  const { over } = session.start.payload;
  if (over === 'releases') return historyOfReleases(model);
  const [good, moreGood] = session.ends.good;
  const [bad, moreBad] = session.ends.bad;
  if (good === undefined || bad === undefined)
    throw new QueryError('recorded changes are searched between two releases', {
      hint: 'name both ends: --good REV --bad REV',
    });
  if (moreGood !== undefined || moreBad !== undefined)
    throw new QueryError('recorded changes are searched between one good and one bad end', {
      hint: 'search over releases (--over releases) or in a clone (--repo) with several',
    });
  return historyOfChanges(model, good, bad);
}

/**
 * Finds where a consumer went from working to broken on an architecture (or back, for the search of a fix), as the
 * verdicts say: every edge of the release graph, the latest first. Where it never broke: from working to degraded.
 */
export function transitionsOf(
  model: Model,
  consumer: string,
  variant: string | undefined,
  arch: string,
  direction: 'introduced' | 'fixed',
): readonly Transition[] {
  const found = consumerOf(model, consumer, variant);
  if (found === null) return [];
  for (const worse of ['broken', 'degraded'] as const) {
    const [before, after] =
      direction === 'introduced' ? (['works', worse] as const) : ([worse, 'works'] as const);
    const ends = edgesBetween(model, found, arch, before, after);
    if (ends.length > 0) return ends;
  }
  return [];
}

function edgesBetween(
  model: Model,
  found: Consumer,
  arch: string,
  before: CellStatus,
  after: CellStatus,
): readonly Transition[] {
  const { verdicts } = answersOf(model);
  const ends: Transition[] = [];
  for (const name of model.graph.order) {
    const now = verdicts.at(found, name, arch);
    if (now.status !== after) continue;
    let previous = model.graph.releases.get(name)!.predecessor;
    while (previous !== null && verdicts.at(found, previous, arch).status === 'unknown')
      previous = model.graph.releases.get(previous)!.predecessor;
    if (previous === null) continue;
    const then = verdicts.at(found, previous, arch);
    if (then.status !== before) continue;
    ends.push({
      good: previous,
      bad: name,
      why: `${previous} ${then.status} (${then.basis ?? 'unknown'}), ${name} ${now.status} (${now.basis ?? 'unknown'})`,
      unseen: [then, now].filter((v) => !wasSeen(v)).map((v) => v.release),
    });
  }
  const place = new Map(model.graph.order.map((name, i) => [name, i]));
  // The latest introduction is what a triager asks for, unless told otherwise; mainline comes before what branched off.
  const onMainline = (e: Transition) => (model.graph.releases.get(e.bad)!.line === 'mainline' ? 0 : 1);
  return ends.sort((a, b) => onMainline(a) - onMainline(b) || place.get(b.bad)! - place.get(a.bad)!);
}

function wasSeen({ basis }: Verdict): boolean {
  return basis === 'tested' || basis === 'reported';
}
