import { markdownTable } from 'markdown-table';
import { safeText } from '../safe-text.ts';
import { writeInline, type InlineWriter, type Page } from './page.ts';

/**
 * Escapes what CommonMark and GFM could take for markup or HTML; nothing from outside can end a cell or lead to a page. That GFM makes
 * a link to a mailbox of every address of one cannot be prevented in a way that leaves the address readable.
 */
function escapeMarkdown(text: string): string {
  return safeText(text)
    .replace(/[\\`*_{}[\]<>|~#&]/g, (c) => `\\${c}`)
    .replace(/(https?|ftp|mailto|xmpp):/gi, '$1&#58;')
    .replace(/(www)\./gi, '$1&#46;');
}

/** A line that begins like a list or draws a rule is text all the same, and one that is moved in is no code. */
function line(pieces: Parameters<typeof writeInline>[1], writer = inline): string {
  return writeInline(writer, pieces)
    .trim()
    .replace(/^[-+](?=[-\s]|$)/, '\\$&')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

const inline: InlineWriter = {
  text: escapeMarkdown,
  code(text) {
    const safe = safeText(text);
    // Blanks alone are no code.
    if (safe.trim() === '') return safe;
    // The fence must be longer than any run of backticks inside.
    const fence = '`'.repeat(Math.max(0, ...[...safe.matchAll(/`+/g)].map((m) => m[0].length)) + 1);
    // One blank at each end is taken away.
    const pad = /^`|`$|^ .* $/.test(safe) ? ' ' : '';
    return `${fence}${pad}${safe}${pad}${fence}`;
  },
  // What begins or ends with a blank cannot be marked.
  strong(text) {
    const says = escapeMarkdown(text);
    return /^\s|\s$|^$/.test(says) ? says : `**${says}**`;
  },
  // No footnote syntax: CommonMark has none, and a number in brackets reads the same everywhere.
  note: (number) => `\\[${number}\\]`,
};

/**
 * In a table of GFM a bar ends the cell even between backticks; elsewhere a backslash would be shown there. Readers differ on a bar behind
 * a backslash, which is therefore no code.
 */
const inTable: InlineWriter = {
  ...inline,
  code: (text) => (text.includes('\\|') ? escapeMarkdown(text) : inline.code(text).replaceAll('|', '\\|')),
};

/** Writes a page as Markdown (CommonMark with the tables of GFM). */
export function markdownPage(page: Page): string {
  const parts = [`# ${escapeMarkdown(page.title)}`];
  for (const block of page.blocks) {
    switch (block.kind) {
      case 'heading':
        parts.push(`## ${escapeMarkdown(block.says)}`);
        break;
      case 'text':
        parts.push(line(block.says));
        break;
      case 'list':
        parts.push(block.items.map((item) => `- ${line(item)}`).join('\n'));
        break;
      case 'table':
        parts.push(
          markdownTable(
            [
              block.columns.map(escapeMarkdown),
              ...block.rows.map((row) => row.map((cell) => line(cell, inTable))),
            ],
            { alignDelimiters: false, padding: true },
          ),
        );
        break;
      case 'notes':
        parts.push(block.notes.map((says, i) => `${i + 1}. ${line(says)}`).join('\n'));
    }
  }
  return `${parts.join('\n\n')}\n`;
}
