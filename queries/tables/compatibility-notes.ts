import { optional } from '../../store/optional-text.ts';
import type { Answers } from '../regressions/answers.ts';
import type { CellStatus } from '../verdict/cell-status.ts';
import { mitigationsOf } from './mitigations.ts';
import type { Model } from '../model/model.ts';
import { shortChange } from '../../store/names/change-name.ts';
import { shortTitle } from '../regressions/regression-title.ts';
import { didIt, subjectOf } from '../regressions/suspects.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { FoundRegression } from '../regressions/found-regression.ts';

/** Something said once and led to from several intervals. */
export interface CompatibilityNote {
  readonly number: number;
  readonly kind: 'regression' | 'mitigation' | 'guard' | 'unknown' | 'contradiction' | 'need';
  readonly says: string;
  readonly evidence: readonly string[];
}

/** The notes of one document, each kept once and numbered when it is first needed. */
export interface NoteBook {
  readonly all: readonly CompatibilityNote[];
  /** Gives the numbers of what has to be said of verdicts that are alike. */
  notesOf(members: readonly Verdict[]): readonly number[];
  /** The same without what eases the trouble, for where it is over. */
  troublesOf(members: readonly Verdict[]): readonly number[];
}

/** Begins an empty book of notes. */
export function noteBook(answers: Answers): NoteBook {
  const { model } = answers.verdicts;
  const all: CompatibilityNote[] = [];
  const numbers = new Map<string, number>();
  const put = (kind: CompatibilityNote['kind'], says: string, evidence: readonly string[]): number => {
    const known = numbers.get(`${kind}\n${says}`);
    if (known !== undefined) return known;
    all.push({ number: all.length + 1, kind, says, evidence: [...new Set(evidence)] });
    numbers.set(`${kind}\n${says}`, all.length);
    return all.length;
  };
  const notes = (members: readonly Verdict[], isOver: boolean): readonly number[] => {
    const verdict = members[0]!;
    const found: number[] = [];
    if (verdict.guard !== null) {
      const { says, without } = verdict.guard;
      found.push(
        put('guard', `${says}; without this guard it ${OUTCOME[without]}`, verdict.evidence.slice(0, 1)),
      );
    }
    const bad = verdict.status === 'broken' || verdict.status === 'degraded' || verdict.guard !== null;
    for (const need of bad ? verdict.needs.filter((n) => n.state === 'fails') : []) {
      const regression = need.effective.known
        ? answers.regressionOf(need.behaviour, need.effective.value, verdict)
        : undefined;
      found.push(
        regression
          ? put('regression', regressionSays(model, regression), regression.document.evidence)
          : put('need', `${need.behaviour}: ${need.why}`, [need.event.id]),
      );
      for (const { id, payload } of (isOver ? [] : mitigationsOf(model, verdict.consumer)).filter(
        ({ payload: m }) => m.behaviour === undefined || m.behaviour === need.behaviour,
      ))
        found.push(
          put(
            'mitigation',
            `Mitigation: ${payload.mitigation}. It gives: ${payload.gives}. It costs: ${payload.costs}.`,
            [id],
          ),
        );
    }
    if (verdict.status === 'unknown' && verdict.note !== null)
      found.push(put('unknown', `Not known: ${verdict.note}`, verdict.evidence));
    for (const m of members)
      for (const contradiction of m.contradictions)
        found.push(
          put(
            'contradiction',
            `The evidence disagrees: ${m.basis ?? 'unknown'} says ${m.status}, ${contradiction}`,
            m.evidence,
          ),
        );
    return [...new Set(found)];
  };
  return {
    all,
    notesOf: (members) => notes(members, false),
    troublesOf: (members) => notes(members, true),
  };
}

const OUTCOME: Readonly<Record<CellStatus, string>> = {
  works: 'would work',
  broken: 'would be broken',
  degraded: 'would be degraded',
  refuses: 'would refuse',
  unknown: 'would do nobody knows what',
  conflict: 'would do what the evidence disagrees about',
  'not-applicable': 'would not be there',
};

/** Says which regression it is, what introduced it, and where it is repaired. */
function regressionSays(model: Model, regression: FoundRegression): string {
  const { document: r } = regression;
  const lead = r.suspects.find(didIt);
  const others = r.suspects.filter((s) => didIt(s) && s !== lead);
  const name = (change: string) => `${shortChange(change)} ("${subjectOf(model, change)}")`;
  const first = r.firstBad.length === 0 ? null : r.firstBad.join(', ');
  const introduced = (): string => {
    if (lead !== undefined) {
      const design = lead.role === 'by-design' ? ', by design' : '';
      const also = others.map((s) => name(s.change)).join(' and ');
      const though = others.length > 0 ? `, though ${also} is named too` : '';
      return `introduced${optional(' in ', first)} by ${name(lead.change)}${design}${though}`;
    }
    if (r.lastGood.length === 0) return 'so from the first release on';
    return `so${optional(' since ', first)}; which change did it is not known`;
  };
  const fixes = r.fixes.map(({ change, releases }) => {
    const lines = Object.entries(releases).map(([line, release]) => `${line} ${arrivalText(release)}`);
    return `${name(change)}: ${lines.join(', ')}`;
  });
  const isMeant = lead?.role === 'by-design' && fixes.length === 0;
  const ends =
    fixes.length > 0
      ? `fixed by ${fixes.join('; ')}`
      : isMeant || r.repairs.length > 0
        ? 'the kernel stays as it is'
        : 'no fix is recorded';
  const repairs = r.repairs.map(({ consumer, what, status }) => `; ${consumer}: ${what} (${status})`);
  return `${r.id}: ${shortTitle(regression)}; ${introduced()}; ${ends}${repairs.join('')}`;
}

/** Where a fix has arrived on a line: `in v7.0.1`, `pending`, `never`. */
function arrivalText(release: string): string {
  return release === 'never' || release === 'pending' ? release : `in ${release}`;
}
