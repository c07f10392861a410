import type { World } from '../context.ts';
import { fit, safeText } from './safe-text.ts';

/** Shows on a terminal how long something runs already, and the last line that it printed; elsewhere nothing. */
export interface LiveLine {
  said(chunk: Buffer): void;
  stop(): void;
}

const EVERY_MS = 1000;
const LONGEST_LINE = 400;

/** Begins to show, when a second has gone by. */
export function liveLine(world: World): LiveLine {
  if (!world.errIsTerminal) return { said: () => undefined, stop: () => undefined };
  const began = performance.now();
  let rest = '';
  let last = '';
  let isShown = false;
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1000);
    world.err(`\r\u001b[K${fit(`  ${seconds} s  ${safeText(last)}`, world.columns - 1)}`);
    isShown = true;
  }, EVERY_MS);
  return {
    said(chunk) {
      const lines = (rest + chunk.toString('utf8')).split(/[\r\n]+/);
      rest = lines.pop()!.slice(-LONGEST_LINE);
      last =
        lines
          .filter((line) => line.trim() !== '')
          .at(-1)
          ?.slice(0, LONGEST_LINE) ?? last;
    },
    stop() {
      clearInterval(timer);
      if (isShown) world.err('\r\u001b[K');
    },
  };
}
