import { answersOf } from '../regressions/answers.ts';
import type { Quiet, Regression } from '../regressions/regression.ts';
import type { Model } from '../model/model.ts';
import { milestonesOf, type Milestone } from '../regressions/escape.ts';
import { livesOf, type RegressionLife } from '../regressions/regression-life.ts';
import { shortChange } from '../../store/names/change-name.ts';
import { coverage, type CoverageGap } from './coverage.ts';
import { changesOf } from './knowledge-diff.ts';

/** All that several questions tell of one regression: `culprits`, `regressions`, `escape` and `coverage`. */
export interface ToldRegression {
  readonly document: Regression;
  readonly life: Pick<RegressionLife, 'state' | 'disputed'>;
  readonly milestones: readonly Milestone[];
  readonly tests: CoverageGap['tests'];
}

/** Tells of each regression of a model what the questions about it answer. */
export function toldRegressions(model: Model): readonly ToldRegression[] {
  const tests = new Map(coverage(model).gaps.map((gap) => [gap.regression, gap.tests]));
  const lives = livesOf(model);
  return answersOf(model).regressions.map((found, index) => {
    const { state, disputed } = lives[index]!;
    return {
      document: found.document,
      life: { state, disputed },
      milestones: milestonesOf(model, found),
      tests: tests.get(found.document.id) ?? [],
    };
  });
}

/** What is told otherwise of a regression, one statement each; nothing where all is told as it was. */
export function retold(before: ToldRegression, after: ToldRegression): readonly string[] {
  const [old, r] = [before.document, after.document];
  const says = [
    ...changesOf(old, r),
    ...suspectsRetold(old, r),
    ...stretchesRetold(old, r),
    ...archsRetold(old, r),
    ...(old.observed === r.observed ? [] : [`observed behaviour ${r.observed}, not ${old.observed}`]),
    ...(old.reported && !r.reported ? ['nobody has reported it'] : []),
    ...(before.life.state === after.life.state ? [] : [`${after.life.state}, not ${before.life.state}`]),
    ...fewer(old, r),
    ...disputesRetold(before, after),
    ...milestonesRetold(before, after),
    ...testsRetold(before, after),
  ];
  if (says.length === 0 && old.title !== r.title) says.push(`its title is "${r.title}"`);
  const told = says.join('\n');
  for (const [more, one, other] of [
    ['rests no longer on', old, r],
    ['also rests on', r, old],
  ] as const) {
    // An event that a statement names already needs no second word.
    const ids = one.evidence
      .filter((id) => !other.evidence.includes(id))
      .map((id) =>
        id
          .split('#')
          .map((part, i) => (i === 0 ? part.slice(0, 8) : part))
          .join('#'),
      )
      .filter((id) => !told.includes(id));
    if (ids.length > 0) says.push(`${more} ${listed(ids)}`);
  }
  return [...new Set(says)];
}

function suspectsRetold(old: Regression, r: Regression): readonly string[] {
  const says: string[] = [];
  for (const s of old.suspects.filter((s) => !r.suspects.some((o) => o.change === s.change)))
    says.push(`no longer named: ${shortChange(s.change)} (${s.role})`);
  for (const s of r.suspects) {
    const known = old.suspects.find((o) => o.change === s.change);
    if (known === undefined) continue;
    const name = shortChange(s.change);
    says.push(...subjectRetold(known, s));
    if (known.role !== s.role) says.push(`${name} is ${s.role}, not ${known.role}`);
    for (const [was, is, kind] of [
      [known.for, s.for, ''],
      [known.against, s.against, 'against it: '],
    ] as const) {
      for (const reason of was.filter((x) => !is.includes(x)))
        says.push(`nothing more of ${name}: ${kind}${reason}`);
      for (const reason of is.filter((x) => !was.includes(x))) says.push(`of ${name}: ${kind}${reason}`);
    }
  }
  return says;
}

/** A change is named by its hash where nobody says any more what it is called. */
function subjectRetold(
  old: { readonly change: string; readonly subject: string },
  { subject }: { readonly subject: string },
): readonly string[] {
  if (old.subject === subject) return [];
  const name = shortChange(old.change);
  return [subject === '' ? `what ${name} is called is not recorded` : `${name} is "${subject}"`];
}

/** How often a flaky test failed when it had become quiet. */
function runsText(quiet: Quiet | undefined): string {
  if (quiet === undefined) return 'no run';
  const { from, since } = quiet;
  return `failed in ${since.bad} of ${since.bad + since.good} runs since ${from}`;
}

function stretchesRetold(old: Regression, r: Regression): readonly string[] {
  const says: string[] = [];
  const stretch = ({ affected }: Regression) =>
    affected.map((s) => (s.from === s.to ? s.from : `${s.from}..${s.to ?? ''}`)).join(', ');
  if (stretch(old) !== stretch(r)) says.push(`in ${stretch(r)}, not in ${stretch(old)}`);
  const ends = ({ lastGood, firstBad }: Regression) =>
    `good ${lastGood.join(', ') || 'nowhere before'}, bad ${firstBad.join(', ')}`;
  if (ends(old) !== ends(r)) says.push(`${ends(r)}; not ${ends(old)}`);
  const fixed = ({ fixes }: Regression) =>
    fixes
      .map(
        (f) =>
          `${shortChange(f.change)} (${Object.entries(f.releases)
            .map((x) => x.join(' '))
            .join(', ')})`,
      )
      .join('; ') || 'nothing';
  if (fixed(old) !== fixed(r)) says.push(`fixed by ${fixed(r)}, not by ${fixed(old)}`);
  const passes = ({ passesAgain = {} }: Regression) =>
    Object.entries(passesAgain)
      .map((x) => x.join(' since '))
      .join(', ') || 'nowhere';
  if (passes(old) !== passes(r)) says.push(`passes again in ${passes(r)}, not in ${passes(old)}`);
  for (const line of new Set([...Object.keys(old.quiet ?? {}), ...Object.keys(r.quiet ?? {})])) {
    const [was, is] = [old.quiet?.[line], r.quiet?.[line]];
    if (JSON.stringify(was) !== JSON.stringify(is))
      says.push(`after it failed last in ${line}: ${runsText(is)}, not ${runsText(was)}`);
  }
  for (const [were, are] of [
    [old.fixes, r.fixes],
    [old.companions, r.companions],
  ] as const)
    for (const change of are) {
      const known = were.find((f) => f.change === change.change);
      if (known !== undefined) says.push(...subjectRetold(known, change));
    }
  return says;
}

/** Architectures stand in the order in which their interface has them. */
function archsRetold({ archs: old }: Regression, { archs }: Regression): readonly string[] {
  const [was, is] = [old.filter((arch) => archs.includes(arch)), archs.filter((arch) => old.includes(arch))];
  return was.join() === is.join() ? [] : [`its architectures in another order: ${archs.join(', ')}`];
}

/** Announced fixes, repairs in consumers and companions that are no longer known; those that come are told by `changesOf`. */
function fewer(old: Regression, r: Regression): readonly string[] {
  const announced = old.announced.filter((a) => !r.announced.some((o) => o.event === a.event));
  const repairs = old.repairs.filter((x) => !r.repairs.some((o) => o.event === x.event));
  const companions = old.companions.filter((c) => !r.companions.some((o) => o.change === c.change));
  return [
    ...announced.map((a) => `a fix is no longer announced: ${a.says} (${a.status}, ${a.by})`),
    ...repairs.map((x) => `no longer in ${x.consumer}: ${x.what} (${x.status})`),
    ...companions.map((c) => `no longer beside the fix: ${`${shortChange(c.change)} ${c.subject}`.trim()}`),
  ];
}

function disputesRetold({ life: old }: ToldRegression, { life }: ToldRegression): readonly string[] {
  const gone = old.disputed.filter((d) => !life.disputed.some((o) => o.evidence === d.evidence));
  const come = life.disputed.filter((d) => !old.disputed.some((o) => o.evidence === d.evidence));
  return [...gone.map((d) => `no longer disputed: ${d.says}`), ...come.map((d) => `disputed: ${d.says}`)];
}

function milestonesRetold(before: ToldRegression, after: ToldRegression): readonly string[] {
  const key = (m: Milestone) => JSON.stringify([m.milestone, m.line, m.line === null ? null : m.change]);
  const known = new Map(before.milestones.map((m) => [key(m), m]));
  return after.milestones.flatMap((m) => {
    const was = known.get(key(m));
    // A line that the fix comes to, or comes to no more, is told with the fixes.
    if (was === undefined) return [];
    const name = m.line === null ? m.milestone : `${m.milestone} in ${m.line}`;
    if (was.at === m.at) return was.says === m.says ? [] : [`${name}: ${m.says}, not: ${was.says}`];
    const [then, now] = [was, m].map(({ at }) => at?.slice(0, 10) ?? 'not known');
    return [`${name} ${then} → ${now}: ${m.says}`];
  });
}

function testsRetold({ tests: old }: ToldRegression, { tests }: ToldRegression): readonly string[] {
  const without = (some: CoverageGap['tests'], others: CoverageGap['tests']) =>
    some.filter((t) => !others.some((o) => o.test === t.test)).map((t) => t.test);
  const [gone, come] = [without(old, tests), without(tests, old)];
  const runs = new Map<string, string[]>();
  for (const t of tests) {
    const was = old.find((o) => o.test === t.test);
    for (const on of was === undefined ? [] : t.archs) {
      const ran = was!.archs.find((o) => o.arch === on.arch);
      const [then, now] = [ran, on].map((x) => runners(x));
      if (then === now) continue;
      const key = `on ${on.arch}: run by ${now}, not by ${then}`;
      runs.set(key, [...(runs.get(key) ?? []), t.test]);
    }
  }
  return [
    ...(gone.length > 0 ? [`not known to be exercised by ${gone.join(', ')}`] : []),
    ...(come.length > 0 ? [`exercised by ${come.join(', ')}`] : []),
    ...[...runs].map(([where, names]) => `${names.join(', ')} ${where}`),
  ];
}

function runners(on: CoverageGap['tests'][number]['archs'][number] | undefined): string {
  const names = [...new Set((on?.run ?? []).map((e) => e.ci))];
  return names.length === 0 ? 'nobody as far as is known' : names.join(' and ');
}

function listed(ids: readonly string[]): string {
  const few = ids.slice(0, 3).join(', ');
  return ids.length > 3 ? `${few}, +${ids.length - 3}` : few;
}
