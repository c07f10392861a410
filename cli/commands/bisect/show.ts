import { bisectDocument } from '../../../queries/bisect-session/document.ts';
import { newEvent } from '../../../store/events/event.ts';
import type { EventStore } from '../../../store/event-store.ts';
import { painter, writeJson, type World } from '../../context.ts';
import { bisectText } from '../../output/bisect-text.ts';
import { decideInLog, openSession, type BisectArguments, type OpenSession } from './open-session.ts';

/** Shows where a session stands, and records its answer when it has one. */
export async function showStep(world: World, args: BisectArguments, store: EventStore): Promise<OpenSession> {
  const open = await openSession(world, args, store);
  await recordConclusions(world, open);
  show(world, args, open);
  return open;
}

export function show(world: World, args: BisectArguments, open: OpenSession): void {
  const document = bisectDocument(open.step);
  if (args.format === 'json') writeJson(world, document);
  else world.out(bisectText(document, world.columns, painter(world, args)));
}

/** An answer is an event of its own: evidence for `culprits` as long as what it rests on counts. */
async function recordConclusions(world: World, { store, step }: OpenSession): Promise<void> {
  const { session, decision } = step;
  const told = new Set(
    session.conclusions.map((c) => `${c.payload.regression}\n${c.payload.suspects[0]!.change}`),
  );
  const answered = decision.regressions.filter(
    (r) =>
      (r.state === 'concluded' || r.state === 'suspects') &&
      r.top.length > 0 &&
      !told.has(`${r.regression}\n${r.top[0]!.version}`),
  );
  // What only the log's own answers say is no conclusion of this search.
  if (session.outcomes.length === 0) return;
  await decideInLog(world, store, (at, by) =>
    answered.map((r) => {
      const about = session.start.payload.regressions.find((each) => each.key === r.regression)!;
      const { key, ...subject } = about;
      return newEvent({
        type: 'BisectConcluded',
        stream: `bisect/${session.id}/${key}/concluded/${session.nextStep}`,
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
          suspects: r.top.map((t) => ({ change: t.version, p: Math.round(t.p * 1e6) / 1e6 })),
          restsOn: session.outcomes.map((o) => o.id),
          why: r.why,
        },
      });
    }),
  );
}
