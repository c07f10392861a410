import iconv from 'iconv-lite';

/**
 * Decodes bytes of a charset by its name in a mail; null where nobody knows it. What calls itself ISO 8859-1 and uses bytes that
 * are letters only in Windows-1252 is that. Node's own decoder comes last: its windows-1252 leaves 0x80 to 0x9f as control
 * characters, but it alone knows ISO-2022-JP.
 */
export function decodeCharset(bytes: Buffer, charset: string): string | null {
  const name = charset.toLowerCase();
  switch (name) {
    case '':
    case 'us-ascii':
    case 'ascii':
    case 'utf-8':
    case 'utf8':
      return bytes.toString('utf8');
    case 'iso-8859-1':
    case 'iso8859-1':
    case 'latin1':
      return hasC1(bytes) ? iconv.decode(bytes, 'windows-1252') : bytes.toString('latin1');
  }
  if (iconv.encodingExists(name)) return iconv.decode(bytes, name);
  try {
    return new TextDecoder(name).decode(bytes);
  } catch {
    return null;
  }
}

function hasC1(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte >= 0x80 && byte <= 0x9f) return true;
  return false;
}
