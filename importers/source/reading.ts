/**
 * Raised when a file reaches the importers otherwise than before (2: UTF-16 with a mark became UTF-8; 3: the mark of UTF-8 is left out),
 * so that nobody trusts what importing it came to then.
 */
export const READING_VERSION = 3;
