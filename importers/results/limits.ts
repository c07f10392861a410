/** How much of what a file says is kept of one result, and how much of a file is held at once. */

/** A run with more results is told in several events, so that none of them is too large to hold. */
export const MAX_RESULTS = 20_000;
/** Of a test's name, in letters. */
export const LONGEST_NAME = 500;
/** Of what a log says around a result, in letters. */
export const LONGEST_EXCERPT = 2000;
/** Of a piece that could not be understood, in letters. */
export const LONGEST_REJECT = 4000;
/** Far larger than real files of a format that is read whole, and as long as a text can be that is held in memory. */
export const MOST_HELD_BYTES = 500_000_000;
