import { commitLog } from './commit-log.ts';
import { readMessage, type CommitMessage } from './message.ts';
import { resolveCommits } from './resolve.ts';

/** What a commit does to what a line contains, beside bringing itself. */
export interface Effect {
  readonly change: string;
  /** True: it is taken out. False: a revert of its revert brings it back. */
  readonly reverted: boolean;
}

/** A commit as far as it is needed to say what it does. */
export interface ReadCommit {
  readonly hash: string;
  readonly message: CommitMessage;
}

/** So many reverts of reverts are followed. */
const DEEPEST = 8;
/** A merge that brought more than this and was reverted is told as one change: the merge itself. */
const WIDEST = 5000;

/** What is known of commits by their full hash; commits outside the range are read when others speak of them. */
export class Effects {
  private readonly repository: string;
  private readonly known = new Map<string, CommitMessage | null>();
  private readonly names = new Map<string, string | null>();
  private readonly brought = new Map<string, readonly string[]>();

  constructor(repository: string) {
    this.repository = repository;
  }

  /** Reads what these commits speak of, in a few calls of git for all of them. */
  async prepare(commits: readonly ReadCommit[]): Promise<void> {
    for (const { hash, message } of commits) this.known.set(hash, message);
    let open: readonly CommitMessage[] = commits.map((c) => c.message);
    for (let depth = 0; open.length > 0 && depth < DEEPEST; depth++) {
      const named = open.flatMap((m) => [
        ...m.upstream,
        ...(depth === 0 ? m.fixes : []),
        ...m.reverts.flatMap((r) => [r.commit, r.upstream ?? [], r.madeTo ?? []].flat()),
      ]);
      const asked = named.filter((name) => !this.names.has(name));
      const found = await resolveCommits(this.repository, asked);
      for (const name of asked) this.names.set(name, found.get(name) ?? null);
      const followed = open.flatMap((m) => m.reverts.map((r) => this.names.get(r.commit) ?? null));
      const unread = [...new Set(followed)].filter(
        (hash): hash is string => hash !== null && !this.known.has(hash),
      );
      const read: CommitMessage[] = [];
      for await (const commit of commitLog(this.repository, unread, { walk: false })) {
        const message = readMessage(commit.message);
        this.known.set(commit.hash, message);
        read.push(message);
      }
      for (const r of open.flatMap((m) => m.reverts)) await this.readMerge(r.commit, r.madeTo);
      open = read;
    }
  }

  /** The commit that a name means in this clone; null where it has none, or several. */
  commitNamed(name: string): string | null {
    return this.names.get(name) ?? null;
  }

  /** What a commit is called: its mainline name where it says that it is a copy, else its own hash. */
  nameOf(hash: string): string {
    const upstream = this.known.get(hash)?.upstream ?? [];
    return upstream.length === 1 ? upstream[0]! : hash;
  }

  /** What a commit takes out or brings back. */
  of(message: CommitMessage, depth = 0): readonly Effect[] {
    return message.reverts.flatMap((r): readonly Effect[] => {
      const commit = this.commitNamed(r.commit);
      const full = r.commit.length === 40 ? r.commit : null;
      const upstream =
        r.upstream === null
          ? null
          : (this.commitNamed(r.upstream) ?? (r.upstream.length === 40 ? r.upstream : null));
      const change = upstream ?? (commit === null ? full : this.nameOf(commit));
      if (change === null) return [];
      const merged = this.brought.get(r.commit) ?? [];
      const taken = [change, ...merged].map((name): Effect => ({ change: name, reverted: true }));
      const before = commit === null ? null : this.known.get(commit);
      if (!before || depth >= DEEPEST) return taken;
      return [...taken, ...this.of(before, depth + 1).map((e) => ({ ...e, reverted: !e.reverted }))];
    });
  }

  /** A reverted merge takes out all that it brought: what it has and what it was merged into has not. */
  private async readMerge(name: string, madeTo: string | null): Promise<void> {
    if (madeTo === null || this.brought.has(name)) return;
    const [merge, before] = [this.commitNamed(name), this.commitNamed(madeTo)];
    const brought: string[] = [];
    if (merge !== null && before !== null)
      for await (const commit of commitLog(this.repository, [merge, `^${before}`])) {
        if (commit.hash !== merge) brought.push(commit.hash);
        if (brought.length > WIDEST) break;
      }
    this.brought.set(name, brought.length > WIDEST ? [] : brought);
  }
}
