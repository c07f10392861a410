/**
 * Invisible characters that a terminal or a page interprets, as the inside of a character class for a pattern with the flag `u`: C1
 * controls, bidirectional controls (Unicode's Bidi_Control), zero-width joiners and spaces, line and paragraph separators, interlinear
 * annotations and tags. Texts from outside may hold them.
 */
export const UNSEEN = String.raw`\u007f-\u009f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}`;

/** The same with the C0 controls, among them tabs and line ends; JSON escapes those by itself. */
export const CONTROL_OR_UNSEEN = String.raw`\u0000-\u001f${UNSEEN}`;
