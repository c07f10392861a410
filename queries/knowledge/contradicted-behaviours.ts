import type { Scalar } from '../../store/events/fields.ts';
import { optional } from '../../store/optional-text.ts';
import { answersOf } from '../regressions/answers.ts';
import { describeEvent } from '../model/describe-event.ts';
import { releasesIn, type Model } from '../model/model.ts';
import { archsOf } from '../model/interfaces.ts';
import { settledByRun } from './settling.ts';
import { placeAt } from '../verdict/place.ts';
import type { Contradiction } from './contradiction.ts';

/** What is claimed of a behaviour, against what the records say of it at the same place. */
export function behaviourContradictions(model: Model): readonly Contradiction[] {
  const { predict } = answersOf(model).verdicts;
  const found: Contradiction[] = [];
  for (const event of model.of('BehaviourClaimed')) {
    const { behaviour, value, at, change, archs, when } = event.payload;
    const definition = model.behaviours.get(behaviour);
    const given = givenIn(when);
    if (!definition || given === null) continue;
    const releases =
      at !== undefined
        ? releasesIn(model.graph, at)
        : new Set(
            model.graph.order.filter(
              (name) =>
                change !== undefined &&
                model.graph.entriesAt(name).some((e) => e.change === model.graph.resolve(change)),
            ),
          );
    const where = archs ?? archsOf(model, definition.payload.interface);
    const differing = new Map<string, { id: string; value: Scalar; at: string[]; archs: Set<string> }>();
    // A name may be a switch or an entry of a consumer's profile; the condition does not say which.
    const lanes = where.map((arch) => ({
      arch,
      effectiveAt: predict.effectiveAlong(behaviour, placeAt('', arch, given, given)),
    }));
    for (const release of model.graph.inOrder(releases)) {
      for (const { arch, effectiveAt } of lanes) {
        const effective = effectiveAt(release);
        // A log has no types: it may say 0 of what the records call "0".
        if (!effective.known || String(effective.value) === String(value)) continue;
        const key = `${effective.record.id}\n${String(effective.value)}`;
        const known = differing.get(key) ?? {
          id: effective.record.id,
          value: effective.value,
          at: [],
          archs: new Set<string>(),
        };
        if (known.at.at(-1) !== release) known.at.push(release);
        known.archs.add(arch);
        differing.set(key, known);
      }
    }
    for (const other of differing.values()) {
      const [arch = ''] = other.archs;
      const last = other.at.at(-1)!;
      const more = other.at.length > 1 ? ` to ${last} (${other.at.length} releases)` : '';
      found.push({
        kind: 'claim-prediction',
        about: `${behaviour} at ${other.at[0]!}${more}${optional(' when ', when)}`,
        sides: [
          { says: describeEvent(event), evidence: [event.id] },
          { says: `the records say ${String(other.value)}`, evidence: [other.id] },
        ],
        ...settledByRun(
          model,
          { behaviours: [behaviour], version: last, arch, config: when ?? null },
          `${String(value)} or ${String(other.value)}`,
        ),
        settledBy: null,
      });
    }
  }
  return found;
}

/** The switches and profile entries that a condition of the form `A == b and C == d` sets; null where it says more than that. */
function givenIn(when: string | undefined): Readonly<Record<string, Scalar>> | null {
  if (when === undefined) return {};
  const found: Record<string, Scalar> = {};
  for (const part of when.split(/\s+and\s+/)) {
    const match = /^\(?\s*([\w.]+)\s*==\s*"?([\w.-]+)"?\s*\)?$/.exec(part);
    if (!match) return null;
    const value = match[2]!;
    found[match[1]!] = /^\d+$/.test(value) ? Number(value) : value;
  }
  return found;
}
