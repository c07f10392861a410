import { ancestorMasses } from '../graph/ancestor-mass.ts';
import { brokenStretches } from '../range/buildability.ts';
import { buildRecordOf } from '../range/build-record.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import type { Search } from '../beliefs/search.ts';
import type { Tally } from '../range/tally.ts';

/** What reaches less of the suspects than this, or leaves less out, does not part them. */
const PARTS = 1e-9;
/** More commits than this that may have mended the build are no help to anybody. */
const MOST_FIXES = 3;

/** Says why no test parts the suspects that are left: what was tried and cannot be tested, and who may have mended that. */
export function deadEndOf(search: Search, tally: Tally, each: OpenCase): string {
  const untried = untriedOf(search, tally, each);
  const nameOf = search.range.graph.names.at;
  const left =
    untried.length === 0
      ? 'only skipped versions are left to test'
      : `${untried.length === 1 ? 'one version was' : `${untried.length} versions were`} not tried, because too many around cannot be built; ${nameOf(untried[untried.length >>> 1]!)} would tell most, tested by name`;
  const fixes = buildFixesOf(search, tally, each);
  if (fixes.length === 0 || fixes.length > MOST_FIXES) return left;
  return `${left}; ${fixes.map(nameOf).join(', ')} may have mended the build`;
}

/** Lists, oldest first, the versions that would part the suspects and that nobody has tried. */
function untriedOf(
  { range, problem }: Search,
  tally: Tally,
  { posterior, runs, regression }: OpenCase,
): number[] {
  const { part, chains } = range;
  const [masses] = ancestorMasses(chains, [posterior.candidates]);
  const all = posterior.candidates.reduce((sum, p) => sum + p, 0);
  const untestable = tally.untestable.get(regression.platform)!;
  return [...part.nodeOf].filter((node, local) => {
    const reached = masses!.mass[local]!;
    return (
      reached > PARTS &&
      reached < all - PARTS &&
      !untestable.has(node) &&
      !runs.has(node) &&
      problem.roles?.testable[node] !== 0
    );
  });
}

/** Lists who may have mended the build of the suspects that are left. */
function buildFixesOf(
  { range }: Search,
  tally: Tally,
  { posterior, regression }: OpenCase,
): readonly number[] {
  const stretches = brokenStretches(range, buildRecordOf(range, tally, regression.platform));
  const fixes = stretches
    .filter(({ inside }) => inside.some((p, local) => p > 0 && posterior.candidates[local]! > 0))
    .flatMap((stretch) => stretch.fixes);
  return [...new Set(fixes)].map((local) => range.part.nodeOf[local]!);
}
