import type { Started } from '../../../queries/recorded-sessions/session.ts';
import { QueryError } from '../../../queries/model/query-error.ts';

/** Words that mean something else after `regline bisect` or `git bisect`. */
const RESERVED = new Set([
  'help',
  'start',
  'next',
  'skip',
  'undo',
  'run',
  'status',
  'log',
  'replay',
  'reset',
  'terms',
  'report',
  'weigh',
  'visualize',
  'view',
]);
/** Words that have one meaning, and may not be given the other. */
const OLD_WORDS = ['good', 'old'];
const NEW_WORDS = ['bad', 'new'];

/**
 * Gives the words of a search for the old and the new state.
 *
 * @throws QueryError for a word that git would refuse too.
 */
export function chooseTerms(args: {
  readonly termGood?: string;
  readonly termBad?: string;
  readonly fixed?: boolean;
}): Started['terms'] {
  const usual = args.fixed === true ? { good: 'unfixed', bad: 'fixed' } : { good: 'good', bad: 'bad' };
  const terms = { good: args.termGood ?? usual.good, bad: args.termBad ?? usual.bad };
  for (const term of Object.values(terms))
    if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(term) || RESERVED.has(term))
      throw new QueryError(`"${term}" cannot be a term`, {
        hint: 'a term is one word and no command of bisect',
      });
  if (terms.good === terms.bad) throw new QueryError('the two terms are equal');
  if (NEW_WORDS.includes(terms.good) || OLD_WORDS.includes(terms.bad))
    throw new QueryError(
      `"${NEW_WORDS.includes(terms.good) ? terms.good : terms.bad}" means the other state`,
      {
        hint: 'choose words that nobody mistakes',
      },
    );
  return terms;
}
