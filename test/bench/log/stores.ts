import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newEvent, type NewEvent } from '../../../store/events/event.ts';
import type { EventStore } from '../../../store/event-store.ts';
import { openSqliteStore } from '../../../store/sqlite/open.ts';
import { sha256 } from '../../../store/identity.ts';
import { batchHeader } from '../../support/batch-header.ts';

/** Results in one run: about what one kselftest collection gives. */
export const RESULTS_A_RUN = 1000;
export const LINE = 40;

/** A folder that goes away with the process. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'regline-bench-'));
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** The releases, the interface, a behaviour, a consumer and tests that the questions are asked of. */
export function statements(): readonly NewEvent[] {
  const common = { confidence: 'verified', rev: 1 } as const;
  const at = { knownAt: '2026-01-01', source: 'bench', locator: 'bench' };
  const events: NewEvent[] = [
    newEvent({
      type: 'LineRecorded',
      stream: 'line',
      ...at,
      payload: { ...common, line: 'mainline', complete: true },
    }),
    newEvent({
      type: 'InterfaceDescribed',
      stream: 'interface',
      ...at,
      payload: {
        ...common,
        interface: 'bench',
        title: 'bench',
        archs: [{ arch: 'x86_64' }, { arch: 'arm64' }],
      },
    }),
    newEvent({
      type: 'BehaviourDefined',
      stream: 'behaviour',
      ...at,
      payload: {
        ...common,
        behaviour: 'bench.b',
        interface: 'bench',
        title: 'b',
        values: ['good', 'bad'],
        owner: 'kernel',
        guarantees: [{ guarantee: 'observed' }],
      },
    }),
    newEvent({
      type: 'BehaviourSet',
      stream: 'set',
      ...at,
      payload: {
        ...common,
        behaviour: 'bench.b',
        value: 'good',
        at: [{ from: 'v6.0', to: `v6.${LINE - 1}` }],
        order: 0,
      },
    }),
    newEvent({
      type: 'ConsumerRecorded',
      stream: 'consumer',
      ...at,
      payload: { ...common, consumer: 'user', title: 'user', interface: 'bench' },
    }),
    newEvent({
      type: 'RequirementStated',
      stream: 'need',
      ...at,
      payload: {
        ...common,
        consumer: 'user',
        behaviour: 'bench.b',
        needs: ['good'],
        otherwise: 'broken',
        why: 'it does',
      },
    }),
    newEvent({
      type: 'TestRecorded',
      stream: 'test',
      ...at,
      payload: { ...common, test: 'bench.t0', title: 't0', behaviours: ['bench.b'] },
    }),
  ];
  for (let i = 0; i < LINE; i++)
    events.push(
      newEvent({
        type: 'ReleaseRecorded',
        stream: `release/${i}`,
        ...at,
        payload: {
          ...common,
          release: `v6.${i}`,
          line: 'mainline',
          date: '2026-01-01',
          ...(i > 0 ? { predecessor: `v6.${i - 1}` } : {}),
        },
      }),
    );
  return events;
}

/** Where a run of the benchmark was, and the name of its test at a place. */
export interface RunPlace {
  readonly release: string;
  readonly arch: string;
  readonly test: (index: number) => string;
}

/** One run of results, as an importer of a log makes it. */
export function runOfResults(
  number: number,
  { release, arch, test }: RunPlace = {
    release: `v6.${number % LINE}`,
    arch: number % 2 === 0 ? 'x86_64' : 'arm64',
    test: (index) => `bench.t${index}`,
  },
): NewEvent {
  const hash = sha256(`run ${number}`);
  return newEvent({
    type: 'RunObserved',
    stream: `run/bench/${hash}`,
    knownAt: `2026-01-${String((number % 28) + 1).padStart(2, '0')}`,
    source: `sha256:${hash}`,
    locator: 'line 1',
    payload: {
      rev: 1,
      origin: 'bench',
      release,
      arch,
      results: Array.from({ length: RESULTS_A_RUN }, (_, i) => ({
        test: test(i),
        outcome: (i + number) % 97 === 0 ? 'fail' : 'pass',
      })),
    },
  });
}

export const header = batchHeader({ recordedAt: '2026-02-01T00:00:00.000Z' });

/** Makes a store with so many results; runs of a hundred logs are one batch, as a folder of logs would be. */
export async function storeWith(path: string, results: number): Promise<EventStore> {
  const store = await openSqliteStore(path, { mode: 'create' });
  await store.append(header, statements());
  const runs = Math.round(results / RESULTS_A_RUN);
  for (let first = 0; first < runs; first += 100)
    await store.append(
      header,
      Array.from({ length: Math.min(100, runs - first) }, (_, i) => runOfResults(first + i)),
    );
  return store;
}

export function seconds(began: number): number {
  return (performance.now() - began) / 1000;
}

/** Prints a line of a report: what was measured, the measure, the baseline, their ratio and the aim. */
export function report(what: string, measured: string, baseline: string, ratio: string, aim: string): void {
  console.log(
    `${what.padEnd(44)} ${measured.padStart(12)} ${baseline.padStart(14)} ${ratio.padStart(8)}  ${aim}`,
  );
}
