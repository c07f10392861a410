import type { CoverageDocument, CoverageEntry, GapOnArch } from '../../../queries/coverage.ts';
import { code, type Block, type Inline, type Page } from './page.ts';
import { shortId } from './words.ts';

/** Lays out who runs what where, and which test would have caught each regression. */
export function coveragePage(document: CoverageDocument): Page {
  const trees = document.entries.some((e) => e.tree !== null);
  const blocks: Block[] = [
    {
      kind: 'table',
      columns: ['Test', 'CI', 'Architecture', ...(trees ? ['Tree'] : []), 'State', 'Since', 'Event'],
      rows: document.entries.map((e) => [
        [e.test],
        [e.ci],
        [e.arch ?? 'not said'],
        ...(trees ? [[e.tree ?? 'not said']] : []),
        [STATE[e.state]],
        [
          `${e.since ?? (e.until === null ? 'not known' : '')}${e.until === null ? '' : `until ${e.until}`}${e.confidence === 'concluded' ? ' (concluded)' : ''}`,
        ],
        [code(shortId(e.event))],
      ]),
    },
  ];
  for (const gap of document.gaps) {
    blocks.push({ kind: 'heading', says: `${gap.regression}: ${gap.title}` });
    blocks.push(
      gap.tests.length === 0
        ? { kind: 'text', says: ['No recorded test exercises it.'] }
        : {
            kind: 'list',
            items: gap.tests.flatMap((t): readonly (readonly Inline[])[] => [
              [
                code(t.test),
                t.existed === null
                  ? ' would have caught it; since when it is there is not recorded ('
                  : t.existed
                    ? ' would have caught it, and was there ('
                    : ' catches it, and came after it (',
                code(shortId(t.event)),
                ')',
              ],
              ...t.archs.map((on) => [`${on.arch}: ${says(on)}`]),
            ]),
          },
    );
  }
  return { title: `Coverage${document.asOf === null ? '' : ` as of ${document.asOf}`}`, blocks };
}

const STATE: Readonly<Record<CoverageEntry['state'], string>> = {
  began: 'runs',
  seen: 'was seen to run',
  stopped: 'stopped',
  'not-run': 'not run',
};

function says({ run, notRun, unknown }: GapOnArch): string {
  if (unknown) return 'whether anybody runs it is not known';
  const parts = [
    ...run.map((e) => `${e.ci} runs it since ${e.since ?? 'an unknown day'} [${shortId(e.event)}]`),
    ...notRun.map((e) =>
      e.until === null
        ? `${e.ci} does not run it${e.since === null ? '' : `, as of ${e.since}`} [${shortId(e.event)}]`
        : `${e.ci} did not run it until ${e.until} [${shortId(e.event)}]`,
    ),
  ];
  return parts.join('; ');
}
