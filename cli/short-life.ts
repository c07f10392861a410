import { setFlagsFromString } from 'node:v8';

/** Of what runs before the engine optimises it, in its own units: about seven times what it is by itself. */
const INTERRUPT_BUDGET = 1_000_000;

/**
 * Tells the engine that this process ends soon. Left to itself it optimises most of what a question runs, and is done when the answer is
 * out: more than half of the processor's time is lost so (docs/performance.md). What runs for seconds is optimised all the same. Only the
 * engine of Node 20 has this setting; what others do is left to them.
 */
export function expectShortLife(): void {
  if (process.versions.v8.startsWith('11.')) setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
}
