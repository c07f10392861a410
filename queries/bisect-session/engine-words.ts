import { FIRST_AXIS } from './pairs.ts';
import type { Session, Started } from '../recorded-sessions/session.ts';

/** What the engine says of the thing itself, where a search for a fix has it the other way round. */
const TURNED_AROUND = [
  ['the good end was fixed and not spared', 'the good end broke again'],
  ['it broke up to ', 'it was fixed up to '],
  [' and was fixed up to ', ' and broke again up to '],
  ['it was fixed between it and the good ends', 'it broke between it and the good ends'],
] as const;

/**
 * Says what the engine says in the words of a session. The engine calls the state that is searched bad and the other one
 * good; a session has terms for them, and names for its two axes.
 */
export function engineWords(
  {
    start,
    terms,
  }: { readonly start: { readonly payload: Pick<Started, 'second' | 'direction'> } } & Pick<Session, 'terms'>,
  text: string,
): string {
  const { second, direction } = start.payload;
  let said = text;
  if (direction === 'fixed') for (const [from, to] of TURNED_AROUND) said = said.replace(from, to);
  said = said.replace(
    /(?<=^|[ (])(good|bad)(?=[ ,;:.)]|$)/g,
    (word) => terms[word === 'good' ? 'good' : 'bad'],
  );
  if (second === undefined) return said;
  return said
    .replaceAll(/(?<![^\s(])1: /g, `${FIRST_AXIS} `)
    .replaceAll(/(?<![^\s(])2: /g, `${second.name} `);
}
