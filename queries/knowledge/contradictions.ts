import type { EventType } from '../../store/events/catalogue.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { answersOf } from '../model/answers.ts';
import type { CellStatus } from '../model/documents.ts';
import { describeEvent } from '../model/describe-event.ts';
import { behaviourContradictions } from './contradicted-behaviours.ts';
import { contradict } from '../results/field-merge.ts';
import { consumerName, type Model } from '../model/model.ts';
import { shortChange } from '../verdict/prediction.ts';
import { testFor } from './settling.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { ContradictionKind, Contradiction } from './contradiction.ts';

export interface ContradictionsDocument {
  readonly schema: 'regline.contradictions/1';
  readonly asOf: string | null;
  readonly contradictions: readonly Contradiction[];
}

/** Who ran a run, by its event id; asked of the log only for runs that disagree. */
export type Origins = ReadonlyMap<string, string>;

/**
 * Answers: who says what against whom, and what would settle it?
 *
 * @param rivals versions of runs that contradict each other; runs are not in the model and have to be asked of the log
 */
export function contradictions(
  model: Model,
  origins: Origins = new Map(),
  rivals: readonly (readonly StoredEvent[])[] = [],
): ContradictionsDocument {
  return {
    schema: 'regline.contradictions/1',
    asOf: model.view.asOf ?? null,
    contradictions: [
      ...versionContradictions([...model.counting.rivals, ...rivals]),
      ...disputes(model),
      ...rivalCulprits(model),
      ...behaviourContradictions(model),
      ...cellContradictions(model),
      ...runContradictions(model, origins),
    ],
  };
}

/** Objects of a CI: it sends them again with more fields, which is no contradiction. */
const TOLD_IN_PIECES: ReadonlySet<EventType> = new Set<EventType>([
  'CheckoutObserved',
  'BuildObserved',
  'RunObserved',
]);

/** Statements of one source that have equal order and different content. */
function versionContradictions(all: readonly (readonly StoredEvent[])[]): readonly Contradiction[] {
  const wrong = all.filter(
    (rivals) => !TOLD_IN_PIECES.has(rivals[0]!.type) || contradict(rivals.map((e) => e.payload)),
  );
  return wrong.map((rivals) => ({
    kind: 'versions',
    about: rivals[0]!.stream,
    sides: rivals.map((e) => ({ says: describeEvent(e), evidence: [e.id] })),
    settles: 'a higher revision of the statement by its author, or a retraction of one of the two',
    settledBy: null,
  }));
}

function disputes(model: Model): readonly Contradiction[] {
  const byStream = new Map<string, ReturnType<typeof model.byId.get>>();
  for (const event of model.byId.values()) byStream.set(event.stream, event);
  return model.of('StatementDisputed').map(({ id, payload }) => {
    const settled = model.of('DisputeSettled').find((s) => s.payload.dispute === payload.dispute);
    return {
      kind: 'dispute',
      about: `${payload.dispute}: ${payload.why}`,
      sides: payload.statements.map((name) => {
        const event = byStream.get(name) ?? model.byId.get(name);
        return event
          ? { says: describeEvent(event), evidence: [event.id] }
          : { says: `${name} (not known at this moment)`, evidence: [id] };
      }),
      settles: settled ? null : `a decision: regline settle ${payload.dispute}`,
      settledBy: settled?.id ?? null,
    };
  });
}

/** A bisect against a trailer: two changes named as the one culprit of one regression. */
function rivalCulprits(model: Model): readonly Contradiction[] {
  return answersOf(model).regressions.flatMap(({ document: r, stretch }): Contradiction[] => {
    const rivals = r.suspects.filter((s) => s.role === 'culprit');
    if (rivals.length < 2) return [];
    const order = r.firstBad.flatMap((name) => [...model.graph.contains(name).keys()]);
    const [early, late] = [...rivals].sort((a, b) => order.indexOf(a.change) - order.indexOf(b.change));
    const test = testFor(model, [stretch.behaviour], r.archs[0] ?? null, r.consumers[0] ?? null);
    return [
      {
        kind: 'culprits',
        about: `${r.id}: ${r.title}`,
        sides: rivals.map((s) => ({
          says: `${shortChange(s.change)} ${s.subject}: ${s.for.join('; ')}`,
          evidence: eventsIn(model, s.for),
        })),
        settles: `build ${shortChange(early!.change)} and ${test} on ${r.archs[0] ?? 'an affected architecture'}: if it fails there, ${shortChange(early!.change)} did it; if not, ${shortChange(late!.change)} remains`,
        settledBy: null,
      },
    ];
  });
}

/** The events that reasons name by their short ids. */
function eventsIn(model: Model, says: readonly string[]): readonly string[] {
  const short = new Set(says.flatMap((s) => [...s.matchAll(/\[([0-9a-f]{8})\]/g)].map((m) => m[1]!)));
  return [...model.byId.keys()].filter((id) => short.has(id.slice(0, 8)));
}

interface Level {
  readonly name: 'observation' | 'claim' | 'prediction';
  readonly status: CellStatus;
  readonly says: string;
  readonly evidence: readonly string[];
}

/** Tests, claims and predictions of one cell that differ. Cells of one line that differ alike are told once. */
function cellContradictions(model: Model): readonly Contradiction[] {
  const { verdicts } = answersOf(model);
  const spoken = new Set<string>();
  for (const { evidence } of verdicts.claims) for (const name of evidence) spoken.add(name);
  for (const { payload } of model.of('TestRecorded'))
    for (const place of model.results.placesOf(payload.test)) spoken.add(place.release);
  const found = new Map<
    string,
    { kind: ContradictionKind; verdict: Verdict; levels: Level[]; at: string[] }
  >();
  for (const release of model.graph.order.filter((name) => spoken.has(name))) {
    for (const consumer of model.consumers) {
      for (const arch of archsOfSpeech(model, consumer.interface, consumer.archs)) {
        const verdict = verdicts.at(consumer, release, arch);
        if (verdict.contradictions.length === 0 && verdict.status !== 'conflict') continue;
        for (const [kind, levels] of pairs(verdict)) {
          const key = JSON.stringify([kind, consumer.is[0], arch, levels.map((l) => [l.says, l.evidence])]);
          const known = found.get(key);
          if (known) known.at.push(release);
          else found.set(key, { kind, verdict, levels, at: [release] });
        }
      }
    }
  }
  return [...found.values()].map(({ kind, verdict, levels, at }) => {
    const name = consumerName(verdict.consumer.consumer, verdict.consumer.variant);
    const behaviours = verdict.needs.map((n) => n.behaviour);
    return {
      kind,
      about: `${name} on ${verdict.arch} at ${at.join(', ')}`,
      sides: levels.map(({ says, evidence }) => ({ says, evidence })),
      settles: `${testFor(model, behaviours, verdict.arch, verdict.consumer.consumer)} on ${at[0]!}, ${verdict.arch}`,
      settledBy: null,
    };
  });
}

function archsOfSpeech(model: Model, name: string, own: readonly string[] | null): readonly string[] {
  return own ?? model.interfaces.get(name)?.payload.archs?.map((a) => a.arch) ?? [];
}

function pairs(verdict: Verdict): readonly (readonly [ContradictionKind, Level[]])[] {
  const strong = verdict.claims.filter(
    ({ event, evidence }) => evidence.has(verdict.release) && event.payload.says !== 'not-a-regression',
  );
  const claims = strong.map(({ event }): Level => ({
    name: 'claim',
    status: event.payload.says as CellStatus,
    says: describeEvent(event),
    evidence: [event.id],
  }));
  const tested: Level | null = verdict.tested && {
    name: 'observation',
    status: verdict.tested.status,
    says: `tests: ${verdict.tested.failing.length > 0 ? `${verdict.tested.failing.join(', ')} fail` : `${verdict.tested.passing.join(', ')} pass`}`,
    evidence: verdict.tested.evidence,
  };
  const text = verdict.contradictions.find((c) => /^(predicted|inferred): /.test(c));
  const records = verdict.needs.flatMap((n) => (n.effective.known ? [n.effective.record.id] : []));
  const predicted: Level | null =
    text === undefined
      ? null
      : {
          name: 'prediction',
          status: text.split(': ')[1] as CellStatus,
          says: text,
          evidence: [...new Set(records)],
        };
  const result: [ContradictionKind, Level[]][] = [];
  const differ = claims.filter((c) => c.status !== claims[0]!.status);
  if (differ.length > 0) result.push(['claim-claim', [claims[0]!, differ[0]!]]);
  if (tested) {
    const claim = claims.find((c) => c.status !== tested.status);
    if (claim && tested.status !== 'conflict') result.push(['claim-observation', [tested, claim]]);
    if (predicted && predicted.status !== tested.status)
      result.push(['prediction-observation', [tested, predicted]]);
  } else if (predicted && claims[0] && claims[0].status !== predicted.status) {
    result.push(['claim-prediction', [claims[0], predicted]]);
  }
  return result;
}

/** Addresses of results of one test at one place that differ: who ran them has to be asked of the log. */
export function disagreeingResults(model: Model): readonly {
  readonly test: string;
  readonly release: string;
  readonly arch: string;
  readonly config: string | null;
  readonly good: readonly string[];
  readonly bad: readonly string[];
}[] {
  return model.of('TestRecorded').flatMap(({ payload: { test } }) =>
    model.results.placesOf(test).flatMap(({ release, arch, config }) => {
      const outcomes = model.results.at(test, release, arch, config)?.outcomes;
      const good = outcomes?.get('pass') ?? [];
      const bad = [...(outcomes?.get('fail') ?? []), ...(outcomes?.get('timeout') ?? [])];
      return good.length > 0 && bad.length > 0 ? [{ test, release, arch, config, good, bad }] : [];
    }),
  );
}

function runContradictions(model: Model, origins: Origins): readonly Contradiction[] {
  const who = (addresses: readonly string[]) =>
    [...new Set(addresses.map((a) => origins.get(a.slice(0, 64)) ?? 'somebody'))].join(', ');
  return disagreeingResults(model).map(({ test, release, arch, config, good, bad }) => {
    const [passes, fails] = [who(good), who(bad)];
    return {
      kind: 'ci-ci',
      about: `${test} on ${release}, ${arch}${config === null ? '' : `, ${config}`}`,
      sides: [
        { says: `it passes at ${passes}`, evidence: good },
        { says: `it fails at ${fails}`, evidence: bad },
      ],
      settles:
        passes === fails
          ? `run ${test} on ${release}, ${arch} ten times on one machine: a rate tells flaky from broken`
          : `run ${test} on ${release}, ${arch} with the kernel and the configuration of ${fails} on the machine of ${passes}`,
      settledBy: null,
    };
  });
}
