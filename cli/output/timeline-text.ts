import type { TimelineDocument, TimelineLane, TimelineSpan } from '../../queries/tables/timeline-document.ts';
import type { Paint, Style } from '../context.ts';
import { shortIdsText } from './words.ts';
import { safeText, wrap } from './safe-text.ts';

const STYLE: Readonly<Record<TimelineSpan['status'], Style>> = {
  works: 'green',
  broken: 'red',
  conflict: 'red',
  degraded: 'yellow',
  refuses: 'magenta',
  unknown: 'dim',
  'not-applicable': 'dim',
};

/** A stretch of a line over which a status stays; what it rests on may change within. */
interface Run {
  readonly status: TimelineSpan['status'];
  readonly from: string;
  to: string | null;
  readonly bases: readonly string[];
  readonly evidence: readonly string[];
}

/**
 * Shows how each consumer fared along every line. Architectures, and then variants, that fared alike share a paragraph; lines
 * that went one way from their first release to their last follow in one row for each way.
 */
export function timelineText(document: TimelineDocument, columns: number, paint: Paint): string {
  if (document.lanes.length === 0) return 'there is nobody to show\n';
  const parts = lanesAlike(document.lanes).map(({ lane, spans, variants, archs }) => {
    const names = variants.map((v, i) =>
      v === null ? lane.consumer : i === 0 ? `${lane.consumer}/${v}` : `/${v}`,
    );
    const title = wrap(safeText(`${names.join(', ')} on ${archs.join(', ')}`), columns, '  ');
    return `${paint('bold', title)}\n${laneText(spans, columns, paint)}`;
  });
  return parts.join('\n');
}

interface Alike {
  readonly lane: TimelineLane;
  /** With the evidence of all lanes that fared so. */
  readonly spans: readonly TimelineSpan[];
  readonly variants: readonly (string | null)[];
  readonly archs: readonly string[];
}

function lanesAlike(lanes: readonly TimelineLane[]): readonly Alike[] {
  const byVariant = new Map<string, Alike>();
  for (const lane of lanes) {
    const key = JSON.stringify([lane.consumer, lane.variant, fared(lane)]);
    const alike = byVariant.get(key) ?? { lane, spans: [], variants: [lane.variant], archs: [] };
    byVariant.set(key, {
      ...alike,
      spans: together(alike.spans, lane.spans),
      archs: [...alike.archs, lane.arch],
    });
  }
  const found = new Map<string, Alike>();
  for (const { lane, spans, archs } of byVariant.values()) {
    const key = JSON.stringify([lane.consumer, archs, fared(lane)]);
    const alike = found.get(key) ?? { lane, spans: [], variants: [], archs };
    found.set(key, {
      ...alike,
      spans: together(alike.spans, spans),
      variants: [...alike.variants, lane.variant],
    });
  }
  return [...found.values()];
}

/** The same spans with the evidence of both. */
function together(known: readonly TimelineSpan[], more: readonly TimelineSpan[]): readonly TimelineSpan[] {
  return more.map((span, i) => ({
    ...span,
    evidence: [...new Set([...(known[i]?.evidence ?? []), ...span.evidence])],
  }));
}

function fared({ spans }: TimelineLane): unknown {
  return spans.map((s) => [s.line, s.from, s.to, s.status, s.basis]);
}

function laneText(spans: readonly TimelineSpan[], columns: number, paint: Paint): string {
  const byLine = [...runsByLine(spans)];
  const isWhole = ([line, runs]: readonly [string, readonly Run[]]) =>
    runs.length === 1 && line !== 'mainline';
  const says = ({ status, bases }: Pick<Run, 'status' | 'bases'>) =>
    `${paint(STYLE[status], status)}${bases.length === 0 ? '' : paint('dim', ` (${bases.join(', ')})`)}`;
  const rows = byLine
    .filter((l) => !isWhole(l))
    .flatMap(([line, runs]) =>
      runs.map((run, i) => ({
        line: safeText(i === 0 ? line : ''),
        range: safeText(run.to === run.from ? run.from : `${run.from}..${run.to ?? ''}`),
        run,
      })),
    );
  const lineWidth = Math.max(0, ...rows.map((r) => r.line.length));
  const rangeWidth = Math.max(0, ...rows.map((r) => r.range.length));
  const whole = new Map<string, { run: Run; lines: string[] }>();
  for (const [line, runs] of byLine.filter(isWhole)) {
    const [run] = runs;
    const key = JSON.stringify([run!.status, run!.bases]);
    const alike = whole.get(key) ?? { run: run!, lines: [] };
    whole.set(key, {
      run: { ...alike.run, evidence: [...new Set([...alike.run.evidence, ...run!.evidence])] },
      lines: [...alike.lines, line],
    });
  }
  return [
    ...rows.map(({ line, range, run }) => {
      const before = `${line.padEnd(lineWidth)}  ${range.padEnd(rangeWidth)}  `;
      const plain = plainly(run);
      // The ids go on below the status where they do not fit beside it.
      const indent = ' '.repeat(before.length + 2);
      const row = wrap(`${plain}${idsOf(run)}`, columns - 2 - before.length, '');
      return `  ${before}${says(run)}${row.slice(plain.length).replaceAll('\n', `\n${indent}`)}\n`;
    }),
    ...[...whole.values()].map(({ run, lines }) => {
      const plain = plainly(run);
      const row = wrap(`${plain} in all of ${safeText(lines.join(', '))}${idsOf(run)}`, columns - 2, '    ');
      return `  ${says(run)}${row.slice(plain.length)}\n`;
    }),
  ].join('');
}

function plainly({ status, bases }: Run): string {
  return `${status}${bases.length === 0 ? '' : ` (${bases.join(', ')})`}`;
}

function idsOf({ evidence }: Run): string {
  return evidence.length === 0 ? '' : ` [${shortIdsText(evidence)}]`;
}

function runsByLine(spans: readonly TimelineSpan[]): ReadonlyMap<string, readonly Run[]> {
  const found = new Map<string, Run[]>();
  for (const { line, from, to, status, basis, evidence } of spans) {
    const runs = found.get(line) ?? [];
    found.set(line, runs);
    const last = runs.at(-1);
    const bases = basis === null ? [] : [basis];
    if (last?.status === status)
      runs[runs.length - 1] = {
        ...last,
        to,
        bases: [...new Set([...last.bases, ...bases])],
        evidence: [...new Set([...last.evidence, ...evidence])],
      };
    else runs.push({ status, from, to, bases, evidence });
  }
  return found;
}
