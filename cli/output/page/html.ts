import { safeText } from '../safe-text.ts';
import { writeInline, type Block, type Inline, type InlineWriter, type Page } from './page.ts';

/** Escapes a text for HTML, in content and in quoted attributes. */
function escapeHtml(text: string): string {
  return safeText(text).replace(/[&<>"']/g, (c) => `&#${String(c.codePointAt(0))};`);
}

const inline: InlineWriter = {
  text: escapeHtml,
  code: (text) => `<code>${escapeHtml(text)}</code>`,
  strong: (text) => `<strong>${escapeHtml(text)}</strong>`,
  note: (number) => `<sup><a href="#regline-note-${number}">[${number}]</a></sup>`,
};

const line = (pieces: readonly Inline[]) => writeInline(inline, pieces);

/** Writes a page as a fragment of HTML: no head, no script, no style of its own; it takes those of its surroundings. */
export function htmlPage(page: Page): string {
  return `<section class="regline">\n${[`<h2>${escapeHtml(page.title)}</h2>`, ...page.blocks.map(block)].join('\n')}\n</section>\n`;
}

function block(b: Block): string {
  switch (b.kind) {
    case 'heading':
      return `<h3>${escapeHtml(b.says)}</h3>`;
    case 'text':
      return `<p>${line(b.says)}</p>`;
    case 'list':
      return `<ul>\n${b.items.map((item) => `<li>${line(item)}</li>`).join('\n')}\n</ul>`;
    case 'table':
      return [
        '<table>',
        `<thead><tr>${b.columns.map((c) => `<th scope="col">${escapeHtml(c)}</th>`).join('')}</tr></thead>`,
        '<tbody>',
        ...b.rows.map((row) => `<tr>${row.map((cell) => `<td>${line(cell)}</td>`).join('')}</tr>`),
        '</tbody>',
        '</table>',
      ].join('\n');
    case 'notes':
      return `<ol>\n${b.notes.map((says, i) => `<li id="regline-note-${i + 1}">${line(says)}</li>`).join('\n')}\n</ol>`;
  }
}
