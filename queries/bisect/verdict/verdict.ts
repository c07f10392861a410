import type { Ask } from './ask.ts';
import { bitsOfGoodEnd } from '../beliefs/prediction.ts';
import { branchesApart, commonToSee } from './branches-apart.ts';
import { claimOf, type Claim } from './claim.ts';
import { certaintyOf, openConfirmations, type OpenConfirmation } from './confirmation.ts';
import type { SearchState } from './decision.ts';
import { baseThatExplains, basesOfSuspects } from './bases-to-see.ts';
import { refutedEnd } from './refuted-end.ts';
import { refutedOrder } from './refuted-order.ts';
import { isTestable, type SearchedCase } from './searched-case.ts';
import { separateBreaks } from './separate-breaks.ts';
import type { Suspect } from '../beliefs/suspects.ts';
import { unexplainedBad } from './unexplained-bad.ts';

/** Below this a run of an end in doubt is not worth anybody's time. */
const LEAST_BITS_OF_AN_END = 0.002;

/** Where one case stands, before the next test is chosen. */
export interface Verdict {
  readonly state: SearchState;
  /** Tests that this case asks for beyond the search. */
  readonly asks: readonly Ask[];
  readonly why: string;
  /** Of an answer. */
  readonly claim?: Claim;
  /** Of an answer: untested branch points that would show whether it changed anything. */
  readonly unseenBases?: readonly number[];
  /** Of an answer: bad versions on separate branches of which it is only assumed that they have one cause. */
  readonly apart?: readonly number[];
}

/**
 * Says where the search for one regression stands: its ends do not hold, its outcomes refute one another, it has an
 * answer that is confirmed or is still to be, or it goes on.
 */
export function verdictOf(searched: SearchedCase): Verdict {
  return (
    ofRefutedEnd(searched) ??
    ofSeparateBreaks(searched) ??
    ofUnexplainedBad(searched) ??
    ofDoubtedEnds(searched) ??
    ofRefutedOrder(searched) ??
    ofLikelyCulprit(searched) ?? { state: 'running', asks: [], why: '' }
  );
}

/** An end whose own tests contradict it. */
function ofRefutedEnd({ search, open }: SearchedCase): Verdict | null {
  const refuted = refutedEnd(search, open);
  if (refuted === null) return null;
  const { node, looks, settled } = refuted;
  const name = search.range.graph.names.at(node);
  const why = settled
    ? `the ends do not hold: ${name} looks ${looks}; test it again`
    : `${name} was said to be ${looks === 'good' ? 'bad' : 'good'} and is seen ${looks}: test it again`;
  return {
    state: settled ? 'contradiction' : 'running',
    asks: [{ node, repeats: 1, purpose: 'test-again', why }],
    why,
  };
}

/** The search goes on with one more run of a version that was seen already. */
function testedAgain(node: number, why: string): Verdict {
  return { state: 'running', asks: [{ node, repeats: 1, purpose: 'test-again', why }], why };
}

/** A test that may explain what contradicts. */
function askedFirst(what: string, ask: Ask): Verdict {
  const why = `${what}; ${ask.why}`;
  return { state: 'running', asks: [{ ...ask, why }], why };
}

/** Bad versions on branches that broke independently, unless one of them is bad for an older reason. */
function ofSeparateBreaks(searched: SearchedCase): Verdict | null {
  const { search, open, testsBases } = searched;
  const breaks = separateBreaks(search, open);
  if (breaks === null) return null;
  const nameOf = search.range.graph.names.at;
  const names = breaks.nodes.map(nameOf);
  const what = `no one change explains that ${names.join(' and ')} are bad`;
  const base = testsBases ? baseThatExplains(searched, breaks.nodes) : null;
  if (base !== null) return askedFirst(what, base);
  const { again } = breaks;
  if (again === null || !isTestable(searched, again))
    return { state: 'contradiction', asks: [], why: `${what}; search each on its own` };
  return testedAgain(again, `${what}; test the one seen least again`);
}

/** A bad version all of whose suspects are contained in good versions. */
function ofUnexplainedBad(searched: SearchedCase): Verdict | null {
  const { search, open } = searched;
  const found = unexplainedBad(search, open);
  if (found === null) return null;
  const nameOf = search.range.graph.names.at;
  const what = `no suspect explains that ${nameOf(found.node)} is bad: each is in ${found.goods.map(nameOf).join(' or ')}, which is good`;
  const { again } = found;
  if (again === null || !isTestable(searched, again))
    return { state: 'contradiction', asks: [], why: `${what}; none of them explains it alone` };
  return testedAgain(again, `${what}; test the one seen least again`);
}

/**
 * "Already bad at the good ends", or "never bad", is likelier than all candidates together. That a good end is bad is concluded once it
 * is as sure as an answer has to be, or runs of it tell no more; until then it is tested again, for that tells best whether it was bad
 * luck. A bad end that nearly always passes tells nothing however often it runs.
 */
function ofDoubtedEnds(searched: SearchedCase): Verdict | null {
  const { search, open } = searched;
  const { always, never } = open.posterior;
  if (always <= 0.5 && never <= 0.5) return null;
  const { goods, bads, graph } = search.range;
  const ends = always > 0.5 ? goods : bads;
  const doubted = ends.length > 0 ? ends : bads;
  const what = always > 0.5 ? 'bad' : 'good';
  const names = doubted.map(graph.names.at).join(', ');
  const again = always > 0.5 ? endToTestAgain(searched, doubted) : null;
  if (again !== null) return testedAgain(again, `${names} looks bad, which may be bad luck; test it again`);
  const why = `the ends do not hold: ${names} looks ${what}; test it again`;
  return {
    state: 'contradiction',
    asks: doubted.map((node) => ({ node, repeats: 1, purpose: 'test-again', why })),
    why,
  };
}

/** Of good ends in doubt the one that was tested least; null where nothing more is to be found out. */
function endToTestAgain(searched: SearchedCase, ends: readonly number[]): number | null {
  const { posterior, contradicted, runs } = searched.open;
  // Outcomes that were taken for certain and refute every candidate leave only this.
  if (contradicted || posterior.always >= certaintyOf(searched.search.problem)) return null;
  // "Always bad, and it passes now and then" and "it fails that often where nothing is wrong" look the same however often it runs.
  if (bitsOfGoodEnd(posterior) < LEAST_BITS_OF_AN_END) return null;
  const runsOf = (node: number): number => {
    const { bad, good } = runs.get(node) ?? { bad: 0, good: 0 };
    return bad + good;
  };
  const testable = ends.filter((node) => isTestable(searched, node));
  return testable.sort((a, b) => runsOf(a) - runsOf(b))[0] ?? null;
}

/** A bad version with a good descendant, where flakes do not explain it or are not allowed for. */
function ofRefutedOrder(searched: SearchedCase): Verdict | null {
  const { search, open, testsBases } = searched;
  const refuted = refutedOrder(search, open);
  if (refuted === null) return null;
  const nameOf = search.range.graph.names.at;
  const what = `${nameOf(refuted.bad)} is bad and its descendant ${nameOf(refuted.good)} is good`;
  const base = testsBases ? baseThatExplains(searched, [refuted.bad]) : null;
  if (base !== null) return askedFirst(what, base);
  if (refuted.settled) {
    const turns = `it broke up to ${nameOf(refuted.bad)} and was fixed up to ${nameOf(refuted.good)}`;
    return { state: 'contradiction', asks: [], why: `${what}: ${turns}; search each on its own` };
  }
  if (open.rates.kind !== 'exact' && !open.twiceSettles) return null;
  return testedAgain(refuted.again, `${what}; test the cheaper of the two again`);
}

/** A suspect that is sure enough: the answer, or what is missing before it is one. */
function ofLikelyCulprit(searched: SearchedCase): Verdict | null {
  const { search, open } = searched;
  const first = open.suspects.listed[0];
  const certainty = certaintyOf(search.problem);
  if (first === undefined || first.p < certainty) return null;
  const missing = openConfirmations(search.range, open, certainty);
  if (missing.length === 0) return answered(searched, first);
  const asks = missing
    .map((confirmation) => askToConfirm(searched, first, confirmation))
    .filter(({ node }) => isTestable(searched, node));
  if (asks.length > 0) return { state: 'running', asks, why: asks[0]!.why };
  // Without noise other tests may still part those that are left.
  if (open.rates.kind === 'exact') return null;
  const why = `${first.version} cannot be confirmed: its neighbours cannot be tested`;
  return { state: 'suspects', asks: [], why };
}

/** A confirmed culprit is the answer, once it is known whether bad versions on several branches have it in common. */
function answered(searched: SearchedCase, first: Suspect): Verdict {
  const { search, open, testsBases } = searched;
  const common = commonToSee(searched);
  if (common !== null) return { state: 'running', asks: [common], why: common.why };
  const bases = basesOfSuspects(searched);
  const base = testsBases ? bases.find(({ node }) => isTestable(searched, node)) : undefined;
  if (base !== undefined) return { state: 'running', asks: [base], why: base.why };
  const claim = claimOf(search, open);
  return {
    state: 'concluded',
    asks: [],
    why: `${first.version} is the first bad version (p ${claim.suspects[0]!.p.toFixed(3)})`,
    claim,
    unseenBases: bases.map(({ node }) => node),
    apart: branchesApart(search, open),
  };
}

function askToConfirm(
  { search: { range }, open: { rates } }: SearchedCase,
  first: Suspect,
  { local, repeats, purpose }: OpenConfirmation,
): Ask {
  const node = range.part.nodeOf[local]!;
  const name = range.graph.names.at(node);
  const enough = rates.kind === 'exact' ? '' : ' often enough';
  const runsMore = repeats === 1 ? 'one more good run' : `${repeats} more good runs`;
  const why =
    purpose === 'see-it-bad'
      ? `${name} is the likely culprit (p ${first.p.toFixed(3)}) and was not seen bad${enough}`
      : `${name}, a parent of the likely culprit, needs ${runsMore}`;
  return { node, repeats, purpose, why };
}
