import type { RegressionsDocument } from '../../commands/regressions.ts';
import { shortChange } from '../../../queries/prediction.ts';
import { code, joined, strong, type Block, type Inline, type Page } from './page.ts';
import { shortIds, stretchText } from './words.ts';

/** Lays out regressions by what the replay finds, and reports by what the tracker was told. */
export function regressionsPage(document: RegressionsDocument): Page {
  const blocks: Block[] = [];
  if (document.regressions.length > 0)
    blocks.push(
      { kind: 'heading', says: 'Found by replay' },
      {
        kind: 'table',
        columns: ['Id', 'Kind', 'Regression', 'Affected', 'Fixed by'],
        rows: document.regressions.map((r) => [
          [code(r.id)],
          [r.kind],
          [r.title],
          [r.affected.map((s) => stretchText(s)).join('; ')],
          r.fixes.length === 0
            ? ['no fix is recorded']
            : joined(
                r.fixes.map((f) => [
                  code(shortChange(f.change)),
                  ` ${Object.entries(f.releases)
                    .map(([line, where]) => `${line} ${where}`)
                    .join(', ')}`,
                ]),
                '; ',
              ),
        ]),
      },
    );
  if (document.reports.length > 0)
    blocks.push(
      { kind: 'heading', says: 'Tracked reports' },
      {
        kind: 'list',
        items: document.reports.map((r): readonly Inline[] => [
          strong(r.state),
          `: ${r.title} (${r.by}), introduced ${r.introduced ?? 'unknown'}`,
          ...(r.fixes.length > 0 ? [`, fix: ${r.fixes[0]!}`] : []),
          ...(r.fixedIn === null ? [] : [`, in ${r.fixedIn}`]),
          ...(r.duplicateOf === null ? [] : [`, duplicate of ${r.duplicateOf}`]),
          ' ',
          code(r.report),
          ' (',
          ...shortIds(r.history.map((h) => h.event)),
          ')',
        ]),
      },
    );
  if (document.unapplied.length > 0)
    blocks.push(
      { kind: 'heading', says: 'Commands that could not be applied' },
      {
        kind: 'list',
        items: document.unapplied.map((u) => [
          code(`${u.command} ${u.argument}`.trim()),
          ` in ${u.message}: ${u.why} (`,
          ...shortIds([u.event]),
          ')',
        ]),
      },
    );
  if (blocks.length === 0) blocks.push({ kind: 'text', says: ['No regressions are known.'] });
  return { title: `Regressions${document.asOf === null ? '' : ` as of ${document.asOf}`}`, blocks };
}
