/** A piece of running text; a text from outside is escaped by whoever writes the page down. */
export type Inline =
  | string
  | { readonly code: string }
  | { readonly strong: string }
  /** Leads to a note of the page, by its number. */
  | { readonly note: number };

export type Cell = readonly Inline[];

/** What a page is made of, whatever it is written in. */
export type Block =
  | { readonly kind: 'heading'; readonly says: string }
  | { readonly kind: 'text'; readonly says: readonly Inline[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Inline[])[] }
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly Cell[])[];
    }
  /** Notes that cells lead to, in the order of their numbers, which begin at 1. */
  | { readonly kind: 'notes'; readonly notes: readonly (readonly Inline[])[] };

/** An answer ready to be written as text, Markdown, reStructuredText, AsciiDoc or HTML. */
export interface Page {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A name or a command, as code. */
export const code = (text: string): Inline => ({ code: text });
/** What stands out. */
export const strong = (text: string): Inline => ({ strong: text });
/** A reference to a note, by its number. */
export const note = (number: number): Inline => ({ note: number });

/** How one language of markup writes the pieces of running text. */
export interface InlineWriter {
  text(text: string): string;
  code(text: string): string;
  strong(text: string): string;
  note(number: number): string;
}

/** Writes running text. */
export function writeInline(writer: InlineWriter, pieces: readonly Inline[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return writer.text(piece);
      if ('code' in piece) return writer.code(piece.code);
      if ('strong' in piece) return writer.strong(piece.strong);
      return writer.note(piece.note);
    })
    .join('');
}

/** Puts pieces of running text side by side with something between them. */
export function joined(parts: readonly (readonly Inline[])[], between: string): readonly Inline[] {
  return parts.flatMap((part, index) => (index === 0 ? part : [between, ...part]));
}
