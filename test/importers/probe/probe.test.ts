import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { lineOf } from '../../../importers/probe/line.ts';
import { probeImporter } from '../../../importers/probe/importer.ts';
import { contradictions } from '../../../queries/knowledge/contradictions.ts';
import { explain } from '../../../queries/explain/explain.ts';
import type { NewEvent } from '../../../store/events/event.ts';
import { memoryStore } from '../../../store/memory/memory-store.ts';
import { factsOf, modelOf, stored } from '../../support/facts-model.ts';
import { read, readAs, rejectsOf, resultsOf } from '../support.ts';
import { batchHeader } from '../../support/batch-header.ts';

const PROGRAM = 'data/rseq/probe';
const EXAMPLE = readFileSync('docs/rseq-probe-6.18.44-x86_64.log', 'utf8');

const claimsOf = (events: readonly NewEvent[]) =>
  events.flatMap((e) => (e.type === 'BehaviourClaimed' ? [e.payload] : []));

/** Every behaviour with its values, as the shipped data defines them; null: any number. */
const DEFINED = new Map(
  (
    parse(readFileSync('data/rseq/behaviours.yaml', 'utf8')) as {
      behaviours: { behaviour: string; values?: unknown[] }[];
    }
  ).behaviours.map(({ behaviour, values }) => [behaviour, values?.map(String) ?? null]),
);

function expectDefined(events: readonly NewEvent[]): void {
  for (const { behaviour, value } of claimsOf(events)) {
    expect([...DEFINED.keys()]).toContain(behaviour);
    const values = DEFINED.get(behaviour);
    if (values != null) expect(values, behaviour).toContain(String(value));
  }
}

describe('a behaviour probe', () => {
  it('is recognised, and becomes claims at its release, a run, and a note of all that it saw', async () => {
    const { format, events } = await read(EXAMPLE, { release: 'v6.18.44' });
    expect(format).toBe('probe');
    expect(rejectsOf(events)).toEqual([]);
    expect(claimsOf(events)).toHaveLength(19);
    expect(events[0]).toMatchObject({
      type: 'BehaviourClaimed',
      knownAt: '2026-11-25T23:41:00Z',
      source: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      locator: expect.stringMatching(/:\d+$/) as string,
      payload: {
        behaviour: 'rseq.mode',
        value: 'rejected',
        at: [{ from: 'v6.18.44', to: 'v6.18.44' }],
        archs: ['x86_64'],
        when: 'registration.size == 20 and registration.align == 32',
      },
    });
    expect(claimsOf(events)).toContainEqual(
      expect.objectContaining({ behaviour: 'rseq.feature_size', value: 28 }),
    );
    expect(resultsOf(events)).toHaveLength(27);
    expect(resultsOf(events)).toContainEqual(['rseq_probe.cs.abort.preempt', 'pass']);
    expect(events.find((e) => e.type === 'RunObserved')).toMatchObject({
      payload: { release: 'v6.18.44', arch: 'x86_64' },
    });
    expect(events.find((e) => e.type === 'NoteAdded')).toMatchObject({
      payload: { text: expect.stringContaining('register.size-33.align-64.flags-0=accepted') as string },
    });
    expectDefined(events);
  });

  it('speaks of the tree of linux-next that the kernel says it is', async () => {
    const log =
      '# regline probe: kernel=6.16.0-rc7-next-20250723\n# regline probe: arch=x86_64\n# behaviour rseq.x = on\nok 1 - a\n';
    const { events } = await read(log);
    expect(claimsOf(events)).toMatchObject([{ at: [{ from: 'next-20250723', to: 'next-20250723' }] }]);
    expect(events.flatMap((e) => (e.type === 'RunObserved' ? [e.payload.release] : []))).toEqual([
      'next-20250723',
    ]);
  });

  it('keeps a kernel of somebody’s own under its name, and takes --release only for such', async () => {
    expect(claimsOf((await read(EXAMPLE)).events)[0]!.at).toEqual([
      { from: '6.18.44-fc-v595', to: '6.18.44-fc-v595' },
    ]);
    const upstream = EXAMPLE.replace('kernel=6.18.44-fc-v595', 'kernel=6.19.0-rc1');
    const { events } = await read(upstream, { release: 'v6.18.44' });
    expect(claimsOf(events)[0]!.at).toEqual([{ from: 'v6.19-rc1', to: 'v6.19-rc1' }]);
  });

  it('agrees with the records where they are right, contradicts them where they differ, and is explained', async () => {
    const facts = await factsOf('data/rseq');
    const modelWith = (events: readonly NewEvent[]) => modelOf(stored([...facts, ...events]));
    const spoken = (events: readonly NewEvent[]) =>
      contradictions(modelWith(events)).contradictions.filter(({ sides }) =>
        sides.some(({ says }) => says.includes('the probe of')),
      );
    const { events } = await read(EXAMPLE, { release: 'v6.18.44' });
    expect(spoken(events)).toEqual([]);
    const says = (...subject: string[]) => explain(modelWith(events), subject).steps.map((step) => step.says);
    const claim = 'the probe of rseq says: rseq.cs.abort = preempt+signal+migrate at v6.18.44 on x86_64';
    expect(says('rseq.cs.abort')).toContain(claim);
    expect(says('contract', 'v6.18.44', 'x86_64')).toContain(claim);
    expect(says('contract', 'v6.18.43', 'x86_64')).not.toContain(claim);
    const other = EXAMPLE.replace('rseq.ids.rewrite = every-resume', 'rseq.ids.rewrite = on-change');
    const differing = (await read(other, { release: 'v6.18.44' })).events;
    expect(spoken(differing)).toEqual([
      expect.objectContaining({
        kind: 'claim-prediction',
        about: expect.stringMatching(
          /^rseq\.ids\.rewrite at v6\.18\.44 when registration\.size == 32/,
        ) as string,
      }),
    ]);
  });

  it('is refused without a kernel or an architecture: a value without a place would speak of every kernel', async () => {
    const without = (key: string) => EXAMPLE.replace(new RegExp(`^.* ${key}=.*\n`, 'm'), '');
    await expect(readAs(probeImporter, without('kernel'))).rejects.toThrow(/--release/);
    await expect(readAs(probeImporter, without('arch'))).rejects.toThrow(/--arch/);
    await expect(readAs(probeImporter, 'ok 1 - a\n')).rejects.toThrow(/no behaviour probe/);
    const events = await readAs(probeImporter, without('arch'), { arch: 'arm64' });
    expect(claimsOf(events)[0]!.archs).toEqual(['arm64']);
  });

  it('rejects a line that it cannot read, with its place, and takes the others', async () => {
    const damaged = `${EXAMPLE}# behaviour rseq.mode\n# regline probe: nothing\n# behaviour rseq.mode = legacy when ==\n`;
    const { events } = await read(damaged);
    expect(rejectsOf(events)).toEqual([
      'it is not NAME = VALUE or NAME = VALUE when CONDITION',
      'it is not KEY=VALUE',
      expect.stringContaining('the condition cannot be read'),
    ]);
    expect(claimsOf(events)).toHaveLength(19);
  });

  it('reads lines through the noise of consoles and runners', () => {
    const said = { kind: 'behaviour', behaviour: 'a.b', value: 'c', when: 'd == 1' };
    for (const before of ['', '# ', '[   12.345678] ', '2026-04-22T10:00:19Z ', '<6>[    1.000000] # '])
      expect(lineOf(`${before}# behaviour a.b = c when d == 1`)).toEqual(said);
    expect(lineOf('# behaviour a.b = 0')).toMatchObject({ value: 0 });
    expect(lineOf('# behaviour a.b = 007')).toMatchObject({ value: '007' });
    expect(lineOf('the behaviour a = b')).toBeNull();
  });

  it('survives any line, and a log cut anywhere', async () => {
    fc.assert(
      fc.property(fc.constantFrom('', '# behaviour ', '# regline probe: '), fc.string(), (before, rest) => {
        const line = lineOf(`${before}${rest}`);
        expect(line === null || ['value', 'behaviour', 'unreadable'].includes(line.kind)).toBe(true);
      }),
    );
    for (let end = 0; end < EXAMPLE.length; end += 97) {
      const events = await readAs(probeImporter, EXAMPLE.slice(0, end), {
        release: 'v6.18',
        arch: 'x86_64',
      }).catch((error: unknown) => {
        expect(String(error)).toMatch(/no behaviour probe|no test result/);
        return [];
      });
      expect(claimsOf(events).length).toBeLessThanOrEqual(19);
    }
  });
});

const COMPILER = ['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);
const builds =
  process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch) && COMPILER !== undefined;

describe.skipIf(!builds)('the probe of the shipped data', () => {
  const folder = mkdtempSync(join(tmpdir(), 'regline-probe-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('builds without a warning, asks this kernel, and is read', async () => {
    const sources = readdirSync(PROGRAM).filter((name) => name.endsWith('.c'));
    const binary = join(folder, 'probe');
    const flags = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-O2', '-o', binary];
    execFileSync(COMPILER!, [...flags, ...sources.map((name) => join(PROGRAM, name))]);
    const log = execFileSync(binary, { encoding: 'utf8', timeout: 60_000 });
    const { format, events } = await read(log, { release: 'v6.18' });
    expect(format).toBe('probe');
    expect(resultsOf(events).length).toBeGreaterThan(0);
    expectDefined(events);
    const store = memoryStore();
    const header = batchHeader({ recordedAt: '2026-12-01T00:00:00.000Z' });
    expect((await store.append(header, events)).new).toBe(events.length);
    await store.close();
  }, 120_000);
});
