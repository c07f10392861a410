import { linksIn } from './link-trailers.ts';
import type { Model } from '../model/model.ts';

/** A fix as somebody told the tracker of it: by its hash, or by its subject. */
export interface NamedFix {
  readonly hash: string | null;
  readonly subject: string | null;
}

/** A merged change that says which report it is about. */
export interface LinkingCommit {
  readonly change: string;
  readonly at: string;
  readonly links: readonly string[];
  readonly event: string;
  readonly by: string;
}

/** What a model knows of how far changes have come. */
export class Fixes {
  private readonly model: Model;
  /** The lines on whose branch a change was seen before any release had it. */
  private readonly merged = new Map<string, Set<string>>();

  constructor(model: Model) {
    this.model = model;
    for (const { payload } of model.of('ChangeMerged')) {
      const change = model.graph.resolve(payload.change);
      const lines = this.merged.get(change);
      if (lines) lines.add(payload.line);
      else this.merged.set(change, new Set([payload.line]));
    }
  }

  /**
   * The line in which a regression has to be fixed, as regzbot judges it: where both ends of the range are, or where the
   * culprit is. Null where that cannot be told; a fix in any line then counts.
   */
  lineToFix(introduced: string): string | null {
    const [from, to] = introduced.split('..') as [string, string | undefined];
    if (to === undefined || to === '') return this.lineOf(from);
    const [start, end] = [this.lineOf(from), this.lineOf(to)];
    return start === end ? start : null;
  }

  private lineOf(name: string): string | null {
    const release = this.model.graph.releases.get(name)?.line;
    if (release !== undefined) return release;
    const change = /^[0-9a-f]{8,40}$/.test(name) ? this.changeBeginning(name) : null;
    return change === null ? null : (this.linesWith(change)[0] ?? null);
  }

  /** The lines that have a change, or will have it with their next release: mainline first. */
  private linesWith(change: string): readonly string[] {
    const { graph } = this.model;
    const lines = new Set(['mainline', ...graph.members.keys(), ...(this.merged.get(change) ?? [])]);
    return [...lines].filter(
      (line) => graph.firstIn(change, line) !== null || this.merged.get(change)?.has(line) === true,
    );
  }

  /**
   * How far a fix has come: whether the line has it, and the first release with it, null while there is none yet. Trees of
   * linux-next are made anew every day: what is in one is no fix of anything else.
   */
  fixIn(fix: NamedFix, line: string | null): { readonly there: boolean; readonly release: string | null } {
    const change = fix.hash !== null ? this.changeBeginning(fix.hash) : this.changeCalled(fix.subject);
    if (change === null) return { there: false, release: null };
    const lines = this.linesWith(change).filter((name) => (line === null ? name !== 'next' : name === line));
    const releases = lines.map((name) => this.model.graph.firstIn(change, name));
    return { there: lines.length > 0, release: releases.find((release) => release !== null) ?? null };
  }

  /** Whether a commit may count as the fix: one that only a line of stable has fixes nothing upstream of it. */
  mayFix(commit: LinkingCommit, line: string | null): boolean {
    const lines = this.linesWith(commit.change);
    if (line === null || lines.length === 0) return true;
    return lines.some((name) => downstream(name) <= downstream(line));
  }

  /** The merged commits that link to something, which regzbot takes for the fix of it. */
  linkingCommits(): readonly LinkingCommit[] {
    const found: LinkingCommit[] = [];
    for (const e of this.model.of('ChangeRecorded')) {
      const { change, trailers, commitDate, authorDate, author } = e.payload;
      if (change.startsWith('<')) continue;
      const links = linksIn(trailers);
      if (links.length > 0)
        found.push({
          change,
          at: commitDate ?? e.knownAt ?? authorDate ?? '',
          links,
          event: e.id,
          by: author ?? 'unknown',
        });
    }
    return found;
  }

  /** The change whose hash begins so; null where none or several do. */
  changeBeginning(hash: string): string | null {
    const { graph, changes } = this.model;
    const whole = graph.resolve(hash);
    if (changes.has(whole)) return whole;
    let found: string | null = null;
    for (const change of changes.keys())
      if (change.startsWith(hash)) {
        if (found !== null) return null;
        found = change;
      }
    return found;
  }

  private changeCalled(subject: string | null): string | null {
    for (const [change, { payload }] of this.model.changes)
      if (payload.subject === subject && !change.startsWith('<')) return change;
    return null;
  }
}

/** 0 for what goes into mainline, 1 for mainline, 2 for what is taken from it. */
function downstream(line: string): number {
  if (line === 'mainline') return 1;
  return /^\d+\.\d+\.y$/.test(line) ? 2 : 0;
}
