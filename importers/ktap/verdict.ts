import type { Outcome } from '../../store/events/observation.ts';
import { lettersIn } from '../source/letters.ts';
import { SMALL_D, SMALL_S } from '../source/characters.ts';

/** What a result line says. */
export interface Verdict {
  readonly ok: boolean;
  readonly number: number | null;
  /** The description without directive; empty where the line has none. */
  readonly name: string;
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly exitCode?: number;
  readonly durationMs?: number;
  /** Set for the kselftest runner's own verdict on a program. */
  readonly program?: Program;
}

/** A kselftest program as its runner names it. */
export interface Program {
  /** Empty where an old runner does not say it. */
  readonly collection: string;
  readonly program: string;
}

/** Writes a program as the current runner does. */
export function runnerName({ collection, program }: Program): string {
  return `selftests: ${collection === '' ? '' : `${collection}: `}${program}`;
}

/** Whether two names are of one program. */
export function isSameProgram(one: Program, other: Program): boolean {
  return one.program === other.program && one.collection === other.collection;
}

const RESULT = /^(not ok|ok)(?:\s+(\d+)(?:\.\.\d+)?(?=[\s-]|$))?(?=[\s-]|$)\s*(?!\s)(.*)$/;
// `# skipped` is one, `# TODOS left` and `# errors: 0` are none.
const DIRECTIVE = /(?:^|\s)#\s*(?:(SKIP)[A-Z]*|(TODO|XFAIL|XPASS|TIMEOUT|ERROR))\b[:\s]*(.*)$/i;
const EXIT = /(?:^|\s)#\s*exit=(\d+)\s*(.*)$/i;
const TIME = /(?:^|\s)#\s*(?:time|duration)[=:]\s*([\d.]+)\s*(ms|s)?\b/i;
const HEADER = /^selftests: (\S+): (\S[^[\]]*)$/;
const PROGRAM = /^selftests: (?:(\S+): )?(\S.*)$/;
/** The status that runners before TAP put after a program, and that of 5.x at the end; `\s+` before it would be quadratic. */
const STATUS = /\s\[\s*(\w+)\s*\](?=\s|$)/;
const STATUS_AT_END = /\s\[(\w+)\]$/;

const FIRST_OF_DAMAGED = lettersIn('oOnN[kselft');

const OLD_OUTCOMES: Readonly<Record<string, Outcome>> = {
  PASS: 'pass',
  OK: 'pass',
  FAIL: 'fail',
  SKIP: 'skip',
  TIMEOUT: 'timeout',
  ERROR: 'error',
  XFAIL: 'xfail',
  XPASS: 'xpass',
};

/** Reads a KTAP or TAP result line; null when the text is none. */
export function parseResult(text: string): Verdict | null {
  // Called for every line that may match a rule.
  if (!text.startsWith('ok') && !text.startsWith('not ok')) return null;
  const match = RESULT.exec(text);
  if (!match) return null;
  const ok = match[1] === 'ok';
  const number = match[2] === undefined ? null : Number(match[2]);
  if (number !== null && !Number.isSafeInteger(number)) return null;
  const rest = withoutDash(match[3]!);
  const hasHash = rest.includes('#');
  const directive = hasHash ? DIRECTIVE.exec(rest) : null;
  const exit = directive || !hasHash ? null : EXIT.exec(rest);
  const time = hasHash ? TIME.exec(rest) : null;
  const cut = directive ?? exit ?? time;
  let name = withoutHash((cut ? rest.slice(0, cut.index) : rest).trim());
  // A line that was overwritten can begin with what is left of another.
  const failed = exit !== null && exit[1] !== '0';
  let outcome = outcomeOf(ok && !failed, (directive?.[1] ?? directive?.[2])?.toUpperCase());
  const named = programOf(name, STATUS_AT_END);
  let program: Program | undefined;
  if (named) {
    ({ program } = named);
    const written = named.status === undefined ? undefined : OLD_OUTCOMES[named.status.toUpperCase()];
    // The 5.x runner prints both: `not ok 1 selftests: x: y [SKIP]`.
    if (written !== undefined && !directive) outcome = written;
    name = runnerName(program);
  }
  // Field by field here and below, for speed: there may be millions of results.
  const verdict: { -readonly [Field in keyof Verdict]: Verdict[Field] } = {
    ok,
    number,
    name: withoutPassed(unescaped(name)),
    outcome,
  };
  const reason = (directive?.[3] ?? exit?.[2] ?? '').trim();
  if (reason !== '') verdict.reason = reason;
  if (exit) verdict.exitCode = Number(exit[1]);
  const ms = time ? Number(time[1]) * (time[2] === 's' ? 1000 : 1) : NaN;
  if (Number.isFinite(ms)) verdict.durationMs = ms;
  if (program) verdict.program = program;
  return verdict;
}

/** Takes off the dash before a description. */
function withoutDash(rest: string): string {
  return rest.startsWith('-') ? rest.replace(/^-(?:\s+|$)/, '') : rest;
}

function unescaped(name: string): string {
  return name.includes('\\') ? name.replace(/\\#/g, '#') : name;
}

/** `pidfd check: Passed` is `pidfd check` where it fails. */
function withoutPassed(name: string): string {
  const last = name.charCodeAt(name.length - 1) | 32;
  return last === SMALL_S || last === SMALL_D ? name.replace(/: pass(?:ed)?$/i, '') : name;
}

/** Takes off the `#` of a directive that is empty. */
function withoutHash(name: string): string {
  return name.endsWith('#') && /\s#$/.test(name) ? name.slice(0, -1).trimEnd() : name;
}

/** Reads `selftests: collection: program`, and the status in brackets that old runners put behind it. */
function programOf(
  text: string,
  status: RegExp,
): { readonly program: Program; readonly status?: string } | null {
  if (!text.startsWith('selftests: ')) return null;
  const bracketed = text.includes('[') ? status.exec(text) : null;
  const named = PROGRAM.exec((bracketed ? text.slice(0, bracketed.index) : text).trimEnd());
  if (!named) return null;
  return {
    program: { collection: named[1] ?? '', program: named[2]! },
    ...(bracketed ? { status: bracketed[1]! } : {}),
  };
}

function outcomeOf(ok: boolean, directive: string | undefined): Outcome {
  switch (directive) {
    case 'SKIP':
      return 'skip';
    case 'TODO':
      return ok ? 'xpass' : 'xfail';
    case 'XFAIL':
      return 'xfail';
    case 'XPASS':
      return 'xpass';
    case 'TIMEOUT':
      return 'timeout';
    case 'ERROR':
      return 'error';
    default:
      return ok ? 'pass' : 'fail';
  }
}

/** A verdict of the runners before TAP; the outcome is null where the status is unknown. */
export interface OldVerdict {
  readonly program: Program;
  readonly outcome: Outcome | null;
}

/** Reads a verdict of the runners before TAP: `selftests: test_maps [FAIL]`. The outcome is null where the status is unknown. */
export function parseOldVerdict(text: string): OldVerdict | null {
  const named = programOf(text, STATUS);
  if (named?.status === undefined) return null;
  return { program: named.program, outcome: OLD_OUTCOMES[named.status.toUpperCase()] ?? null };
}

/** Reads the line that a runner prints before a program: `selftests: rseq: basic_test`. */
export function parseHeader(text: string): Program | null {
  if (!text.startsWith('selftests: ')) return null;
  const match = HEADER.exec(text);
  return match ? { collection: match[1]!, program: match[2]!.trim() } : null;
}

/** Reads a runner's verdict that follows the end of another line: the output of a program that ends without a line end. */
export function gluedVerdict(text: string): Verdict | null {
  // Called for every line of output: a plain search is many times faster than an unanchored pattern.
  if (!text.includes(' selftests: ')) return null;
  const match = /(?:not ok|ok) \d+(?:\.\.\d+)? selftests: \S+: \S.*$/s.exec(text);
  // Where the line was overwritten, an `ok` may be what is left of `not ok`.
  if (!match || text.slice(0, match.index).endsWith('t ')) return null;
  return parseResult(match[0]);
}

/** Reads what KUnit prints for a parameter of a case: `case: ok 11 - name`. */
export function parseInner(text: string): Verdict | null {
  if (!text.includes(': ')) return null;
  const parameter = /^[\w.-]+: ((?:not )?ok \d+ - .*)$/.exec(text);
  return parameter ? parseResult(parameter[1]!) : null;
}

/** Tells whether a text looks like a result but is none by the rules: it is damaged, overwritten, or in the wrong case. */
export function looksLikeResult(text: string): boolean {
  return (FIRST_OF_DAMAGED[text.charCodeAt(0)] === 1 && isDamagedResult(text)) || namesProgram(text);
}

function isDamagedResult(text: string): boolean {
  return (
    /^(?:not )?ok:?\d+\s/.test(text) ||
    /^\[(?:PASS|FAIL|SKIP)\] (?:not )?ok \d/.test(text) ||
    /^(?:not )?ok\s+\d{16,}/.test(text) ||
    /^(?:not\s+ok|ok)\s+\d+\s/i.test(text) ||
    /^(?:not o|ot ok|t ok|k)\s+\d+ \S*selftests: /.test(text) ||
    /^[selft]{0,7}ts: \S.*\[(?:PASS|FAIL|SKIP|TIMEOUT)\]$/.test(text)
  );
}

/** A program with a word of a verdict, wherever they stand. */
function namesProgram(text: string): boolean {
  return (
    text.includes('selftests: ') &&
    /selftests: \S+: \S+/.test(text) &&
    /\b(?:not )?ok\b|\[(?:PASS|FAIL|SKIP)\]|# (?:exit=|TIMEOUT)/.test(text)
  );
}
