import type { CheckDocument, CheckFinding } from '../../../queries/knowledge/check.ts';
import { code, joined, strong, type Block, type Inline, type Page } from './page.ts';
import { shortIds } from './words.ts';

/** Lays out the answer of a check: what fails it, and what is known and does not. */
export function checkPage(document: CheckDocument): Page {
  const { ok, cells, reasons, known, baseline } = document;
  const against = baseline === null ? '' : ` against ${baseline}`;
  const list = (says: string, findings: readonly CheckFinding[]): readonly Block[] =>
    findings.length === 0
      ? []
      : [
          { kind: 'heading', says },
          { kind: 'list', items: findings.map(findingSays) },
        ];
  return {
    title: ok ? `Passed: ${cells} cells${against}` : `Failed: ${reasons.length} of ${cells} cells${against}`,
    blocks: [
      ...list('Why it fails', reasons),
      ...list(
        baseline === null ? 'Worse, but no reason to fail' : 'Known before, or no reason to fail',
        known,
      ),
    ],
  };
}

function findingSays(f: CheckFinding): readonly Inline[] {
  return [
    strong(f.reason),
    ` ${f.says}`,
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
