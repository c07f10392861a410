import type { Estimate } from '../../queries/bisect/verdict/decision.ts';
import type {
  BisectDocument,
  ListedSuspect,
  NextTest,
  RegressionProgress,
} from '../../queries/bisect-session/document.ts';
import type { Paint } from '../context.ts';
import { safeText, wrap } from './safe-text.ts';

/** Lines longer than this are hard to read, however wide the terminal. */
const WIDEST = 160;
/** So many suspects are named; `visualize` names all. */
const NAMED_SUSPECTS = 5;
const LABEL = 10;

/** What comes after either outcome of the next test. */
export interface AheadText {
  readonly good: NextTest | null;
  readonly bad: NextTest | null;
}

/** A commit as people write it, in whatever it stands; a release as it is. */
export function shortVersion(version: string): string {
  return safeText(version).replace(/\b[0-9a-f]{40}([0-9a-f]{24})?\b/g, (hash) => hash.slice(0, 12));
}

/** A probability in whole percent; one that is not quite none or all is not shown as that. */
export function percent(p: number): string {
  if (p > 0 && p < 0.005) return '<1%';
  if (p < 1 && p >= 0.995) return '>99%';
  return `${Math.round(p * 100)}%`;
}

/** Shows where a search stands: one line of state, then ends, what was known, suspects, what comes next and why. */
export function bisectText(d: BisectDocument, columns: number, paint: Paint, ahead?: AheadText): string {
  const width = Math.min(columns, WIDEST);
  const row = (label: string, text: string) =>
    `${paint('dim', label.padEnd(LABEL))}${wrap(shortVersion(text), width, ' '.repeat(LABEL))}`;
  const lines = [stateLine(d, width, paint)];
  lines.push(row('ends', `${endsText(d)} (${OVER[d.over]})`));
  if (d.prefilled.length > 0) lines.push(row('known', prefillText(d)));
  if (d.waiting !== null) lines.push(row('waiting', d.waiting.replace('waiting ', '')));
  const several = d.regressions.length > 1;
  for (const r of d.regressions) {
    if (several) lines.push(row('for', `${r.key}: ${STATE[r.state]}, ${leftText(r)}`));
    r.top.slice(0, NAMED_SUSPECTS).forEach((s, index) => {
      const label = index === 0 && !several ? 'suspects' : '';
      lines.push(
        `${paint('dim', label.padEnd(LABEL))}${paint('cyan', percent(s.p).padStart(4))} ${wrap(suspectText(s), width, ' '.repeat(LABEL + 6))}`,
      );
    });
    const more = r.suspects - Math.min(NAMED_SUSPECTS, r.top.length);
    if (more > 0) lines.push(paint('dim', `${' '.repeat(LABEL + 5)}and ${more} more`));
    if (r.state !== 'running' || (d.next.length === 0 && d.waiting === null)) lines.push(row('', r.why));
  }
  for (const s of d.sharedCulprits)
    lines.push(
      row(
        'shared',
        `${s.regressions.join(' and ')}: probably one culprit, ${s.change} is the likeliest of each`,
      ),
    );
  if (d.axes.length > 0)
    lines.push(
      row('axis', d.axes.map((a) => `the culprit lies in ${a.axis} with ${percent(a.p)}`).join(', ')),
    );
  for (const { changes } of d.stateChanges)
    changes.forEach((c, i) => {
      lines.push(row(i === 0 ? 'turns' : '', `${c.kind} in (${c.from}, ${c.to}]: ${c.command}`));
    });
  for (const p of d.openParts)
    lines.push(
      row(
        'open',
        `what ${p.kind === 'broke' ? 'broke' : 'repaired'} it in (${p.from}, ${p.to}]: ${p.command} …`,
      ),
    );
  for (const warning of d.warnings) lines.push(row('warning', warning));
  if (d.deeper !== null) lines.push(row('deeper', d.deeper));
  d.next.forEach((pick, i) => {
    lines.push(row(i === 0 ? 'next' : '', nextText(pick)));
  });
  if (ahead !== undefined)
    for (const [word, pick] of [
      [d.terms.good, ahead.good],
      [d.terms.bad, ahead.bad],
    ] as const)
      lines.push(row(`if ${word}`, pick === null ? 'the search is over' : versionText(pick)));
  return `${lines.join('\n')}\n`;
}

const STATE: Readonly<Record<BisectDocument['state'], string>> = {
  running: 'searching',
  concluded: 'found',
  suspects: 'no test can part what is left',
  contradiction: 'outcomes contradict one another',
};

const OVER: Readonly<Record<BisectDocument['over'], string>> = {
  commits: 'commits',
  changes: 'recorded changes',
  releases: 'releases',
};

/** Where the search stands, in one line where the terminal is wide. */
function stateLine(d: BisectDocument, width: number, paint: Paint): string {
  const isWaiting = d.waiting !== null && d.state === 'running';
  const state = d.abandoned ? 'given up' : isWaiting ? 'waiting' : STATE[d.state];
  const parts: string[] = [];
  if (d.next.length > 0 && d.state === 'running' && !d.abandoned && d.bad.length > 0)
    parts.push(`${countText(d.spread.builds, 'build')}, ${countText(d.spread.runs, 'run')} left`);
  const [first] = d.regressions;
  if (first !== undefined && first.suspectsAtStart > 0) {
    parts.push(d.regressions.length > 1 ? `${d.regressions.length} searches` : leftText(first));
    const [top] = first.top;
    if (top !== undefined) parts.push(`top ${percent(top.p)} ${suspectText(top)}`);
  }
  const [next] = d.next;
  if (next !== undefined) parts.push(`next ${shortVersion(next.version)}`);
  const head = `${d.session}  ${state}`;
  const text = wrap([head, parts.join('; ')].filter((p) => p !== '').join(': '), width, ' '.repeat(LABEL));
  return text.replace(head, `${paint('yellow', d.session)}  ${paint('bold', state)}`);
}

function leftText(r: RegressionProgress): string {
  return `${plural(r.suspects, 'suspect')} (was ${r.suspectsAtStart})`;
}

/** Names a suspect with its subject. */
export function suspectText(s: ListedSuspect): string {
  return [s.axis, shortVersion(s.change), safeText(s.subject)]
    .filter((w) => w !== null && w !== '')
    .join(' ');
}

function endsText(d: BisectDocument): string {
  const side = (term: string, versions: readonly string[]) =>
    `${term} ${versions.length === 0 ? 'not known yet' : versions.join(', ')}`;
  return `${side(d.terms.good, d.good)}; ${side(d.terms.bad, d.bad)}`;
}

function prefillText(d: BisectDocument): string {
  const count = (v: 'good' | 'bad' | 'skip') => d.prefilled.filter((p) => p.verdict === v).length;
  const skipped = count('skip') === 0 ? '' : ` (and ${count('skip')} that could not be tested)`;
  const first = d.prefilled.slice(0, 3).map((p) => {
    const evidence = p.evidence.slice(0, 2).map((e) => e.slice(0, 8));
    return `${shortVersion(p.release)} ${p.verdict === 'skip' ? p.verdict : d.terms[p.verdict]} (${[p.basis, ...evidence].join(' ')})`;
  });
  return `the log answers for ${plural(d.prefilled.length, 'version')}, ${count('good')} ${d.terms.good} and ${count('bad')} ${d.terms.bad}${skipped}: ${first.join('; ')}${d.prefilled.length > 3 ? '; …' : ''}`;
}

function nextText(pick: NextTest): string {
  const times = pick.repeats === 1 ? '' : `, up to ${pick.repeats} times`;
  return `test ${versionText(pick)}${times}: ${pick.why}`;
}

function versionText(pick: NextTest): string {
  const arch = pick.arch === null ? '' : ` on ${pick.arch}`;
  const subject = pick.subject === null ? '' : ` "${pick.subject}"`;
  return `${pick.version}${subject}${arch}`;
}

/** A number with its spread; of one that the search may yet need, or not, one decimal is told. */
function countText(e: Estimate, thing: string): string {
  if (e.low !== e.high) return `${e.low} to ${e.high} ${thing}s`;
  return plural(Math.round(e.expected * 10) / 10, thing);
}

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
