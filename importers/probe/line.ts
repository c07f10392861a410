import type { Scalar } from '../../store/events/fields.ts';
import { cleanLine } from '../console/clean-line.ts';

/** What one line of a probe's log says. */
export type ProbeLine =
  | { readonly kind: 'value'; readonly key: string; readonly value: string }
  | {
      readonly kind: 'behaviour';
      readonly behaviour: string;
      readonly value: Scalar;
      readonly when?: string;
    }
  /** It begins like a line of a probe and cannot be read as one. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly excerpt: string };

const LONGEST = 500;
const MARKED = /^(?:#\s*)+(regline probe:|behaviour\s)\s*(?!\s)(.*)$/;

/**
 * Reads `# regline probe: KEY=VALUE` and `# behaviour NAME = VALUE [when CONDITION]`, with whatever a console or a runner
 * has put before it. Null for all other lines.
 */
export function lineOf(raw: string): ProbeLine | null {
  if (!raw.includes('#')) return null;
  for (const { text } of cleanLine(raw)) {
    const marked = MARKED.exec(text.trim());
    if (marked) return marked[1] === 'regline probe:' ? valueOf(marked[2]!) : behaviourOf(marked[2]!);
  }
  return null;
}

function valueOf(text: string): ProbeLine {
  const match = /^([\w.-]{1,100})=(.*)$/.exec(text);
  return match
    ? { kind: 'value', key: match[1]!, value: match[2]!.slice(0, LONGEST) }
    : unreadable(text, 'it is not KEY=VALUE');
}

function behaviourOf(text: string): ProbeLine {
  const match = /^([\w.-]{1,100})\s+=\s+(\S+)(?:\s+when\s+(\S.*))?$/.exec(text);
  if (!match) return unreadable(text, 'it is not NAME = VALUE or NAME = VALUE when CONDITION');
  const [, behaviour, word, when] = match;
  if (text.length > LONGEST) return unreadable(text, `it is longer than ${LONGEST} characters`);
  // A log has no types: what is written as a number is one.
  const value = /^-?(?:0|[1-9]\d{0,14})$/.test(word!) ? Number(word) : word!;
  return { kind: 'behaviour', behaviour: behaviour!, value, ...(when === undefined ? {} : { when }) };
}

function unreadable(text: string, reason: string): ProbeLine {
  return { kind: 'unreadable', reason, excerpt: text.slice(0, LONGEST) };
}
