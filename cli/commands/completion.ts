import type { World } from '../context.ts';
import { completionScript, shellOf, type Shell } from '../output/completion-script.ts';

/** Prints the script of a shell: the one that is named, else the one that runs. */
export function completionCommand(world: World, { shell }: { readonly shell?: Shell }): Promise<number> {
  world.out(completionScript(shell ?? shellOf(world.env.SHELL)));
  return Promise.resolve(0);
}
