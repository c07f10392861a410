import type { TypedStoredEvent } from '../../store/events/event.ts';
import { answersOf } from '../regressions/answers.ts';
import { CONTRACT, type Consumer, type Model } from '../model/model.ts';
import { grouped, within } from '../../store/grouping.ts';
import { optional } from '../../store/optional-text.ts';
import { BAD, type ResultPlace } from '../outcomes/results.ts';
import { inReleaseOrder } from '../results/place-order.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import type { Need } from '../verdict/needs.ts';
import { isMadeFor, presenceOf } from '../verdict/presences.ts';
import { nameOf } from '../verdict/verdict.ts';
import type { Contradiction } from './contradiction.ts';
import { settledByRun } from './settling.ts';

/** One test that always came out one way where the records say the other. */
interface Differing {
  readonly test: TypedStoredEvent<'TestRecorded'>;
  readonly arch: string;
  readonly config: string | null;
  readonly passes: boolean;
  /** The values that the records give what the test exercises. */
  readonly values: string;
  readonly at: Set<string>;
  readonly results: Set<string>;
  readonly against: Set<Against>;
}

/**
 * What tests show of the behaviours that they exercise, against what the records say of them: a test fails where all that it exercises is
 * as somebody needs it, or passes where something that it exercises is not. Told once for a test, an architecture and the values.
 */
export function testedContradictions(model: Model): readonly Contradiction[] {
  const { verdicts } = answersOf(model);
  const { counted } = verdicts;
  const failed = model.results.having(BAD);
  const places = placesInClasses(verdicts);
  const found = new Map<string, Differing>();
  for (const event of model.of('TestRecorded')) {
    const { test, behaviours = [], archs } = event.payload;
    if (behaviours.length === 0) continue;
    const needers = model.consumers.filter(
      (c) => c.consumer === CONTRACT || c.requirements.some((r) => behaviours.includes(r.payload.behaviour)),
    );
    const against = againstTests(verdicts, needers, behaviours);
    // Where it did not fail, and nothing stands against a pass, its results need not be counted.
    const bad = new Set((failed.get(test) ?? []).map(keyOf));
    const looked = places.flatMap((there) => {
      const { release, arch, config } = there[0]!;
      if (archs !== undefined && !archs.includes(arch)) return [];
      if (against(true, release, arch, config).length > 0) return there;
      return bad.size === 0 ? [] : there.filter(({ key }) => bad.has(key));
    });
    for (const { release, arch, config } of looked.sort((a, b) => a.order - b.order)) {
      const results = counted(test, release, arch, config);
      // Where both came out, runs stand against runs.
      if (!results || results.isGood === results.isBad) continue;
      const passes = results.isGood;
      for (const those of against(passes, release, arch, config)) {
        const { values } = those;
        if (presenceOf(model, those.interface, release, arch) === 'absent') continue;
        const key = JSON.stringify([test, arch, config, passes, values]);
        const known = found.get(key) ?? {
          test: event,
          arch,
          config,
          passes,
          values,
          at: new Set<string>(),
          results: new Set<string>(),
          against: new Set<Against>(),
        };
        found.set(key, known);
        known.at.add(release);
        known.against.add(those);
        for (const address of passes ? results.good : results.bad) known.results.add(address);
      }
    }
  }
  return [...found.values()].map((d) => contradictionOf(model, d));
}

/** A place with results, and which it is among all. */
interface OrderedPlace extends ResultPlace {
  readonly key: string;
  readonly order: number;
}

const keyOf = ({ release, arch, config }: ResultPlace) => `${release}\n${arch}\n${config ?? ''}`;

/** The places with results at recorded releases; those together of which records say the same. */
function placesInClasses({ model, predict }: Verdicts): readonly (readonly OrderedPlace[])[] {
  const ordered = inReleaseOrder(model, model.results.places())
    .filter(({ release }) => model.graph.releases.has(release))
    .map((place, order): OrderedPlace => ({ ...place, key: keyOf(place), order }));
  const groups = grouped(ordered, (place) => keyOf({ ...place, release: predict.classOf(place.release) }));
  return [...groups.values()];
}

/** A consumer with what it needs of that which a test exercises. */
interface Asked {
  readonly consumer: Consumer;
  readonly needs: readonly Need[];
}

/** Consumers of an interface of which the records say otherwise than a test does, for they give what it exercises the same values. */
interface Against {
  readonly interface: string;
  readonly values: string;
  readonly consumers: readonly string[];
  readonly records: readonly string[];
}

/**
 * Finds whom of some consumers a pass, or a failure, of a test of these behaviours contradicts. What records say is the same at all
 * releases of a class: it is found once for each.
 */
function againstTests(
  verdicts: Verdicts,
  needers: readonly Consumer[],
  behaviours: readonly string[],
): (passes: boolean, release: string, arch: string, config: string | null) => readonly Against[] {
  const known = new Map<boolean, Map<string, Map<string, Map<string, readonly Against[]>>>>();
  return (passes, release, arch, config) => {
    const byArch = within(within(known, passes), config ?? '');
    const byClass = within(byArch, arch);
    const first = verdicts.predict.classOf(release);
    const before = byClass.get(first);
    if (before) return before;
    const asked = needers
      .filter((consumer) => isMadeFor(consumer, arch))
      .map((consumer): Asked => ({
        consumer,
        needs: verdicts
          .needs(consumer, release, arch, config)
          .filter((n) => behaviours.includes(n.behaviour) && n.otherwise === 'broken'),
      }));
    const differing = asked.filter((a) => a.needs.length > 0 && differs(a.needs, passes));
    const alike = grouped(differing, (a) => `${a.consumer.interface}\n${valuesOf(a)}`);
    const found = [...alike.values()].map(againstOf);
    byClass.set(first, found);
    return found;
  };
}

function againstOf(alike: readonly Asked[]): Against {
  const [first] = alike;
  return {
    interface: first!.consumer.interface,
    values: valuesOf(first!),
    consumers: alike.map(({ consumer }) => nameOf(consumer)),
    records: alike.flatMap(({ needs }) =>
      needs.flatMap((n) => (n.effective.known ? [n.effective.record.id] : [])),
    ),
  };
}

/** What a consumer needs itself and by what it embeds is one value. */
function valuesOf({ needs }: Asked): string {
  return [...new Set(needs.flatMap(valueOf))].join(', ');
}

/** A pass speaks against a need that fails; a failure against needs that all hold. */
function differs(needs: readonly Need[], passes: boolean): boolean {
  return passes ? needs.some((n) => n.state === 'fails') : needs.every((n) => n.state === 'holds');
}

function valueOf({ behaviour, effective }: Need): readonly string[] {
  return effective.known ? [`${behaviour} = ${String(effective.value)}`] : [];
}

function contradictionOf(model: Model, d: Differing): Contradiction {
  const { test } = d.test.payload;
  const at = model.graph.inOrder(d.at);
  const [first = ''] = at;
  const against = [...d.against];
  const needers = [...new Set(against.flatMap(({ consumers }) => consumers))].join(', ');
  const again = d.passes
    ? 'where it passes again, the records are wrong'
    : 'where it fails again, the records are wrong';
  return {
    kind: 'prediction-observation',
    about: `${test} on ${d.arch}${optional(', ', d.config)} at ${at.join(', ')}`,
    sides: [
      { says: `the test ${d.passes ? 'passes' : 'fails'}`, evidence: [...d.results] },
      {
        says: `the records say ${d.values}, ${d.passes ? 'which breaks' : 'as it is needed by'} ${needers}`,
        evidence: [...new Set(against.flatMap(({ records }) => records))],
      },
    ],
    ...settledByRun(
      model,
      {
        behaviours: d.test.payload.behaviours ?? [],
        version: first,
        arch: d.arch,
        config: d.config,
        test: d.test,
      },
      again,
    ),
    settledBy: null,
  };
}
