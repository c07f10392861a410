import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { HistoryDocument } from '../../queries/results/test-history.ts';
import { reglineIn } from './built-command.ts';

/** Names the tests of a comparison by the last part of their canonical names alone. */
export function byLastName(found: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(found).map(([name, kind]) => [name.split('.').at(-1)!, kind]));
}

/** Logs of builds that a test compares, each in a folder of its own. */
export class ComparedBuilds {
  private readonly folder = mkdtempSync(join(tmpdir(), 'regline-compared-'));

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Imports files, given by their paths, into a log of their own, and tells each test's class, by where it ran. */
  compared(
    files: Readonly<Record<string, string>>,
    imports: readonly (readonly string[])[],
    from: string,
    to: string,
  ): Readonly<Record<string, string>> {
    const { changes } = this.asked(files, imports, 'changes', from, to) as {
      changes: readonly { test: string; platform: string | null; compiler: string | null; class: string }[];
    };
    return Object.fromEntries(
      changes.map((c) => [
        [c.test, c.platform, c.compiler].filter((part) => part !== null).join(' '),
        c.class,
      ]),
    );
  }

  /** Imports files into a log of their own, and tells of each test where its history turned; `?` where that may be chance. */
  turned(
    files: Readonly<Record<string, string>>,
    imports: readonly (readonly string[])[],
  ): Readonly<Record<string, string>> {
    const { tests } = this.asked(files, imports, 'history', '*') as HistoryDocument;
    return Object.fromEntries(
      tests.map(({ test, lanes }) => [
        test,
        lanes
          .flatMap((lane) => lane.turns)
          .map((t) => `${t.kind} ${t.to}${t.chance !== null && t.chance >= 0.01 ? '?' : ''}`)
          .join(', '),
      ]),
    );
  }

  /** Imports files into a log of their own, and gives the JSON with which a command answers. */
  asked(
    files: Readonly<Record<string, string>>,
    imports: readonly (readonly string[])[],
    ...command: readonly string[]
  ): unknown {
    return JSON.parse(reglineIn(this.imported(files, imports), ...command, '--format', 'json').stdout);
  }

  /** @returns the folder with the log */
  private imported(files: Readonly<Record<string, string>>, imports: readonly (readonly string[])[]): string {
    const own = mkdtempSync(join(this.folder, 'log-'));
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(own, name)), { recursive: true });
      writeFileSync(join(own, name), content);
    }
    for (const [name = '', ...options] of imports) {
      const ran = reglineIn(own, 'import', 'auto', join(own, name), ...options);
      expect([ran.status, ran.stderr]).toEqual([0, '']);
    }
    return own;
  }
}
