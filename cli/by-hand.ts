import type { BatchHeader } from '../store/event-store.ts';
import { actorOf, type World } from './context.ts';
import { TOOL } from './version.ts';

/** The header of a batch that no file carried: somebody decided, typed or tested it at a moment. */
export function handHeader(recordedAt: string, actor: string): BatchHeader {
  return { recordedAt, actor, tool: TOOL, importer: null, carrier: null, carrierHash: null };
}

/** The header of a batch that whoever is at the keyboard makes now. */
export function byHand(world: World): BatchHeader {
  return handHeader(world.now().toISOString(), actorOf(world));
}
