import { noReport, type Report } from './report.ts';

/** What `git bisect` says at its end, wherever somebody puts it into a mail: indented, or broken before the hash. */
const ENDS: readonly RegExp[] = [
  /^[ \t]{0,8}#? ?first bad commit:[ \t]{0,8}\n?[ \t]{0,8}\[([0-9a-f]{40})\]/gm,
  /^[ \t]{0,8}([0-9a-f]{40}) is the first bad commit$/gm,
];

/** Finds the culprits that a mail's own bisection found; quoted ones are somebody else's. */
export function bisected(text: string): Report {
  if (!text.includes('bad commit')) return noReport;
  const found = new Set(ENDS.flatMap((form) => [...text.matchAll(form)].map((match) => match[1]!)));
  if (found.size === 0) return noReport;
  return { ...noReport, culprits: [...found].map((change) => ({ change, role: 'culprit' })) };
}
