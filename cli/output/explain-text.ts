import type { ExplainDocument } from '../../queries/explain/explanation.ts';
import type { Paint } from '../context.ts';
import { safeText, wrap } from './safe-text.ts';
import { shortId } from './words.ts';

/** Shows a trail step by step: what is said, by which rule, and the events with their sources down to the line. */
export function explainText(document: ExplainDocument, columns: number, paint: Paint): string {
  const width = Math.min(columns, 120);
  const verdict = document.verdict === null ? '' : `: ${document.verdict}`;
  const lines = [
    `${paint('bold', safeText(document.subject))}${wrap(safeText(verdict), width - document.subject.length, '  ')}`,
  ];
  document.steps.forEach((step, i) => {
    lines.push(`${String(i + 1).padStart(3)}. ${wrap(safeText(step.says), width, '     ')}`);
    if (step.rule !== null)
      lines.push(`     ${paint('dim', wrap(safeText(`rule: ${step.rule}`), width, '     '))}`);
    for (const event of step.events) {
      const source = safeText(`${event.knownAt ?? 'unknown date'} ${event.source}`);
      lines.push(`     ${paint('yellow', shortId(event.id))} ${wrap(source, width - 9, '       ')}`);
      if (event.excerpt === null) continue;
      // What the step has just said need not be said again; where it is written still does.
      const again = event.excerpt.startsWith(`${step.says} (`);
      const excerpt = again ? event.excerpt.slice(step.says.length + 1) : event.excerpt;
      lines.push(`       ${paint('dim', wrap(safeText(excerpt), width, '       '))}`);
    }
  });
  return `${lines.join('\n')}\n`;
}
