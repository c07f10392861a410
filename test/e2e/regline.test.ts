import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reglineIn } from '../support/built-command.ts';
import { VERSION } from '../../cli/version.ts';
import packageJson from '../../package.json' with { type: 'json' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-e2e-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const regline = (...args: readonly string[]) => reglineIn(folder, ...args);

describe('the built command', () => {
  it('has the version of the package', () => {
    expect(VERSION).toBe(packageJson.version);
    expect(regline('--version')).toMatchObject({ status: 0, stdout: `${VERSION}\n` });
  });

  it('exits 4 without a log, 2 on wrong usage, with a word of help', () => {
    expect(regline('culprits')).toMatchObject({ status: 4 });
    expect(regline('culprits').stderr).toMatch(/regline init/);
    expect(regline('tabel').stderr).toMatch(/table/);
    expect(regline('tabel').status).toBe(2);
    expect(regline('table', '--nonsense').status).toBe(2);
    expect(regline('table', '--archs')).toMatchObject({ status: 2, stdout: '' });
    expect(regline('table', '--archs').stderr).toMatch(/a value is missing after --archs/);
    expect(regline('explain').stderr).toMatch(/regline explain --help/);
    expect(regline().status).toBe(2);
  });

  it('answers from a log in a folder that it may not write to, and says that nothing can be added there', () => {
    const kept = join(folder, 'kept');
    mkdirSync(kept);
    const log = join(kept, 'pipes.db');
    expect(regline('import', 'facts', 'test/fixtures/pipes', '--db', log).status).toBe(0);
    const answer = regline('culprits', '--db', log).stdout;
    chmodSync(log, 0o444);
    chmodSync(kept, 0o555);
    chmodSync(folder, 0o755);
    // The superuser writes wherever he likes: he asks as somebody else.
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const ask = (...args: readonly string[]) =>
      spawnSync(process.execPath, [resolve('dist/cli/main.js'), ...args], { encoding: 'utf8', ...nobody });
    // Where nobody may read the program either, there is nothing to see.
    if (ask('--version').status === 0) {
      expect(ask('culprits', '--db', log)).toMatchObject({ status: 0, stdout: answer, stderr: '' });
      expect(ask('verify', '--db', log).status).toBe(0);
      expect(ask('record', 'notes', 'about=shell', 'text=x', '--source', 'a', '--db', log)).toMatchObject({
        status: 4,
        stdout: '',
      });
      // What lies beside a log may be a part of it: then the file alone is not the log.
      chmodSync(kept, 0o755);
      writeFileSync(`${log}-wal`, 'a part of it');
      chmodSync(kept, 0o555);
      expect(ask('culprits', '--db', log)).toMatchObject({ status: 4, stdout: '' });
    }
    chmodSync(kept, 0o755);
  });

  it('has help with an example for every command', () => {
    const commands = [...regline('--help').stdout.matchAll(/^ {2}regline ([a-z-]+)/gm)].map((m) => m[1]!);
    expect(commands.length).toBeGreaterThan(15);
    for (const command of commands.filter((c) => c !== 'completion')) {
      expect(regline(command, '--help').stdout, command).toMatch(/Examples:/);
    }
  });

  it('imports, asks, retracts and takes it back', () => {
    expect(regline('import', 'facts', 'data/rseq', '--dry-run', '--format', 'json').status).toBe(0);
    expect(regline('verify').status).toBe(4);
    const first = JSON.parse(regline('import', 'facts', 'data/rseq', '--format', 'json').stdout) as {
      schema: string;
      files: { new: number; duplicates: number }[];
    };
    expect(first.schema).toBe('regline.import/1');
    expect(first.files.reduce((n, f) => n + f.new, 0)).toBeGreaterThan(500);
    const again = JSON.parse(
      regline('import', 'auto', 'data/rseq', '--format', 'json').stdout,
    ) as typeof first;
    expect(again.files.reduce((n, f) => n + f.new, 0)).toBe(0);
    expect(regline('verify')).toMatchObject({ status: 0 });

    const status = () => {
      const document = JSON.parse(
        regline(
          'table',
          '--consumers',
          'tcmalloc',
          '--archs',
          'x86_64',
          '--releases',
          'v7.0',
          '--format',
          'json',
        ).stdout,
      ) as { cells: { status: string; evidence: string[] }[] };
      return document.cells[0]!;
    };
    expect(status().status).toBe('broken');
    const record = status().evidence[0]!;
    expect(regline('show', record.slice(0, 12)).stdout).toMatch(/BehaviourSet/);
    expect(regline('retract', record.slice(0, 12)).status).toBe(2);
    const taken = regline('retract', record.slice(0, 12), '--reason', 'to see what rests on it');
    expect(status().status).not.toBe('broken');
    const retraction = /regline retract ([0-9a-f]{12})/.exec(taken.stdout)![1]!;
    expect(regline('retract', retraction, '--reason', 'seen').status).toBe(0);
    expect(status().status).toBe('broken');
    expect(regline('rebuild').status).toBe(0);
    expect(status().status).toBe('broken');
    expect(regline('explain', 'tcmalloc', 'v7.0', 'x86_64').stdout).toMatch(/sets\.yaml:\d+/);
    expect(regline('culprits').stdout).toBe(regline('culprits').stdout);
  });

  it('refuses a bad file with its place, exit 3, and takes nothing of it', () => {
    const file = join(folder, 'bad.yaml');
    writeFileSync(file, 'dataset: bad\nreleases:\n  - { release: 6.10, line: mainline, source: nobody }\n');
    const result = regline('import', 'facts', file, '--format', 'json');
    expect(result.status).toBe(3);
    expect(result.stderr).toMatch(/bad\.yaml:3:\d+/);
    expect(JSON.parse(result.stdout)).toMatchObject({
      files: [{ new: 0, error: expect.any(String) as string }],
    });
  });

  it('never sends text from outside raw to the terminal', () => {
    const file = join(folder, 'hostile.yaml');
    writeFileSync(
      file,
      'dataset: hostile\nsources:\n  x: { cite: "<x@y>", by: "\\e[31mEve\\e[0m", known: "2026-01-01" }\nnotes:\n  - { key: n, about: x, text: "a\\u202eb\\u0007", source: x }\n',
    );
    expect(regline('import', 'facts', file).status).toBe(0);
    const { stdout } = regline('log', '--only', 'NoteAdded');
    expect(stdout).toMatch(/Eve/);

    expect(stdout).not.toMatch(/[\u0007\u001b\u202e]/);
  });
});
