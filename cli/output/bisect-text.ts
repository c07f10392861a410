import type { BisectDocument, NextTest } from '../../queries/bisect-session/document.ts';
import type { Style } from '../context.ts';
import { safeText, wrap } from './safe-text.ts';

type Paint = (style: Style, text: string) => string;

/** A commit as people write it; a release as it is. */
export function shortVersion(version: string): string {
  return /^[0-9a-f]{40,64}$/.test(version) ? version.slice(0, 12) : safeText(version);
}

/** Shows where a search stands: one line of state, the suspects, what comes next and why. */
export function bisectText(d: BisectDocument, columns: number, paint: Paint): string {
  const width = Math.min(columns, 120);
  const row = (label: string, text: string) =>
    `${paint('dim', label.padEnd(10))}${wrap(safeText(text), width, ' '.repeat(10))}`;
  const lines: string[] = [];
  const { builds, runs } = d.spread;
  const range = (e: { low: number; high: number; expected: number }) =>
    e.low === e.high ? n(e.expected) : `${n(e.low)} to ${n(e.high)}`;
  lines.push(
    `${paint('yellow', d.session)}  ${paint('bold', d.abandoned ? 'given up' : STATE[d.state])}${
      d.state === 'running' && !d.abandoned ? `: ${range(builds)} builds and ${range(runs)} runs left` : ''
    }`,
  );
  lines.push(
    row(
      'ends',
      `${d.terms.good} ${d.good.map(shortVersion).join(', ')}; ${d.terms.bad} ${d.bad.map(shortVersion).join(', ')} (${d.over})`,
    ),
  );
  if (d.prefilled.length > 0) {
    const count = (v: string) => d.prefilled.filter((p) => p.verdict === v).length;
    const first = d.prefilled.slice(0, 3).map(
      (p) =>
        `${p.release} ${d.terms[p.verdict === 'bad' ? 'bad' : 'good']} (${p.basis}, ${p.evidence
          .map((e) => e.slice(0, 8))
          .slice(0, 2)
          .join(' ')})`,
    );
    lines.push(
      row(
        'known',
        `the log answers for ${d.prefilled.length} versions, ${count('good')} ${d.terms.good} and ${count('bad')} ${d.terms.bad}: ${first.join('; ')}${d.prefilled.length > 3 ? '; …' : ''}`,
      ),
    );
  }
  for (const r of d.regressions) {
    lines.push(
      row(
        d.regressions.length > 1 ? 'for' : 'suspects',
        `${d.regressions.length > 1 ? `${r.key}: ${STATE[r.state]}, ` : ''}${r.suspects} left of ${r.suspectsAtStart}`,
      ),
    );
    r.top.slice(0, 5).forEach((s) => {
      lines.push(
        `${' '.repeat(10)}${paint('cyan', percent(s.p))} ${shortVersion(s.change)} ${wrap(safeText(s.subject), width, ' '.repeat(16))}`.trimEnd(),
      );
    });
    if (r.top.length > 5) lines.push(`${' '.repeat(10)}${paint('dim', `and ${r.suspects - 5} more`)}`);
    if (r.state !== 'running') lines.push(row('', r.why));
  }
  for (const s of d.sharedCulprits)
    lines.push(
      row(
        'shared',
        `${s.regressions.join(' and ')} probably have one culprit, ${shortVersion(s.change)} (${percent(s.p).trim()})`,
      ),
    );
  d.next.forEach((pick, i) => {
    lines.push(row(i === 0 ? 'next' : '', nextText(pick)));
  });
  return `${lines.join('\n')}\n`;
}

const STATE: Readonly<Record<BisectDocument['state'], string>> = {
  running: 'searching',
  concluded: 'found',
  suspects: 'no test can part what is left',
  contradiction: 'outcomes contradict one another',
};

function nextText(pick: NextTest): string {
  const times = pick.repeats === 1 ? '' : `, ${pick.repeats} times`;
  const arch = pick.arch === null ? '' : ` on ${pick.arch}`;
  const subject = pick.subject === null ? '' : ` "${pick.subject}"`;
  return `test ${shortVersion(pick.version)}${subject}${arch}${times}: ${pick.why}`;
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function percent(p: number): string {
  return `${String(Math.round(p * 100)).padStart(3)}%`;
}
