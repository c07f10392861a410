import type { Scalar } from '../../store/events/fields.ts';

/** Reads a configuration of the form `CONFIG_DEBUG_RSEQ=y,rseq_debug=on` into switches; other names set none. */
export function switchesOf(config: string | null): Readonly<Record<string, Scalar>> {
  const pairs = (config ?? '').split(',').flatMap((part) => {
    const match = /^\s*([A-Za-z_][\w.-]*)=(\S+)\s*$/.exec(part);
    return match ? [[match[1]!, match[2]!] as const] : [];
  });
  return Object.fromEntries(pairs);
}
