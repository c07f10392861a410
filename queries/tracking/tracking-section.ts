import type { TypedStoredEvent } from '../../store/events/event.ts';
import { placeOf, type Threads } from './tracking-threads.ts';

export type Command = TypedStoredEvent<'TrackingCommandGiven'>;

/** What a section of commands is about, and what it asks for, pointers resolved. */
export interface Section {
  /** The mail or page that the commands speak of. */
  readonly place: string;
  readonly report: string | null;
  readonly commands: readonly {
    readonly event: Command;
    readonly command: string;
    readonly argument: string;
  }[];
  /** Set where a pointer leads nowhere: the whole section is not applied. */
  readonly lost: string | null;
}

/**
 * Resolves what a section is about: `report`/`use` and the pointers behind `introduced` (`^` the mail before, `/` or `~` the
 * first of the thread, a URL) move it elsewhere. `introduced` comes first and `poke` last, whatever the order
 * (regzbot/_rbcmd.py).
 */
export function resolveSection(events: readonly Command[], threads: Threads): Section {
  const { message, thread = [] } = events[0]!.payload;
  const given = [...thread].reverse();
  let place = message;
  let report = threads.monitorsOf(message, given)[0]?.report ?? null;
  const pointers: { moved: boolean; lost: string | null } = { moved: false, lost: null };
  const commands: { event: Command; command: string; argument: string }[] = [];
  const pointed = (pointer: string): string | null => {
    const above = threads.ancestorsOf(message, given);
    if (pointer === '^') return above[0] ?? null;
    if (pointer === '/' || pointer === '~') return above.at(-1) ?? null;
    return placeOf(pointer);
  };
  const move = (pointer: string): void => {
    const to = pointed(pointer);
    if (to === null) {
      pointers.lost = `${pointer} leads to no mail`;
      return;
    }
    pointers.moved = true;
    place = to;
    report = threads.reportAt(to);
  };
  for (const event of events) {
    const { command, argument = '' } = event.payload;
    if (command === 'report') {
      move(argument.split(/\s/)[0] ?? '');
      continue;
    }
    if (command !== 'introduced') {
      commands.push({ event, command, argument });
      continue;
    }
    // `^introduced` is the older way to write `introduced: … ^`; where nothing comes before, it means this mail.
    if (event.payload.parent === true && pointed('^') !== null) move('^');
    const [what = '', ...rest] = argument.split(/\s+/);
    for (const word of rest) {
      if (!/^(?:[\^/~]|https?:\/\/\S+)$/.test(word)) continue;
      if (!pointers.moved) move(word);
      else commands.push({ event, command: 'duplicate', argument: word });
    }
    commands.push({ event, command, argument: what });
  }
  const rank = (c: { command: string }) => (c.command === 'introduced' ? 0 : c.command === 'poke' ? 2 : 1);
  return { place, report, lost: pointers.lost, commands: [...commands].sort((a, b) => rank(a) - rank(b)) };
}
