import { CONTROL_OR_UNSEEN } from '../../store/unseen-characters.ts';
import type { Regression } from '../regressions/regression.ts';
import type { Model } from '../model/model.ts';

/** What would be written to regzbot of one regression: a line for people, and one stretch of commands. */
export interface RegzbotSection {
  readonly id: string;
  readonly title: string;
  readonly commands: readonly string[];
}

/**
 * Tells regressions as commands to regzbot, the tracker of Linux regressions: what introduced each (the change, else the
 * range between last good and first bad), its title, its fix, duplicates and links to what was said of it.
 */
export function regzbotSections(model: Model, regressions: readonly Regression[]): readonly RegzbotSection[] {
  return regressions.map((r) => {
    const messages = messagesOf(model, r);
    const commands = [
      ...introducedBy(r),
      `title: ${r.title}`,
      ...r.fixes.slice(0, 1).map(({ change, subject }) => `fix: ${isHash(change) ? change : subject}`),
      ...duplicatesOf(model, messages).map((id) => `dup: ${archived(id)}`),
      ...messages.map((id) => `link: ${archived(id)}`),
    ];
    return { id: r.id, title: r.title, commands: commands.map((c) => `#regzbot ${oneLine(c)}`) };
  });
}

const isHash = (change: string) => /^[0-9a-f]{40}$/.test(change);

function introducedBy({ suspects, lastGood, firstBad }: Regression): readonly string[] {
  const culprits = suspects.filter(({ role, change }) => role === 'culprit' && isHash(change));
  // Of two that are named nobody knows yet which; the range is what is sure.
  if (culprits.length === 1) return [`introduced: ${culprits[0]!.change}`];
  const [good, bad] = [lastGood[0], firstBad[0]];
  if (bad === undefined) return [];
  return [`introduced: ${good === undefined ? bad : `${good}..${bad}`}`];
}

/** The messages in which the regression was claimed, in order of their days. */
function messagesOf(model: Model, { evidence }: Regression): readonly string[] {
  const claims = evidence
    .flatMap((id) => model.byId.get(id.slice(0, 64)) ?? [])
    .filter((e) => e.type === 'BreakageClaimed' && /^<[^<>\s]+>$/.test(e.source));
  claims.sort((a, b) => ((a.knownAt ?? '') < (b.knownAt ?? '') ? -1 : 1));
  return [...new Set(claims.map((e) => e.source))];
}

function duplicatesOf(model: Model, messages: readonly string[]): readonly string[] {
  const known = new Set(messages);
  const found = model.of('DuplicateClaimed').flatMap(({ payload: { report, of } }) => {
    if (known.has(report) && !known.has(of)) return [of];
    return known.has(of) && !known.has(report) ? [report] : [];
  });
  return [...new Set(found)].filter((id) => /^<[^<>\s]+>$/.test(id)).sort();
}

/** Where a message is read, by its id. */
function archived(messageId: string): string {
  return `https://lore.kernel.org/all/${encodeURIComponent(messageId.slice(1, -1)).replaceAll('%40', '@')}/`;
}

const HIDDEN = new RegExp(`[${CONTROL_OR_UNSEEN}]+`, 'gu');

/** A command ends with its line, and `; ` begins another. */
function oneLine(text: string): string {
  return text.replace(HIDDEN, ' ').replaceAll('; ', ', ').trim();
}
