import { optional } from '../../../store/optional-text.ts';
import type { ExplainDocument } from '../../../queries/explain/explanation.ts';
import { code, joined, type Page } from './page.ts';
import { shortId } from '../words.ts';

/** Lays out how something is known, step by step down to the sources. */
export function explainPage(document: ExplainDocument): Page {
  return {
    title: `${document.subject}${optional(': ', document.verdict)}`,
    blocks: [
      {
        kind: 'notes',
        notes: document.steps.map((step) => [
          step.says,
          ...(step.rule === null ? [] : [` Rule: ${step.rule}.`]),
          ...joined(
            step.events.map((e) => [
              ' ',
              code(shortId(e.id)),
              ` ${e.knownAt ?? 'unknown date'}, ${e.source}${optional(': ', e.excerpt)}`,
            ]),
            ';',
          ),
        ]),
      },
    ],
  };
}
