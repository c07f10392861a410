import { styleText } from 'node:util';
import { visibleJson } from '../store/canonical-json.ts';
import { StoreError } from '../store/errors.ts';
import type { EventStore } from '../store/event-store.ts';
import type { View } from '../queries/model/view.ts';

/** What a command may touch of the world: handed in, so that a test can call it. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  out(text: string): void;
  err(text: string): void;
  /** The width of the terminal, 80 where there is none. */
  readonly columns: number;
  readonly isTerminal: boolean;
  /** Whether messages and progress go to a terminal. */
  readonly errIsTerminal: boolean;
  now(): Date;
  /** Says that a question is asked: the process ends with its answer. */
  expectShortLife(): void;
  /** Until what it gives is called, a signal ends the program at once: nothing would hear it for long. */
  endBySignals(): () => void;
}

/** Options that every command has. */
export interface CommonArguments {
  readonly db?: string | undefined;
  readonly format?: string | undefined;
  readonly asOf?: string | undefined;
  readonly asRecorded?: string | undefined;
  readonly color?: boolean | undefined;
}

/** Who is at the keyboard, as far as the environment says. */
export function actorOf(world: World): string {
  return world.env.REGLINE_ACTOR ?? world.env.USER ?? 'unknown';
}

/** The file of the log: `--db`, else REGLINE_DB, else ./regline.db. */
export function databasePath(world: World, args: CommonArguments): string {
  return args.db ?? world.env.REGLINE_DB ?? 'regline.db';
}

/** Opens the log; every command but init and import needs it to be there. */
export async function openLog(
  world: World,
  args: CommonArguments,
  mode: 'create' | 'write' | 'read',
): Promise<EventStore> {
  const { openSqliteStore } = await import('../store/sqlite/open.ts');
  return openSqliteStore(databasePath(world, args), { mode });
}

/** Opens the log for a question, and closes it after. A log that may only be read is asked all the same. */
export async function withLog<T>(
  world: World,
  args: CommonArguments,
  ask: (store: EventStore) => Promise<T>,
): Promise<T> {
  const store = await openLog(world, args, 'write').catch(async (error: unknown) => {
    if (!(error instanceof StoreError && error.code === 'read-only')) throw error;
    return openLog(world, args, 'read');
  });
  try {
    return await ask(store);
  } finally {
    await store.close();
  }
}

/** The two clocks that a question was asked with. */
export function viewOf(args: CommonArguments): View {
  return {
    ...(args.asOf === undefined ? {} : { asOf: args.asOf }),
    ...(args.asRecorded === undefined ? {} : { asRecorded: args.asRecorded }),
  };
}

export type Style = Parameters<typeof styleText>[0];

/** Gives a text a style, or gives it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Paints where colour is wanted: on a terminal, unless NO_COLOR or --no-color says otherwise. */
export function painter(world: World, args: CommonArguments): Paint {
  const wanted = world.isTerminal && args.color !== false && (world.env.NO_COLOR ?? '') === '';
  return (style, text) => (wanted ? styleText(style, text, { validateStream: false }) : text);
}

/** Writes a document as JSON, one per command. */
export function writeJson(world: World, document: unknown): void {
  world.out(`${visibleJson(JSON.stringify(document, null, 2))}\n`);
}
