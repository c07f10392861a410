import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reglineHere } from '../support/in-process.ts';

let folder: string;
const regline = (...args: readonly string[]) => reglineHere(folder, ...args);

/** Imports one run of `wake_test`; each has a comment of its own, so that equal results are runs of their own. */
async function run(name: string, outcome: 'ok' | 'not ok', release: string, origin: string): Promise<void> {
  const file = join(folder, name);
  writeFileSync(file, `TAP version 13\n# ${name}\n1..1\n${outcome} 1 selftests: pipes: wake_test\n`);
  const at = ['--release', release, '--arch', 'x86_64', '--origin', origin, '--known-at', '2021-05-03'];
  expect(await regline('import', 'auto', file, ...at)).toMatchObject({ status: 0 });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regline-given-back-'));
  expect((await regline('import', 'facts', 'test/fixtures/pipes')).status).toBe(0);
  await run('a.log', 'ok', 'v2.0.1', 'lab');
  await run('b.log', 'not ok', 'v2.0.2', 'lab');
  await run('c.log', 'not ok', 'v2.0.2', 'lab');
  await run('d.log', 'not ok', 'v2.0.2', 'farm');
  await run('e.log', 'ok', 'v2.0.2', 'other');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const QUESTIONS = [
  ['culprits'],
  ['regressions'],
  ['contradictions'],
  ['coverage'],
  ['timeline'],
  ['table'],
  ['changes', 'v2.0.1', 'v2.0.2'],
  ['history', 'wake_test'],
  ['explain', 'shell', 'v2.0.2', 'x86_64'],
  ['check', '--release', 'v2.0.2', '--consumer', 'shell'],
];

async function answers(): Promise<readonly string[]> {
  const said: string[] = [];
  for (const question of QUESTIONS) {
    const { stdout, stderr } = await regline(...question, '--format', 'json');
    said.push(`${question.join(' ')}\n${stdout}${stderr}`);
  }
  return said;
}

it('leaves every answer as it was once a result that was taken back counts again', async () => {
  const before = await answers();
  const events = (await regline('export')).stdout.trim().split('\n');
  const runs = events.map((line) => JSON.parse(line) as { id: string; type: string });
  const ids = runs.flatMap(({ id, type }) => (type === 'RunObserved' ? [id] : []));
  expect(ids).toHaveLength(5);
  for (const id of ids) {
    const retracted = await regline('retract', `${id}#0`, '--reason', 'a mistake');
    const [, retraction] = /regline retract ([0-9a-f]+)/.exec(retracted.stdout)!;
    expect(await answers()).not.toEqual(before);
    expect((await regline('retract', retraction!, '--reason', 'none')).status).toBe(0);
    expect(await answers()).toEqual(before);
  }
});
