import { CLASSES, type ChangedTest, type ChangesDocument } from '../../../queries/results/change-classes.ts';
import { conclusive } from '../../../queries/outcomes/seen-result.ts';
import type { Block, Page } from './page.ts';
import { chanceText, PLATFORMS_APART, placeText, rateText } from '../words.ts';
import { shortIds } from './inline-words.ts';

/** Classes in which nothing has to be looked at: they are counted, and listed only when asked for by name. */
const QUIET: ReadonlySet<string> = new Set(['still-passing', 'new-pass']);

/** Whether a test said nothing before either: skipped on a machine without the device, say. */
const isAsBefore = ({ class: kind, before, brokeOff }: ChangedTest): boolean =>
  kind === 'inconclusive' && !conclusive(before) && !brokeOff;

/** Lays out what changed in test results between two versions, class by class. */
export function changesPage(document: ChangesDocument): Page {
  const blocks = CLASSES.flatMap((name): readonly Block[] => {
    const all = document.changes.filter((c) => c.class === name);
    const isAll = all.length === document.changes.length;
    const changes = isAll ? all : all.filter((c) => !QUIET.has(name) && !isAsBefore(c));
    return changes.length === 0 ? [] : [{ kind: 'heading', says: name }, table(changes, document.from)];
  });
  const asBefore = document.changes.filter(isAsBefore).length;
  const counts = CLASSES.filter((c) => document.counts[c] > 0).map(
    (c) =>
      `${document.counts[c]} ${c}${c === 'inconclusive' && asBefore > 0 ? ` (${asBefore} as before)` : ''}`,
  );
  return {
    title: `From ${document.from} to ${document.to}: ${counts.join(', ') || 'no results'}`,
    blocks: [
      ...(document.platformsApart ? [{ kind: 'text', says: [PLATFORMS_APART] } as const] : []),
      ...blocks,
    ],
  };
}

/** How likely that is which a flaky test shows, at the rate that it had; nothing where it never had one. */
function likelihood(flaky: ChangedTest['flaky']): string {
  const tried = flaky === null ? 0 : flaky.usual.good + flaky.usual.bad;
  return flaky === null || tried === 0
    ? ''
    : `, ${chanceText(flaky.chance)} likely at the usual ${flaky.usual.good}/${tried}`;
}

/** The earlier side's version is named where it is not the one that was asked for. */
function table(changes: readonly ChangedTest[], from: string): Block {
  return {
    kind: 'table',
    columns: ['Test', 'Where', 'Before', 'After', 'Evidence'],
    rows: changes.map((c) => [
      [c.test],
      [placeText(c) || '–'],
      [`${rateText(c.before)}${c.beforeAt === null || c.beforeAt === from ? '' : ` (${c.beforeAt})`}`],
      [`${rateText(c.after)}${likelihood(c.flaky)}`],
      shortIds(c.evidence),
    ]),
  };
}
