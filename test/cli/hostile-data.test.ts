import { parse } from 'csv-parse/sync';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reglineHere } from '../support/in-process.ts';

/** Texts that a terminal, a page, a spreadsheet or a builder of documents would obey. */
const HOSTILE = [
  '<script>alert(1)</script>',
  'a|b',
  '``',
  '[x](javascript:alert(1))',
  '.. include:: /etc/passwd',
  'include::/etc/passwd[]',
  '|===',
  '\u001b[2J\u001b]0;title\u0007',
  'two\nlines',
  '*x* _y_ {z} <<a>>',
  '=cmd|"/c calc"!A1',
  '@SUM(1)',
  '# x',
  '1. x',
  '\u202eevil\u202c\u061c\u{e0041}',
  '\u200b\ufeff',
  'W'.repeat(300),
  ':role:`x`',
  '----',
  '\\',
];
let next = 0;
/** The next two of them as a text of YAML. */
const t = (): string => {
  next += 1;
  return JSON.stringify(`${HOSTILE[next % HOSTILE.length]!} ${HOSTILE[(next * 7 + 3) % HOSTILE.length]!}`);
};
const CONSUMER = JSON.stringify('c<b>|x');
const OTHER = JSON.stringify('=HYPERLINK(1)');
const BEHAVIOUR = JSON.stringify('b.<script>.|x|');
const FIELD = JSON.stringify('f|<x>');
const TEST = JSON.stringify('te|st.<img src=x>');
const [GOOD, BAD] = ['"go|od"', '"<bad>"'];
const [ONE, TWO] = ['1'.repeat(40), '2'.repeat(40)];

const facts = () => `dataset: hostile
sources:
${['a', 'b', 'c', 'd'].map((k, i) => `  ${k}: { cite: ${t()}, by: ${t()}, known: "2021-0${i + 1}-01", title: ${t()} }`).join('\n')}
lines: [{ line: mainline, complete: true, source: a }, { line: "<b>dist|ro</b>", base: "v2.1", complete: false, source: a }]
releases:
  - { release: "v2.0", line: mainline, date: "2020-12-01", source: a }
  - { release: "v2.1", line: mainline, date: "2021-02-01", predecessor: "v2.0", source: a }
  - { release: "v2.2", line: mainline, date: "2021-05-01", predecessor: "v2.1", source: a }
changes:
  - { change: "${ONE}", subject: ${t()}, author: ${t()}, commitDate: "2021-01-02", source: b, note: ${t()}, entered: { release: "v2.1", order: 1 } }
  - { change: "${TWO}", subject: ${t()}, author: ${t()}, commitDate: "2021-03-02", source: b, entered: { release: "v2.2", order: 1 } }
interfaces:
  - interface: "=x|<i>face</i>"
    title: ${t()}
    source: a
    fields: [{ field: ${FIELD}, owner: "kernel<b>", since: "v2.0", says: ${t()} }]
    archs: [{ arch: "ar|<ch>" }, { arch: riscv }]
behaviours:
  - { behaviour: ${BEHAVIOUR}, interface: "=x|<i>face</i>", title: ${t()}, values: [${GOOD}, ${BAD}], owner: ${t()}, guarantees: [{ guarantee: documented, values: [${GOOD}] }], source: a }
sets:
  - { key: s1, behaviour: ${BEHAVIOUR}, at: [{ from: "v2.0", to: "v2.0" }], value: ${GOOD}, source: a, confidence: concluded, note: ${t()} }
  - { key: s2, behaviour: ${BEHAVIOUR}, change: "${ONE}", value: ${BAD}, source: b }
  - { key: s3, behaviour: ${BEHAVIOUR}, change: "${TWO}", value: ${GOOD}, source: c }
claimed: [{ key: cl, behaviour: ${BEHAVIOUR}, at: [{ from: "v2.1", to: "v2.1" }], value: ${GOOD}, source: d, note: ${t()} }]
consumers:
  - { consumer: ${CONSUMER}, title: ${t()}, interface: "=x|<i>face</i>", profile: { owns_registration: true }, source: a }
  - { consumer: ${CONSUMER}, variant: "*v*|\`1\`", title: ${t()}, interface: "=x|<i>face</i>", guards: [{ refuses: uname >= 2.2.0, says: ${t()} }], source: b }
  - { consumer: ${OTHER}, title: ${t()}, interface: "=x|<i>face</i>", profile: { owns_registration: true }, source: b }
requirements: [{ key: r1, consumer: ${CONSUMER}, behaviour: ${BEHAVIOUR}, needs: [${GOOD}], otherwise: broken, why: ${t()}, source: a }]
uses:
  - { key: u1, consumer: ${CONSUMER}, interface: "=x|<i>face</i>", field: ${FIELD}, use: writes, how: ${t()}, since: ${t()}, source: a }
  - { key: u2, consumer: ${OTHER}, interface: "=x|<i>face</i>", field: ${FIELD}, use: reads, how: ${t()}, source: a }
mitigations: [{ key: m1, consumer: ${CONSUMER}, behaviour: ${BEHAVIOUR}, mitigation: ${t()}, gives: ${t()}, costs: ${t()}, source: a }]
tests: [{ test: ${TEST}, title: ${t()}, behaviours: [${BEHAVIOUR}], source: a }]
coverage:
  - { key: k1, ci: ${t()}, test: ${TEST}, archs: [riscv], trees: [${t()}], state: began, since: "2021-02-01", source: c, note: ${t()} }
  - { key: k2, ci: ${t()}, test: ${TEST}, state: seen, source: c, note: ${t()} }
breakage:
  - { key: b1, says: broken, consumer: ${CONSUMER}, archs: [riscv], releases: ["v2.1"], source: d, note: ${t()} }
  - { key: b2, says: not-a-regression, consumer: ${CONSUMER}, source: d }
culprits: [{ key: cu, change: "${ONE}", role: culprit, method: bisect, behaviour: ${BEHAVIOUR}, source: d }]
fixes: [{ key: fc, where: consumer, status: merged, consumer: ${CONSUMER}, what: ${t()}, behaviour: ${BEHAVIOUR}, source: d }]
disputes: [{ dispute: "dis<p>|ute", statements: [b1, b2], why: ${t()}, source: d }]
proposals:
  - { proposal: "pro|<p>", title: ${t()}, status: proposed, source: b, sets: [{ behaviour: ${BEHAVIOUR}, value: ${BAD} }] }
  - { proposal: "pro|<p>", title: ${t()}, status: rejected, why: ${t()}, source: c }
`;

let folder: string;
const regline = (...args: readonly string[]) => reglineHere(folder, ...args);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regline-hostile-'));
  const take = async (name: string, content: string, ...more: readonly string[]) => {
    writeFileSync(join(folder, name), content);
    expect((await regline('import', 'auto', join(folder, name), ...more)).status).toBe(0);
  };
  await take('hostile.yaml', facts());
  for (const [release, outcome] of [
    ['v2.1', 'ok'],
    ['v2.2', 'not ok'],
  ] as const)
    await take(
      `${release}.log`,
      `TAP version 13\n1..2\n${outcome} 1 selftests: te|st: <img src=x>\n# \u001b[31mred\u001b[0m\n${outcome} 2 selftests: x: =cmd|x\n`,
      ...['--release', release, '--arch', 'riscv', '--origin', '=ci|<b>', '--known-at', '2021-06'],
    );
  await take(
    'm.mbox',
    'From x Mon Sep 17 00:00:00 2001\nFrom: =?utf-8?q?=1B]0;x=07_<script>?= <z@example.org>\nTo: regressions@lists.linux.dev\n' +
      'Date: Tue, 4 May 2021 10:00:00 +0000\nMessage-ID: <h@example.org>\nSubject: [REGRESSION] =?utf-8?q?=E2=80=AE_|_`x`_<b>?=\n\n' +
      '#regzbot introduced: v2.0..v2.1\n#regzbot title: | a | <b> `x` ]( *\n#regzbot nonsense: <script>\n',
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a terminal or a reader would obey and not show. */
const OBEYED =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
const OWN = 'section h2 h3 p code strong ul ol li table thead tbody tr th td sup a'.split(' ');

/** The texts of browser-compat-data that tools show as Markdown with HTML in it. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) =>
    name === 'notes' || name === 'description'
      ? [part].flat().filter((text) => typeof text === 'string')
      : textsIn(part),
  );
}

it.each([
  [['contradictions']],
  [['regressions']],
  [['culprits']],
  [['coverage']],
  [['ownership']],
  [['predictions', '--score']],
  [['migrate']],
  [['mode', '--size', '1', '--release', 'v2.1', '--arch', 'riscv']],
  [['table']],
  [['table', '--intervals']],
  [['table-diff', '--from', 'v2.0', '--to', 'v2.1']],
  [['release-note', 'v2.1']],
  [['timeline']],
  [['diff', '--from', '2021-01-15', '--to', '2021-09-01']],
  [['report', '--since', '2021-01-15', '--until', '2021-09-01']],
  [['check', '--release', 'v2.1', '--arch', 'riscv', '--consumer', 'c<b>|x']],
  [['changes', 'v2.1', 'v2.2']],
  [['explain', 'c<b>|x', 'v2.1', 'riscv']],
  [['explain', 'b.<script>.|x|']],
])('%j lets nothing out as it came in, in no format', async (args) => {
  const formats = [
    'text',
    'markdown',
    'rst',
    'asciidoc',
    'html',
    'json',
    ...(args[0] === 'table' ? ['csv', 'bcd'] : []),
  ];
  for (const format of formats) {
    const { stdout, stderr } = await regline(...args, '--format', format);
    expect([format, stderr]).toEqual([format, '']);
    expect(stdout.length).toBeGreaterThan(10);
    expect(OBEYED.exec(stdout)?.[0]).toBeUndefined();
    const lines = stdout.split('\n');
    if (format === 'bcd') {
      const texts = textsIn(JSON.parse(stdout));
      expect(texts.length).toBeGreaterThan(1);
      expect(texts.filter((text) => /[<>`*[\]|]/.test(text))).toEqual([]);
    }
    if (format === 'json') expect(JSON.parse(stdout)).toHaveProperty('schema');
    if (format === 'csv') {
      const rows: string[][] = parse(stdout);
      expect(new Set(rows.map((r) => r.length)).size).toBe(1);
      expect(rows.flat().filter((cell) => /^[=+\-@]/.test(cell))).toEqual([]);
    }
    if (format === 'markdown') {
      // What stands between backticks is shown as it is.
      expect(stdout.replace(/(`+)[^`].*?\1/g, '')).not.toMatch(/(?<!\\)<(script|img|b|i)>/);
      // All rows of a table have as many cells.
      const widths = lines.map((l) =>
        l.startsWith('|') ? l.replaceAll('\\\\', '').match(/(?<!\\)\|/g)!.length : 0,
      );
      widths.forEach((w, i) => {
        if (w > 0 && (widths[i - 1] ?? 0) > 0) expect(w).toBe(widths[i - 1]);
      });
    }
    if (format === 'rst') expect(lines.filter((l) => /^\s*\.\. (include|raw)/.test(l))).toEqual([]);
    if (format === 'asciidoc') expect(lines.filter((l) => /^(include|image)::/.test(l))).toEqual([]);
    if (format === 'html') {
      const parser = new SaxesParser();
      parser.on('error', (error) => {
        throw error;
      });
      parser.on('opentag', ({ name }) => {
        expect(OWN).toContain(name);
      });
      parser
        .write(`<div>${stdout}</div>`.replace('<div>', '<section>').replace(/<\/div>$/, '</section>'))
        .close();
    }
  }
});
