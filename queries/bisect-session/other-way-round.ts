import type { Ends, Started } from '../recorded-sessions/session.ts';
import { startCommandLine } from './start-command.ts';

const WORDS = {
  introduced: { good: 'good', bad: 'bad', other: 'mended' },
  fixed: { good: 'unfixed', bad: 'fixed', other: 'broke' },
} as const;

/** Says what ends that stand the wrong way round may mean: mistaken for one another, or a search in the other direction. */
export function otherWayRound(start: Omit<Started, 'by'>, ends: Pick<Ends, 'good' | 'bad'>): string {
  const direction = start.direction === 'introduced' ? 'fixed' : 'introduced';
  const { good, bad } = WORDS[direction];
  const command = startCommandLine(
    { ...start, by: '' },
    { direction, good: [...ends.bad], bad: [...ends.good], terms: { good, bad } },
  );
  return `swap them where they were mistaken for one another; what ${WORDS[start.direction].other} it is searched by: ${command}`;
}
