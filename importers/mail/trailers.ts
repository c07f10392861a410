/** A line like `Fixes: 0f085b41880e ("rseq: …")`, unfolded. */
export interface Trailer {
  readonly key: string;
  readonly value: string;
}

const KEY =
  /^((?:Fixes|Closes|Link|Reported-by|Reported-and-tested-by|Tested-by|Reviewed-by|Acked-by|Suggested-by|Bisected-by|Signed-off-by|Co-developed-by|Cc|Debugged-by|Message-ID|Reverts|BugLink|Reported-by-and-tested-by)):[ \t]+(\S.*)$/i;
/** Where the commit message ends and the patch begins. */
const PATCH_BEGINS = /^(?:---|---\s.*|diff --git .*|Index: .*|-- )$/;

const MAY_BEGIN = /^[-dI]/;

/**
 * Finds the trailers of a mail: never in quoted lines, never below the line where a patch begins. A value goes on in the
 * next line where its quotation or bracket is open, as `Fixes:` lines that were wrapped by a mailer.
 */
export function trailersOf(text: string): readonly Trailer[] {
  const found: { key: string; value: string }[] = [];
  let open = false;
  for (const line of linesOf(text)) {
    if (MAY_BEGIN.test(line) && PATCH_BEGINS.test(line)) break;
    // Most lines are prose.
    const trailer = line.includes(':') ? KEY.exec(line) : null;
    if (trailer) {
      const [, key, value] = trailer;
      found.push({ key: canonicalKey(key!), value: value!.trim().slice(0, 1000) });
      open = isOpen(value!);
      continue;
    }
    const last = found.at(-1);
    if (open && last && line.trim() !== '' && !line.startsWith('>')) {
      last.value = `${last.value} ${line.trim()}`.slice(0, 1000);
      open = isOpen(last.value);
    } else open = false;
  }
  return found;
}

/** The lines of a text, one by one: most of a mail with a patch is below its trailers. */
function* linesOf(text: string): Generator<string> {
  let from = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
    yield text.slice(from, end);
    from = end + 1;
  }
  yield text.slice(from);
}

function isOpen(value: string): boolean {
  // By the last signs: a pattern looks from each bracket to the end.
  const quote = value.lastIndexOf('"');
  return (quote > 0 && value[quote - 1] === '(') || value.lastIndexOf('(') > value.lastIndexOf(')');
}

/** `reported-By` is `Reported-by`. */
function canonicalKey(key: string): string {
  return key[0]!.toUpperCase() + key.slice(1).toLowerCase();
}

/** The commit that a `Fixes:` trailer names, as far as it names one: 7 to 40 hex digits. */
export function fixedCommit(value: string): string | null {
  return /^(?:commit\s+)?([0-9a-f]{7,40})\b/i.exec(value)?.[1]?.toLowerCase() ?? null;
}

/**
 * The lines of stable that `Cc: stable@vger.kernel.org # 6.1.x, 6.6.x` asks for: `6.1.y`, `6.6.y`; empty where it asks for
 * stable without a version, null where it asks for no stable.
 */
export function stableLines(value: string): readonly string[] | null {
  if (!/\bstable@(?:vger\.)?kernel\.org/i.test(value)) return null;
  const rest = value.slice(value.search(/stable@/i)).replace(/^\S+/, '');
  // `# 6.1.x: 1234567: needed before` names a commit too.
  const versions = rest.matchAll(
    /(?:^|[\s#,[(<>=~v-])v?(\d{1,2}\.\d{1,3})(?:\.[xy\d]+)?(?=[\s+,:;\])-]|$)/gi,
  );
  return [...new Set([...versions].map((match) => `${match[1]!}.y`))];
}
