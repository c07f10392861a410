import { ancestorMasses } from '../graph/ancestor-mass.ts';
import { brokenStretches } from '../range/buildability.ts';
import { buildRecordOf } from '../range/build-record.ts';
import { isTestable, type SearchedCase } from './searched-case.ts';

/** A version that contains less of the suspects' probability than this, or all but this, does not separate them. */
const PARTS = 1e-9;
/** A longer list of commits that may have fixed the build is no help. */
const MOST_FIXES = 3;

/** Says why no test separates the remaining suspects: what cannot be tested, and which commits may have fixed the build. */
export function deadEndOf(searched: SearchedCase): string {
  const nameOf = searched.search.range.graph.names.at;
  const left = untriedText(untriedOf(searched).map(nameOf));
  const fixes = buildFixesOf(searched);
  if (fixes.length === 0 || fixes.length > MOST_FIXES) return left;
  return `${left}; ${fixes.map(nameOf).join(', ')} may have mended the build`;
}

function untriedText(untried: readonly string[]): string {
  if (untried.length === 0) return 'only skipped versions are left to test';
  const many = untried.length === 1 ? 'one version was' : `${untried.length} versions were`;
  const middle = untried[untried.length >>> 1]!;
  return `${many} not tried, because too many around cannot be built; ${middle} would tell most, tested by name`;
}

/** Lists, oldest first, the untried versions that would separate the suspects. */
function untriedOf(searched: SearchedCase): number[] {
  const { range, problem } = searched.search;
  const { posterior, runs } = searched.open;
  const { part, chains } = range;
  const [masses] = ancestorMasses(chains, [posterior.candidates]);
  const all = posterior.candidates.reduce((sum, p) => sum + p, 0);
  return [...part.nodeOf].filter((node, local) => {
    const reached = masses!.mass[local]!;
    return (
      reached > PARTS &&
      reached < all - PARTS &&
      isTestable(searched, node) &&
      !runs.has(node) &&
      problem.roles?.testable[node] !== 0
    );
  });
}

/** Lists the commits that may have fixed the build among the remaining suspects. */
function buildFixesOf({ search: { range }, tally, open }: SearchedCase): readonly number[] {
  const { posterior, regression } = open;
  const stretches = brokenStretches(range, buildRecordOf(range, tally, regression.platform));
  const fixes = stretches
    .filter(({ inside }) => inside.some((p, local) => p > 0 && posterior.candidates[local]! > 0))
    .flatMap((stretch) => stretch.fixes);
  return [...new Set(fixes)].map((local) => range.part.nodeOf[local]!);
}
