import { formatPlace, InputError, type Diagnostic } from '../../store/errors.ts';
import { PayloadError } from '../../store/events/catalogue.ts';
import type { World } from '../context.ts';
import { safeText } from './safe-text.ts';

/** The diagnostics of an error that belongs to the input; null for any other error. */
export function diagnosticsOf(error: unknown, file: string): readonly Diagnostic[] | null {
  if (error instanceof InputError) return error.diagnostics;
  if (error instanceof PayloadError) return [{ severity: 'error', message: error.message, place: { file } }];
  return null;
}

/** Writes a diagnostic with its place, for a person and for editors that jump to places. */
export function tell(world: World, d: Diagnostic): void {
  world.err(`${safeText(`${formatPlace(d.place)}: ${d.severity}: ${d.message}`)}\n`);
  if (d.hint !== undefined) world.err(`  ${safeText(d.hint)}\n`);
}
