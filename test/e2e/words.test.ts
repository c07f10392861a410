import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reglineIn } from '../support/built-command.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-words-'));
  regline('import', 'facts', 'data/rseq');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const regline = (...args: readonly string[]) => reglineIn(folder, ...args);

const complete = (...words: readonly string[]) =>
  regline('--get-yargs-completions', 'regline', ...words)
    .stdout.split('\n')
    .filter((word) => word !== '');

describe('completion', () => {
  it('knows commands, verbs and options', () => {
    expect(complete('tab')).toContain('table');
    expect(complete('bisect', '')).toEqual(expect.arrayContaining(['start', 'good', 'bad', 'skip', 'run']));
    expect(complete('bisect', '')).not.toContain('$0');
    expect(complete('table', '--inter')).toContain('--intervals');
    expect(complete('table', '--format', 'mark')).toEqual(['markdown']);
  });

  it('completes what the log holds: consumers, releases, architectures, regressions, events', () => {
    expect(complete('explain', 'tcm')).toContain('tcmalloc');
    expect(complete('explain', 'tcmalloc', 'v7.0.1')).toContain('v7.0.10');
    expect(complete('explain', 'tcmalloc', 'v7.0.10', 'arm6')).toEqual(['arm64']);
    expect(complete('bisect', 'good', 'v6.18')).toContain('v6.18');
    const [regression] = complete('culprits', 'R-');
    expect(regression).toMatch(/^R-[0-9a-f]{8}$/);
    const [event] = complete('show', '1');
    expect(regline('show', event!).status).toBe(0);
  });

  it('completes lists and ranges at their end', () => {
    expect(complete('table', '--consumers', 'tcmalloc,lib')).toEqual(['tcmalloc,librseq']);
    expect(complete('table', '--releases', 'v6.18..v7.1-rc3')).toEqual(['v6.18..v7.1-rc3']);
  });

  it('says nothing, and makes nothing, where there is no log', () => {
    const missing = join(folder, 'none', 'x.db');
    expect(regline('--get-yargs-completions', 'regline', 'explain', '--db', missing, 't')).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });
});

interface Imported {
  readonly files: readonly { readonly unplaced: number; readonly results: Record<string, number> }[];
}

describe('what the file does not say', () => {
  const log =
    'TAP version 13\n1..2\nok 1 selftests: rseq: basic_test\nnot ok 2 selftests: rseq: slice_test\n';
  const take = (name: string, text: string, ...hints: readonly string[]) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return JSON.parse(regline('import', 'ktap', file, ...hints, '--format', 'json').stdout) as Imported;
  };
  const run = (origin: string) => {
    const { events } = JSON.parse(
      regline('log', '--only', 'RunObserved', '--limit', '100', '--format', 'json').stdout,
    ) as { events: { knownAt: string | null; payload: Record<string, unknown> }[] };
    return events.filter((e) => e.payload.origin === origin);
  };

  it('comes from the command line: release, architecture, configuration, day and origin', () => {
    const taken = take(
      'hinted.log',
      log,
      '--release',
      'v7.0.12',
      '--arch',
      'arm64',
      '--config',
      'defconfig+rseq',
      '--known-at',
      '2026-05-20',
      '--origin',
      'my-board',
    );
    expect(taken.files[0]).toMatchObject({ unplaced: 0, results: { pass: 1, fail: 1 } });
    const [found] = run('my-board');
    expect(found?.payload).toMatchObject({ release: 'v7.0.12', arch: 'arm64', config: 'defconfig+rseq' });
    expect(found?.knownAt).toMatch(/^2026-05-20/);
  });

  it('never overrides what the file says itself', () => {
    const banner =
      '[    0.000000] Linux version 6.18.3 (build@host) (aarch64-linux-gnu-gcc 14.2) #1 SMP PREEMPT\n';
    take('said.log', banner + log, '--release', 'v7.0.12', '--origin', 'my-other-board');
    expect(run('my-other-board')[0]?.payload).toMatchObject({ release: 'v6.18.3' });
  });

  it('is not guessed: a result without a release is kept and counted as unplaced', () => {
    const taken = take('nowhere.log', log.replace('slice_test', 'other_test'), '--origin', 'nobody');
    expect(taken.files[0]).toMatchObject({ unplaced: 2, results: { pass: 1, fail: 1 } });
    expect(run('nobody')).toHaveLength(1);
  });

  it('leaves the tests known by name, whether recorded or not', () => {
    const { tests } = JSON.parse(regline('tests', '--format', 'json').stdout) as {
      tests: { test: string; title: string | null; results: boolean }[];
    };
    expect(tests.find((t) => t.test === 'kselftest.rseq.other_test')).toMatchObject({
      title: null,
      results: true,
    });
    expect(tests.some((t) => t.title !== null && !t.results)).toBe(true);
    expect(complete('changes', 'v7.0', 'v7.1', '--tests', 'kselftest.rseq.oth')).toEqual([
      'kselftest.rseq.other_test',
    ]);
  });

  it('is refused when it cannot be read', () => {
    writeFileSync(join(folder, 'x.log'), log);
    expect(regline('import', 'ktap', join(folder, 'x.log'), '--known-at', 'yesterday').status).toBe(2);
    expect(regline('import', 'ktap', join(folder, 'x.log'), '--release', '-rf').status).toBe(2);
  });
});
