import { safeText } from '../safe-text.ts';
import { writeInline, type Block, type InlineWriter, type Page } from './page.ts';

/** Escapes a text for AsciiDoc: character references are never markup, a macro or the end of a cell. */
export function escapeAsciidoc(text: string): string {
  return safeText(text).replace(/[&<>*_`#^~+|[\]{}\\:;'"!=()-]/g, (c) => `&#${String(c.codePointAt(0))};`);
}

/** Hyphens and colons are left alone inside words, where they mean nothing, so that the source stays readable. */
function readable(text: string): string {
  return escapeAsciidoc(text).replace(/(?<=[A-Za-z0-9.])&#45;(?=[A-Za-z0-9])/g, '-');
}

const inline: InlineWriter = {
  text: readable,
  code: (text) => `\`${readable(text)}\``,
  strong: (text) => `*${readable(text)}*`,
  note: (number) => `^<<note-${number},${number}>>^`,
};

/** Writes a page as AsciiDoc, as distributions write their release notes. */
export function asciidocPage(page: Page): string {
  return `${[`= ${readable(page.title)}`, ...page.blocks.map(block)].join('\n\n')}\n`;
}

function block(b: Block): string {
  switch (b.kind) {
    case 'heading':
      return `== ${readable(b.says)}`;
    case 'text':
      return line(b.says);
    case 'list':
      return b.items.map((item) => `* ${line(item)}`).join('\n');
    case 'table':
      return [
        `[cols="${b.columns.map(() => '1').join(',')}",options="header"]`,
        '|===',
        b.columns.map((c) => `|${readable(c)}`).join(' '),
        '',
        ...b.rows.map((row) => row.map((cell) => `|${line(cell)}`).join('\n')),
        '|===',
      ].join('\n');
    case 'notes':
      return b.notes.map((says, i) => `. [[note-${i + 1}]]${line(says)}`).join('\n');
  }
}

/** Constrained marks must stand between blanks; doubled ones need not. */
function line(pieces: Parameters<typeof writeInline>[1]): string {
  return writeInline(
    { ...inline, code: (t) => `\`\`${readable(t)}\`\``, strong: (t) => `**${readable(t)}**` },
    pieces,
  ).trim();
}
