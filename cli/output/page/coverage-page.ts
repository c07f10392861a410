import type { CoverageDocument, CoverageEntry, GapOnArch } from '../../../queries/knowledge/coverage.ts';
import { code, joined, type Block, type Inline, type Page } from './page.ts';
import { shortId, shortIds } from './words.ts';

/** Lays out who runs what where, and which test would have caught each regression. */
export function coveragePage(document: CoverageDocument): Page {
  const trees = document.entries.some((e) => e.tree !== null);
  const blocks: Block[] = [
    {
      kind: 'table',
      columns: [
        'Test',
        'CI',
        'Architecture (machine)',
        ...(trees ? ['Tree'] : []),
        'State',
        'Since',
        'Event',
      ],
      rows: document.entries.map((e) => [
        [e.test],
        [e.ci],
        [`${e.arch ?? 'not said'}${e.platforms.length > 0 ? ` (${e.platforms.join(', ')})` : ''}`],
        ...(trees ? [[e.tree ?? 'not said']] : []),
        [STATE[e.state]],
        [
          `${e.since === null ? (e.until === null ? 'not known' : '') : day(e.since)}${e.until === null ? '' : `until ${day(e.until)}`}${e.confidence === 'concluded' ? ' (concluded)' : ''}`,
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
              ...t.archs.map((on) => [`on ${on.arch}: `, ...says(on)]),
            ]),
          },
    );
  }
  if (document.unknown.length > 0)
    blocks.push(
      { kind: 'heading', says: 'Not known' },
      { kind: 'list', items: document.unknown.map((u) => [`${u.says} `, ...shortIds(u.evidence)]) },
    );
  return { title: `Coverage${document.asOf === null ? '' : ` as of ${document.asOf}`}`, blocks };
}

const STATE: Readonly<Record<CoverageEntry['state'], string>> = {
  began: 'runs',
  seen: 'was seen to run',
  stopped: 'stopped',
  'not-run': 'not run',
};

function says({ run, notRun, maybe, unknown }: GapOnArch): readonly Inline[] {
  const told = (says: string, e: CoverageEntry): readonly Inline[] => [`${says} `, code(shortId(e.event))];
  const parts = [
    ...run.map((e) => told(`${e.ci} runs it since ${e.since === null ? 'an unknown day' : day(e.since)}`, e)),
    ...notRun.map((e) =>
      told(
        e.until !== null
          ? `${e.ci} did not run it until ${day(e.until)}`
          : e.state === 'stopped'
            ? `${e.ci} stopped to run it${e.since === null ? '' : ` on ${day(e.since)}`}`
            : `${e.ci} does not run it${e.since === null ? '' : `, as of ${day(e.since)}`}`,
        e,
      ),
    ),
    ...maybe.map((e) => told(`whether ${e.ci}, which ran ${e.test}, ran it here is not known`, e)),
  ];
  return unknown && parts.length === 0 ? ['whether anybody runs it is not known'] : joined(parts, '; ');
}

/** The day of an instant; a month stays one. */
function day(moment: string): string {
  return moment.slice(0, 10);
}
