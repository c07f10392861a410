import { expect, it } from 'vitest';
import { read, readFolder, runsOf } from '../support.ts';

const file = (...fields: readonly string[]) => `${fields.join('\n')}\n`;
const FAILED = file(
  'status\tfail',
  'description\ttest a thing',
  'runtime\t1.250s',
  'date\t2026-02-02 10:00:00',
  'reason\texit',
  'exit_status\t3',
);

it('reads the files that blktests keeps of its tests, each named by its path', async () => {
  const found = await readFolder({
    'results/nodev/block/001': FAILED,
    'results/nodev_tr_loop_bd_file/nvme/006': file(
      'status\tpass',
      'description\t',
      'date\t2026-02-03 10:00:00',
    ),
    'results/nullb1_zoned/zbd/002': file('description\tx', 'status\tnot run', 'date\t2026-02-03 10:00:00'),
  });
  expect(found.map(({ format }) => format)).toEqual(['blktests', 'blktests', 'blktests']);
  const events = found.flatMap((each) => each.events);
  expect(events.flatMap((e) => (e.type === 'RunObserved' ? e.payload.results : []))).toEqual([
    {
      test: 'blktests.block.001',
      raw: 'nodev/block/001',
      outcome: 'fail',
      line: 1,
      durationMs: 1250,
      exitCode: 3,
      reason: 'exited with a status',
    },
    {
      test: 'blktests.nvme.006.tr_loop.bd_file',
      raw: 'nodev_tr_loop_bd_file/nvme/006',
      outcome: 'pass',
      line: 1,
    },
    {
      test: 'blktests.zbd.002.zoned',
      raw: 'nullb1_zoned/zbd/002',
      outcome: 'skip',
      line: 2,
      platform: 'nullb1',
    },
  ]);
  expect(runsOf(events).map(({ knownAt }) => knownAt)).toEqual(['2026-02-02', '2026-02-03', '2026-02-03']);
});

it('names a test as the terminal does', async () => {
  const { events } = await read(
    'zbd/002 => nullb1 (zoned) (a thing)    [passed]\nzbd/003 (zoned)   [passed]\n',
  );
  expect(
    events.flatMap((e) => (e.type === 'RunObserved' ? e.payload.results.map((r) => r.test) : [])),
  ).toEqual(['blktests.zbd.002.zoned', 'blktests.zbd.003']);
});

it('is refused where no path says which test it is', async () => {
  await expect(readFolder({ 'a.txt': FAILED })).rejects.toThrow('only its path would say');
});
