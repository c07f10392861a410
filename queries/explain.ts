import type { StoredEvent, TypedStoredEvent } from '../store/events/event.ts';
import { canonicalRelease } from '../store/names/release-name.ts';
import { answersOf, type Answers } from './answers.ts';
import { describeEvent } from './describe-event.ts';
import type { ExplainDocument, ExplainStep } from './documents.ts';
import { mitigationsOf } from './mitigations.ts';
import { releasesIn, type Consumer, type Model } from './model.ts';
import { shortChange } from './prediction.ts';
import { nearest, QueryError } from './query-error.ts';
import type { FoundRegression } from './regressions.ts';
import { allArchs, selectConsumers } from './select.ts';
import { nameOf } from './verdict.ts';
import { hasCell } from './violations.ts';

/**
 * Answers: how do we know? The subject is a cell (`tcmalloc v7.0.10 x86_64`, in any order), a regression's id, a change
 * (7 hex digits or more), a behaviour, or an event (4 hex digits or more, `EVENT#index` for a result).
 *
 * @throws QueryError for a subject that is none of these.
 */
export function explain(model: Model, subject: readonly string[]): ExplainDocument {
  const words = subject.flatMap((word) => word.trim().split(/\s+/)).filter((word) => word !== '');
  const answers = answersOf(model);
  const single = words.length === 1 ? words[0]! : null;
  if (single !== null) {
    const wanted = single.toLowerCase();
    const regression = /^r-[0-9a-f]+$/.test(wanted)
      ? [...answers.regressions, ...answers.apart].find(({ document }) =>
          [document.id, ...document.aliases].some((name) => name.toLowerCase().startsWith(wanted)),
        )
      : undefined;
    if (regression) return explainRegression(answers, regression);
    const change = changeNamed(model, single);
    if (change !== null) return explainChange(answers, change);
    if (model.behaviours.has(single)) return explainBehaviour(model, single);
    const events = eventsNamed(model, single);
    if (events.length === 1) return explainEvent(model, events[0]!);
    if (events.length > 1) {
      throw new QueryError(`"${single}" is the beginning of several events`, {
        suggestions: events.slice(0, 5).map((e) => `${e.id.slice(0, 12)} ${e.type}`),
      });
    }
  }
  return explainCell(answers, words);
}

function document(subject: string, verdict: string | null, steps: readonly ExplainStep[]): ExplainDocument {
  return { schema: 'regline.explain/1', subject, verdict, steps };
}

function step(says: string, rule: string | null, events: readonly StoredEvent[]): ExplainStep {
  const once = [...new Map(events.map((e) => [e.id, e])).values()];
  return {
    says,
    rule,
    events: once.map((e) => ({
      id: e.id,
      type: e.type,
      knownAt: e.knownAt,
      source: e.source,
      excerpt: `${describeEvent(e)} (${e.locator})`,
    })),
  };
}

function explainCell(answers: Answers, words: readonly string[]): ExplainDocument {
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
      suggestions: rest.flatMap((word) =>
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
    const events = evidence.flatMap((address) => model.byId.get(address.slice(0, 64)) ?? []);
    steps.push(
      step(
        `tests: ${failing.length} fail (${failing.join(', ') || 'none'}), ${passing.length} pass; results ${evidence.map((e) => e.slice(0, 8) + e.slice(64)).join(' ')}`,
        null,
        events,
      ),
    );
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

const OPENED: Readonly<Record<FoundRegression['document']['opened'], string>> = {
  records: 'a value that violates what somebody needs, over one connected stretch of releases',
  claim: 'a claim that names no behaviour, and that no recorded value explains',
  tests: 'a test fails after it has passed, and no recorded value explains it',
  guard: "the consumer's own check at its start refuses the kernel, rightly or not",
};

function explainRegression(
  answers: Answers,
  { document: r, stretch, excluded }: FoundRegression,
): ExplainDocument {
  const { model } = answers.verdicts;
  const events = r.evidence.flatMap((id) => model.byId.get(id) ?? []);
  const of = (...types: readonly string[]) => events.filter((e) => types.includes(e.type));
  const steps = [
    step(
      `${r.opened === 'records' ? `${r.behaviour ?? ''} is ${String(stretch.value)}` : r.title}, in ${stretch.releases.length} releases: ${r.affected.map((s) => `${s.line} ${s.from}..${s.to ?? ''}`).join('; ')}`,
      OPENED[r.opened],
      r.opened === 'records' ? of('BehaviourSet') : events,
    ),
    step(
      `it violates what ${r.consumers.join(', ')} need`,
      null,
      of('RequirementStated', 'BehaviourDefined'),
    ),
    step(
      r.lastGood.length > 0
        ? `last good ${r.lastGood.join(', ')}, first bad ${r.firstBad.join(', ')}`
        : `it never worked before ${r.firstBad.join(', ')}`,
      'the ends of an edge of the release graph',
      [...r.lastGood, ...r.firstBad].flatMap((name) => model.graph.releases.get(name)?.event ?? []),
    ),
    step(
      `the documented contract is ${r.contract}, observed behaviour is ${r.observed}`,
      'asked with the guarantee at last good',
      of('BehaviourDefined'),
    ),
    step(r.reported ? 'it was reported' : 'nobody has reported it', null, of('BreakageClaimed')),
    ...r.suspects.map((s) =>
      step(
        `suspect ${s.rank}: ${shortChange(s.change)} "${s.subject}": ${s.role}; for: ${s.for.join('; ')}${s.against.length > 0 ? `; against: ${s.against.join('; ')}` : ''}`,
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
      `${event.payload.author ?? 'somebody'} made it${event.payload.commitDate === undefined ? '' : `, committed ${event.payload.commitDate}`}`,
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
    for (const { role } of r.suspects.filter((s) => s.change === change))
      ids.set(role, [...(ids.get(role) ?? []), r.id]);
    if (r.fixes.some((f) => f.change === change)) ids.set('fix', [...(ids.get('fix') ?? []), r.id]);
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
  ]);
}

function explainEvent(model: Model, event: StoredEvent): ExplainDocument {
  const retraction = model.counting.retracted.get(event.id);
  const newer = model.counting.replaced.get(event.id);
  const state = retraction ? 'retracted' : newer ? 'replaced by a newer version' : 'counts';
  return document(`${event.type} ${event.id.slice(0, 12)}`, state, [
    step(describeEvent(event), null, [event]),
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

function eventsNamed(model: Model, text: string): readonly StoredEvent[] {
  const prefix = text.split('#')[0]!.toLowerCase();
  if (!/^[0-9a-f]{4,64}$/.test(prefix)) return [];
  return [...model.byId.values()].filter((e) => e.id.startsWith(prefix));
}
