import type {
  CoverageDocument,
  CoverageEntry,
  CoverageGap,
  GapOnArch,
} from '../../../queries/knowledge/coverage.ts';
import { addTo } from '../../../store/grouping.ts';
import { optional } from '../../../store/optional-text.ts';
import { code, joined, type Block, type Inline, type Page } from './page.ts';
import { shortId } from '../words.ts';
import { shortIds } from './inline-words.ts';

/** Lays out who runs what where, and which test would have caught each regression. */
export function coveragePage(document: CoverageDocument): Page {
  const trees = document.entries.some((e) => e.tree !== null);
  const blocks: Block[] = [
    document.entries.length === 0
      ? { kind: 'text', says: ['No CI is recorded to run a test.'] }
      : {
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
            [e.ran === null ? sinceOf(e) : spanOf(e.since, e.ran.last)],
            [code(shortId(e.event))],
          ]),
        },
  ];
  const untested = document.gaps.filter((gap) => gap.tests.length === 0);
  for (const gap of document.gaps.filter((g) => g.tests.length > 0))
    blocks.push(
      { kind: 'heading', says: `${gap.regression}: ${gap.title}` },
      { kind: 'list', items: gapItems(gap.tests) },
    );
  if (untested.length > 0)
    blocks.push(
      { kind: 'heading', says: 'No recorded test exercises' },
      { kind: 'list', items: untested.map((gap) => [code(gap.regression), ` ${gap.title}`]) },
    );
  if (document.others > 0)
    blocks.push({
      kind: 'text',
      says: [
        `There are results of ${document.others} ${document.others === 1 ? 'test that is' : 'tests that are'} not recorded: `,
        code('regline coverage --tests NAMES'),
        ' tells who ran them.',
      ],
    });
  if (document.unknown.length > 0)
    blocks.push(
      { kind: 'heading', says: 'Not known' },
      { kind: 'list', items: document.unknown.map((u) => [`${u.says} `, ...shortIds(u.evidence)]) },
    );
  return { title: `Coverage${optional(' as of ', document.asOf)}`, blocks };
}

const STATE: Readonly<Record<CoverageEntry['state'], string>> = {
  began: 'runs',
  seen: 'was seen to run',
  stopped: 'stopped',
  'not-run': 'not run',
  inconclusive: 'ran, without an outcome',
};

function sinceOf(e: CoverageEntry): string {
  const since = e.since === null ? (e.until === null ? 'not known' : '') : day(e.since);
  return `${since}${e.until === null ? '' : `until ${day(e.until)}`}${e.confidence === 'concluded' ? ' (concluded)' : ''}`;
}

/** From the first result to the last. */
function spanOf(first: string | null, last: string | null): string {
  if (first === null || last === null) return 'not known';
  return day(first) === day(last) ? day(first) : `${day(first)} … ${day(last)}`;
}

/** What results show of who ran a test here. */
function seen(e: CoverageEntry, last: string | null): string {
  const span =
    e.since === null || last === null
      ? 'some day'
      : day(e.since) === day(last)
        ? `on ${day(last)}`
        : `from ${day(e.since)} to ${day(last)}`;
  return e.state === 'seen'
    ? `${e.ci} was seen to run it ${span}`
    : `${e.ci} was seen to run it ${span}, without an outcome`;
}

type Items = readonly (readonly Inline[])[];

/** The tests of a regression and who runs them; tests of which the same is to be said are told together, and so are architectures. */
function gapItems(tests: CoverageGap['tests']): Items {
  const alike = new Map<string, { tests: CoverageGap['tests'][number][]; lines: Items }>();
  for (const test of tests) {
    const lines = linesOf(test.archs);
    const key = JSON.stringify([test.existed, lines]);
    const group = alike.get(key) ?? { tests: [], lines };
    group.tests.push(test);
    alike.set(key, group);
  }
  return [...alike.values()].flatMap(({ tests: same, lines }) => [
    [
      ...joined(
        same.map((t) => [code(t.test)]),
        ', ',
      ),
      ` ${catching(same[0]!.existed, same.length > 1)} (`,
      ...shortIds(
        same.map((t) => t.event),
        same.length,
      ),
      ')',
    ],
    ...lines,
  ]);
}

function catching(existed: boolean | null, several: boolean): string {
  if (existed === null)
    return several
      ? 'would have caught it; since when they are there is not recorded'
      : 'would have caught it; since when it is there is not recorded';
  if (existed) return `would have caught it, and ${several ? 'were' : 'was'} there`;
  return several ? 'catch it, and came after it' : 'catches it, and came after it';
}

function linesOf(archs: readonly GapOnArch[]): Items {
  const alike = new Map<string, { archs: string[]; line: readonly Inline[] }>();
  for (const on of archs) {
    const line = says(on);
    const key = JSON.stringify(line);
    const group = alike.get(key) ?? { archs: [], line };
    group.archs.push(on.arch);
    alike.set(key, group);
  }
  return [...alike.values()].map(({ archs: same, line }) => [`on ${same.join(', ')}: `, ...line]);
}

function says({ run, notRun, maybe, unknown }: GapOnArch): readonly Inline[] {
  const told = (says: string, e: CoverageEntry): readonly Inline[] => [`${says} `, code(shortId(e.event))];
  const collections = new Map<string, CoverageEntry[]>();
  for (const e of maybe) addTo(collections, e.test, e);
  const parts = [
    ...run.map((e) =>
      told(
        e.ran === null
          ? `${e.ci} runs it since ${e.since === null ? 'an unknown day' : day(e.since)}`
          : seen(e, e.ran.last),
        e,
      ),
    ),
    ...notRun.map((e) =>
      told(
        e.ran !== null
          ? seen(e, e.ran.last)
          : e.until !== null
            ? `${e.ci} did not run it until ${day(e.until)}`
            : e.state === 'stopped'
              ? `${e.ci} stopped to run it${e.since === null ? '' : ` on ${day(e.since)}`}`
              : `${e.ci} does not run it${e.since === null ? '' : `, as of ${day(e.since)}`}`,
        e,
      ),
    ),
    ...[...collections].map(([collection, entries]): readonly Inline[] => [
      'whether ',
      ...joined(
        entries.map((e) => told(e.ci, e)),
        ' or ',
      ),
      `, which ran ${collection}, ran it here is not known`,
    ]),
  ];
  return unknown && parts.length === 0 ? ['whether anybody runs it is not known'] : joined(parts, '; ');
}

/** The day of an instant; a month stays one. */
function day(moment: string): string {
  return moment.slice(0, 10);
}
