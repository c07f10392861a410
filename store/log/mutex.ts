/** Runs one task at a time, in the order of the calls. */
export type Alone = <T>(work: () => T | Promise<T>) => Promise<T>;

/**
 * Makes a queue for one store: transactions and folds of two callers must not mix on one connection.
 *
 * @param failure Turns what a task threw into the error for the caller.
 */
export function oneAtATime(failure: (error: unknown) => unknown = (error) => error): Alone {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = last.then(work).catch((error: unknown) => {
      throw failure(error);
    });
    // A failed task must not fail the next one.
    last = run.catch(() => undefined);
    return run;
  };
}
