import type { Step } from './step.ts';

/** Writes what a search found as a mail: plain text, 75 columns, with the commands that repeat it. */
export function bisectReport(step: Step): string {
  const { session, decision, history } = step;
  const start = session.start.payload;
  const name = (version: string) => {
    const subject = history.subject(version);
    return /^[0-9a-f]{40}$/.test(version)
      ? `${version.slice(0, 12)}${subject === null ? '' : ` ("${subject}")`}`
      : version;
  };
  const lines: string[] = [];
  for (const state of decision.regressions) {
    const [top] = state.top;
    const what = start.regressions.length > 1 || state.regression !== 'it' ? ` of ${state.regression}` : '';
    if (state.state === 'concluded' && top) {
      const found = start.direction === 'introduced' ? 'The regression' : 'The fix';
      lines.push(
        `${found}${what} was bisected to`,
        '',
        `    ${name(top.version)}`,
        '',
        `with a confidence of ${percent(top.p)}.`,
      );
    } else {
      lines.push(
        `The search for the regression${what} has ${state.suspectCount} suspects left (${state.state}):`,
        '',
        ...state.top.map((t) => `    ${percent(t.p).padStart(6)} ${name(t.version)}`),
        '',
        state.why,
      );
    }
    lines.push('');
  }
  lines.push(
    `Ends: ${start.good.map(name).join(', ')} ${start.terms.good}, ${start.bad.map(name).join(', ')} ${start.terms.bad}.`,
    '',
  );
  const tests = session.outcomes.map(({ id, payload: o }) => {
    const runs = o.runs === undefined || o.runs === 1 ? '' : ` x${o.runs}`;
    const log = o.log === undefined ? '' : `, log sha256:${o.log.sha256.slice(0, 16)}`;
    const why = o.reason === undefined ? '' : ` (${o.reason})`;
    const word = o.outcome === 'skip' ? 'skip' : start.terms[o.outcome];
    const about = o.regression === undefined ? '' : ` for ${o.regression}`;
    return `  ${word}${runs}${why}${about}: ${name(o.version)} [${id.slice(0, 8)}${log}]`;
  });
  lines.push(`Tested (${tests.length}):`, ...(tests.length > 0 ? tests : ['  nothing']), '');
  if (step.prefilled.length > 0)
    lines.push(
      `Answered by the log before (${step.prefilled.length}):`,
      ...step.prefilled
        .slice(0, 20)
        .map(
          (p) =>
            `  ${p.outcome.verdict}: ${p.release} (${p.basis}) [${p.evidence.map((e) => e.slice(0, 8)).join(' ')}]`,
        ),
      ...(step.prefilled.length > 20 ? [`  and ${step.prefilled.length - 20} more`] : []),
      '',
    );
  const top = decision.regressions.find((r) => r.state === 'concluded')?.top[0];
  if (top && start.direction === 'introduced' && /^[0-9a-f]{40}$/.test(top.version)) {
    lines.push(
      'To make surer still: does reverting it on the newest release repair it',
      `(git revert ${top.version.slice(0, 12)}), and is its build any different from its parent's?`,
      '',
      `#regzbot introduced: ${top.version}`,
      '',
    );
  }
  lines.push('To repeat it:', '', ...repeat(step).map((l) => `  ${l}`), '');
  return lines.join('\n');
}

/** The commands that do the same search again. */
function repeat(step: Step): readonly string[] {
  const { session } = step;
  const start = session.start.payload;
  const first = start.regressions[0]!;
  const words = [
    'regline bisect start',
    ...(start.over === 'commits' ? ['--repo DIR'] : [`--over ${start.over}`]),
    ...start.good.map((g) => `--good ${quoted(g)}`),
    ...start.bad.map((b) => `--bad ${quoted(b)}`),
    ...(first.consumer === undefined
      ? []
      : [
          `--consumer ${quoted(start.regressions.map((r) => [r.consumer, r.variant].filter((w) => w !== undefined).join('/')).join(','))}`,
        ]),
    ...(first.arch === undefined ? [] : [`--arch ${quoted(first.arch)}`]),
    ...(first.test === undefined ? [] : [`--test ${quoted(first.test)}`]),
    ...(start.direction === 'fixed' ? ['--fixed'] : []),
    ...(start.chooser === 'git' ? ['--chooser git'] : []),
  ];
  return [
    words.join(' '),
    ...session.outcomes.map(({ payload: o }) => {
      const only =
        o.regression === undefined || start.regressions.length === 1 ? '' : ` --only ${quoted(o.regression)}`;
      const runs = o.runs === undefined || o.runs === 1 ? '' : ` --runs ${o.runs}`;
      const reason = o.reason === undefined ? '' : ` --reason ${o.reason}`;
      return `regline bisect ${o.outcome} ${quoted(o.version)}${only}${runs}${reason}`;
    }),
  ];
}

function percent(p: number): string {
  return `${(p * 100).toFixed(1)}%`;
}

/** Quotes a word for a shell where it needs it. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:=,@%+-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}
