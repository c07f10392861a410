import { quoted } from '../../../queries/bisect-session/shell-word.ts';
import type { HistoryTurn } from '../../../queries/outcomes/history-turns.ts';
import { sum, UNLIKELY } from '../../../queries/outcomes/fisher.ts';
import { grouped } from '../../../store/grouping.ts';
import type {
  HistoryDocument,
  HistoryLane,
  HistorySpan,
  TestHistory,
} from '../../../queries/results/test-history.ts';
import { code, strong, type Block, type Inline, type Page } from './page.ts';
import { chanceText, failuresText, stretchText } from '../words.ts';
import { shortIds } from './inline-words.ts';

/** Machines that are named one by one; of more it is said how many there are. */
const NAMED = 3;

/** Lays out how tests fared. Machines with the same story are told together. */
export function historyPage({ tests }: HistoryDocument): Page {
  const [only] = tests;
  return {
    title: tests.length === 1 ? `History of ${only!.test}` : `Histories of ${tests.length} tests`,
    blocks: tests.flatMap((t): readonly Block[] => [
      ...(tests.length === 1 ? [] : [{ kind: 'heading', says: t.test } as const]),
      ...blocksOf(t),
    ]),
  };
}

function blocksOf(history: TestHistory): readonly Block[] {
  const { test, lanes, unplaced } = history;
  const lost = unplaced.good + unplaced.bad + unplaced.inconclusive;
  const blocks: Block[] = [];
  if (lanes.length > 0)
    blocks.push({
      kind: 'table',
      columns: ['Where', 'Line', 'Versions', 'Outcome', 'Evidence'],
      rows: stories(lanes).flatMap((alike) => rowsOf(alike)),
    });
  const turns = grouped(
    lanes.flatMap((lane) => lane.turns.map((turn) => ({ lane, turn }))),
    ({ turn: { kind, from, to } }) => JSON.stringify([kind, from, to]),
  );
  if (turns.size > 0)
    blocks.push({ kind: 'list', items: [...turns.values()].map((alike) => turnItem(test, alike)) });
  if (lost > 0)
    blocks.push({ kind: 'text', says: [`${counted(lost, 'result')} of kernels that nothing names`] });
  if (blocks.length === 0) blocks.push({ kind: 'text', says: ['no results'] });
  return blocks;
}

/** Lanes of one architecture, configuration and compiler that came to the same, version by version. */
function stories(lanes: readonly HistoryLane[]): readonly (readonly HistoryLane[])[] {
  const told = ({ arch, config, compiler, spans }: HistoryLane) =>
    JSON.stringify([arch, config, compiler, spans.map((s) => [s.line, s.from, s.to, s.state, s.versions])]);
  return [...grouped(lanes, told).values()];
}

function rowsOf(alike: readonly HistoryLane[]): readonly (readonly (readonly Inline[])[])[] {
  const [{ spans }] = alike as [HistoryLane];
  return spans.map((span, at) => {
    const here = alike.map((lane) => lane.spans[at]!);
    const line = at > 0 && spans[at - 1]!.line === span.line ? '' : (span.line ?? '–');
    return [
      [at === 0 ? whereText(alike) : ''],
      [line],
      [`${stretchText(span)}${span.versions > 2 ? ` (${span.versions})` : ''}`],
      outcome(span.state, here),
      shortIds(here.flatMap((s) => s.evidence)),
    ];
  });
}

/** `arm64, defconfig, juno` and who ran it there. */
function whereText(alike: readonly HistoryLane[]): string {
  const [{ arch, config, compiler }] = alike as [HistoryLane];
  const platforms = alike.flatMap((lane) => lane.platform ?? []);
  const machines =
    platforms.length > NAMED
      ? `${platforms.slice(0, NAMED).join(', ')} and ${platforms.length - NAMED} more`
      : platforms.join(', ');
  const place = [arch, config, compiler, machines].filter((x) => x !== null && x !== '').join(', ') || '–';
  return `${place} (${[...new Set(alike.flatMap((lane) => lane.origins))].sort().join(', ')})`;
}

/** `passes (12)`, `fails (3)`, `both: 2 of 5 fail`. */
function outcome(state: HistorySpan['state'], spans: readonly HistorySpan[]): readonly Inline[] {
  const sum = (of: (span: HistorySpan) => number) => spans.reduce((all, span) => all + of(span), 0);
  const [good, bad, rest] = [
    sum((s) => s.rate.good),
    sum((s) => s.rate.bad),
    sum((s) => s.rate.inconclusive),
  ];
  const beside = rest === 0 ? '' : `, ${rest} inconclusive`;
  switch (state) {
    case 'pass':
      return [`passes (${good}${beside})`];
    case 'fail':
      return [strong('fails'), ` (${bad}${beside})`];
    case 'mixed':
      return [strong('both'), `: ${bad} of ${good + bad} fail${beside}`];
    case 'inconclusive':
      return [`inconclusive (${rest})`];
  }
}

const TURNED = {
  broke: 'broke',
  fixed: 'was fixed',
  flaky: 'turned flaky',
  worse: 'turned worse',
  better: 'turned better',
} as const;

interface PlacedTurn {
  readonly lane: HistoryLane;
  readonly turn: HistoryTurn;
}

/** What turned, wherever it turned between the same versions, and what finds the change behind it. */
function turnItem(test: string, alike: readonly PlacedTurn[]): readonly Inline[] {
  const [{ turn }] = alike as [PlacedTurn];
  const places = alike
    .map(({ lane }) =>
      [lane.arch, lane.config, lane.compiler, lane.platform].filter((x) => x !== null).join(', '),
    )
    .filter((place) => place !== '');
  const where = places.length === 0 ? '' : ` (${places.join('; ')})`;
  const says = `${TURNED[turn.kind]} between ${turn.from} and ${turn.to}${where}${unordered(alike)}${doubt(alike)}${rates(alike)}`;
  if (turn.kind === 'flaky') return [says];
  const archs = [...new Set(alike.flatMap(({ lane }) => lane.arch ?? []))];
  const search = [
    'regline bisect start',
    ...(turn.over === 'commits' ? ['--repo DIR'] : ['--over releases']),
    `--test ${quoted(test)}`,
    ...(archs.length === 0 ? [] : [`--arch ${quoted(archs.join(','))}`]),
    ...(turn.kind === 'fixed' || turn.kind === 'better' ? ['--fixed'] : []),
    `--good ${quoted(turn.from)} --bad ${quoted(turn.to)}`,
  ];
  return [`${says}: `, code(search.join(' '))];
}

/** That nothing tells which of the two commits came first, at any place. */
function unordered(alike: readonly PlacedTurn[]): string {
  return alike.every(({ turn }) => turn.order === 'unknown')
    ? ', if the one came before the other, which a clone tells'
    : '';
}

/** That a flaky test may have come to this by chance, where nothing else is known of any place. */
function doubt(alike: readonly PlacedTurn[]): string {
  const [{ turn: first }] = alike as [PlacedTurn];
  if (first.kind !== 'broke' && first.kind !== 'fixed') return '';
  const least = alike.reduce((chance, { turn }) => Math.min(chance, turn.chance ?? 0), 1);
  return least < UNLIKELY ? '' : `, ${chanceText(least)} likely by chance, as it had been flaky`;
}

/** How often a flaky test failed before and since, all places together. */
function rates(alike: readonly PlacedTurn[]): string {
  const [{ turn: first }] = alike as [PlacedTurn];
  if (first.kind === 'broke' || first.kind === 'fixed') return '';
  const told = (side: 'usual' | 'since') =>
    failuresText(sum(alike.flatMap(({ turn }) => turn.rates?.[side] ?? [])));
  return `, failing in ${told('since')} runs since and ${told('usual')} before`;
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
