import { optional } from '../../store/optional-text.ts';
import type { Suspect } from '../regressions/regression.ts';
import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';
import type { Answers } from '../regressions/answers.ts';
import { knownEnd } from '../../store/log/known-by.ts';
import { shownResults, type EventsBeside } from './beside.ts';
import { document, step, type ExplainDocument } from './explanation.ts';
import { mitigationsOf } from '../tables/mitigations.ts';
import type { Model } from '../model/model.ts';
import { shortChange } from '../../store/names/change-name.ts';
import type { FoundRegression } from '../regressions/found-regression.ts';

const OPENED: Readonly<Record<FoundRegression['document']['opened'], string>> = {
  records: 'a value that violates what somebody needs, over one connected stretch of releases',
  claim: 'a claim that names no behaviour, and that no recorded value explains',
  tests: 'a test fails after it has passed, and no recorded value explains it',
  guard: "the consumer's own check at its start refuses the kernel, rightly or not",
};

/** How many releases it is broken in, before they are named. */
const placeOf = (releases: number) =>
  releases === 0
    ? '; no release that is recorded is named'
    : `, in ${releases} ${releases === 1 ? 'release' : 'releases'}: `;

function evidenceText({ role, for: pro, against }: Suspect): string {
  const contra = against.length > 0 ? against.join('; ') : null;
  return `${role}; for: ${pro.join('; ')}${optional('; against: ', contra)}`;
}

/** Explains a regression: its value, whom it breaks, its ends, who did it, what repairs it and what eases it. */
export function explainRegression(
  answers: Answers,
  { document: r, stretch, excluded }: FoundRegression,
  beside: EventsBeside,
): ExplainDocument {
  const { model } = answers.verdicts;
  const events = r.evidence.flatMap((id) => model.byId.get(id) ?? []);
  const of = (...types: readonly string[]) => events.filter((e) => types.includes(e.type));
  const results = shownResults(beside, r.evidence);
  const what = r.opened === 'records' ? `${r.behaviour ?? ''} is ${String(stretch.value)}` : r.title;
  const affected = r.affected.map(({ line, from, to }) => `${line} ${from}..${to ?? ''}`);
  const opening = step(
    `${what}${placeOf(stretch.releases.length)}${affected.join('; ')}`,
    OPENED[r.opened],
    r.opened === 'records' ? of('BehaviourSet') : events,
  );
  const steps = [
    { ...opening, events: [...opening.events, ...results] },
    step(
      `it violates what ${r.consumers.join(', ')} ${r.consumers.length === 1 ? 'needs' : 'need'}`,
      null,
      of('RequirementStated', 'BehaviourDefined'),
    ),
    step(
      r.lastGood.length > 0
        ? `last good ${r.lastGood.join(', ')}, first bad ${r.firstBad.join(', ')}`
        : r.firstBad.length > 0
          ? `it never worked before ${r.firstBad.join(', ')}`
          : 'between which releases it broke is not known',
      'the ends of an edge of the release graph',
      [...r.lastGood, ...r.firstBad].flatMap((name) => model.graph.releases.get(name)?.event ?? []),
    ),
    step(
      `the documented contract is ${r.contract}, observed behaviour is ${r.observed}`,
      'asked with the guarantee at last good',
      of('BehaviourDefined'),
    ),
    step(r.reported ? 'it was reported' : 'nobody has reported it', null, inTime(of('BreakageClaimed'))),
    ...r.suspects.map((s) =>
      step(
        `suspect ${s.rank}: ${shortChange(s.change)} "${s.subject}": ${evidenceText(s)}`,
        'bisect > behaviour record > Fixes: of a fix > claim > paths',
        model.changes.get(s.change) ? [model.changes.get(s.change)!] : [],
      ),
    ),
    ...excluded.map((e) =>
      step(
        `${shortChange(e.change)} is excluded: ${e.reason}`,
        'suspects lie in candidates(last good, first bad)',
        [],
      ),
    ),
    ...r.fixes.map((f) =>
      step(
        `fixed by ${shortChange(f.change)} "${f.subject}": ${Object.entries(f.releases)
          .map(([line, release]) => `${line} ${release}`)
          .join(', ')}`,
        'the change at the transition back',
        model.changes.get(f.change) ? [model.changes.get(f.change)!] : [],
      ),
    ),
    ...r.announced.map((a) =>
      step(`${a.by} spoke of a fix (${a.status}): ${a.says}`, 'what it does is not recorded', [
        model.byId.get(a.event)!,
      ]),
    ),
    ...r.companions.map((c) =>
      step(
        `${shortChange(c.change)} "${c.subject}" was called a fix too, and does not repair it alone`,
        null,
        [],
      ),
    ),
    ...r.repairs.map((x) =>
      step(`repaired in ${x.consumer}: ${x.what} (${x.status})`, null, [model.byId.get(x.event)!]),
    ),
    ...mitigationsAgainst(model, stretch).map((e) =>
      step(
        `until then, for ${e.payload.consumer}: ${e.payload.mitigation}; gives: ${e.payload.gives}; costs: ${e.payload.costs}`,
        null,
        [e],
      ),
    ),
  ];
  return document(r.id, r.title, steps);
}

/** The earliest first. */
function inTime(events: readonly StoredEvent[]): readonly StoredEvent[] {
  return [...events].sort((a, b) => (knownEnd(a) < knownEnd(b) ? -1 : knownEnd(a) > knownEnd(b) ? 1 : 0));
}

/** What eases a regression for the consumers that it breaks; a mitigation of another behaviour does not. */
function mitigationsAgainst(
  model: Model,
  { behaviour, violations }: FoundRegression['stretch'],
): readonly TypedStoredEvent<'MitigationStated'>[] {
  const found = violations
    .flatMap(({ consumer }) => mitigationsOf(model, consumer))
    .filter(({ payload: m }) => m.behaviour === undefined || m.behaviour === behaviour);
  return [...new Set(found)];
}
