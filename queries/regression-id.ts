import { sha256 } from '../store/identity.ts';
import type { ViolationStretch } from './violations.ts';

/** The id rests on what the regression is, never on what is known of it, so that it stays as evidence grows. */
export function regressionId(
  stretch: Pick<ViolationStretch, 'interface' | 'behaviour' | 'value' | 'occurrence' | 'part'>,
): string {
  const { interface: iface, behaviour, value, occurrence, part } = stretch;
  return idFrom([iface, behaviour, value, occurrence, ...(part === undefined ? [] : [part])]);
}

/** Makes an id from a key. */
export function idFrom(key: readonly unknown[]): string {
  return `R-${sha256(JSON.stringify(key)).slice(0, 8)}`;
}
