import { CLASSES, type ChangedTest, type ChangesDocument } from '../../../queries/results/change-classes.ts';
import type { Block, Page } from './page.ts';
import { chanceText, PLATFORMS_APART, placeText, rateText, shortIds } from './words.ts';

/** Classes in which nothing has to be looked at: they are counted, and listed only when asked for by name. */
const QUIET: ReadonlySet<string> = new Set(['still-passing', 'new-pass']);

/** Lays out what changed in test results between two versions, class by class. */
export function changesPage(document: ChangesDocument): Page {
  const blocks = CLASSES.flatMap((name): readonly Block[] => {
    const changes = document.changes.filter((c) => c.class === name);
    const quiet = QUIET.has(name) && changes.length !== document.changes.length;
    return changes.length === 0 || quiet
      ? []
      : [{ kind: 'heading', says: name }, table(changes, document.from)];
  });
  const counts = CLASSES.filter((c) => document.counts[c] > 0).map((c) => `${document.counts[c]} ${c}`);
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
