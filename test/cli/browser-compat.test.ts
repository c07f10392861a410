import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeText } from '../../cli/output/safe-text.ts';
import { writtenAsMarkup } from '../../cli/output/browser-compat.ts';
import type { BrowserCompatDocument } from '../../queries/tables/browser-compat.ts';

const written = (notes: unknown) =>
  (writtenAsMarkup({ c: { notes } } as unknown as BrowserCompatDocument) as { c: { notes: unknown } }).c
    .notes;

/** What a reader of HTML, or of Markdown, makes of characters that are named by their numbers. */
const read = (text: string) =>
  text.replace(/&#(\d+);/g, (_, number: string) => String.fromCodePoint(Number(number)));

const marked = fc.string({
  unit: fc.constantFrom(
    ...'< > & ` * _ [ ] { } ~ \\ | # - + . ) 1 a'.split(' '),
    ' ',
    'http:',
    'www.',
    '\n',
    '\u202e',
  ),
});

describe('texts of browser-compat-data', () => {
  it('are read as they were meant, and hold no markup', () => {
    fc.assert(
      fc.property(fc.oneof(marked, fc.string()), (text) => {
        const notes = written(text) as string;
        expect(read(notes)).toBe(safeText(text));
        expect(notes.replace(/&#\d+;/g, 'x')).not.toMatch(
          /[<>&`*[\]{}~\\|]|https?:|www\.|^\s*(?:[-+#]|\d+[.)])/i,
        );
      }),
    );
  });

  it('keep the names of kernels as they are', () => {
    expect(written(['from v7.1-rc3 on', 'CONFIG_RSEQ_STATS: a_b'])).toEqual([
      'from v7.1-rc3 on',
      'CONFIG_RSEQ_STATS: a_b',
    ]);
  });

  it('are told from a consumer that is called as they are', () => {
    expect(written({ notes: '<b>', version_added: '<b>' })).toEqual({
      notes: '&#60;b&#62;',
      version_added: '<b>',
    });
  });
});
