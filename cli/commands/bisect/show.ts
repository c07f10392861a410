import { bisectDocument } from '../../../queries/bisect-session/document.ts';
import { engineWords } from '../../../queries/bisect-session/engine-words.ts';
import { FIRST_AXIS } from '../../../queries/bisect-session/pairs.ts';
import type { Step } from '../../../queries/bisect-session/step.ts';
import { StoreError } from '../../../store/errors.ts';
import { newEvent, type NewEvent } from '../../../store/events/event.ts';
import type { EventStore } from '../../../store/event-store.ts';
import { painter, writeJson, type World } from '../../context.ts';
import { bisectText, type AheadText } from '../../output/bisect-text.ts';
import { decideInLog, openSession, seen, type BisectArguments, type OpenSession } from './open-session.ts';
import { abandonment } from './reset.ts';
import { settleSplit, splitEvents, splitOf, takeBack, unfounded } from './split.ts';

/** Shows where a session stands after a command, when all that follows from it is recorded. */
export async function showStep(world: World, args: BisectArguments, store: EventStore): Promise<OpenSession> {
  const open = await settled(world, args, store);
  show(world, args, open);
  return open;
}

/**
 * Records what follows from the outcomes of a session, where a command that recorded them did not come to that: its answer when it
 * has one, that one holds no longer, and the searches of its turns where it came to contradict itself for good.
 */
export async function settled(world: World, args: BisectArguments, store: EventStore): Promise<OpenSession> {
  for (;;) {
    const open = await openSession(world, { ...args, expect: undefined }, store);
    const split = splitOf(open);
    const gone = unfounded(open);
    try {
      await decideInLog(world, seen(open), (at, by) => [
        ...retractions(open, at, by),
        ...conclusions(open.step, at, by),
        ...gone.map(({ id }) => abandonment(id, at, by, 'what it was split off for was taken back')),
        ...(split === null ? [] : splitEvents(split, at, by)),
      ]);
    } catch (error) {
      // What the command did is recorded; somebody else went on just now, and the answer is to be seen with that.
      if (error instanceof StoreError && error.code === 'conflict') continue;
      throw error;
    }
    if (split === null && gone.length === 0) return open;
    await takeBack(world, { db: args.db }, open, gone);
    // Once more: the new searches are then shown where they belong.
    if (split !== null) await settleSplit(world, { db: args.db }, open, split);
  }
}

/** Writes where a session stands, as text or as JSON. */
export function show(world: World, args: BisectArguments, open: OpenSession, ahead?: AheadText): void {
  const document = bisectDocument(open.step);
  if (args.format === 'json') writeJson(world, ahead === undefined ? document : { ...document, ahead });
  else world.out(bisectText(document, world.columns, painter(world, args), ahead));
}

/** The exit code of a search: as git's, 2 where only what cannot be tested is left. */
export function exitCodeOf({ decision }: Step): number {
  const codes = { running: 0, concluded: 0, suspects: 2, contradiction: 1 } as const;
  return codes[decision.state];
}

/** How a suspect is called in the log: of two things that are searched at once, the second one's name stands before it. */
function suspectName({ history }: Step, suspect: string): string {
  const { axis, version } = history.meaningOf(suspect);
  return axis === null || axis === FIRST_AXIS ? version : `${axis} ${version}`;
}

const answerOf = (regression: string, change: string) => `${regression}\n${change}`;

/** An answer is an event of its own: evidence for `culprits` as long as what it rests on counts. */
function conclusions(step: Step, at: string, by: string): readonly NewEvent[] {
  const { session, decision, prefilled } = step;
  // What only the log's own answers say is no conclusion of this search.
  if (session.outcomes.length === 0) return [];
  const told = new Set(
    session.conclusions.map((c) => answerOf(c.payload.regression, c.payload.suspects[0]!.change)),
  );
  const nameOf = (version: string) => suspectName(step, version);
  return decision.regressions
    .filter((r) => r.state === 'concluded' || r.state === 'suspects')
    .filter((r) => r.top.length > 0 && !told.has(answerOf(r.regression, nameOf(r.top[0]!.version))))
    .map((r) => {
      const about = session.start.payload.regressions.find((each) => each.key === r.regression)!;
      const { key, ...subject } = about;
      const known = prefilled
        .filter(({ outcome: o }) => o.verdict === 'skip' || o.regression === key)
        .flatMap((p) => p.evidence);
      const evidence = session.outcomes
        .filter(({ payload: o }) => o.regression === undefined || o.regression === key)
        .map((o) => o.id);
      return newEvent({
        type: 'BisectConcluded',
        stream: `bisect/${session.id}/${key}/concluded/${at}`,
        knownAt: at,
        source: by,
        locator: 'regline bisect',
        payload: {
          confidence: 'verified',
          rev: 1,
          session: session.id,
          by,
          regression: key,
          ...subject,
          suspects: r.top.map((t) => ({
            change: nameOf(t.version),
            p: Math.round(t.p * 1e6) / 1e6,
          })),
          restsOn: [...new Set([...evidence, ...known])],
          why: engineWords(session, r.why),
        },
      });
    });
}

/** What was concluded before, and what later outcomes of the session do not bear out. */
function retractions({ step }: OpenSession, at: string, by: string): readonly NewEvent[] {
  const { session, decision } = step;
  return session.conclusions.flatMap(({ id, payload }) => {
    const now = decision.regressions.find((r) => r.regression === payload.regression);
    const top = now?.top[0];
    const holds =
      now !== undefined &&
      top !== undefined &&
      (now.state === 'concluded' || now.state === 'suspects') &&
      payload.suspects[0]!.change === suspectName(step, top.version);
    if (holds) return [];
    const reason = `what ${session.id} found out since does not bear it out`;
    return [
      newEvent({
        type: 'EventRetracted',
        stream: `retraction/${id}/${at}`,
        knownAt: at,
        source: by,
        locator: 'regline bisect',
        payload: { target: id, by, reason, at },
      }),
    ];
  });
}
