import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { markAncestors, nodeNamed } from '../../../queries/bisect/graph/graph.ts';
import { GOES_ON, isSplitOff, SPLIT_OFF } from '../../../queries/recorded-sessions/split-off.ts';
import type { Session, Started } from '../../../queries/recorded-sessions/session.ts';
import { searchOfTurn, stateChangesOf, type Turn } from '../../../queries/bisect-session/state-changes.ts';
import type { Step } from '../../../queries/bisect-session/step.ts';
import { newEvent, type NewEvent } from '../../../store/events/event.ts';
import type { World } from '../../context.ts';
import { shortVersion } from '../../output/bisect-text.ts';
import { safeText } from '../../output/safe-text.ts';
import type { OpenSession } from './open-session.ts';
import { forgetPlace, handOn, keepPlace, onItsOwn, placeOf } from './place.ts';

/** The searches that one search is split into: each for one turn; the last one goes on. */
export interface Split {
  readonly parts: readonly { readonly id: string; readonly turn: Turn; readonly started: Started }[];
}

/**
 * Finds what a search has to be split into: its outcomes contradict one another for good, because the thing broke and was
 * repaired. Null: nothing, or it was split before.
 */
export function splitOf({ step }: OpenSession): Split | null {
  const { session } = step;
  if (session.abandoned !== null) return null;
  const open = contradictoryTurns(step).filter((turn) => turn.session === null);
  if (open.length === 0) return null;
  // The latest turn of the searched kind on the way to the bad ends is what a triager asks for; a branch that they do not contain comes after.
  const searched = session.start.payload.direction === 'fixed' ? 'fixed' : 'broke';
  const { graph, bad } = step.problem;
  const contained = markAncestors(
    graph,
    bad.map((end) => nodeNamed(graph, end)),
  );
  const latest =
    open.findLast((turn) => turn.kind === searched && contained[nodeNamed(graph, turn.to)] === 1) ??
    open.findLast((turn) => turn.kind === searched) ??
    open.at(-1)!;
  const parts = [...open.filter((turn) => turn !== latest), latest].map((turn) => {
    const id = `B-${randomBytes(4).toString('hex')}`;
    return { id, turn, started: { ...searchOfTurn(session, turn), session: id } };
  });
  return { parts };
}

/** The turns of regressions whose outcomes contradict one another for good. */
function contradictoryTurns(step: Step): readonly Turn[] {
  const refuted = step.decision.regressions
    .filter((r) => r.state === 'contradiction')
    .map((r) => r.regression);
  if (refuted.length === 0) return [];
  return stateChangesOf(step).flatMap(({ regression, changes }) =>
    refuted.includes(regression) && changes.length > 1 ? changes : [],
  );
}

/** The events that open the searches of a split. */
export function splitEvents(split: Split, at: string, by: string): readonly NewEvent[] {
  return split.parts.map(({ id, started }, index) =>
    newEvent({
      type: 'BisectStarted',
      stream: `bisect/${id}`,
      knownAt: at,
      source: by,
      locator: index === split.parts.length - 1 ? GOES_ON : SPLIT_OFF,
      payload: { ...started, by },
    }),
  );
}

/** The searches that were split off for outcomes that have been taken back since; one that has outcomes of its own stays. */
export function unfounded({ step }: OpenSession): readonly Session[] {
  const split = step.followers().filter((s) => isSplitOff(s) && s.outcomes.length === 0);
  if (split.length === 0) return [];
  const standing = new Set(contradictoryTurns(step).map((turn) => turn.session));
  return split.filter((s) => !standing.has(s.id));
}

/** The search that goes on where one was split; null where it was not. */
export function partThatGoesOn({ step }: OpenSession): string | null {
  if (step.decision.state !== 'contradiction') return null;
  return step.followers().findLast(isSplitOff)?.id ?? null;
}

/** Gives the new searches their clone, and the one that goes on what was tested in; tells of them. */
export async function settleSplit(world: World, args: object, open: OpenSession, { parts }: Split) {
  const { place, step } = open;
  const last = parts.at(-1)!;
  for (const { id } of place.repository === null ? [] : parts) {
    const { folder } = await placeOf(world, args, id);
    if (id === last.id) await handOn(place, folder);
    else await keepPlace({ ...onItsOwn(place), folder });
  }
  for (const { id, turn } of parts)
    world.err(
      `${step.session.id} is split: ${id} searches what ${turn.kind === 'broke' ? 'broke' : 'repaired'} it in (${safeText(shortVersion(turn.from))}, ${safeText(shortVersion(turn.to))}]${id === last.id ? '; it goes on' : ''}\n`,
    );
}

/** Takes back from searches that are no more what was handed on to them. */
export async function takeBack(
  world: World,
  args: object,
  { place }: OpenSession,
  gone: readonly Session[],
): Promise<void> {
  for (const { id } of gone) {
    const theirs = await placeOf(world, args, id);
    if (theirs.origin !== null || dirname(theirs.tree) !== theirs.folder) await handOn(theirs, place.folder);
    await forgetPlace(theirs);
  }
}
