import { markdownTable } from 'markdown-table';
import { safeText } from '../safe-text.ts';
import { writeInline, type InlineWriter, type Page } from './page.ts';

/** Escapes what CommonMark and GFM could take for markup or HTML; nothing from outside can end a cell or begin a link. */
function escapeMarkdown(text: string): string {
  return safeText(text)
    .replace(/[\\`*_{}[\]<>|~#&]/g, (c) => `\\${c}`)
    .replace(/(https?|ftp|mailto):/gi, '$1&#58;')
    .replace(/^(\s*)([-+]|\d+[.)])(?=\s)/, '$1\\$2');
}

const inline: InlineWriter = {
  text: escapeMarkdown,
  code(text) {
    const safe = safeText(text);
    // The fence must be longer than any run of backticks inside.
    const fence = '`'.repeat(Math.max(0, ...[...safe.matchAll(/`+/g)].map((m) => m[0].length)) + 1);
    const pad = safe.startsWith('`') || safe.endsWith('`') ? ' ' : '';
    // In a table of GFM a bar ends the cell even between backticks.
    return `${fence}${pad}${safe.replaceAll('|', '\\|')}${pad}${fence}`;
  },
  strong: (text) => `**${escapeMarkdown(text)}**`,
  // No footnote syntax: CommonMark has none, and a number in brackets reads the same everywhere.
  note: (number) => `\\[${number}\\]`,
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
        parts.push(writeInline(inline, block.says));
        break;
      case 'list':
        parts.push(block.items.map((item) => `- ${writeInline(inline, item)}`).join('\n'));
        break;
      case 'table':
        parts.push(
          markdownTable(
            [
              block.columns.map(escapeMarkdown),
              ...block.rows.map((row) => row.map((cell) => writeInline(inline, cell))),
            ],
            { alignDelimiters: false, padding: true },
          ),
        );
        break;
      case 'notes':
        parts.push(block.notes.map((says, i) => `${i + 1}. ${writeInline(inline, says)}`).join('\n'));
    }
  }
  return `${parts.join('\n\n')}\n`;
}
