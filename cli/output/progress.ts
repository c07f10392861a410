import type { World } from '../context.ts';

/** Nobody wants to see a bar for what takes less. */
const SHOWN_AFTER_MS = 1000;

/** Shows how far something long has come, on the error stream of a terminal and nowhere else. */
export interface Progress {
  update(done: number): void;
  stop(): void;
}

/** Begins a bar, which appears when a second has gone by. `total` in bytes. */
export async function progressBar(world: World, label: string, total: number): Promise<Progress> {
  if (!world.errIsTerminal) return { update: () => undefined, stop: () => undefined };
  const { default: cliProgress } = await import('cli-progress');
  const began = performance.now();
  const bar = new cliProgress.SingleBar(
    {
      format: `${label} {bar} {percentage}% | {eta_formatted} left`,
      // A signal may end the program where it stands, and would leave the terminal without one.
      hideCursor: false,
      clearOnComplete: true,
    },
    cliProgress.Presets.shades_classic,
  );
  const state = { shown: false };
  return {
    update(done) {
      if (!state.shown && performance.now() - began > SHOWN_AFTER_MS) {
        bar.start(Math.max(1, total), done);
        state.shown = true;
      } else if (state.shown) bar.update(Math.min(done, total));
    },
    stop() {
      if (state.shown) bar.stop();
    },
  };
}
