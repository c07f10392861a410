export interface LkpFacts {
  config?: string;
  commit?: string;
  /** The lab's folder of the run: `/result/ltp/…/x86_64-rhel-8.3-func/gcc-9/COMMIT/2`. */
  resultRoot?: string;
}

/**
 * Reads what 0-day's lab (lkp-tests) puts on a kernel's command line about the job: the configuration and the commit that
 * were built, and where the lab keeps what the run gives. Other command lines have none of these.
 */
export function factsOfLkpCmdline(cmdline: string): LkpFacts {
  const config = /(?:^| )kconfig=(\S+)/.exec(cmdline)?.[1];
  const commit = /(?:^| )commit=([0-9a-f]{40})(?: |$)/.exec(cmdline)?.[1];
  const resultRoot = /(?:^| )RESULT_ROOT=(\/\S+)/.exec(cmdline)?.[1];
  return {
    ...(config === undefined ? {} : { config }),
    ...(commit === undefined ? {} : { commit }),
    ...(resultRoot === undefined ? {} : { resultRoot }),
  };
}
