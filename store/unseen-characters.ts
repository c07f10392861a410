/**
 * Characters of texts from outside that nobody sees and that a terminal or a page obeys, as the inside of a character class for a
 * pattern with the flag `u`: the second control set, marks of direction (Unicode's Bidi_Control), joiners and blanks without width,
 * line and paragraph separators, annotations and tags.
 */
export const UNSEEN = String.raw`\u007f-\u009f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}`;

/** The same with the first control set, which JSON escapes by itself: tabs and line ends are among them. */
export const CONTROL_OR_UNSEEN = String.raw`\u0000-\u001f${UNSEEN}`;
