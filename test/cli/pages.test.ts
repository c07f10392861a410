import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { asciidocPage } from '../../cli/output/page/asciidoc.ts';
import { htmlPage } from '../../cli/output/page/html.ts';
import { markdownPage } from '../../cli/output/page/markdown.ts';
import { code, strong, type Inline, type Page } from '../../cli/output/page/page.ts';
import { rstPage } from '../../cli/output/page/rst.ts';
import { fairWidths, textPage } from '../../cli/output/page/text.ts';
import { tableCsv } from '../../cli/output/csv.ts';

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '| a | b |',
    '`x`',
    '``',
    '[x](javascript:alert(1))',
    '.. include:: /etc/passwd',
    'include::/etc/passwd[]',
    '|===',
    '\u001b[2J',
    'a\nb',
    '*x*',
    '_x_',
    '{attr}',
    '<<a>>',
    '=1+1',
    '- x',
    '1. x',
    '# x',
  ),
);
const page = (text: string): Page => ({
  title: text,
  blocks: [
    { kind: 'heading', says: text },
    { kind: 'text', says: [text, code(text), strong(text)] },
    { kind: 'list', items: [[text], [code(text)]] },
    {
      kind: 'table',
      columns: ['a', text],
      rows: [
        [[text], [code(text)]],
        [['x'], [strong(text)]],
      ],
    },
    { kind: 'notes', notes: [[text]] },
  ],
});

describe('pages with hostile text', () => {
  it('never send a control character, in any language', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const write of [
          markdownPage,
          rstPage,
          asciidocPage,
          htmlPage,
          (p: Page) => textPage(p, 80, (_, t) => t),
        ]) {
          expect(write(page(text))).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
        }
      }),
    );
  });

  it('are well-formed HTML with no element but their own', () => {
    const own = new Set([
      'section',
      'h2',
      'h3',
      'p',
      'code',
      'strong',
      'ul',
      'ol',
      'li',
      'table',
      'thead',
      'tbody',
      'tr',
      'th',
      'td',
      'sup',
      'a',
    ]);
    fc.assert(
      fc.property(hostile, (text) => {
        const parser = new SaxesParser();
        parser.on('error', (error) => {
          throw error;
        });
        parser.on('opentag', ({ name }) => {
          expect(own).toContain(name);
        });
        parser.write(htmlPage(page(text)).replace(/[\ud800-\udfff\ufffe\uffff]/g, '?')).close();
      }),
    );
  });

  it('keep the cells of a Markdown table apart', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const rows = markdownPage(page(text))
          .split('\n')
          .filter((l) => l.startsWith('|'));
        expect(rows).toHaveLength(4);
        for (const row of rows) expect(row.replaceAll('\\\\', '').match(/(?<!\\)\|/g)).toHaveLength(3);
      }),
    );
  });

  it('keep the structure of reStructuredText and AsciiDoc', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const rst = rstPage(page(text)).split('\n');
        expect(rst.filter((l) => l.startsWith('.. ')).map((l) => l.slice(0, 8))).toEqual([
          '.. list-',
          '.. [#n1]',
        ]);
        const adoc = asciidocPage(page(text)).split('\n');
        expect(adoc.filter((l) => l === '|===')).toHaveLength(2);
        expect(adoc.filter((l) => /^(include|image|link)::?/.test(l))).toEqual([]);
      }),
    );
  });
});

describe('pages in markup', () => {
  const block = (...says: readonly Inline[]): Page => ({
    title: 'T',
    blocks: [{ kind: 'text', says }],
  });
  const rst = (...says: readonly Inline[]) => rstPage(block(...says)).split('\n')[3];
  const adoc = (...says: readonly Inline[]) => asciidocPage(block(...says)).split('\n')[2];
  const md = (...says: readonly Inline[]) => markdownPage(block(...says)).split('\n')[2];

  it('leave alone in the source what is no markup', () => {
    expect(rst('x86_64: a = b (was: ', strong('broken'), '), 7.0.y')).toBe(
      'x86_64: a = b (was: **broken**\\ ), 7.0.y',
    );
    expect(adoc('x86_64: a = b (was: ', strong('broken'), '); 7.0-rc1')).toBe(
      'x86_64: a = b (was: **broken**&#41;&#59; 7.0-rc1',
    );
  });

  it('mark in reStructuredText only what can be marked, and keep markup apart from words', () => {
    expect(rst('a', strong(' b'), code('c'), 'd')).toBe('a b\\ ``c``\\ d');
    expect(rst(code('..<'))).toBe('\\ ``..<``');
    expect(rst('name_ and _name')).toBe('name\\_ and \\_name');
  });

  it('show what Asciidoctor would replace as it is', () => {
    expect(adoc('a... (C) b -> c')).toBe('a&#46;&#46;. &#40;C&#41; b &#45;&#62; c');
  });

  it('show a bar in code of Markdown without the backslash that it needs in a table', () => {
    expect(md(code('a|b'))).toBe('`a|b`');
    const row = (cell: Inline) =>
      markdownPage({ title: 'T', blocks: [{ kind: 'table', columns: ['a'], rows: [[[cell]]] }] }).split(
        '\n',
      )[4];
    expect(row(code('a|b'))).toBe('| `a\\|b` |');
    // Some readers take this bar for the end of the cell, however it is marked, if it stands in code.
    expect(row(code('a\\|b'))).toBe('| a\\\\\\|b |');
  });

  it.each([
    ['- x', '\\- x', '\\- x', '&#45; x'],
    ['--', '\\--', '\\--', '&#45;&#45;'],
    ['+', '\\+', '\\+', '&#43;'],
    ['1. x', '1\\. x', '\\1. x', '1&#46; x'],
    ['i) x', 'i) x', '\\i) x', 'i&#41; x'],
    ['-o  x', '-o  x', '\\-o  x', '&#45;o  x'],
    ['== ==', '== ==', '\\== ==', '&#61;&#61; &#61;&#61;'],
    ['//x', '//x', '//x', '&#47;/x'],
    ['.x', '.x', '.x', '&#46;x'],
    ['NOTE: x', 'NOTE: x', 'NOTE: x', 'NOTE&#58; x'],
    ['x@y.org', 'x@y.org', 'x\\@y.org', 'x&#64;y.org'],
    ['www.y.org', 'www&#46;y.org', 'www.y.org', 'www.y.org'],
    ['    x', 'x', 'x', 'x'],
    ['\\\\ ', '\\\\\\\\', '\\ \\\\\\\\', '&#92;&#92;'],
  ])('take %j for text at the beginning of a line', (text, markdown, restructured, asciidoc) => {
    expect([md(text), rst(text), adoc(text)]).toEqual([markdown, restructured, asciidoc]);
  });

  it('end no term of a list of AsciiDoc where a reference comes before a semicolon', () => {
    expect(adoc(strong('a'), ')', '; b')).toBe('**a**&#41;&#59; b');
  });

  it('mark nothing in Markdown that begins or ends with a blank', () => {
    expect(md('a', strong(' b '), code(' '), 'c')).toBe('a b  c');
  });

  it('underline a title of reStructuredText for as long as it is wide', () => {
    expect(rstPage({ title: '漢字', blocks: [] })).toBe('漢字\n====\n');
  });

  it('draw no table of reStructuredText with a head and no body', () => {
    const empty: Page = { title: 'T', blocks: [{ kind: 'table', columns: ['a', 'b'], rows: [] }] };
    expect(rstPage(empty)).not.toContain(':header-rows:');
  });
});

describe('tables for a terminal', () => {
  it('have room for more rows than a function takes arguments', () => {
    const rows = Array.from({ length: 130_000 }, () => [['w']]);
    const made: Page = { title: 'words', blocks: [{ kind: 'table', columns: ['word'], rows }] };
    expect(textPage(made, 80, (_, text) => text).match(/\bw\b/g)).toHaveLength(130_000);
  });

  it('put the first column above the others where the words of a table do not fit beside one another', () => {
    const made: Page = {
      title: 'T',
      blocks: [
        {
          kind: 'table',
          columns: ['Test', 'CI', 'Architecture', 'Since'],
          rows: [
            [['suite.of.a.long.name'], ['a CI'], ['x86_64'], ['2026-04-24']],
            [['suite.of.a.long.name'], ['b CI'], ['arm64'], ['until 2026-04-24']],
            [['suite.two'], ['b CI'], ['arm64'], ['2026-04-25']],
          ],
        },
      ],
    };
    const lines = (columns: number) =>
      textPage(made, columns, (_, text) => text)
        .split('\n')
        .slice(2, -1);
    expect(lines(80)[1]).toBe('suite.of.a.long.name  a CI  x86_64        2026-04-24');
    expect(lines(52)).toEqual([
      'Test                  CI    Architecture  Since',
      'suite.of.a.long.name  a CI  x86_64        2026-04-24',
      'suite.of.a.long.name  b CI  arm64         until',
      '                                          2026-04-24',
      'suite.two             b CI  arm64         2026-04-25',
    ]);
    expect(lines(40)).toEqual([
      'Test',
      '  CI    Architecture  Since',
      'suite.of.a.long.name',
      '  a CI  x86_64        2026-04-24',
      '  b CI  arm64         until 2026-04-24',
      'suite.two',
      '  b CI  arm64         2026-04-25',
    ]);
  });

  it('give every column its longest word and cut the widest first', () => {
    expect(fairWidths([4, 30, 10], [4, 5, 5], 30)).toEqual([4, 16, 10]);
    expect(fairWidths([4, 30], [4, 20], 10)).toEqual([4, 20]);
  });
});

describe('CSV', () => {
  it('is read back by a reader, and holds no formula', () => {
    const cell = {
      consumer: 'a"b,c',
      variant: '=1+1',
      version: null,
      release: 'v1.0',
      arch: 'x86_64',
      config: null,
      status: 'broken',
      basis: 'predicted',
      confidence: 'verified',
      reported: true,
      culprits: ['x', 'y'],
      fixedBy: [],
      evidence: ['e'],
      note: 'a\nb',
    } as const;
    const rows: Record<string, string>[] = parse(
      tableCsv({
        schema: 'regline.table/1',
        asOf: null,
        releases: ['v1.0'],
        archs: ['x86_64'],
        cells: [cell],
      }),
      { columns: true },
    );
    expect(rows).toEqual([
      expect.objectContaining({
        consumer: 'a"b,c',
        variant: "'=1+1",
        status: 'broken',
        culprits: 'x y',
        note: 'a\nb',
      }),
    ]);
  });
});
