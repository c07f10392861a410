import type { TypedStoredEvent } from '../../store/events/event.ts';
import { canonicalRelease } from '../../store/names/release-name.ts';
import type { Answers } from '../model/answers.ts';
import { describeEvent } from '../model/describe-event.ts';
import type { ExplainDocument, ExplainStep } from '../model/documents.ts';
import { shownResults, type EventsBeside } from './beside.ts';
import { document, step } from './explanation.ts';
import { releasesIn, type Consumer, type Model } from '../model/model.ts';
import { shortChange } from '../verdict/prediction.ts';
import { nearest, QueryError } from '../model/query-error.ts';
import { allArchs, selectConsumers } from '../model/select.ts';
import { nameOf } from '../verdict/verdict.ts';
import { hasCell } from '../verdict/violations.ts';

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
  const archs = allArchs(model);
  let release: string | null = null;
  let arch: string | null = null;
  const rest: string[] = [];
  for (const word of words) {
    const name = canonicalRelease(word);
    if (archs.includes(word)) arch = word;
    else if (name !== null && model.graph.releases.has(name)) release = name;
    else rest.push(word);
  }
  if (rest.length !== 1) {
    throw new QueryError(`cannot tell what "${words.join(' ')}" means`, {
      hint: 'name a cell (consumer, release and architecture), a regression (R-…), a change, a behaviour or an event',
      suggestions: rest
        .filter((word) => !model.consumers.some((c) => nameOf(c) === word))
        .flatMap((word) =>
          nearest(word, [...model.graph.releases.keys(), ...archs, ...model.consumers.map(nameOf)]),
        ),
    });
  }
  const consumer = pick(model, rest[0]!);
  if (release === null || arch === null) {
    throw new QueryError(`which ${release === null ? 'release' : 'architecture'}?`, {
      hint: `say, for example: regline explain ${rest[0]!} ${release ?? model.graph.order.at(-1) ?? ''} ${arch ?? archs[0] ?? ''}`,
    });
  }
  const verdict = answers.verdicts.at(consumer, release, arch);
  const steps: ExplainStep[] = [];
  const node = model.graph.releases.get(release)!;
  steps.push(
    step(
      `${release} is in ${node.line}${node.predecessor === null ? '' : ` and continues ${node.predecessor}`}`,
      null,
      [node.event],
    ),
  );
  if (consumer.event)
    steps.push(step(`${nameOf(consumer)} is ${consumer.event.payload.title}`, null, [consumer.event]));
  if (verdict.guard) {
    steps.push(
      step(
        `its guard fires: ${verdict.guard.says}; without it: ${verdict.guard.without}`,
        verdict.guard.refuses,
        [consumer.event!],
      ),
    );
  }
  for (const need of verdict.needs) {
    const { effective } = need;
    steps.push(
      step(
        `it needs ${need.behaviour} to be one of {${need.needs.join(', ')}}, else it is ${need.otherwise}`,
        need.why,
        [need.event],
      ),
    );
    if (!effective.known) {
      const change = effective.change === null ? undefined : model.changes.get(effective.change);
      steps.push(step(`${need.behaviour} is not known: ${effective.why}`, null, change ? [change] : []));
      continue;
    }
    const entry = effective.change === null ? undefined : model.graph.contains(release).get(effective.change);
    const change = effective.change === null ? undefined : model.changes.get(effective.change);
    const how =
      effective.change === null
        ? 'as stated'
        : `set by ${shortChange(effective.change)}, in since ${entry?.release ?? '?'}`;
    steps.push(
      step(
        `${need.behaviour} is ${String(effective.value)} (${how}): ${need.state === 'holds' ? 'the need holds' : need.state === 'absent' ? 'the thing is not there' : 'the need FAILS'}`,
        effective.record.payload.when ?? null,
        [effective.record, ...(change ? [change] : []), ...(entry ? [entry.event] : [])],
      ),
    );
  }
  for (const claim of claimsAt(model, new Set(verdict.needs.map((n) => n.behaviour)), release, arch))
    steps.push(
      step(describeEvent(claim), 'a claim is compared with the records and predicts nothing', [claim]),
    );
  for (const { event, evidence } of verdict.claims) {
    steps.push(
      step(
        `${event.payload.by} says: ${event.payload.says}${evidence.has(release) ? '' : ' (context: names this release only as part of a range)'}`,
        'a claim is evidence for the releases it names one by one and for the ends of its range',
        [event],
      ),
    );
  }
  if (verdict.tested) {
    const { failing, passing, evidence } = verdict.tested;
    const searched = step(
      '',
      null,
      evidence.flatMap((id) => model.byId.get(id) ?? []),
    );
    steps.push({
      says: `tests: ${failing.length} fail (${failing.join(', ') || 'none'}), ${passing.length} pass (${passing.join(', ') || 'none'})`,
      rule: 'a failure of a behaviour that is needed breaks; only tests of all that is needed show that it works',
      events: [...shownResults(beside, evidence), ...searched.events],
    });
  }
  for (const says of verdict.contradictions)
    steps.push(
      step(`contradicted by weaker evidence: ${says}`, 'tested > reported > predicted > inferred', []),
    );
  for (const { document: r, stretch } of answers.regressions) {
    if (hasCell(stretch.violations, consumer, release, arch)) {
      steps.push(step(`part of ${r.id}: ${r.title}`, null, []));
    }
  }
  const heard = verdict.reported
    ? verdict.basis === 'reported'
      ? ''
      : ', and reported'
    : verdict.status === 'works'
      ? ''
      : ', nobody has reported it';
  const basis = verdict.basis === null ? '' : ` (${verdict.basis}${heard})`;
  return document(`${nameOf(consumer)} on ${release}, ${arch}`, `${verdict.status}${basis}`, steps);
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

function pick(model: Model, name: string): Consumer {
  const found = selectConsumers(model, [name]);
  return found.find((c) => c.variant === null) ?? found[0]!;
}
