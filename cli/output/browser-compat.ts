import type { BrowserCompatDocument } from '../../queries/tables/browser-compat.ts';
import { safeText } from './safe-text.ts';

/** What stands for itself in a text of that format, and may come from outside. */
const TEXTS: ReadonlySet<string> = new Set(['notes', 'description']);
/** What HTML or Markdown could take for markup; within a word `_` is none. */
const MARKUP = /[&<>`*[\]{}~\\|]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|^\s*[-+#]|(?<=^\s*\d+)[.)]/gu;
/** A word that tools make a link of. */
const LINK = /(https?|ftp|mailto):|(www)\./gi;

/**
 * Gives a document in the shape of browser-compat-data with its texts as that format has them: Markdown that may hold HTML. Some
 * show them as the one, some as the other: characters are named by their numbers, which is a text in both.
 */
export function writtenAsMarkup(document: BrowserCompatDocument): unknown {
  return written(document);
}

function written(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]: [string, unknown]) => [
      name,
      TEXTS.has(name) ? inText(part) : written(part),
    ]),
  );
}

/** A consumer may be called `notes`: what is no text is looked through. */
function inText(value: unknown): unknown {
  if (typeof value === 'string') return escaped(value);
  return Array.isArray(value) ? value.map(inText) : written(value);
}

function escaped(text: string): string {
  const numbered = (letters: string) => letters.replace(/./gsu, (c) => `&#${String(c.codePointAt(0))};`);
  return safeText(text)
    .replace(MARKUP, numbered)
    .replace(LINK, (_, scheme: string | undefined, host: string | undefined) =>
      scheme === undefined ? `${host}&#46;` : `${scheme}&#58;`,
    );
}
