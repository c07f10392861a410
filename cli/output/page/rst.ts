import { safeText } from '../safe-text.ts';
import { writeInline, type Block, type InlineWriter, type Page } from './page.ts';

/**
 * Escapes what reStructuredText could take for markup: every character that may begin or end some. An underscore inside a word
 * and a colon before a blank mean nothing, and are left alone so that the source stays readable.
 */
function escapeRst(text: string): string {
  return safeText(text).replace(
    /[\\*`|<>[\]@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?! )|(?<![A-Za-z0-9)]):/g,
    (c) => `\\${c}`,
  );
}

/** Where markup begins or ends; no text from outside holds it, for it is a control character. */
const SEAM = '\u0001';

const inline: InlineWriter = {
  text: escapeRst,
  // A literal ends at two backticks; what holds one is written as plain text.
  code(text) {
    const safe = safeText(text);
    return /^\s|\s$|`|\\|^$/.test(safe) ? escapeRst(safe) : `${SEAM}\`\`${safe}\`\`${SEAM}`;
  },
  // What begins or ends with a blank cannot be marked.
  strong: (text) => (/^\s|\s$|^$/.test(text) ? escapeRst(text) : `${SEAM}**${escapeRst(text)}**${SEAM}`),
  note: (number) => `${SEAM}[#n${number}]_`,
};

/** Markup must not touch the word before it, and an escaped blank separates without being shown. */
function line(pieces: Parameters<typeof writeInline>[1]): string {
  return plainStart(
    writeInline(inline, pieces)
      .trim()
      .replace(/\u0001(?=$| )/g, '')
      .replace(/(^| )\u0001(?=\*\*|``)/g, '$1')
      .replaceAll(SEAM, '\\ '),
  );
}

/** What begins a list, a comment, a directive or an option with its meaning, or is a title's rule or a table's. */
const BEGINS =
  /^(?:(?:[-+•‣⁃]|\(?[\dA-Za-z#]+[.)]|\.\.|>>>)(?:\s|$)|(?:--?|\/)\w.*? {2}|[!-/:-@[-`{-~][\s!-/:-@[-`{-~]*$)/;

/** A line that begins like one of these is text all the same. */
function plainStart(text: string): string {
  if (!BEGINS.test(text)) return text;
  return /^(\*\*|``|\\)/.test(text) ? `\\ ${text}` : `\\${text}`;
}

/** Writes a page as reStructuredText, as the kernel's documentation is written (Documentation/doc-guide). */
export function rstPage(page: Page): string {
  const parts = [heading(page.title, '='), ...page.blocks.map(block)];
  return `${parts.join('\n\n')}\n`;
}

function block(b: Block): string {
  switch (b.kind) {
    case 'heading':
      return heading(b.says, '-');
    case 'text':
      return line(b.says);
    case 'list':
      return b.items.map((item) => `* ${line(item)}`).join('\n');
    case 'table':
      // A list table needs no drawing, so that a longer word does not change every line of a patch.
      return [
        '.. list-table::',
        // A head without a body is no table there.
        ...(b.rows.length === 0 ? [] : ['   :header-rows: 1']),
        '   :widths: auto',
        '',
        ...[b.columns.map((c) => plainStart(escapeRst(c).trim())), ...b.rows.map((row) => row.map(line))].map(
          (row) => row.map((cell, i) => `   ${i === 0 ? '*' : ' '} - ${cell}`.trimEnd()).join('\n'),
        ),
      ].join('\n');
    case 'notes':
      return b.notes.map((says, i) => `.. [#n${i + 1}] ${line(says)}`).join('\n');
  }
}

function heading(text: string, mark: string): string {
  const says = plainStart(escapeRst(text).trim());
  // A title is underlined for as long as it is wide, and letters of East Asia are two wide.
  const width = says.length + (says.match(/[\u1100-\uffff]/g)?.length ?? 0);
  return `${says}\n${mark.repeat(Math.max(3, width))}`;
}
