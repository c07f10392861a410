/** Runs one piece of work at a time, in the order of asking. */
export type Alone = <T>(work: () => T | Promise<T>) => Promise<T>;

/**
 * Makes a queue for one store: transactions and folds of two callers must not mix on one connection.
 *
 * @param failure Turns what a piece of work threw into what the caller is to see.
 */
export function oneAtATime(failure: (error: unknown) => unknown = (error) => error): Alone {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = last.then(work).catch((error: unknown) => {
      throw failure(error);
    });
    // Whoever waits behind a failure is not failed by it.
    last = run.catch(() => undefined);
    return run;
  };
}
