import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reglineHere } from '../support/in-process.ts';

let folder: string;
let db = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-odd-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Imports a file into a new log; gives what was said, and the rejects in the log. */
async function imported(format: string, content: string | Uint8Array) {
  const path = join(folder, 'odd');
  writeFileSync(path, content);
  const log = ['--db', join(folder, `${++db}.db`)];
  const { status, stdout, stderr } = await reglineHere(folder, 'import', format, path, ...log);
  const verified = await reglineHere(folder, 'verify', ...log);
  const rejects = await reglineHere(folder, 'rejects', ...log);
  return {
    status,
    said: stdout.replaceAll(folder, ''),
    stderr,
    verified: verified.status,
    rejects: rejects.stdout.replaceAll(folder, ''),
  };
}

const submission = (...tests: readonly object[]) =>
  JSON.stringify({
    version: { major: 5, minor: 3 },
    tests: tests.map((t, i) => ({
      id: `o:${i}`,
      build_id: 'o:b',
      origin: 'o',
      path: 'a',
      status: 'PASS',
      ...t,
    })),
  });

describe('a record that the log would refuse', () => {
  it('is a reject with its place, and the records beside it are taken', async () => {
    const { status, said, rejects, verified } = await imported(
      'distribution-kernels',
      `6.19.3-200.fc43\n6.19.${'9'.repeat(23)}-200.fc43\n7.0.10-200.fc44\n`,
    );
    expect({ status, verified }).toEqual({ status: 0, verified: 0 });
    expect(said).toMatch(/8 new.*2 rejected/);
    expect(rejects).toMatch(/\/odd#line 2: the log does not take it: ReleaseRecorded: release: not the name/);
  });
});

describe('a number out of all measure', () => {
  it.each([
    ['kcidb', submission({ duration: 1e308 }, { id: 'o:x' }), '2 new'],
    ['squad', '{"0_s": {"a": {"result": "pass", "duration": "1e308"}}}', '1 new'],
    ['junit', '<testsuite><testcase name="a" time="1e308"/></testsuite>', '1 new'],
    [
      'ktap',
      `TAP version 13\n1..2\nok 1 a # time=${'9'.repeat(400)}s\nnot ok 2 b # exit=${'9'.repeat(400)}\n`,
      '1 new',
    ],
  ])('is left out, and the result is taken: %s', async (format, content, taken) => {
    const { status, said, stderr } = await imported(format, content);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(said).toContain(taken);
  });

  it('is refused with its place in facts', async () => {
    const { status, stderr } = await imported(
      'facts',
      'dataset: d\nsources: { a: { cite: x, by: y, known: "2021-01-01" } }\nbehaviours:\n  - { behaviour: b.c, interface: i, title: t, values: [.inf], owner: o, guarantees: [{ guarantee: documented, values: [.inf] }], source: a }\n',
    );
    expect(status).toBe(3);
    expect(stderr).toMatch(/odd:4:\d+: error: /);
  });
});

describe('a word that every object of JavaScript has', () => {
  it('is no status of a test', async () => {
    const report = {
      sub_groups: [],
      test_cases: [
        { name: 'a', status: 'constructor' },
        { name: 'b', status: '__proto__' },
      ],
    };
    expect((await imported('kunit-json', JSON.stringify(report))).said).toContain('(2 unknown)');
    const kirk = { results: [{ test_fqn: 'a', status: 'constructor', test: {} }], environment: {} };
    expect((await imported('ltp', JSON.stringify(kirk))).said).toContain('(1 unknown)');
  });
});

describe('a file whose data ends too early', () => {
  const list = Array.from({ length: 3000 }, (_, i) => `6.${i % 19}.${(i * 7919) % 5000} 2025-01-01`).join(
    '\n',
  );
  const mails = Array.from(
    { length: 300 },
    (_, i) =>
      `From a@b Mon Sep 17 00:00:00 2001\nFrom: a@b\nDate: Tue, 4 May 2021 10:00:00 +0000\nMessage-ID: <${i * 7919}@x>\nSubject: ${i}\n\nbody\n`,
  ).join('\n');
  const rows = Array.from({ length: 3000 }, (_, i) => `t${(i * 7919) % 9973}  PASS  0`).join('\n');
  const FACTS =
    'dataset: d\nsources: { a: { cite: x, by: y, known: "2021-01-01" } }\nlines: [{ line: mainline, complete: true, source: a }]\n';
  it.each([
    ['release-list', list],
    ['mail', mails],
    ['ltp', `Testcase  Result  Exit Value\n${rows}\n`],
    ['facts', `${FACTS}# ${rows.replaceAll('\n', '\n# ')}\n`],
  ])('is taken as far as it goes, with a warning: %s', async (format, content) => {
    const packed = gzipSync(content);
    const { status, stderr, verified } = await imported(format, packed.subarray(0, packed.length - 50));
    expect({ status, verified }).toEqual({ status: 0, verified: 0 });
    expect(stderr.match(/odd: warning: gzip data is damaged or cut off/g)).toHaveLength(1);
  });
});
