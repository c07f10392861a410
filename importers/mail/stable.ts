/** What a mail of the stable team says of a change that is in mainline. */
export interface StableNews {
  /** The commit in mainline. */
  readonly change: string;
  /** `6.1.y`. */
  readonly line: string;
  readonly status: 'posted' | 'queued' | 'failed-to-apply';
}

/** Brackets before a subject: the list puts its name there (`[dm-devel] [PATCH]`), and others what they ask for (`[RFC][PATCH]`). */
const BRACKETS = /^\s*((?:\[[^\]]{0,200}\]\s*){1,8})/;
const PATCH = /\bPATCH(?:v\d+|SET|BOMB)?\b/i;

/** What stands in the brackets before the subject of a patch that say so, `PATCH 6.1 12/197`; null for other mails. */
export function patchTag(subject: string): string | null {
  const brackets = BRACKETS.exec(subject)?.[1]?.match(/\[[^\]]*\]/g) ?? [];
  return brackets.map((each) => each.slice(1, -1)).find((tag) => PATCH.test(tag)) ?? null;
}

const UPSTREAM = /^(?:\[ Upstream commit ([0-9a-f]{40}) \]|commit ([0-9a-f]{40}) upstream\.?)$/im;

/**
 * Reads the mails by which a change goes to a line of stable: the review of a release candidate (`[PATCH 6.1 12/197]` with
 * `commit … upstream.`), a proposal (`AUTOSEL`), and `FAILED: patch "…" failed to apply to 6.1-stable tree`.
 */
export function stableNews(subject: string, text: string): StableNews | null {
  const failed = /^FAILED: patch .* failed to apply to v?(\d+\.\d+)-stable tree/.exec(subject);
  if (failed) {
    const change =
      /^git cherry-pick -x ([0-9a-f]{40})$/m.exec(text)?.[1] ??
      /^From ([0-9a-f]{40}) Mon Sep 17/m.exec(text)?.[1];
    return change === undefined ? null : { change, line: `${failed[1]!}.y`, status: 'failed-to-apply' };
  }
  const tag = patchTag(subject);
  const version = tag === null ? null : /(?:^|\s)v?(\d+\.\d+)(?:\.y|\.x|-stable)?(?:\s|$|-)/.exec(tag);
  const upstream = version ? UPSTREAM.exec(text) : null;
  if (!version || !upstream) return null;
  return {
    change: (upstream[1] ?? upstream[2])!.toLowerCase(),
    line: `${version[1]!}.y`,
    // Only the review of a release candidate has been taken into the queue.
    status: /AUTOSEL|RFC|(?:\b|PATCH)v\d+\b/i.test(tag!.replace(version[0], ' ')) ? 'posted' : 'queued',
  };
}
