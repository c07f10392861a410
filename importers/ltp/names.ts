import { canonicalTestName } from '../../store/names/test-name.ts';

/** Names a test of LTP: openQA writes `LTP:syscalls:abort01`, LTP's own runners `abort01`. */
export function ltpTestName(raw: string): string {
  return canonicalTestName(`LTP:${raw.replace(/^LTP:/, '')}`) || 'ltp.unnamed';
}
