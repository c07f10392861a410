import type { TypedStoredEvent } from '../../store/events/event.ts';
import { archAmong } from '../../store/names/arch-name.ts';
import { canonicalRelease } from '../../store/names/release-name.ts';
import type { Answers } from '../regressions/answers.ts';
import { describeEvent } from '../model/describe-event.ts';
import { shownResults, type EventsBeside } from './beside.ts';
import { document, step, stepsOfNotes, type ExplainDocument, type ExplainStep } from './explanation.ts';
import { CONTRACT, releasesIn, type Consumer, type Model } from '../model/model.ts';
import { shortChange } from '../../store/names/change-name.ts';
import { optional } from '../../store/optional-text.ts';
import { nearest, QueryError } from '../model/query-error.ts';
import { allArchs, isNot, selectConsumers } from '../model/select.ts';
import { isMadeFor, presenceOf } from '../verdict/presences.ts';
import type { Need } from '../verdict/needs.ts';
import type { TestedStatus } from '../verdict/tested.ts';
import { nameOf, type Verdict } from '../verdict/verdict.ts';
import { hasCell } from '../verdict/violations.ts';

/** The cell that some words name. */
interface NamedCell {
  readonly consumer: Consumer;
  readonly release: string;
  readonly arch: string;
}

/**
 * Explains a cell from its consumer, release and architecture, in any order.
 *
 * @throws QueryError for words that name no cell.
 */
export function explainCell(
  answers: Answers,
  words: readonly string[],
  beside: EventsBeside,
): ExplainDocument {
  const { model } = answers.verdicts;
  const cell = cellNamed(model, words);
  const { consumer, release, arch } = cell;
  const verdict = answers.verdicts.at(consumer, release, arch);
  return document(`${nameOf(consumer)} on ${release}, ${arch}`, `${verdict.status}${basisOf(verdict)}`, [
    ...stepsOfPlace(model, cell, verdict),
    ...verdict.needs.flatMap((need) => stepsOfNeed(model, need, release)),
    ...stepsOfClaims(model, cell, verdict),
    ...(verdict.tested ? [stepOfTests(model, verdict.tested, beside)] : []),
    ...verdict.contradictions.map((says) =>
      step(`contradicted by weaker evidence: ${says}`, 'tested > reported > predicted > inferred', []),
    ),
    ...answers.regressions
      .filter(({ stretch }) => hasCell(stretch.violations, consumer, release, arch))
      .map(({ document: r }) => step(`part of ${r.id}: ${r.title}`, null, [])),
    ...stepsOfNotes(model, [consumer.consumer, nameOf(consumer)]),
  ]);
}

const NAME_A_SUBJECT =
  'name a cell (consumer, release and architecture), a regression (R-…), a change, a behaviour or an event; regline history tells of tests';

function cellNamed(model: Model, words: readonly string[]): NamedCell {
  const archs = allArchs(model);
  let release: string | null = null;
  let arch: string | null = null;
  const rest: string[] = [];
  for (const word of words) {
    const asRelease = canonicalRelease(word);
    const asArch = archAmong(word, archs);
    if (asArch !== undefined) arch = asArch;
    else if (asRelease !== null && model.graph.releases.has(asRelease)) release = asRelease;
    else rest.push(word);
  }
  const [name = ''] = rest;
  const isConsumer = model.consumers.some((c) => c.consumer === name.split('/', 1)[0]);
  if (words.length === 1 && rest.length === 1 && !isConsumer) {
    throw new QueryError(`no consumer, change, behaviour or event "${name}" ${isNot(model)}`, {
      suggestions: nearest(name, [...model.consumers.map(nameOf), ...model.behaviours.keys()]),
      hint: NAME_A_SUBJECT,
    });
  }
  if (rest.length === 0 && release !== null)
    throw new QueryError(`which consumer of ${release}?`, {
      hint: `say, for example: regline explain ${CONTRACT} ${release} ${arch ?? archs[0] ?? ''}; regline release-note ${release} tells of them all`,
    });
  const other = rest.length > 1 ? rest.find((word) => /^v?\d+\./.test(word)) : undefined;
  if (other !== undefined)
    throw new QueryError(`no release "${other}" ${isNot(model)}`, {
      suggestions: nearest(other, model.graph.releases.keys()),
      hint: 'regline releases lists them',
    });
  if (rest.length !== 1) {
    throw new QueryError(`cannot tell what "${words.join(' ')}" means`, {
      hint: NAME_A_SUBJECT,
      suggestions: rest
        .filter((word) => !model.consumers.some((c) => nameOf(c) === word))
        .flatMap((word) =>
          nearest(word, [...model.graph.releases.keys(), ...archs, ...model.consumers.map(nameOf)]),
        ),
    });
  }
  if (model.behaviours.has(name)) {
    throw new QueryError(`what ${name} is there depends on who asks`, {
      hint: `regline mode --release ${release ?? '…'} --arch ${arch ?? '…'} tells what it is for a registration; regline explain ${name} tells all of it`,
    });
  }
  const consumer = pick(model, name);
  if (release === null || arch === null) {
    throw new QueryError(`which ${release === null ? 'release' : 'architecture'}?`, {
      hint: `say, for example: regline explain ${name} ${release ?? model.graph.order.at(-1) ?? ''} ${arch ?? archs[0] ?? ''}`,
    });
  }
  return { consumer, release, arch };
}

/** What the verdict rests on, and whether anybody has said so. */
function basisOf({ basis, reported, status }: Verdict): string {
  if (basis === null) return '';
  if (basis === 'reported') return ' (reported)';
  const heard = reported ? ', and reported' : status === 'works' ? '' : ', nobody has reported it here';
  return ` (${basis}${heard})`;
}

function stepsOfPlace(
  model: Model,
  { consumer, release, arch }: NamedCell,
  { guard, status }: Verdict,
): readonly ExplainStep[] {
  const node = model.graph.releases.get(release)!;
  const steps = [
    step(`${release} is in ${node.line}${optional(' and continues ', node.predecessor)}`, null, [node.event]),
  ];
  if (consumer.event)
    steps.push(step(`${nameOf(consumer)} is ${consumer.event.payload.title}`, null, [consumer.event]));
  const interfaceEvent = model.interfaces.get(consumer.interface);
  const described = interfaceEvent ? [interfaceEvent] : [];
  if (!isMadeFor(consumer, arch))
    steps.push(
      step(
        `it is recorded for ${(consumer.archs ?? []).join(', ')}, and not for ${arch}`,
        null,
        consumer.event ? [consumer.event] : [],
      ),
    );
  else if (status === 'not-applicable')
    steps.push(step(`${consumer.interface} is not on ${arch} there`, null, described));
  else if (presenceOf(model, consumer.interface, release, arch) === 'unknown')
    steps.push(step(`whether ${consumer.interface} is on ${arch} there is not known`, null, described));
  if (guard)
    steps.push(
      step(`its guard fires: ${guard.says}; without it: ${guard.without}`, guard.refuses, [consumer.event!]),
    );
  return steps;
}

const HOW_A_NEED_STANDS: Readonly<Record<string, string>> = {
  holds: 'the need holds',
  absent: 'the thing is not there',
};

/** What is needed, and what the behaviour is there. */
function stepsOfNeed(model: Model, need: Need, release: string): readonly ExplainStep[] {
  const { effective, behaviour } = need;
  const needed = step(
    `it needs ${behaviour} to be one of {${need.needs.join(', ')}}, else it is ${need.otherwise}`,
    need.why,
    [need.event],
  );
  const change = effective.change === null ? undefined : model.changes.get(effective.change);
  const evidence = change ? [change] : [];
  if (!effective.known) return [needed, step(`${behaviour} is not known: ${effective.why}`, null, evidence)];
  const entry = effective.change === null ? undefined : model.graph.contains(release).get(effective.change);
  const how =
    effective.change === null
      ? 'as stated'
      : `set by ${shortChange(effective.change)}, in since ${entry?.release ?? '?'}`;
  return [
    needed,
    step(
      `${behaviour} is ${String(effective.value)} (${how}): ${HOW_A_NEED_STANDS[need.state] ?? 'the need FAILS'}`,
      effective.record.payload.when ?? null,
      [effective.record, ...evidence, ...(entry ? [entry.event] : [])],
    ),
  ];
}

function stepsOfClaims(
  model: Model,
  { release, arch }: NamedCell,
  { needs, claims }: Verdict,
): readonly ExplainStep[] {
  const needed = new Set(needs.map((n) => n.behaviour));
  return [
    ...claimsAt(model, needed, release, arch).map((claim) =>
      step(describeEvent(claim), 'a claim is compared with the records and predicts nothing', [claim]),
    ),
    ...claims.map(({ event, evidence }) =>
      step(
        `${event.payload.by} says: ${event.payload.says}${evidence.has(release) ? '' : ' (context: names this release only as part of a range)'}`,
        'a claim is evidence for the releases it names one by one and for the ends of its range',
        [event],
      ),
    ),
  ];
}

function stepOfTests(
  model: Model,
  { failing, passing, evidence }: TestedStatus,
  beside: EventsBeside,
): ExplainStep {
  const searched = step(
    '',
    null,
    evidence.flatMap((id) => model.byId.get(id) ?? []),
  );
  return {
    says: `tests: ${failing.length} fail (${failing.join(', ') || 'none'}), ${passing.length} pass (${passing.join(', ') || 'none'})`,
    rule: 'a failure of a behaviour that is needed breaks; only tests of all that is needed show that it works',
    events: [...shownResults(beside, evidence), ...searched.events],
  };
}

/** What somebody, or a probe, says that these behaviours are at a place. */
function claimsAt(
  model: Model,
  behaviours: ReadonlySet<string>,
  release: string,
  arch: string,
): readonly TypedStoredEvent<'BehaviourClaimed'>[] {
  return model
    .of('BehaviourClaimed')
    .filter(
      ({ payload: { behaviour, at, archs } }) =>
        behaviours.has(behaviour) &&
        (archs?.includes(arch) ?? true) &&
        at !== undefined &&
        releasesIn(model.graph, at).has(release),
    );
}

/** The one that is named; of several the one that has no variant's name. */
function pick(model: Model, name: string): Consumer {
  const found = selectConsumers(model, [name]);
  const [first] = found;
  const main = found.length === 1 ? first : found.find((c) => c.variant === null || nameOf(c) === name);
  if (main) return main;
  throw new QueryError(`which ${name}?`, { suggestions: found.map(nameOf) });
}
