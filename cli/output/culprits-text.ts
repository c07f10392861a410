import type { CulpritsDocument, Regression } from '../../queries/regressions/regression.ts';
import type { Paint } from '../context.ts';
import { quietText, shortIdsText } from './words.ts';
import { safeText, wrap } from './safe-text.ts';
import { addTo } from '../../store/grouping.ts';

/** What is listed apart, in this order, under these headings. */
const APART: readonly (readonly [Regression['kind'], string])[] = [
  ['degraded', 'Degraded, not broken'],
  ['configuration', 'With a switch away from its default'],
  ['refuses', 'Refused by the own guard of a consumer'],
];

/**
 * Shows regressions for a triager: what, since when, who did it, what repairs it and where. In a list of several, what is no
 * regression of the default configuration follows in short; each one alone is told in full.
 */
export function culpritsText(document: CulpritsDocument, columns: number, paint: Paint): string {
  const { regressions } = document;
  if (regressions.length === 1) return one(regressions[0]!, columns, paint, true);
  const main = regressions.filter((r) => r.kind === 'regression');
  const parts = main.map((r) => one(r, columns, paint, false));
  if (main.length === 0) parts.push('no regressions are known\n');
  for (const [kind, heading] of APART) {
    const list = regressions.filter((r) => r.kind === kind);
    if (list.length === 0) continue;
    parts.push(`${paint('bold', heading)}\n${inShort(list, columns, paint)}`);
  }
  if (main.length < regressions.length) parts.push(paint('dim', 'regline culprits ID tells all of one\n'));
  return parts.join('\n');
}

/** Regressions by their titles; those that are affected alike share the line that says where, and what is in force. */
function inShort(list: readonly Regression[], columns: number, paint: Paint): string {
  const width = Math.min(columns, 120);
  const groups = new Map<string, string[]>();
  for (const r of list) {
    const lead = r.suspects[0];
    const where = `${affectedIn(r)}${lead === undefined ? '' : `; ${lead.change.slice(0, 12)} (${lead.role})`}`;
    const title = wrap(safeText(`${r.title} [${shortIdsText(r.evidence)}]`), width, ' '.repeat(12));
    addTo(groups, where, `${paint('yellow', r.id)}  ${title}\n`);
  }
  return [...groups]
    .map(
      ([where, titles]) =>
        `${titles.join('')}            ${paint('dim', wrap(safeText(where), width, ' '.repeat(12)))}\n`,
    )
    .join('');
}

function affectedIn(r: Regression): string {
  return r.affected.map((s) => (s.to === s.from ? s.from : `${s.from}..${s.to ?? ''}`)).join(', ');
}

/** In a list the short ids of events stand for the mails; `in full` names these too. */
function evidence(says: string, isFull: boolean): string {
  return safeText(isFull ? says : says.replace(/ \(<[^<>]*>\)/, ''));
}

function one(r: Regression, columns: number, paint: Paint, isFull: boolean): string {
  const width = Math.min(columns, 120);
  const row = (label: string, text: string) =>
    `  ${paint('dim', label.padEnd(10))}${wrap(safeText(text), width, ' '.repeat(12))}`;
  const change = (hash: string) => (/^[0-9a-f]{40}$/.test(hash) ? hash.slice(0, 12) : safeText(hash));
  const lines = [
    `${paint('yellow', r.id)}  ${paint('bold', wrap(safeText(r.title), width, ' '.repeat(12)))}`,
    row(
      'contract',
      `${r.contract}; observed behaviour ${r.observed}; ${r.reported ? 'reported' : 'nobody has reported it'}`,
    ),
    ...(r.firstBad.length === 0
      ? [row('affected', 'no release that is recorded is named')]
      : [
          row('good..bad', `${r.lastGood.join(', ') || '(never worked before)'} .. ${r.firstBad.join(', ')}`),
          row('affected', affectedIn(r)),
        ]),
  ];
  for (const s of r.suspects) {
    const label = paint('dim', (s.rank === 1 ? 'suspects' : '').padEnd(10));
    const says = `${s.rank}. ${change(s.change)} ${s.subject} (${s.role}, score ${s.score})`;
    lines.push(`  ${label}${wrap(safeText(says), width, ' '.repeat(15))}`);
    for (const says of s.for)
      lines.push(
        `              ${paint('green', '+')} ${wrap(evidence(says, isFull), width, ' '.repeat(16))}`,
      );
    for (const says of s.against)
      lines.push(`              ${paint('red', '-')} ${wrap(evidence(says, isFull), width, ' '.repeat(16))}`);
  }
  r.fixes.forEach((f, i) => {
    const where = Object.entries(f.releases).map(([line, release]) => `${line}: ${release}`);
    lines.push(row(i === 0 ? 'fixed by' : '', `${change(f.change)} ${f.subject}`), row('', where.join(', ')));
  });
  const passes = Object.entries(r.passesAgain ?? {}).map(([line, release]) => `${line}: ${release}`);
  if (passes.length > 0) lines.push(row('passes', `again, ${passes.join(', ')}`));
  for (const [line, quiet] of Object.entries(r.quiet ?? {}))
    lines.push(row('since', `${line}: ${quietText(quiet)}`));
  if (r.fixes.length === 0)
    lines.push(
      row('fixed by', r.repairs.length === 0 ? 'nothing that is recorded' : 'nothing in the kernel'),
    );
  for (const a of r.fixes.length > 0 ? [] : r.announced)
    lines.push(
      row(
        'announced',
        `${a.change === null ? '' : `${change(a.change)} `}${a.says} (${a.status}, ${a.by}) [${shortIdsText([a.event])}]`,
      ),
    );
  for (const x of r.repairs)
    lines.push(row('repaired', `in ${x.consumer}: ${x.what} (${x.status}) [${x.event.slice(0, 8)}]`));
  for (const c of r.companions) lines.push(row('companion', `${change(c.change)} ${c.subject}`));
  lines.push(row('evidence', shortIdsText(r.evidence, isFull ? 12 : 5)));
  return `${lines.join('\n')}\n`;
}
