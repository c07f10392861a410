import { optional } from '../../store/optional-text.ts';
import type { RegressionState } from '../bisect/verdict/decision.ts';
import { axesOf } from './axis-shares.ts';
import { deeperSearch, isMerge, isUnrecorded, UNRECORDED } from './deeper.ts';
import { engineWords } from './engine-words.ts';
import type { SessionOutcome } from '../recorded-sessions/session.ts';
import { quoted } from './shell-word.ts';
import { startCommandLine } from './start-command.ts';
import { stateChangesOf } from './state-changes.ts';
import type { Step } from './step.ts';
import { warningsOf } from './warnings.ts';

const WIDTH = 75;
const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
/** More suspects than this are counted, not named. */
const MOST_NAMED = 20;

/**
 * Writes what a search found as a mail: subject, plain text in 75 columns, culprits or suspects, tests with their evidence,
 * what would make surer still, lines for regzbot, and the commands that repeat it.
 */
export function bisectReport(step: Step): string {
  const { session, decision } = step;
  const start = session.start.payload;
  const lines: string[] = [`Subject: ${subjectOf(step)}`, ''];
  for (const state of decision.regressions) lines.push(...findingOf(step, state), '');
  for (const warning of warningsOf(step).filter((text) => text !== engineWords(session, decision.why)))
    lines.push(...paragraph(sentence(warning)), '');
  for (const s of decision.sharedCulprits)
    lines.push(...paragraph(`${s.regressions.join(' and ')} probably have one culprit.`), '');
  const [axis] = axesOf(step);
  if (axis !== undefined)
    lines.push(...paragraph(`The culprit lies in ${axis.axis} with ${percent(axis.p)}.`), '');
  for (const { regression, changes } of stateChangesOf(step)) {
    const turns = changes.map((c) => `${c.kind} in (${short(c.from)}, ${short(c.to)}]`).join(', ');
    lines.push(...paragraph(`${what(step, regression)} turned more than once: ${turns}.`), '');
  }
  const ends = [
    `${start.direction === 'fixed' ? 'Broken' : 'Good'}: ${session.ends.good.map((v) => named(step, v)).join(', ')}`,
    `${start.direction === 'fixed' ? 'Repaired' : 'Bad'}: ${session.ends.bad.map((v) => named(step, v)).join(', ')}`,
  ];
  lines.push(...ends.flatMap((end) => paragraph(end)), '', ...testsOf(step), '');
  lines.push(...surer(step), ...doubted(step), ...regzbot(step));
  const commands = [startCommandLine(start), ...session.outcomes.map((o) => outcomeCommand(step, o))];
  const deeper = deeperSearch(step);
  if (deeper !== null) lines.push('To search inside of that:', '', `  ${deeper}`, '');
  lines.push('To repeat it:', '', ...commands.map((l) => `  ${l}`), '');
  return lines.join('\n');
}

function subjectOf(step: Step): string {
  const { decision, session } = step;
  const found = decision.regressions.filter((r) => r.state === 'concluded' && r.top[0] !== undefined);
  const about = session.start.payload.regressions.map((r) => (r.key === 'it' ? '' : r.key)).join(', ');
  const tag = session.start.payload.direction === 'introduced' ? '[REGRESSION] ' : '';
  const culprits = [...new Set(found.map((r) => named(step, r.top[0]!.version)))];
  const says = culprits.length > 0 ? `bisected to ${culprits.join(' and ')}` : 'suspects of a bisection';
  return `${tag}${about === '' ? '' : `${about}: `}${says}`;
}

/** What was found of one regression. */
function findingOf(step: Step, state: RegressionState): readonly string[] {
  const { session } = step;
  const [top] = state.top;
  const isFix = session.start.payload.direction === 'fixed';
  const thing = what(step, state.regression);
  if (state.state === 'concluded' && top)
    return [
      ...paragraph(`${isFix ? `The fix of ${thing}` : thing} was bisected to`),
      '',
      isUnrecorded(step, top.version)
        ? `    ${UNRECORDED}, in ${top.version}`
        : `    ${named(step, top.version)}`,
      '',
      ...confidenceIn(step, state),
    ];
  const listed = state.top.slice(0, MOST_NAMED);
  const target = isFix ? `the fix of ${thing}` : thing;
  const suspects = `${state.suspectCount} ${state.suspectCount === 1 ? 'suspect' : 'suspects'}`;
  return [
    ...paragraph(`The search for ${target} has ${suspects} left of ${state.suspectCountAtStart}:`),
    '',
    ...listed.map((t) => `    ${percent(t.p).padStart(6)} ${named(step, t.version)}`),
    ...(state.suspectCount > listed.length ? [`    and ${state.suspectCount - listed.length} more`] : []),
    '',
    ...paragraph(`It ${STANDING[state.state]}: ${sentence(engineWords(session, state.why))}`),
  ];
}

/** How sure the answer is, and what that rests on. */
function confidenceIn(
  { problem, session }: Step,
  { regression, top, contradicted }: RegressionState,
): readonly string[] {
  const isExact = problem.regressions.some((r) => r.key === regression && r.rates.kind === 'exact');
  const { over } = session.start.payload;
  const sure = `with a confidence of ${percent(top[0]!.p)}${isExact && !contradicted ? ', each outcome below taken as certain' : ''}.`;
  const recorded = `Only the changes that the log records were searched (${problem.graph.size - 2} between the ends), not every commit.`;
  const isOfLog = over === 'changes' && !COMMIT.test(problem.bad[0]!);
  return broken(isOfLog ? `${sure} ${recorded}` : sure, WIDTH);
}

const STANDING = {
  running: 'is not finished',
  concluded: 'is finished',
  suspects: 'can go no further',
  contradiction: 'contradicts itself',
} as const;

function testsOf(step: Step): readonly string[] {
  const { session, prefilled } = step;
  const tests = session.outcomes.map(({ id, payload: o }) => {
    const runs = o.runs === undefined || o.runs === 1 ? '' : ` x${o.runs}`;
    const log = o.log === undefined ? '' : `, log ${o.log.name} sha256:${o.log.sha256.slice(0, 16)}`;
    const why = o.reason === undefined ? '' : ` (${o.reason})`;
    const word = o.outcome === 'skip' ? 'skip' : session.terms[o.outcome];
    const about = o.regression === undefined ? '' : ` for ${o.regression}`;
    const patched =
      o.patches === undefined ? '' : ` with ${o.patches.map((p) => named(step, p)).join(', ')} on top`;
    return `  ${word}${runs}${why}${about}: ${named(step, o.version)}${patched} [${id.slice(0, 8)}${log}]`;
  });
  const known = prefilled.slice(0, MOST_NAMED).map((p) => {
    const evidence = p.evidence.slice(0, 4).map((e) => e.slice(0, 8));
    return `  ${p.state === 'skip' ? p.state : session.terms[p.state]}: ${p.release} (${p.basis}) [${evidence.join(' ')}]`;
  });
  return [
    `Tested (${tests.length}):`,
    ...(tests.length > 0 ? tests : ['  nothing']),
    ...(known.length > 0 ? ['', `Answered by the log before (${prefilled.length}):`, ...known] : []),
    ...(prefilled.length > known.length ? [`  and ${prefilled.length - known.length} more`] : []),
  ];
}

/** Checks that would make a conclusion surer still. */
function surer(step: Step): readonly string[] {
  const { direction } = step.session.start.payload;
  const found = culpritsOf(step);
  if (found.length === 0) return [];
  return found.flatMap((commit) => {
    const hash = commit.slice(0, 12);
    const against = isMerge(step, commit) ? '-m 1 ' : '';
    const turns =
      direction === 'introduced'
        ? `does reverting it on the newest version repair it? git revert ${against}${hash}`
        : `does it repair the last broken version? git cherry-pick ${against}${hash}`;
    const builds = `does its build differ from its parent's at all? git diff --stat ${hash}^ ${hash}, or compare the objects`;
    return [`To make surer still of ${hash}:`, '', ...bullet(turns), ...bullet(builds), ''];
  });
}

/** The search that takes up what an answer rests on that took every outcome for certain, and doubts it. */
function doubted(step: Step): readonly string[] {
  const { session } = step;
  const start = session.start.payload;
  const isCertain = start.rates.kind === 'exact' && start.second === undefined;
  if (!isCertain || session.outcomes.length === 0 || culpritsOf(step).length === 0) return [];
  const search = startCommandLine(start, {
    good: [...(start.good.length > 0 ? start.good : session.ends.good)],
    bad: [...(start.bad.length > 0 ? start.bad : session.ends.bad)],
    rates: { kind: 'learned' },
    follows: start.session,
  });
  const again = start.chooser === 'git' ? '' : ' run --confirm tests the culprit and its parents again, or';
  return [
    ...paragraph(`If the test may lie,${again} this goes on from here and repeats what is doubtful:`),
    '',
    `  ${search}`,
    '',
  ];
}

/** Lines that regzbot reads: the culprit of each regression, or the range that holds it. */
function regzbot(step: Step): readonly string[] {
  const { session, decision } = step;
  const { direction, second } = session.start.payload;
  if (direction === 'fixed') {
    const fixes = culpritsOf(step).map((commit) => `#regzbot fix: ${commit}`);
    return fixes.length > 0 ? [...fixes, ''] : [];
  }
  const culprits = culpritsOf(step);
  const isAll = decision.regressions.every((r) => r.state === 'concluded');
  const [good] = session.ends.good;
  const [bad] = session.ends.bad;
  const range =
    isAll || second !== undefined || good === undefined || bad === undefined
      ? []
      : [`#regzbot introduced: ${good}..${bad}`];
  const introduced = [...culprits.map((commit) => `#regzbot introduced: ${commit}`), ...range];
  return introduced.length > 0 ? [...introduced, ''] : [];
}

/** The commits that searches ended with. */
function culpritsOf({ decision, history }: Step): readonly string[] {
  const found = decision.regressions.flatMap((r) => {
    const top = r.state === 'concluded' ? r.top[0] : undefined;
    const commit = top === undefined ? '' : history.meaningOf(top.version).version;
    return COMMIT.test(commit) ? [commit] : [];
  });
  return [...new Set(found)];
}

/** The command that records an outcome once more. */
function outcomeCommand({ session }: Step, { payload: o }: SessionOutcome): string {
  const { regressions } = session.start.payload;
  const only =
    o.regression === undefined || regressions.length === 1 ? '' : ` --only ${quoted(o.regression)}`;
  const runs = o.runs === undefined || o.runs === 1 ? '' : ` --runs ${o.runs}`;
  const reason = o.reason === undefined ? '' : ` --reason ${o.reason}`;
  const patched = o.patches === undefined ? '' : ` --patched ${quoted(o.patches.join(','))}`;
  const word = o.outcome === 'skip' ? 'skip' : session.terms[o.outcome];
  return `regline bisect ${quoted(word)} ${quoted(o.version)}${only}${runs}${reason}${patched}`;
}

function what({ session }: Step, regression: string): string {
  const r = session.start.payload.regressions.find((each) => each.key === regression);
  if (r === undefined || regression === 'it' || r.key === `it ${r.arch ?? ''}`) return 'the regression';
  return `the regression of ${r.key}`;
}

function named({ history }: Step, version: string): string {
  const { axis, version: name, second } = history.meaningOf(version);
  const subject = history.subject(version);
  const own = `${short(name)}${subject === null || !COMMIT.test(name) ? '' : ` ("${subject}")`}`;
  return `${optional('', axis, ' ')}${own}${optional(' x ', second)}`;
}

function short(version: string): string {
  return COMMIT.test(version) ? version.slice(0, 12) : version;
}

function sentence(text: string): string {
  return `${text.replace(/\b[0-9a-f]{40}([0-9a-f]{24})?\b/g, short)}${text.endsWith('.') ? '' : '.'}`;
}

/** Begins with a capital letter, and breaks lines at blanks. */
function paragraph(text: string): readonly string[] {
  return broken(`${text.slice(0, 1).toUpperCase()}${text.slice(1)}`, WIDTH);
}

function bullet(text: string): readonly string[] {
  return broken(text, WIDTH - 2).map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
}

function broken(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function percent(p: number): string {
  return p < 1 && p >= 0.9995 ? '>99.9%' : `${(p * 100).toFixed(1)}%`;
}
