import type { Model } from './model.ts';

/**
 * The line in which a regression has to be fixed, as regzbot judges it: where both ends of the range are, or where the
 * culprit is. Null where that cannot be told; a fix in any line then counts.
 */
export function lineToFix(model: Model, introduced: string): string | null {
  const { graph } = model;
  const lineOf = (name: string): string | null => {
    const release = graph.releases.get(name)?.line;
    if (release !== undefined) return release;
    const change = /^[0-9a-f]{8,40}$/.test(name) ? changeBeginning(model, name) : null;
    if (change === null) return null;
    if (graph.firstIn(change, 'mainline') !== null) return 'mainline';
    return [...graph.members.keys()].find((line) => graph.firstIn(change, line) !== null) ?? null;
  };
  const [from, to] = introduced.split('..') as [string, string | undefined];
  if (to === undefined || to === '') return lineOf(from);
  const [start, end] = [lineOf(from), lineOf(to)];
  return start === end ? start : null;
}

/** How far a fix has come: the release of that line which has it first, and the change that it is. */
export function fixIn(
  model: Model,
  fix: { readonly hash: string | null; readonly subject: string | null },
  line: string | null,
): { readonly change: string | null; readonly release: string | null } {
  const change =
    fix.hash !== null
      ? changeBeginning(model, fix.hash)
      : ([...model.changes].find(([, event]) => event.payload.subject === fix.subject)?.[0] ?? null);
  if (change === null) return { change: null, release: null };
  const lines = line === null ? ['mainline', ...model.graph.members.keys()] : [line];
  for (const name of lines) {
    const release = model.graph.firstIn(change, name);
    if (release !== null) return { change, release };
  }
  return { change, release: null };
}

/** The change whose hash begins so; null where none or several do. */
function changeBeginning(model: Model, hash: string): string | null {
  const whole = model.graph.resolve(hash);
  if (model.changes.has(whole)) return whole;
  let found: string | null = null;
  for (const change of model.changes.keys())
    if (change.startsWith(hash)) {
      if (found !== null) return null;
      found = change;
    }
  return found;
}

/** A merged change that says which report it is about. */
export interface LinkingCommit {
  readonly change: string;
  readonly at: string;
  readonly links: readonly string[];
  /** The lines that have it, as far as they are known. */
  readonly lines: readonly string[];
  readonly event: string;
  readonly by: string;
}

/** The commits with `Link:` or `Closes:`: regzbot takes one that links to a report for its fix. */
export function linkingCommits(model: Model): readonly LinkingCommit[] {
  const found: LinkingCommit[] = [];
  for (const e of model.of('ChangeRecorded')) {
    const { change, trailers = [], commitDate, authorDate, author } = e.payload;
    if (change.startsWith('<')) continue;
    const links = trailers
      .filter((t) => /^(?:link|closes)$/i.test(t.key))
      .map((t) => t.value.split(/\s/)[0]!);
    if (links.length > 0)
      found.push({
        change,
        at: commitDate ?? e.knownAt ?? authorDate ?? '',
        links,
        lines: [...model.graph.members.keys()].filter((line) => model.graph.firstIn(change, line) !== null),
        event: e.id,
        by: author ?? 'unknown',
      });
  }
  return found;
}

/** Whether a commit may count as the fix: one that only a line of stable has fixes nothing upstream of it. */
export function mayFix(commit: LinkingCommit, line: string | null): boolean {
  if (line === null || commit.lines.length === 0) return true;
  return commit.lines.some((name) => downstream(name) <= downstream(line));
}

/** 0 for what goes into mainline, 1 for mainline, 2 for what is taken from it. */
function downstream(line: string): number {
  if (line === 'mainline') return 1;
  return /^\d+\.\d+\.y$/.test(line) ? 2 : 0;
}
