import { sha256 } from '../../store/identity.ts';
import type { ViolationStretch } from '../verdict/violations.ts';

/** The id rests on what the regression is, never on what is known of it, so that it stays as evidence grows. */
export function regressionId(
  stretch: Pick<ViolationStretch, 'interface' | 'behaviour' | 'value' | 'otherwise' | 'occurrence' | 'part'>,
): string {
  const { interface: iface, behaviour, value, otherwise, occurrence, part } = stretch;
  // The same value may break one consumer and only slow another: these are two things, listed apart.
  const kind = otherwise === 'degraded' ? [otherwise] : [];
  return idFrom([iface, behaviour, value, occurrence, ...kind, ...(part === undefined ? [] : [part])]);
}

/** Makes an id from a key. */
export function idFrom(key: readonly unknown[]): string {
  return `R-${sha256(JSON.stringify(key)).slice(0, 8)}`;
}
