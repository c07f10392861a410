import type { EventStore } from '../../store/event-store.ts';
import { catalogue, type EventType } from '../../store/events/catalogue.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { isPosition, sees, type View } from '../model/view.ts';
import { buildModel, type Model } from '../model/model.ts';
import { expectMoment } from '../model/expect-moment.ts';
import { QueryError } from '../model/query-error.ts';
import type { RatedResults } from '../outcomes/results.ts';
import { loadResults, loadRatedResults } from '../results/load-results.ts';

/** Statements are few and are replayed for every question; results and rejects are found by their own ways. */
const STATEMENTS = [...catalogue.keys()].filter(
  (type) => type !== 'RunObserved' && type !== 'RecordRejected',
) as EventType[];

/**
 * Replays the statements of a log into a model, as a view sees them, with the results of the tests that verdicts ask for.
 *
 * @throws QueryError when the view's date is no date, or its position none of the log.
 */
export async function loadModel(store: EventStore, view: View = {}): Promise<Model> {
  const bare = await loadStatements(store, view);
  return { ...bare, results: await loadResults(store, bare, testsAskedFor(bare)) };
}

/**
 * The same where somebody knows how tests fared that passed and failed at one place.
 *
 * @throws QueryError when the view's date is no date.
 */
export async function loadRated(store: EventStore, view: View, rates: RatedResults): Promise<Model> {
  const bare = await loadStatements(store, view);
  return { ...bare, results: await loadRatedResults(store, bare, testsAskedFor(bare), rates) };
}

/**
 * The same without any results, for questions that read those they need: no verdict is to be asked of it.
 *
 * @throws QueryError when the view's date is no date, or its position none of the log.
 */
export async function loadStatements(store: EventStore, view: View = {}): Promise<Model> {
  for (const [option, value] of Object.entries({ 'as-of': view.asOf, 'as-recorded': view.asRecorded })) {
    if (value === undefined || typeof value === 'number') continue;
    if (option === 'as-recorded' && isPosition(value)) await expectPosition(store, value);
    else expectMoment({ option, value });
  }
  const seen: StoredEvent[] = [];
  for await (const page of store.read({ types: STATEMENTS })) {
    for (const event of page) if (sees(view, event)) seen.push(event);
  }
  return buildModel(seen, view);
}

/** @throws QueryError for a position behind the end of the log: what it will hold there is not known. */
async function expectPosition(store: EventStore, position: string): Promise<void> {
  const { position: last } = await store.head();
  if (Number(position) > last)
    throw new QueryError(`--as-recorded ${position} lies beyond the log`, {
      hint: `its last position is ${last}`,
    });
}

/** The tests whose results a model holds: those that are recorded, and those that searches run. */
export function testsAskedFor(model: Model): ReadonlySet<string> {
  const searched = model
    .of('BisectStarted')
    .flatMap((e) => e.payload.regressions.flatMap((r) => r.test ?? []));
  return new Set([...model.of('TestRecorded').map((e) => e.payload.test), ...searched]);
}
