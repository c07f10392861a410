import type { Outcome } from '../../store/events/observation.ts';

/** A test of blktests as its `check` names it. */
export interface Named {
  readonly group: string;
  /** Three digits; `***` for all of a group. */
  readonly number: string;
  readonly device: string | undefined;
  /** What a test is run with, one after the other: `tr=loop`, `bd=file`. */
  readonly conditions: readonly string[];
  /** The name and all that tells this run of it from others. */
  readonly written: string;
}

/** `zbd/002 => nullb1 (tr=loop) (report zone)   [passed]`, with or without what came out. */
const LINE =
  /^([a-z][a-z0-9]{0,20})\/(\d{3}|\*\*\*)(?: => (\S{1,60}))?(?: {1,200}(\(.{0,500}\)))?(?: {1,200}\[(passed|failed|not run)\])?$/;
/** `(tr=loop bd=file)`, or that the device is zoned, which is said before a description alone. */
const CONDITIONS = /^\((?:((?:[a-z]\w{0,20}=[\w./-]{1,40} ?){1,8})\)(?: \(|$)|(zoned)\) \()/;
const OUTCOMES: Readonly<Record<string, Outcome>> = { passed: 'pass', failed: 'fail', 'not run': 'skip' };

/** Reads a line that names a test; null where it names none. Source: _output_status of blktests' `check`. */
export function statusOn(text: string): (Named & { readonly outcome: Outcome | null }) | null {
  const [, group, number, device, about, status] = LINE.exec(text.trimEnd()) ?? [];
  if (group === undefined || number === undefined) return null;
  // A path alone is no test that begins.
  if (status === undefined && about === undefined && device === undefined) return null;
  const [, given, zoned] = CONDITIONS.exec(about ?? '') ?? [];
  const conditions = (given ?? zoned)?.trim().split(' ') ?? [];
  const written = [
    `${group}/${number}`,
    ...(device === undefined ? [] : [`=> ${device}`]),
    ...conditions,
  ].join(' ');
  return {
    group,
    number: number === '***' ? 'all' : number,
    device,
    conditions,
    written,
    outcome: status === undefined ? null : OUTCOMES[status]!,
  };
}

/** Why a test failed, by a line below it: another output, an exit status, or something in the kernel's log. */
export function failureIn(
  text: string,
  before: string | undefined,
): { readonly reason?: string; readonly exitCode?: number } {
  if (before !== undefined) return {};
  const line = text.trim();
  const code = /^exited with status (\d{1,9})$/.exec(line)?.[1];
  if (code !== undefined) return { reason: line, exitCode: Number(code) };
  if (line.startsWith('something found in dmesg')) return { reason: 'something found in dmesg' };
  return /^--- \S+\/\d{3}\.out\t?/.test(line) ? { reason: 'output mismatch' } : {};
}
