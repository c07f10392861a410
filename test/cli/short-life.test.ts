import { describe, expect, it } from 'vitest';
import { run } from '../../cli/run.ts';

/** How often a command line says that its process ends soon. */
async function toldSoon(...args: readonly string[]): Promise<number> {
  let told = 0;
  await run([...args, '--db', '/nonexistent/log.db'], {
    env: {},
    stdin: (async function* () {
      yield await Promise.resolve(Buffer.from(''));
    })(),
    out: () => undefined,
    err: () => undefined,
    columns: 80,
    isTerminal: false,
    errIsTerminal: false,
    now: () => new Date('2026-12-01T00:00:00Z'),
    expectShortLife: () => {
      told += 1;
    },
    endBySignals: () => () => undefined,
  });
  return told;
}

describe('a short life', () => {
  it('is expected where a question is asked', async () => {
    expect(await toldSoon('table')).toBe(1);
    expect(await toldSoon('ownership')).toBe(1);
    expect(await toldSoon('contradictions')).toBe(1);
  });

  it('is not where work may go on for minutes', async () => {
    expect(await toldSoon('import', 'facts', 'nothing.yaml')).toBe(0);
    expect(await toldSoon('verify')).toBe(0);
    expect(await toldSoon('bisect', 'run', './test.sh')).toBe(0);
  });
});
