import { splitOff } from '../regressions/regression-decisions.ts';
import { regressionNamed } from '../regressions/regression-named.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { answersOf, type Answers } from '../regressions/answers.ts';
import { describeEvent } from '../model/describe-event.ts';
import { sees } from '../model/view.ts';
import { explainRun, nothingBeside, type EventsBeside } from './beside.ts';
import { explainCell } from './explain-cell.ts';
import { explainRegression } from './explain-regression.ts';
import { document, step, stepsOfNotes, type ExplainDocument } from './explanation.ts';
import type { Model } from '../model/model.ts';
import { shortChange } from '../../store/names/change-name.ts';
import { QueryError } from '../model/query-error.ts';
import { addTo } from '../../store/grouping.ts';
import { optional } from '../../store/optional-text.ts';

/**
 * Answers: how do we know? The subject is a cell (`tcmalloc v7.0.10 x86_64`, in any order), a regression's id, a change
 * (7 hex digits or more), a behaviour, or an event (4 hex digits or more, `EVENT#index` for a result).
 *
 * @param beside runs and rejects, which are not in the model
 * @throws QueryError for a subject that is none of these.
 */
export function explain(
  model: Model,
  subject: readonly string[],
  beside: EventsBeside = nothingBeside,
): ExplainDocument {
  const words = subject.flatMap((word) => word.trim().split(/\s+/)).filter((word) => word !== '');
  const answers = answersOf(model);
  const single = words.length === 1 ? words[0]! : null;
  if (single !== null) {
    if (/^r-[0-9a-f]+$/i.test(single))
      return explainRegression(answers, regressionNamed(model, single), beside);
    const change = changeNamed(model, single);
    if (change !== null) return explainChange(answers, change);
    if (model.behaviours.has(single)) return explainBehaviour(model, single);
    const events = eventsNamed(model, single, beside);
    if (events.length === 1) return explainNamed(model, events[0]!, single, beside);
    if (events.length > 1) {
      throw new QueryError(`"${single}" is the beginning of several events`, {
        suggestions: events.slice(0, 5).map((e) => `${e.id.slice(0, 12)} ${e.type}`),
      });
    }
  }
  return explainCell(answers, words, beside);
}

function explainChange(answers: Answers, change: string): ExplainDocument {
  const { model } = answers.verdicts;
  const event = model.changes.get(change)!;
  const { graph } = model;
  const entries = graph.order.flatMap((name) => graph.entriesAt(name).filter((e) => e.change === change));
  const sets = model
    .of('BehaviourSet')
    .filter((e) => e.payload.change !== undefined && graph.resolve(e.payload.change) === change);
  const claims = [...model.of('CulpritClaimed'), ...model.of('FixClaimed')].filter(
    (e) => e.payload.change !== undefined && graph.resolve(e.payload.change) === change,
  );
  const roles = answers.regressions.flatMap(({ document: r }) => [
    ...r.suspects
      .filter((s) => s.change === change)
      .map((s) => `${s.role} (rank ${s.rank}) of ${r.id}: ${r.title}`),
    ...r.fixes.filter((f) => f.change === change).map(() => `fix of ${r.id}: ${r.title}`),
  ]);
  return document(`${shortChange(change)} ${event.payload.subject}`, inShort(answers, change), [
    step(
      `${event.payload.author ?? 'somebody'} made it${optional(', committed ', event.payload.commitDate)}`,
      null,
      [event],
    ),
    ...entries.map((e) =>
      step(`it is in ${graph.releases.get(e.release)?.line ?? '?'} since ${e.release}`, null, [e.event]),
    ),
    ...sets.map((e) =>
      step(
        `it sets ${e.payload.behaviour} to ${String(e.payload.value)}${e.payload.archs ? ` on ${e.payload.archs.join(', ')}` : ''}`,
        e.payload.when ?? null,
        [e],
      ),
    ),
    ...claims.map((e) => step(describeEvent(e), null, [e])),
    ...roles.map((says) => step(says, null, [])),
  ]);
}

/** What a change is to which regressions: `culprit of R-1, R-2; fix of R-3`; null where it is nothing to any. */
function inShort(answers: Answers, change: string): string | null {
  const ids = new Map<string, string[]>();
  for (const { document: r } of answers.regressions) {
    for (const { role } of r.suspects.filter((s) => s.change === change)) addTo(ids, role, r.id);
    if (r.fixes.some((f) => f.change === change)) addTo(ids, 'fix', r.id);
  }
  const said = [...ids].map(([role, of]) => `${role} of ${of.join(', ')}`);
  return said.length === 0 ? null : said.join('; ');
}

function explainBehaviour(model: Model, name: string): ExplainDocument {
  const event = model.behaviours.get(name)!;
  const sets = model.of('BehaviourSet').filter((e) => e.payload.behaviour === name);
  const claims = model.of('BehaviourClaimed').filter((e) => e.payload.behaviour === name);
  const needs = model.of('RequirementStated').filter((e) => e.payload.behaviour === name);
  return document(name, event.payload.title, [
    step(
      `owned by ${event.payload.owner}`,
      event.payload.guarantees.map((g) => g.guarantee).join(', then '),
      [event],
    ),
    ...sets.map((e) => step(describeEvent(e), e.payload.when ?? null, [e])),
    ...claims.map((e) =>
      step(describeEvent(e), 'a claim is compared with the records and predicts nothing', [e]),
    ),
    ...needs.map((e) => step(describeEvent(e), null, [e])),
    ...stepsOfNotes(model, [name]),
  ]);
}

/** What a decision about regressions comes to now: it stays, and what it speaks of may go. */
function whatItDoes(model: Model, event: StoredEvent): string | null {
  if (event.type !== 'RegressionSplit' && event.type !== 'RegressionMerged') return null;
  const { regressions } = answersOf(model);
  const named = (id: string) =>
    regressions.find(({ document: r }) => r.id === id || r.aliases.includes(id))?.document;
  const { regression } = event.payload;
  const [one, other] =
    event.type === 'RegressionSplit'
      ? [named(regression), splitOff(regressions, event.payload)?.document]
      : [named(regression), named(event.payload.into)];
  if (one === undefined || other === undefined)
    return 'it has no effect: what it speaks of is not, or no longer, known';
  return event.type === 'RegressionMerged'
    ? `both are ${one.id}: ${one.title}`
    : `${other.id} is apart from ${one.id}: ${other.title}`;
}

function explainEvent(model: Model, event: StoredEvent): ExplainDocument {
  const retraction = model.counting.retracted.get(event.id);
  const newer = model.counting.replaced.get(event.id);
  const does = retraction ? null : whatItDoes(model, event);
  const state = retraction ? 'retracted' : newer ? 'replaced by a newer version' : 'counts';
  return document(`${event.type} ${event.id.slice(0, 12)}`, state, [
    step(describeEvent(event), null, [event]),
    ...(does === null ? [] : [step(does, null, [])]),
    step(`recorded ${event.recordedAt} at position ${event.position}, in batch ${event.batch}`, null, []),
    ...(retraction ? [step('it was retracted', null, [retraction])] : []),
    ...(newer ? [step('a newer version of the statement counts', 'revision, then known-at', [newer])] : []),
  ]);
}

function changeNamed(model: Model, text: string): string | null {
  const name = model.graph.resolve(text);
  if (model.changes.has(name)) return name;
  if (!/^[0-9a-f]{7,40}$/.test(text)) return null;
  const found = [...model.changes.keys()].filter((change) => change.startsWith(text));
  return found.length === 1 ? found[0]! : null;
}

/** The events whose id begins as it is written; the versions that come with a run are not among them. */
function eventsNamed(model: Model, text: string, beside: EventsBeside): readonly StoredEvent[] {
  const prefix = text.split('#')[0]!.toLowerCase();
  if (!/^[0-9a-f]{4,64}$/.test(prefix)) return [];
  return [...model.byId.values(), ...beside.beginning(prefix)].filter(
    (e) => e.id.startsWith(prefix) && sees(model.view, e),
  );
}

/** @throws QueryError for an item that the event does not have. */
function explainNamed(model: Model, event: StoredEvent, text: string, beside: EventsBeside): ExplainDocument {
  const item = text.split('#')[1];
  if (item === undefined && event.type !== 'RunObserved') return explainEvent(model, event);
  const index = item === undefined ? null : Number(item);
  const isItem = index === null || Number.isInteger(index);
  const found = event.type === 'RunObserved' && isItem ? explainRun(model, event, index, beside) : null;
  if (found === null)
    throw new QueryError(`${event.type} ${event.id.slice(0, 12)} has no item #${item ?? ''}`);
  return found;
}
