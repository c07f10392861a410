import { safeText } from '../safe-text.ts';
import { writeInline, type Block, type InlineWriter, type Page } from './page.ts';

/** Escapes a text for AsciiDoc: character references are never markup, a macro or the end of a cell. */
function escapeAsciidoc(text: string): string {
  return safeText(text).replace(/[&<>*_`#^~+|$[\]{}\\:;'"!=()@-]|\.(?=\.)/g, reference);
}

/** A character by its number, which means nothing anywhere. */
function reference(c: string): string {
  return `&#${String(c.codePointAt(0))};`;
}

/**
 * Leaves alone what means nothing where it stands, so that the source stays readable: hyphens, colons and underscores between letters
 * or digits, a colon, a semicolon or an equals sign before a blank, single parentheses, and quotation marks that touch no mark.
 */
function readable(text: string): string {
  return escapeAsciidoc(text).replace(/&#(\d+);/g, (whole, digits: string, at: number, all: string) => {
    const c = String.fromCodePoint(Number(digits));
    const before = all.slice(Math.max(0, at - 6), at);
    const after = all.slice(at + whole.length);
    const inWord = /[A-Za-z0-9.]$/.test(before) && /^[A-Za-z0-9]/.test(after);
    const ofWord = /[A-Za-z0-9]$|&#41;$|&#34;$/.test(before) && /^ ?[A-Za-z0-9]|^ &#34;|^ $/.test(after);
    const free =
      ((c === '-' || c === '_') && inWord) ||
      (c === ':' && (inWord || ofWord)) ||
      (c === ';' && ofWord && after.startsWith(' ')) ||
      (c === '=' && before.endsWith(' ') && before.length > 1 && after.startsWith(' ')) ||
      (c === '(' && before.endsWith(' ') && !/^(c|r|tm)&#41;|^&#40;/i.test(after)) ||
      (c === ')' &&
        /[A-Za-z0-9]$/.test(before) &&
        !/(?:&#40;|\()(c|r|tm)$/i.test(before) &&
        /^ |^&#5[89];|^,/.test(after));
    return free ? c : whole;
  });
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
        `[%header%autowidth,cols="${b.columns.length}*"]`,
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

/**
 * Constrained marks must stand between blanks; doubled ones need not. A line that begins like a comment, a title, a list or an
 * admonition is text all the same.
 */
function line(pieces: Parameters<typeof writeInline>[1]): string {
  return (
    writeInline(
      { ...inline, code: (t) => `\`\`${readable(t)}\`\``, strong: (t) => `**${readable(t)}**` },
      pieces,
    )
      .trim()
      .replace(/^[./]|(?<=^(?:\d+|[A-Za-z]))\.(?= )|(?<=^[A-Z]+):(?= )|(?<=^[ivxIVX]+)\)(?= )/, reference)
      // A reference ends in a semicolon, and two of them end the term of a list.
      .replace(/(?<=&#\d+;);(?=\s|$)/g, reference)
  );
}
