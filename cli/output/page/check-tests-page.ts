import type { CheckTestsDocument, TestFinding } from '../../../queries/results/check-tests.ts';
import { strong, type Block, type Inline, type Page } from './page.ts';
import { PLATFORMS_APART, placeText, rateText } from '../words.ts';
import { shortIds } from './inline-words.ts';

/** Lays out the answer of a check of tests: what fails it, and what is known and does not. */
export function checkTestsPage(document: CheckTestsDocument): Page {
  const { ok, tests, passes, reasons, known, release, baseline } = document;
  const against = baseline === null ? '' : ` against ${baseline}`;
  const list = (says: string, findings: readonly TestFinding[]): readonly Block[] =>
    findings.length === 0
      ? []
      : [
          { kind: 'heading', says },
          { kind: 'list', items: findings.map((f) => findingSays(f, document)) },
        ];
  // What was never anything else (hundreds are skipped on a machine without the hardware) is counted; the JSON lists it.
  const silent = known.filter((f) => f.reason === 'unknown');
  return {
    title: `${ok ? 'Passed' : 'Failed'}: ${passes} of ${countText(tests)} ${passes === 1 ? 'passes' : 'pass'} at ${release}${against}`,
    blocks: [
      ...(document.platformsApart ? [{ kind: 'text', says: [PLATFORMS_APART] } as const] : []),
      ...list('Why it fails', reasons),
      ...list(
        'Known, which fails no check',
        known.filter((f) => f.reason !== 'unknown'),
      ),
      ...(silent.length === 0
        ? []
        : [{ kind: 'text', says: [`${countText(silent.length)} said nothing, as before.`] } as const]),
    ],
  };
}

const countText = (count: number) => `${count} ${count === 1 ? 'test' : 'tests'}`;

function findingSays(f: TestFinding, { release, baseline }: CheckTestsDocument): readonly Inline[] {
  if (f.class === null)
    return [
      strong(f.reason),
      f.test === null
        ? `: no test that was asked for has an outcome at ${release}`
        : `: ${f.test} has no outcome at ${release}`,
    ];
  const place = placeText(f);
  const then = f.beforeAt === null ? '' : `${rateText(f.before)}${beforeText(f, baseline)}, then `;
  return [
    strong(f.reason),
    `: ${f.test ?? ''}${place === '' ? '' : ` on ${place}`}: ${then}${f.class === 'disappeared' ? 'no result' : rateText(f.after)}`,
    ...(f.evidence.length === 0 ? [] : ['; evidence ', ...shortIds(f.evidence)]),
  ];
}

/** The version of the earlier side where it is not the one that was asked for. */
const beforeText = ({ beforeAt }: TestFinding, baseline: string | null) =>
  beforeAt === baseline ? '' : ` (${beforeAt ?? ''})`;
