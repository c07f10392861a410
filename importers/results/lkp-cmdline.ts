export interface LkpFacts {
  config?: string;
  commit?: string;
}

/**
 * Reads what 0-day's lab (lkp-tests) puts on a kernel's command line about the job: the configuration and the commit that
 * were built. Other command lines have neither.
 */
export function factsOfLkpCmdline(cmdline: string): LkpFacts {
  const config = /(?:^| )kconfig=(\S+)/.exec(cmdline)?.[1];
  const commit = /(?:^| )commit=([0-9a-f]{40})(?: |$)/.exec(cmdline)?.[1];
  return {
    ...(config === undefined ? {} : { config }),
    ...(commit === undefined ? {} : { commit }),
  };
}
