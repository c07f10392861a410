import { describe, expect, it } from 'vitest';
import { graphFromChain } from '../../../queries/bisect/graph/graph.ts';
import { cloneFactors } from '../../../queries/bisect-session/clone-factors.ts';
import type { CloneHints } from '../../../queries/bisect-session/clone-hints.ts';
import type { SessionHistory } from '../../../queries/bisect-session/session-history.ts';
import { sessionBegun, type Session } from '../../../queries/recorded-sessions/session.ts';

const COMMITS = ['c0', 'c1', 'c2', 'c3'];

function factorsFor(
  hints: Partial<CloneHints>,
  { arch = 'x86_64', direction = 'introduced' }: { arch?: string; direction?: 'introduced' | 'fixed' } = {},
): string[] {
  const history: Pick<SessionHistory, 'graph' | 'suspectOf' | 'hints'> = {
    graph: graphFromChain(COMMITS),
    suspectOf: (change) => change,
    hints: { paths: new Map(), mentions: [], leftOut: [], ...hints },
  };
  const payload = {
    session: 'B-1',
    regressions: [{ key: 'r', arch }],
    direction,
    good: ['c0'],
    bad: ['c3'],
    terms: { good: 'good', bad: 'bad' },
  };
  const session = sessionBegun({ payload, position: 1 } as unknown as Session['start']);
  return cloneFactors(session, history as SessionHistory).map(
    ({ version, factor, why }) => `${version} ${factor} ${why}`,
  );
}

const changing = (...paths: readonly (readonly string[])[]) => ({
  paths: new Map(paths.map((each, index) => [COMMITS[index + 1]!, each])),
});

describe('what a clone says of candidates', () => {
  it('documentation only: it cannot be it', () => {
    expect(
      factorsFor(changing(['Documentation/a.rst', 'MAINTAINERS'], ['docs/x', 'CMakeLists.txt'], [])),
    ).toEqual(['c1 0.01 it changes documentation only']);
  });

  it('another architecture only: it cannot be it', () => {
    const paths = changing(
      ['arch/s390/a.c'],
      ['arch/arm/boot/a.dts', 'Documentation/b.rst'],
      ['arch/x86/a.c'],
    );
    expect(factorsFor(paths)).toEqual([
      'c1 0.01 it changes only what x86_64 is not built from (arch/s390)',
      'c2 0.01 it changes only what x86_64 is not built from (arch/arm)',
    ]);
    expect(factorsFor(paths, { arch: 'arm64' })).toEqual([
      'c1 0.01 it changes only what arm64 is not built from (arch/s390)',
      'c3 0.01 it changes only what arm64 is not built from (arch/x86)',
    ]);
    expect(factorsFor(paths, { arch: 'elbrus' })).toEqual([]);
    expect(factorsFor(changing(['arch/s390/a.c', 'kernel/a.c'], ['arch/generic/a.c']))).toEqual([]);
  });

  it('reverted, and fixed, once each', () => {
    const mentions = [
      { named: 'c1', by: 'f'.repeat(40), kind: 'fixes' },
      { named: 'c1', by: 'e'.repeat(40), kind: 'fixes' },
      { named: 'c2', by: 'd'.repeat(40), kind: 'reverts' },
      { named: 'elsewhere', by: 'd'.repeat(40), kind: 'reverts' },
    ] as const;
    expect(factorsFor({ mentions })).toEqual([
      'c1 30 Fixes: trailer of ffffffffffff',
      'c2 100 dddddddddddd reverts it',
    ]);
    expect(factorsFor({ mentions }, { direction: 'fixed' })).toEqual([]);
  });
});
