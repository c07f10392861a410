import type { Outcome } from '../../store/events/observation.ts';
import { optional } from '../../store/optional-text.ts';
import { lavaOutcome } from './result.ts';

/** What LAVA's shell prints on the console for the dispatcher to read. */
export type Signal =
  | { readonly kind: 'start'; readonly run: string }
  | { readonly kind: 'end'; readonly run: string }
  | { readonly kind: 'set'; readonly set: string | null }
  | { readonly kind: 'case'; readonly name: string; readonly outcome: Outcome; readonly measurement?: string }
  | { readonly kind: 'malformed'; readonly reason: string };

const MARK = '<LAVA_SIGNAL_';
const SIGNAL = /<LAVA_SIGNAL_([A-Z]+)\b([^>\n]*)(>?)/g;

/** The usual line: one result and nothing else. */
const CASE_ALONE = /^<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=([^\s<>]+) RESULT=(pass|fail|skip|unknown)>$/;

/** Whether a signal may be in a line: nearly all lines have none. */
export function hasSignal(text: string): boolean {
  // One letter is found several times as fast.
  return text.includes('<') && text.includes(MARK);
}

/** Gives the signals in a line of a console; a line may hold several, and the kernel may have spoken into one. */
export function signalsIn(text: string): readonly Signal[] {
  const alone = CASE_ALONE.exec(text);
  if (alone) return [{ kind: 'case', name: alone[1]!, outcome: lavaOutcome(alone[2]!)! }];
  const found: Signal[] = [];
  SIGNAL.lastIndex = 0;
  for (let match = SIGNAL.exec(text); match; match = SIGNAL.exec(text)) {
    const signal = read(match[1]!, match[2]!.trim(), match[3] !== '');
    if (signal) found.push(signal);
  }
  return found;
}

function read(kind: string, rest: string, ended: boolean): Signal | null {
  if (kind === 'TESTCASE') return readCase(rest, ended);
  const [first = '', second = ''] = rest.split(/\s+/);
  if (kind === 'STARTRUN') return { kind: 'start', run: first };
  if (kind === 'ENDRUN') return { kind: 'end', run: first };
  if (kind === 'TESTSET') return { kind: 'set', set: first === 'START' && second !== '' ? second : null };
  // TESTRAISE, TESTREFERENCE, TESTFEEDBACK: no results.
  return null;
}

const USUAL_CASE = /^TEST_CASE_ID=(\S+) RESULT=(pass|fail|skip|unknown)$/;

/**
 * `TEST_CASE_ID=name RESULT=pass [UNITS=… MEASUREMENT=…]`. A name with blanks comes apart, and the words behind it look
 * like the rest: only LAVA's own four results are believed.
 */
function readCase(rest: string, ended: boolean): Signal {
  if (!ended) return { kind: 'malformed', reason: 'the signal is cut' };
  const usual = USUAL_CASE.exec(rest);
  if (usual) return { kind: 'case', name: usual[1]!, outcome: lavaOutcome(usual[2]!)! };
  const fields = new Map<string, string>();
  for (const token of rest.split(/\s+/)) {
    const [, key, value] = /^([A-Z_]+)=(.*)$/.exec(token) ?? [];
    if (key === undefined) return { kind: 'malformed', reason: 'a name with blanks, or no name' };
    fields.set(key, value!);
  }
  const name = fields.get('TEST_CASE_ID') ?? '';
  const outcome = lavaOutcome(fields.get('RESULT') ?? '');
  if (name === '') return { kind: 'malformed', reason: 'a result without a name' };
  if (outcome === undefined)
    return {
      kind: 'malformed',
      reason: `"${fields.get('RESULT') ?? ''}" is no result: pass, fail, skip or unknown`,
    };
  const measurement = fields.get('MEASUREMENT');
  const units = fields.get('UNITS');
  return {
    kind: 'case',
    name,
    outcome,
    ...(measurement === undefined ? {} : { measurement: `${measurement}${optional(' ', units)}` }),
  };
}
