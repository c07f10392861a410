/** One message as it lies in its carrier, unquoted. */
export interface RawMessage {
  readonly bytes: Buffer;
  /** 1-based line of the carrier at which it begins. */
  readonly line: number;
  /** It was longer than any mail may be, and is cut. */
  readonly cut: boolean;
}

/** A longer mail is cut there: attachments of logs go up to some megabytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * A separator is `From `, an address and a date with a time and a year, as git's is_from_line asks for: mboxo leaves
 * lines of prose that begin with `From ` unquoted.
 */
const SEPARATOR = /^From \S.*\d\d?:\d\d.*\d{4}/;

/**
 * Takes an mbox apart (mboxo, mboxrd, mboxcl; pipermail's monthly text too), one message at a time. A file without
 * separators is one message. One level of `>` before `From ` is taken off where the archive is mboxrd, which alone
 * promises that it was put there.
 */
export async function* messagesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<RawMessage> {
  let parts: Buffer[] = [];
  let size = 0;
  let cut = false;
  let first = 1;
  let line = 0;
  let lossless = false;
  const take = (): RawMessage | null => {
    const bytes = Buffer.concat(parts);
    const made = { bytes, line: first, cut };
    parts = [];
    size = 0;
    cut = false;
    return bytes.toString('latin1').trim() === '' ? null : made;
  };
  for await (const raw of rawLines(source)) {
    line++;
    if (raw[0] === 0x46 && SEPARATOR.test(raw.subarray(0, 200).toString('latin1'))) {
      const message = take();
      if (message) yield message;
      lossless = raw.subarray(0, 13).toString('latin1') === 'From mboxrd@z';
      first = line + 1;
      continue;
    }
    const quoted = lossless && raw[0] === 0x3e && /^>+From /.test(raw.subarray(0, 100).toString('latin1'));
    const content = quoted ? raw.subarray(1) : raw;
    size += content.length;
    if (size > MOST_BYTES) cut = true;
    else parts.push(content);
  }
  const last = take();
  if (last) yield last;
}

/** Lines with their line ends, as bytes: a mail may be in any charset. */
async function* rawLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let held = 0;
  for await (const chunk of source) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = buffer.indexOf(0x0a); end >= 0; end = buffer.indexOf(0x0a, start)) {
      const piece = buffer.subarray(start, end + 1);
      yield rest.length > 0 ? Buffer.concat([...rest, piece]) : Buffer.from(piece);
      rest = [];
      held = 0;
      start = end + 1;
    }
    if (start < buffer.length) {
      rest.push(Buffer.from(buffer.subarray(start)));
      held += buffer.length - start;
    }
    if (held > MOST_BYTES) {
      yield Buffer.concat(rest);
      rest = [];
      held = 0;
    }
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}
