import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../cli/run.ts';
import { endBySignals, hearSignals } from '../../cli/signals.ts';
import { worldFor } from '../support/in-process.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-signals-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('signals', () => {
  it('are heard, but where they are left to the system', () => {
    const heard = () => ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => process.listenerCount(signal));
    const before = heard();
    const more = before.map((n) => n + 1);
    hearSignals();
    expect(heard()).toEqual(more);
    const again = endBySignals();
    expect(heard()).toEqual(before);
    again();
    expect(heard()).toEqual(more);
    endBySignals();
  });

  it('are left to the system while a large file is taken in, and heard after it, be it taken or refused', async () => {
    const told: string[] = [];
    const { world } = worldFor(join(folder, 'log.db'));
    const endsBySignals = {
      ...world,
      endBySignals: () => {
        told.push('left');
        return () => told.push('heard');
      },
    };
    const result = 'TAP version 13\n1..1\nok 1 - a\n';
    const taken = async (content: string, format = 'ktap') => {
      const path = join(folder, 'a.log');
      writeFileSync(path, content);
      const code = await run(['import', format, path], endsBySignals);
      return [code, ...told.splice(0)];
    };
    const much = ' '.repeat(17 * 1024 * 1024);
    expect(await taken(result)).toEqual([0]);
    expect(await taken(`${result}${much}`)).toEqual([0, 'left', 'heard']);
    expect(await taken(`{${much}`, 'squad')).toEqual([3, 'left', 'heard']);
  });
});
