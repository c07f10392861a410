import type { Payload } from '../../store/events/catalogue.ts';

type Message = Payload<'MessageArchived'>;

/** Who cites a message may not know who wrote it. */
const NOBODY = 'unknown';

/**
 * Tells whether messages of one id are copies of one mail. Lists that it was sent to put their name before the subject and a line about
 * themselves below the text, and archives write its author in ways of their own; what was said is the same.
 */
export function areCopies(messages: readonly Message[]): boolean {
  const same = (said: (message: Message) => string | undefined) =>
    new Set(messages.flatMap((message) => said(message) ?? [])).size < 2;
  return same(authorOf) && same(({ date }) => date) && same(plainSubject) && sameText(messages);
}

function authorOf({ from }: Message): string | undefined {
  if (from === NOBODY) return undefined;
  return from
    .slice(from.lastIndexOf('<') + 1)
    .split('>', 1)[0]!
    .trim()
    .toLowerCase();
}

/** The subject without names of lists and of series. */
function plainSubject({ subject }: Message): string | undefined {
  return subject
    ?.replace(/\[[^[\]]*\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Each text begins as the shortest does; a text without a word says nothing of the others. */
function sameText(messages: readonly Message[]): boolean {
  const texts = messages.flatMap(({ body }) => body?.trimEnd() ?? []);
  const [shortest = ''] = texts.toSorted((a, b) => a.length - b.length);
  return texts.every((text) => text.startsWith(shortest));
}
