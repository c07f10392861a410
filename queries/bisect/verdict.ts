import { openConfirmations, SURE } from './confirmation.ts';
import type { Pick, SearchState } from './decision.ts';
import type { OpenCase } from './open-case.ts';
import { refutedEnd } from './refuted-end.ts';
import { refutedOrder } from './refuted-order.ts';
import type { Search } from './search.ts';
import type { Tally } from './tally.ts';

/** What is known of one case before anything is chosen. */
export interface Verdict {
  readonly state: SearchState;
  /** Tests that this case asks for beyond the search. */
  readonly asks: readonly Ask[];
  readonly why: string;
}

export interface Ask {
  readonly node: number;
  readonly repeats: number;
  readonly purpose: Pick['purpose'];
  readonly why: string;
}

/**
 * Says where the search for one regression stands: its ends do not hold, its outcomes refute one another, it has an
 * answer that is confirmed or is still to be, or it goes on.
 */
export function verdictOf(search: Search, tally: Tally, each: OpenCase): Verdict {
  const { posterior, suspects, rates, runs, regression } = each;
  const { range } = search;
  const nameOf = range.graph.names.at;
  const untestable = tally.untestable.get(regression.platform)!;
  const refutedOne = refutedEnd(search, each);
  if (refutedOne !== null) {
    const { node, looks, settled } = refutedOne;
    const why = settled
      ? `the ends do not hold: ${nameOf(node)} looks ${looks}; test it again`
      : `${nameOf(node)} was said to be ${looks === 'good' ? 'bad' : 'good'} and is seen ${looks}: test it again`;
    return {
      state: settled ? 'contradiction' : 'running',
      asks: [{ node, repeats: 1, purpose: 'test-again', why }],
      why,
    };
  }
  if (posterior.always > 0.5 || posterior.never > 0.5) {
    const ends = posterior.always > 0.5 ? range.goods : range.bads;
    const again = ends.length > 0 ? ends : range.bads;
    const what = posterior.always > 0.5 ? 'bad' : 'good';
    const why = `the ends do not hold: ${again.map(nameOf).join(', ')} looks ${what}; test it again`;
    return {
      state: 'contradiction',
      asks: again.map((node) => ({ node, repeats: 1, purpose: 'test-again', why })),
      why,
    };
  }
  const refuted = refutedOrder(search, each);
  if (refuted !== null) {
    const why = `${nameOf(refuted.bad)} is bad and its descendant ${nameOf(refuted.good)} is good`;
    const rest = refuted.settled
      ? `: it broke up to ${nameOf(refuted.bad)} and was fixed up to ${nameOf(refuted.good)}; search each on its own`
      : '; test the cheaper of the two again';
    if (refuted.settled) return { state: 'contradiction', asks: [], why: why + rest };
    if (rates.kind === 'exact' || each.contradicted)
      return {
        state: 'running',
        asks: [{ node: refuted.again, repeats: 1, purpose: 'test-again', why: why + rest }],
        why: why + rest,
      };
  }
  const first = suspects.listed[0];
  if (first === undefined || first.p < SURE) return { state: 'running', asks: [], why: '' };
  const open = openConfirmations(range, posterior, rates, runs, suspects.top);
  const possible = open.filter(({ local }) => !untestable.has(range.part.nodeOf[local]!));
  if (open.length === 0)
    return {
      state: 'concluded',
      asks: [],
      why: `${first.version} is the first bad version (p ${first.p.toFixed(3)})`,
    };
  const asks = possible.map(({ local, repeats, purpose }): Ask => {
    const node = range.part.nodeOf[local]!;
    const why =
      purpose === 'see-it-bad'
        ? `${nameOf(node)} is the likely culprit (p ${first.p.toFixed(3)}) and was not seen bad often enough`
        : `${nameOf(node)}, a parent of the likely culprit, needs ${repeats} more good runs`;
    return { node, repeats, purpose, why };
  });
  return asks.length > 0
    ? { state: 'running', asks, why: asks[0]!.why }
    : {
        state: 'suspects',
        asks: [],
        why: `${first.version} cannot be confirmed: its neighbours cannot be tested`,
      };
}
