import type { Outcome } from '../../store/events/observation.ts';

/**
 * What the end of a program says of its test. A program that a signal ended has failed, as ltp-pan says. The status of one that
 * exited is a mask, but for those of a shell that finds no program.
 */
export function verdictOf(
  type: string,
  code: number,
): { readonly outcome: Outcome; readonly reason?: string } {
  if (type === 'signaled') return { outcome: 'fail', reason: `ended by signal ${code}` };
  if (type !== 'exited') return { outcome: 'error', reason: `${type} ${code}` };
  if (code === 126 || code === 127) return { outcome: 'error', reason: 'the program was not found' };
  if (code === 0) return { outcome: 'pass' };
  if (code === 32) return { outcome: 'skip' };
  return { outcome: (code & 2) !== 0 && (code & 1) === 0 ? 'error' : 'fail' };
}
