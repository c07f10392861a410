import type { Fixes, NamedFix } from './tracking-fixes.ts';

export type Solved = 'to-be-fixed' | 'fixed' | 'resolved' | 'invalid' | 'inconclusive';

export interface Step {
  readonly at: string | null;
  readonly command: string;
  readonly argument: string;
  readonly by: string;
  readonly event: string;
}

/** A report while its commands are replayed. */
export class Report {
  readonly report: string;
  /** When the report was written. */
  readonly at: string;
  title: string;
  by: string;
  introduced: string;
  solved: Solved | null = null;
  /** Why it is resolved, or the subject of the fix. */
  reason: string | null = null;
  duplicateOf: string | null = null;
  backburner: string | null = null;
  reopened = false;
  lastPoke: string | null = null;
  lastActivity: string;
  readonly fixes: (NamedFix & { readonly text: string })[] = [];
  readonly related = new Map<string, string>();
  readonly monitored = new Set<string>();
  readonly history: Step[] = [];

  constructor(report: string, at: string, title: string, by: string, introduced: string) {
    this.report = report;
    this.at = at;
    this.lastActivity = at;
    this.title = title;
    this.by = by;
    this.introduced = introduced;
  }

  /** An `introduced` for a report that was done with opens it again; otherwise it says more of the same. */
  introduce(what: string): void {
    if (what !== '') this.introduced = what;
    if (this.solved !== null && this.solved !== 'to-be-fixed') {
      this.solved = null;
      this.reason = null;
      this.reopened = true;
    }
  }

  solve(how: Solved, reason: string): void {
    this.solved = how;
    this.reason = reason === '' ? null : reason;
    this.reopened = false;
  }

  /** Takes `fix: 411c1cf4 ("subject")`, `fix: subject`. */
  fix(text: string): void {
    const hash = /^([0-9a-f]{8,40})(?:\s+(.*))?$/i.exec(text);
    const subject = hash ? (hash[2] ?? null) : unquoted(text);
    this.fixes.unshift({ hash: hash?.[1]!.toLowerCase() ?? null, subject, text });
    this.solve('to-be-fixed', subject ?? '');
  }

  /** Whether the line that has the regression has a fix of it; gives the release that has it first, once there is one. */
  settle(known: Fixes): string | null {
    if (this.solved !== 'to-be-fixed' && this.solved !== 'fixed') return null;
    const line = known.lineToFix(this.introduced);
    const come = this.fixes.map((fix) => known.fixIn(fix, line));
    if (come.some(({ there }) => there)) this.solved = 'fixed';
    return come.find(({ release }) => release !== null)?.release ?? null;
  }

  get isPoked(): boolean {
    return this.lastPoke !== null && this.lastPoke >= this.lastActivity;
  }
}

function unquoted(text: string): string {
  let plain = text;
  for (const [open, close] of ['()', "''", '""'].map((pair) => [pair[0]!, pair[1]!] as const))
    if (plain.length > 1 && plain.startsWith(open) && plain.endsWith(close)) plain = plain.slice(1, -1);
  return plain;
}
