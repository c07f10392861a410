import type { IdentityFilter } from '../../queries/results/identity-filter.ts';

/** Where results are meant to be from, each with commas; a `*` stands for anything. */
export interface IdentityArguments {
  readonly archs?: string;
  readonly config?: string;
  readonly platforms?: string;
  readonly origins?: string;
  readonly anyPlatform?: boolean;
}

/** Makes the filter that the arguments ask for. */
export function identityFilter(args: IdentityArguments): IdentityFilter {
  const said = Object.entries({
    archs: args.archs,
    configs: args.config,
    platforms: args.platforms,
    origins: args.origins,
  });
  return {
    ...Object.fromEntries(
      said.flatMap(([name, text]) =>
        text === undefined ? [] : [[name, text.split(',').map((t) => t.trim())]],
      ),
    ),
    ...(args.anyPlatform === true ? { anyPlatform: true } : {}),
  };
}
