import { depthOf, nestingOf } from './nesting.ts';

/** A line that gives TAP its structure and is no result. */
export type Structure =
  | { readonly kind: 'version'; readonly isKtap: boolean; readonly is14: boolean }
  /** `reason`: why everything is skipped, where the plan says it. `todo`: the numbers of tests that are expected to fail. */
  | {
      readonly kind: 'plan';
      readonly total: number;
      readonly reason?: string;
      readonly todo?: ReadonlySet<number>;
    }
  /** `level` and `indent` are of the line without its hash, which is no nesting. */
  | { readonly kind: 'subtest'; readonly name: string; readonly level: number; readonly isIndented: boolean }
  | { readonly kind: 'bail-out'; readonly reason: string };

const VERSION = /^(?:K?TAP) version \d/;
const PLAN = /^1\.\.(\d+)\s*(?:#\s*(?!\s)(.*))?$/;
/** The form of TAP before version 13 for tests that are expected to fail: `1..5 todo 3 2;`. */
const TODO_PLAN = /^1\.\.(\d+)\s+todo((?:\s+\d+)+);?\s*$/;
const SUBTEST = /^[#\s]*# ?Subtest: (\S.*)$/;
const BAIL_OUT = /^Bail out!\s*(?!\s)(.*)$/;

/** Reads such a line; null for others. `text` is the line with what stands before its body. */
export function parseStructure(body: string, text: string): Structure | null {
  // By the first letter, for speed: it is called for every line that may match a rule.
  const first = body[0];
  if ((first === 'K' || first === 'T') && VERSION.test(body))
    return { kind: 'version', isKtap: first === 'K', is14: body === 'TAP version 14' };
  const plan = first === '1' ? PLAN.exec(body) : null;
  if (plan) return planOf(Number(plan[1]), plan[2]);
  const old = first === '1' ? TODO_PLAN.exec(body) : null;
  if (old)
    return {
      kind: 'plan',
      total: totalOf(Number(old[1])),
      todo: new Set(old[2]!.trim().split(/\s+/).map(Number)),
    };
  const bail = first === 'B' ? BAIL_OUT.exec(body) : null;
  if (bail) return { kind: 'bail-out', reason: `Bail out! ${bail[1]!}`.trim() };
  return text.includes('Subtest: ') ? subtestOf(text) : null;
}

function planOf(total: number, says: string | undefined): Structure {
  const plan = { kind: 'plan', total: totalOf(total) } as const;
  return total === 0 && says !== undefined ? { ...plan, reason: says.replace(/^skip\S*\s*/i, '') } : plan;
}

function totalOf(total: number): number {
  return Math.min(total, Number.MAX_SAFE_INTEGER);
}

function subtestOf(text: string): Structure | null {
  const name = SUBTEST.exec(text.trimEnd())?.[1];
  if (name === undefined) return null;
  const outer = nestingOf(text.replace(/# ?Subtest:/, 'Subtest:'));
  return {
    kind: 'subtest',
    name,
    level: depthOf(outer.hashes, outer.indent),
    isIndented: outer.hashes === 0 && outer.indent > 0,
  };
}
