import { codeId } from '../code-id.ts';
import { mode } from '../../queries/interface/mode.ts';
import { loadForCells } from '../../queries/kept/load-kept.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import type { Scalar } from '../../store/events/fields.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { modePage } from '../output/page/mode-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';

export interface ModeArguments extends CommonArguments {
  readonly release: string;
  readonly arch: string;
  readonly size?: string;
  readonly align?: string;
  readonly flags?: string;
  readonly profile?: string;
  readonly config?: string;
}

/** Says what the kernel does with a registration. */
export async function modeCommand(world: World, args: ModeArguments): Promise<number> {
  const { size, align, flags } = args;
  const profile: Record<string, Scalar> = {};
  for (const [name, value] of Object.entries({ size, align, flags }))
    if (value !== undefined) profile[`registration.${name}`] = numberIn(name, value);
  for (const part of args.profile?.split(',') ?? []) {
    const at = part.indexOf('=');
    if (at < 1) throw new QueryError(`--profile "${part}" is no NAME=VALUE`);
    const value = part.slice(at + 1);
    profile[part.slice(0, at)] =
      value === 'true' ? true : value === 'false' ? false : /^-?\d+$/.test(value) ? Number(value) : value;
  }
  await withLog(world, args, async (store) => {
    const document = mode(await loadForCells(store, viewOf(args), codeId()), {
      release: args.release,
      arch: args.arch,
      profile,
      ...(args.config === undefined ? {} : { config: args.config }),
    });
    await writeAnswer(world, args, document, () => modePage(document));
  });
  return 0;
}

function numberIn(name: string, value: string): number {
  const found = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(found))
    throw new QueryError(`--${name} "${value}" is no whole number`);
  return found;
}
