/** What a shell expects of a program that a signal ended. */
const EXIT_CODES = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;

// What was begun is rolled back by the database; the same command goes on where whole files were taken.
const handlers = EXIT_CODES.map(([signal, exitCode]) => {
  const end = () => {
    process.stderr.write(
      '\nregline: interrupted; what was not finished was not taken, and the same command goes on\n',
    );
    process.exit(exitCode);
  };
  return { signal, end };
});

/** Hears signals: each ends the program, and says what that means for what it was doing. */
export function hearSignals(): void {
  for (const { signal, end } of handlers) process.on(signal, end);
}

/**
 * Leaves signals to the system until what it gives is called: each ends the program at once and without a word. A handler of ours runs
 * only between two turns of the event loop, and of half a gigabyte of JSON no turn ends for minutes.
 */
export function endBySignals(): () => void {
  for (const { signal, end } of handlers) process.off(signal, end);
  return hearSignals;
}
