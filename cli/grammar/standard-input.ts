/** yargs drops a lone `-` from a list of words, so it travels under a name that no file can have. */
const STANDARD_INPUT = '\0standard input';

/** Gives `-` the name under which it passes the parser. */
export function hideDash(argv: readonly string[]): readonly string[] {
  return argv.map((word) => (word === '-' ? STANDARD_INPUT : word));
}

/** Gives `-` back in what the parser made of a command line. */
export function showDash(args: object): object {
  const shown = (value: unknown) => (value === STANDARD_INPUT ? '-' : value);
  return Object.fromEntries(
    Object.entries(args).map(([name, value]: [string, unknown]) => [
      name,
      Array.isArray(value) ? value.map(shown) : shown(value),
    ]),
  );
}
