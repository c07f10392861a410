import type { Scalar } from './events/fields.ts';

/**
 * The language of conditions in behaviour records, requirements and guards:
 *
 *     registration.size == 32 and not (CONFIG_DEBUG_RSEQ == "y")
 *     registration.size >= max(33, rseq.feature_size)
 *     arch in {arm64, riscv}
 *     uname >= 6.19.0 and uname <= 7.0.13
 *
 * Names are behaviours, switches, profile entries, `arch` and `uname`; a word that names none of them is itself.
 * Numbers with two dots are version triples. This file reads it; queries/ evaluates it.
 */
export type Condition =
  | { readonly kind: 'literal'; readonly value: Scalar }
  | { readonly kind: 'version'; readonly numbers: readonly number[] }
  | { readonly kind: 'name'; readonly name: string; readonly column: number }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'compare'; readonly op: Comparison; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'in'; readonly left: Condition; readonly values: readonly Condition[] }
  | { readonly kind: 'call'; readonly fn: 'max' | 'min'; readonly of: readonly Condition[] };

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** A condition that cannot be read; `column` is 1-based in its text. */
export class ConditionError extends Error {
  readonly column: number;

  constructor(message: string, column: number) {
    super(message);
    this.name = 'ConditionError';
    this.column = column;
  }
}

interface Token {
  readonly kind: 'number' | 'version' | 'string' | 'word' | 'sign' | 'end';
  readonly text: string;
  readonly column: number;
}

const TOKEN =
  /\s*(?:(?<version>\d+\.\d+\.\d+(?:\.\d+)*)|(?<number>-?\d+(?:\.\d+)?)|"(?<string>[^"]*)"|(?<word>[A-Za-z_][A-Za-z0-9_]*(?:[.-][A-Za-z0-9_]+)*)|(?<sign>==|!=|<=|>=|[<>(){},]))/y;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  while (text.slice(end).trim() !== '') {
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(text);
    const start = end + /^\s*/.exec(text.slice(end))![0].length;
    if (!match?.groups) throw new ConditionError(`cannot read "${text.slice(start, start + 12)}"`, start + 1);
    for (const kind of ['version', 'number', 'string', 'word', 'sign'] as const) {
      const found = match.groups[kind];
      if (found !== undefined) tokens.push({ kind, text: found, column: start + 1 });
    }
    end = TOKEN.lastIndex;
  }
  tokens.push({ kind: 'end', text: '', column: text.length + 1 });
  return tokens;
}

/** Deeper than any real condition; parsing and evaluation recurse this deep. */
const DEEPEST = 100;

const COMPARISONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>='];

/**
 * Reads a condition or an expression.
 *
 * @throws ConditionError with the column where it goes wrong.
 */
export function parseCondition(text: string): Condition {
  const tokens = tokenize(text);
  let at = 0;
  const peek = () => tokens[at]!;
  const isWord = (word: string) => peek().kind === 'word' && peek().text === word;
  const isSign = (sign: string) => peek().kind === 'sign' && peek().text === sign;
  const fail = (wanted: string): never => {
    const token = peek();
    throw new ConditionError(
      `expected ${wanted}, found ${token.kind === 'end' ? 'the end' : `"${token.text}"`}`,
      token.column,
    );
  };
  const expect = (sign: string) => {
    if (!isSign(sign)) fail(`"${sign}"`);
    at++;
  };
  let depth = 0;
  const deeper = <T>(read: () => T): T => {
    if (depth >= DEEPEST) throw new ConditionError(`nested more than ${DEEPEST} deep`, peek().column);
    depth++;
    const made = read();
    depth--;
    return made;
  };
  const series = (kind: 'all' | 'any', word: string, next: () => Condition): Condition => {
    const of = [next()];
    while (isWord(word)) {
      at++;
      of.push(next());
    }
    return of.length === 1 ? of[0]! : { kind, of };
  };
  const any = (): Condition => series('any', 'or', all);
  const all = (): Condition => series('all', 'and', negation);
  const negation = (): Condition => {
    if (!isWord('not')) return comparison();
    at++;
    return { kind: 'not', of: deeper(negation) };
  };
  const operands = (close: string): Condition[] => {
    const of = [operand()];
    while (isSign(',')) {
      at++;
      of.push(operand());
    }
    expect(close);
    return of;
  };
  const comparison = (): Condition => {
    const left = operand();
    if (isWord('in')) {
      at++;
      expect('{');
      return { kind: 'in', left, values: operands('}') };
    }
    const token = peek();
    if (token.kind !== 'sign' || !COMPARISONS.includes(token.text)) return left;
    at++;
    return { kind: 'compare', op: token.text as Comparison, left, right: operand() };
  };
  const operand = (): Condition => {
    const token = peek();
    at++;
    switch (token.kind) {
      case 'number':
        return { kind: 'literal', value: Number(token.text) };
      case 'version':
        return { kind: 'version', numbers: token.text.split('.').map(Number) };
      case 'string':
        return { kind: 'literal', value: token.text };
      case 'word':
        if ((token.text === 'max' || token.text === 'min') && isSign('(')) {
          at++;
          return { kind: 'call', fn: token.text, of: deeper(() => operands(')')) };
        }
        if (token.text === 'true' || token.text === 'false')
          return { kind: 'literal', value: token.text === 'true' };
        return { kind: 'name', name: token.text, column: token.column };
      case 'sign':
        if (token.text === '(') {
          const inner = deeper(any);
          expect(')');
          return inner;
        }
        at--;
        return fail('a value');
      case 'end':
        at--;
        return fail('a value');
    }
  };
  const whole = any();
  if (peek().kind !== 'end') fail('"and", "or" or the end');
  return whole;
}

/** Gives every name in a condition, with its column; words that turn out to be plain values are among them. */
export function namesIn(
  condition: Condition,
): { readonly name: string; readonly column: number; readonly role: 'subject' | 'value' }[] {
  switch (condition.kind) {
    case 'literal':
    case 'version':
      return [];
    case 'name':
      return [{ name: condition.name, column: condition.column, role: 'subject' }];
    case 'not':
      return namesIn(condition.of);
    case 'all':
    case 'any':
    case 'call':
      return condition.of.flatMap(namesIn);
    case 'compare':
      return [
        ...namesIn(condition.left),
        ...namesIn(condition.right).map((n) => ({ ...n, role: 'value' as const })),
      ];
    case 'in':
      return [
        ...namesIn(condition.left),
        ...condition.values.flatMap(namesIn).map((n) => ({ ...n, role: 'value' as const })),
      ];
  }
}
