import { canonicalTestName } from '../../store/names/test-name.ts';

/** What a test is called whose block lost its first line. */
const UNNAMED = 'ltp.unnamed';

/** Names a test of LTP: openQA writes `LTP:syscalls:abort01`, LTP's own runners `abort01`. */
export function ltpTestName(raw: string): string {
  const name = raw.replace(/^LTP:/, '');
  return name === '' ? UNNAMED : canonicalTestName(`LTP:${name}`) || UNNAMED;
}
