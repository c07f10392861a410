import type { CulpritsDocument, Regression } from '../../queries/documents.ts';
import type { Style } from '../context.ts';
import { safeText, wrap } from './safe-text.ts';

type Paint = (style: Style, text: string) => string;

/** Shows regressions for a triager: what, since when, who did it, what repairs it and where. */
export function culpritsText(document: CulpritsDocument, columns: number, paint: Paint): string {
  const main = document.regressions.filter((r) => r.kind === 'regression');
  const apart = document.regressions.filter((r) => r.kind !== 'regression');
  const parts = main.map((r) => one(r, columns, paint));
  if (main.length === 0) parts.push('no regressions are known\n');
  if (apart.length > 0) {
    parts.push(paint('bold', 'Listed apart\n'));
    parts.push(...apart.map((r) => one(r, columns, paint)));
  }
  return parts.join('\n');
}

function one(r: Regression, columns: number, paint: Paint): string {
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
    row('good..bad', `${r.lastGood.join(', ') || '(never worked before)'} .. ${r.firstBad.join(', ')}`),
    row(
      'affected',
      r.affected.map((s) => (s.to === s.from ? s.from : `${s.from}..${s.to ?? ''}`)).join(', '),
    ),
  ];
  for (const s of r.suspects) {
    lines.push(
      row(
        s.rank === 1 ? 'suspects' : '',
        `${s.rank}. ${change(s.change)} ${s.subject} (${s.role}, score ${s.score})`,
      ),
    );
    for (const says of s.for)
      lines.push(`              ${paint('green', '+')} ${wrap(safeText(says), width, ' '.repeat(16))}`);
    for (const says of s.against)
      lines.push(`              ${paint('red', '-')} ${wrap(safeText(says), width, ' '.repeat(16))}`);
  }
  r.fixes.forEach((f, i) => {
    const where = Object.entries(f.releases).map(([line, release]) => `${line}: ${release}`);
    lines.push(row(i === 0 ? 'fixed by' : '', `${change(f.change)} ${f.subject}`), row('', where.join(', ')));
  });
  if (r.fixes.length === 0)
    lines.push(
      row('fixed by', r.repairs.length === 0 ? 'nothing that is recorded' : 'nothing in the kernel'),
    );
  for (const x of r.repairs)
    lines.push(row('repaired', `in ${x.consumer}: ${x.what} (${x.status}) [${x.event.slice(0, 8)}]`));
  for (const c of r.companions) lines.push(row('companion', `${change(c.change)} ${c.subject}`));
  return `${lines.join('\n')}\n`;
}
