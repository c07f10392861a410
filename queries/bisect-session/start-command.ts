import { consumerName } from '../model/model.ts';
import { quoted } from './shell-word.ts';
import type { Started } from '../recorded-sessions/session.ts';

/**
 * Writes the command that begins a search like one that was begun: its ends and direction may be others. Where its clone is
 * differs from machine to machine: DIR stands for it.
 */
export function startCommandLine(start: Started, other: Partial<Started> = {}): string {
  const s = { ...start, ...other };
  const consumers = s.regressions.flatMap((r) =>
    r.consumer === undefined ? [] : [consumerName(r.consumer, r.variant)],
  );
  const tests = s.regressions.flatMap((r) => r.test ?? []);
  const archs = s.regressions.flatMap((r) => r.arch ?? []);
  const listed = (name: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`${name} ${quoted([...new Set(values)].join(','))}`];
  const usual = s.direction === 'fixed' ? ['unfixed', 'fixed'] : ['good', 'bad'];
  return [
    'regline bisect start',
    ...(s.over === 'commits' ? ['--repo DIR'] : [`--over ${s.over}`]),
    ...(s.direction === 'fixed' ? ['--fixed'] : []),
    ...s.good.map((g) => `--good ${quoted(g)}`),
    ...s.bad.map((b) => `--bad ${quoted(b)}`),
    ...listed('--consumer', consumers),
    ...listed('--test', tests),
    ...listed('--arch', archs),
    ...(s.second === undefined
      ? []
      : [`--second ${quoted(s.second.name)}`, ...listed('--second-versions', s.second.versions)]),
    ...(s.terms.good === usual[0] ? [] : [`--term-good ${quoted(s.terms.good)}`]),
    ...(s.terms.bad === usual[1] ? [] : [`--term-bad ${quoted(s.terms.bad)}`]),
    ...ratesOption(s.rates),
    ...(s.certainty === undefined ? [] : [`--confidence ${s.certainty}`]),
    ...(s.chooser === 'git' ? ['--chooser git'] : []),
    ...(s.prefill ? [] : ['--no-prefill']),
    ...(s.firstParent === true ? ['--first-parent'] : []),
    ...(s.pathsOnly === true ? ['--paths-only'] : []),
    ...(s.follows === undefined ? [] : [`--follows ${quoted(s.follows)}`]),
    ...(s.paths === undefined ? [] : ['--', ...s.paths.map(quoted)]),
  ].join(' ');
}

function ratesOption(rates: Started['rates']): readonly string[] {
  if (rates.kind === 'exact') return rates.asked === true ? ['--exact'] : [];
  const { falseFail = 'learn', falsePass = 'learn' } = rates;
  return falseFail === falsePass && falseFail === 'learn'
    ? ['--flaky']
    : [`--rates ${falseFail},${falsePass}`];
}
