/** No server takes longer ones, and a pattern takes the time of the length squared of a hostile one. */
const LONGEST = 2000;

/** An address as far as it is looked at. */
export function shortAddress(address: string): string {
  return address.slice(0, LONGEST);
}

/** The configuration that an address of a build names, `…/arm64/defconfig+kselftest/gcc-12/`. */
export function configOfAddress(address: string): string | undefined {
  return /\/([\w.+-]*defconfig[\w.+-]*)(?:\/|$)/.exec(shortAddress(address))?.[1];
}
