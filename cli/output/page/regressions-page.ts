import type { RegressionsDocument } from '../../../queries/regressions/regression-life.ts';
import { consumerName } from '../../../queries/model/model.ts';
import { shortChange } from '../../../store/names/change-name.ts';
import { optional } from '../../../store/optional-text.ts';
import { code, joined, strong, type Block, type Inline, type Page } from './page.ts';
import { chanceText, failuresText, quietText, shortId, stretchText } from '../words.ts';
import { shortIds } from './inline-words.ts';

/** `fixed in mainline v7.1-rc3, 7.0.y v7.0.10; never in 6.19.y`. */
function fixedText({ lines, passesAgain }: RegressionsDocument['regressions'][number]): string {
  const named = (words: readonly string[]) =>
    Object.entries(lines).flatMap(([line, at]) => (words.includes(at) ? [line] : []));
  const fixed = Object.entries(lines).flatMap(([line, at]) =>
    ['open', 'pending', 'never'].includes(at) ? [] : [`${line} ${at}`],
  );
  const parts = [
    [passesAgain === undefined ? 'fixed in' : 'passes again in', fixed],
    ['fix pending in', named(['pending'])],
    ['no fix in', named(['open'])],
    ['never fixed in', named(['never'])],
  ] as const;
  return parts
    .flatMap(([says, list]) => (list.length === 0 ? [] : [`${says} ${list.join(', ')}`]))
    .join('; ');
}

/** What failed, how often it did before and since, and how likely that is by chance. */
function flakyItem(f: RegressionsDocument['flaky'][number]): readonly Inline[] {
  const where = [f.arch, f.compiler, f.platform].filter((x) => x !== null).join(', ');
  return [
    `${f.test} at ${f.releases.join(', ')} on ${where}: failed in ${failuresText(f.since)} runs, ${chanceText(f.chance)} likely by chance, as it had failed in ${failuresText(f.usual)} before; evidence `,
    ...shortIds(f.evidence),
  ];
}

const APART = {
  flaky: 'as the rate of the test explains',
  'never-passed': 'and it did not pass before',
  known: 'which the records say was over by then',
  claim: 'which no regression is about there',
  search: 'and nothing else says so',
} as const;

/** What is broken where, and why that is no regression. */
function apartItem(b: RegressionsDocument['brokenApart'][number]): readonly Inline[] {
  const where = `${b.arch} at ${b.affected.map(stretchText).join(', ')}`;
  return [
    `${consumerName(b.consumer, b.variant)} on ${where}: ${b.says}, ${APART[b.why]}; evidence `,
    ...shortIds(b.evidence),
  ];
}

/** Lays out regressions by what the replay finds, and reports by what the tracker was told. */
export function regressionsPage(document: RegressionsDocument): Page {
  const blocks: Block[] = [];
  if (document.regressions.length > 0)
    blocks.push(
      { kind: 'heading', says: 'Found by replay' },
      {
        kind: 'list',
        items: document.regressions.map((r) => [
          code(r.id),
          ' ',
          strong(r.state),
          r.kind === 'regression' ? '' : ` (${r.kind})`,
          `: ${r.title}; ${fixedText(r) || 'no release that is recorded is named'}`,
          ...Object.entries(r.quiet ?? {}).map(([line, quiet]) => `; in ${line} it ${quietText(quiet)}`),
          r.byDesign === null ? '' : `; by design of ${shortChange(r.byDesign)}`,
          ...joined(
            (r.fixes.length > 0 ? [] : r.announced).map((a) => [
              `; announced: ${a.says} (${a.status}, ${a.by}) `,
              code(shortId(a.event)),
            ]),
            '',
          ),
          ...joined(
            r.repairs.map((x) => [`; in ${x.consumer}: ${x.what} (${x.status}) `, code(shortId(x.event))]),
            '',
          ),
          r.reported ? '' : '; nobody has reported it',
          ...(r.aliases.length === 0 ? [] : [`; also ${r.aliases.join(', ')}`]),
          ...joined(
            r.disputed.map((d) => ['; disputed: ', d.says, ' ', code(shortId(d.evidence))]),
            '',
          ),
          '; evidence ',
          ...shortIds(r.evidence),
        ]),
      },
    );
  if (document.flaky.length > 0)
    blocks.push(
      { kind: 'heading', says: 'Failures of flaky tests that their rates explain' },
      { kind: 'list', items: document.flaky.map(flakyItem) },
    );
  if (document.brokenApart.length > 0)
    blocks.push(
      { kind: 'heading', says: 'Broken, and part of no regression' },
      { kind: 'list', items: document.brokenApart.map(apartItem) },
    );
  if (document.proposedSplits.length > 0)
    blocks.push(
      { kind: 'heading', says: 'Proposed splits' },
      {
        kind: 'list',
        items: document.proposedSplits.map((p) => [
          `${p.of}: ${p.into.join(' and ')} (${p.why}) `,
          ...shortIds(p.evidence),
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
  return { title: `Regressions${optional(' as of ', document.asOf)}`, blocks };
}
