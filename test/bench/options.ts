/** Reads `--name N`; `usual` where it is not given. */
export function numberOf(args: readonly string[], name: string, usual: number): number {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? usual : Number(args[at + 1]);
}
