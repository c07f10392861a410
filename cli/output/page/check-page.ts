import type { CheckDocument, CheckFinding } from '../../../queries/knowledge/check.ts';
import { code, joined, strong, type Block, type Inline, type Page } from './page.ts';
import { shortIds } from './inline-words.ts';

/** Lays out the answer of a check: what fails it, and what is known and does not. */
export function checkPage(document: CheckDocument): Page {
  const { ok, cells, reasons, known, baseline } = document;
  const against = baseline === null ? '' : ` against ${baseline}`;
  const list = (says: string, findings: readonly CheckFinding[]): readonly Block[] =>
    findings.length === 0
      ? []
      : [
          { kind: 'heading', says },
          { kind: 'list', items: findings.map((f) => findingSays(f, baseline)) },
        ];
  return {
    title: ok
      ? `Passed: ${cellsText(cells)}${against}`
      : `Failed: ${reasons.length} of ${cellsText(cells)}${against}`,
    blocks: [
      ...(ok ? restsOn(document) : []),
      ...list('Why it fails', reasons),
      ...list(
        'Known before',
        known.filter((f) => f.reason !== 'degraded'),
      ),
      // What is only degraded fails no check, whether it was so before or not.
      ...list(
        'Degraded, which fails no check',
        known.filter((f) => f.reason === 'degraded'),
      ),
      ...notJudged(document),
    ],
  };
}

const cellsText = (count: number) => `${count} ${count === 1 ? 'cell' : 'cells'}`;

/** How it is known of what passed that it works: a prediction is nothing that was tried. */
function restsOn({ works }: CheckDocument): readonly Block[] {
  const parts = Object.entries(works).filter(([, count]) => count > 0);
  if (parts.length === 0) return [];
  const text = parts.map(([basis, count]) => `${count} ${basis}`).join(', ');
  return [
    { kind: 'text', says: [`That it works is ${text}${works.tested === 0 ? '; nothing was tested' : ''}.`] },
  ];
}

/** A pass says nothing of an architecture that was not looked at. */
function notJudged({ otherArchs }: CheckDocument): readonly Block[] {
  if (otherArchs.length === 0) return [];
  return [{ kind: 'text', says: [`Not judged: ${otherArchs.join(', ')}; --arch names them.`] }];
}

function findingSays(f: CheckFinding, baseline: string | null): readonly Inline[] {
  return [
    // A reason that is another word than the status of the cell is said besides.
    ...(f.reason === f.status ? [] : [strong(f.reason), ': ']),
    f.says,
    ...(f.before === null || f.before === f.status ? [] : [`; ${f.before} at ${baseline ?? ''}`]),
    ...(f.regressions.length === 0
      ? []
      : [
          '; part of ',
          ...joined(
            f.regressions.map((id) => [code(id)]),
            ', ',
          ),
        ]),
    ...(f.evidence.length === 0 ? [] : ['; evidence ', ...shortIds(f.evidence)]),
  ];
}
