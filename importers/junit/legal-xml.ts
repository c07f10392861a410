/** An ampersand that begins no reference. */
const BARE = /&(?!(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z_:][\w:.-]{0,99});)/gi;
/** What is longer is no reference, and no beginning of one. */
const LONGEST_REFERENCE = 102;
/** References to characters that XML 1.0 does not allow. */
const ILLEGAL = /&#(?:x0*(?:[0-8bce]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));/gi;
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const CDATA = '<![CDATA[';
const CDATA_ENDS = ']]>';

/**
 * Makes XML of what producers write for it: characters that XML 1.0 forbids, written out or as references (kunit_junit.py
 * writes them), are replaced, and an ampersand that begins no reference (shell scripts write it) stands for itself. The
 * parser would take all up to the next semicolon for the name of an entity, and every test case in it would be lost.
 */
export class LegalXml {
  private held = '';
  private inCdata = false;

  /** Takes a piece of the text; gives as much as can be said for sure. */
  add(piece: string): string {
    const text = this.held + piece;
    const sure = sureLength(text);
    this.held = text.slice(sure);
    return this.mended(text.slice(0, sure));
  }

  /** Gives what is left at the end of the text. */
  end(): string {
    return this.mended(this.held);
  }

  private mended(text: string): string {
    let made = '';
    for (let from = 0; from < text.length;) {
      const mark = this.inCdata ? CDATA_ENDS : CDATA;
      const at = text.indexOf(mark, from);
      const to = at === -1 ? text.length : at + mark.length;
      const part = text.slice(from, to).replace(CONTROLS, '\ufffd');
      made += this.inCdata ? part : part.replace(ILLEGAL, '\ufffd').replace(BARE, '&amp;');
      if (at !== -1) this.inCdata = !this.inCdata;
      from = to;
    }
    return made;
  }
}

/** How much of a text no further letter can change: a reference, or a mark of CDATA, may begin at its end. */
function sureLength(text: string): number {
  let at = Math.max(text.lastIndexOf('&'), text.lastIndexOf('<'), text.lastIndexOf(']'));
  while (at > 0 && text.length - at <= LONGEST_REFERENCE && text[at - 1] === ']') at--;
  return at === -1 || text.length - at > LONGEST_REFERENCE ? text.length : at;
}
