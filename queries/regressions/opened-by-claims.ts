import type { ClaimReach } from '../verdict/claims.ts';
import { knownEnd } from '../../store/log/known-by.ts';
import { consumerName, type Consumer, type Model } from '../model/model.ts';
import type { Need } from '../verdict/needs.ts';
import { arrivedIn, fixDocument, repairsIn } from './fixes.ts';
import { idFrom } from './regression-id.ts';
import { statedFixes } from './stated-fixes.ts';
import { rankSuspects } from './suspects.ts';
import { isMadeFor } from '../verdict/presences.ts';
import { nameOf } from '../verdict/verdict.ts';
import { type Verdicts } from '../verdict/verdicts.ts';
import { stretchesOf } from '../releases/stretches.ts';
import type { Violation, ViolationStretch } from '../verdict/violations.ts';
import type { FoundRegression } from './found-regression.ts';

/**
 * Joins claims of breakage that name no behaviour to the regressions that explain them. A claim that nothing explains opens a
 * regression of its own. Where a claim is older than the regression that explains it, its id is kept and the other is an alias.
 */
export function joinClaims(
  verdicts: Verdicts,
  recorded: readonly FoundRegression[],
): readonly FoundRegression[] {
  const { model } = verdicts;
  const found = [...recorded];
  const claims = verdicts.claims
    .filter(({ event: { payload: p } }) => p.behaviour === undefined && p.consumer !== undefined)
    .filter(({ event }) => event.payload.says === 'broken' || event.payload.says === 'degraded')
    .sort((a, b) =>
      knownEnd(a.event) < knownEnd(b.event)
        ? -1
        : knownEnd(a.event) > knownEnd(b.event)
          ? 1
          : a.event.stream < b.event.stream
            ? -1
            : 1,
    );
  const since = new Map<ViolationStretch, string>();
  const sinceOf = (regression: FoundRegression): string => {
    const known = since.get(regression.stretch) ?? firstKnown(model, regression);
    since.set(regression.stretch, known);
    return known;
  };
  for (const claim of claims) {
    const explaining = found.flatMap((r, index) => (explains(r, claim) ? [index] : []));
    if (explaining.length === 0) {
      const opened = open(verdicts, claim);
      if (opened) found.push(opened);
      continue;
    }
    // A report of several regressions gives its id to the one that was known first, unless that was known before the report.
    explaining.sort((a, b) => (sinceOf(found[a]!) < sinceOf(found[b]!) ? -1 : 1));
    const at = explaining[0]!;
    const regression = found[at]!;
    const own = claimId(claim);
    const { document: r } = regression;
    if (r.id === own) continue;
    const older = r.opened === 'records' && knownEnd(claim.event) < sinceOf(regression);
    found[at] = {
      ...regression,
      document: {
        ...r,
        id: older ? own : r.id,
        aliases: [...r.aliases, older ? r.id : own],
        reported: true,
        evidence: [...new Set([...r.evidence, claim.event.id])],
      },
    };
  }
  return found;
}

/** Since when a regression could be known: since the record, the requirement and the release of its first violation were. */
export function firstKnown(model: Model, { stretch, document }: FoundRegression): string {
  let first = '9999';
  // Violations over the same releases share one list of them.
  const outAt = new Map<readonly string[], string>();
  for (const { need, releases } of stretch.violations) {
    if (!need.effective.known) continue;
    const out =
      outAt.get(releases) ??
      releases.map((name) => knownEnd(model.graph.releases.get(name)!.event)).reduce(earlier, '9999');
    outAt.set(releases, out);
    const said = [need.effective.record, need.event].map(knownEnd);
    first = earlier(first, said.reduce(later, out));
  }
  if (first !== '9999') return first;
  return document.evidence
    .flatMap((id) => model.byId.get(id) ?? [])
    .map(knownEnd)
    .reduce(earlier, first);
}

const earlier = (a: string, b: string) => (a < b ? a : b);
const later = (a: string, b: string) => (a > b ? a : b);

function claimId({ event }: ClaimReach): string {
  return idFrom(['claim', event.stream]);
}

function explains({ stretch }: FoundRegression, { event, spokenOf }: ClaimReach): boolean {
  const { consumer, variant, archs } = event.payload;
  const name = consumerName(consumer!, variant);
  return stretch.violations.some(
    (v) =>
      v.consumer.is[0] === name &&
      (archs === undefined || archs.includes(v.arch)) &&
      v.releases.some((release) => spokenOf.has(release)),
  );
}

function open(verdicts: Verdicts, claim: ClaimReach): FoundRegression | null {
  const { model } = verdicts;
  const { event, spokenOf } = claim;
  const { consumer: named, variant, archs, lastGood, says } = event.payload;
  const consumer = model.consumers.find((c) => c.is[0] === consumerName(named!, variant));
  if (!consumer) return null;
  // A claim about a consumer is also about the consumers that embed it.
  const hit = [consumer, ...model.consumers.filter((c) => c !== consumer && c.is.includes(consumer.is[0]!))];
  const releases = model.graph.inOrder(spokenOf);
  const where = archs ?? [];
  const violations = (releases.length > 0 ? where : []).flatMap((arch) =>
    hit
      .filter((c) => c === consumer || isMadeFor(c, arch))
      .map((c): Violation => ({ consumer: c, arch, need: noNeed(c, event), releases })),
  );
  const stretch: ViolationStretch = {
    interface: consumer.interface,
    behaviour: '',
    value: says,
    otherwise: says === 'degraded' ? 'degraded' : 'broken',
    occurrence: 1,
    releases,
    violations,
  };
  const firstBad = releases.slice(0, 1);
  const good = lastGood !== undefined && model.graph.releases.has(lastGood) ? [lastGood] : [];
  const { fixes, announced, evidence } = statedFixes(verdicts, claim, stretch, consumer);
  const affected = stretchesOf(model, new Set(releases));
  const ranking = rankSuspects(verdicts, stretch, good, firstBad, fixes);
  const verb = says === 'degraded' ? 'degrades' : 'breaks';
  const places = where.length > 0 ? ` on ${where.join(', ')}` : '';
  const since = firstBad[0] === undefined ? '' : ` since ${firstBad[0]}`;
  return {
    document: {
      id: claimId(claim),
      aliases: [],
      opened: 'claim',
      title: `something ${verb} ${nameOf(consumer)}${embedders(hit.length - 1)}${places}${since}`,
      behaviour: null,
      archs: where,
      consumers: [...new Set(hit.map((c) => c.consumer))],
      contract: 'unknown',
      observed: 'broken',
      lastGood: good,
      firstBad,
      affected,
      suspects: ranking.suspects,
      fixes: fixes.map((change) =>
        // What takes a fix out again has broken it again, and no record tells that.
        fixDocument(model, change, affected, (name, line) => arrivedIn(model, name, line)),
      ),
      companions: [],
      announced,
      repairs: repairsIn(model, stretch, [consumer]),
      kind: says === 'degraded' ? 'degraded' : 'regression',
      reported: true,
      evidence: [event.id, ...evidence, ...ranking.events.map((e) => e.id)],
    },
    stretch,
    excluded: ranking.excluded,
  };
}

/** Says how many consumers embed the one that a claim is about. */
const embedders = (count: number) =>
  count === 0 ? '' : ` and ${count} that ${count === 1 ? 'embeds' : 'embed'} it`;

/** A placeholder for a need where nobody has said which behaviour fails. */
export function noNeed(consumer: Consumer, event: Need['event']): Need {
  return {
    behaviour: '',
    needs: [],
    otherwise: 'broken',
    why: `${nameOf(consumer)} fails; which behaviour it is, nobody has said`,
    event,
    effective: { known: false, why: 'no behaviour is named', change: null },
    state: 'fails',
  };
}
