import type { EventStore } from '../../store/event-store.ts';
import { consumerName, type Model } from '../model/model.ts';
import { testsSeen } from '../results/tests-seen.ts';

/** The names that a log knows, for checks of new facts: what is recorded, and the tests that only results name. */
export async function knownNames(store: EventStore, model: Model) {
  return {
    releases: new Set(model.graph.releases.keys()),
    lines: new Set([...model.graph.lines.keys(), ...model.graph.members.keys()]),
    changes: new Set(model.changes.keys()),
    behaviours: new Map([...model.behaviours].map(([name, e]) => [name, e.payload.values ?? null])),
    switches: new Set(
      [...model.interfaces.values()].flatMap((e) => (e.payload.switches ?? []).map((s) => s.switch)),
    ),
    consumers: new Set(model.consumers.map((c) => consumerName(c.consumer, c.variant))),
    fields: new Set(
      [...model.interfaces.values()].flatMap((e) => (e.payload.fields ?? []).map((f) => f.field)),
    ),
    tests: new Set([...model.of('TestRecorded').map((e) => e.payload.test), ...(await testsSeen(store))]),
  };
}
