import { InputError } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { Importer } from '../importer.ts';
import { rejected } from '../results/result-run.ts';
import { wholeText } from '../results/whole-text.ts';
import { datedRelease, releaseEvents, type ListedRelease } from './release-events.ts';

const FORMAT = 'release-list';

/** `v6.19-rc1`, `6.18.3`, with a day after it where somebody wrote one: `6.18.3 2026-01-02`, `6.18.3,2026-01-02`. */
const VERSION =
  /^(v?\d+\.\d+(?:\.\d+){0,2}(?:-rc\d+)?|next-\d{8})(?:[\s,;]+(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[ ]?[+-]\d\d:?\d\d)?)?))?\s*$/;
/** A line of `git ls-remote --tags`, `git show-ref --tags -d` or `.git/packed-refs`. */
const REF = /^([0-9a-f]{40}|[0-9a-f]{64})\s+(?:refs\/)?tags\/(\S+)\s*$/;
/** The commit of the tag before, in `.git/packed-refs`. */
const PEELED = /^\^([0-9a-f]{40}|[0-9a-f]{64})\s*$/;
/** Other refs and heads of such dumps. */
const OTHER_REF = /^(?:[0-9a-f]{40}|[0-9a-f]{64})\s+(?:HEAD|refs\/\S+)\s*$/;
const COMMENT = /^\s*(#.*)?$/;

interface Tag {
  readonly object: string;
  commit?: string;
  readonly line: number;
}

/**
 * Reads plain lists: a version a line, with or without a day, and the dumps of refs that git writes. In a dump an annotated
 * tag stands twice, and `^{}` marks the commit; in one that shows no commit of any tag (`--refs`), whether a hash is a
 * tag's or a commit's cannot be known, and it is left out.
 */
export const releaseListImporter: Importer = {
  format: FORMAT,
  version: 1,
  says: 'a version a line, or the output of git ls-remote --tags',
  unit: 'file',
  sniff: (head) => {
    const lines = head
      .split('\n')
      .slice(0, -1)
      .concat(head.length < 65_000 ? head.split('\n').slice(-1) : [])
      .map((l) => l.trimEnd())
      .filter((l) => !COMMENT.test(l));
    const good = lines.filter((l) => VERSION.test(l) || REF.test(l));
    if (good.length === 0) return 0;
    const odd = lines.filter(
      (l) => !(VERSION.test(l) || REF.test(l) || PEELED.test(l) || OTHER_REF.test(l)),
    ).length;
    if (odd === 0) return 0.8;
    // A line of git's about the connection, a heading: such a line is a reject, and the others are read.
    return odd * 10 <= good.length ? 0.3 : 0;
  },
  async *read(entries, { hints }) {
    for (const entry of entries) {
      const events: NewEvent[] = [];
      const found: ListedRelease[] = [];
      const tags = new Map<string, Tag>();
      const source = `sha256:${entry.sha256}`;
      const refuse = (line: number, reason: string, excerpt: string) => {
        events.push(rejected(entry, FORMAT, hints, { key: `line-${line}`, reason, excerpt, line }));
      };
      let last: Tag | undefined;
      let line = 0;
      for (const text of (await wholeText(entry)).split('\n')) {
        line++;
        const ref = REF.exec(text);
        const plain = VERSION.exec(text);
        const peeled = PEELED.exec(text);
        if (ref) {
          const name = ref[2]!.replace(/\^\{\}$/, '');
          const known = tags.get(name);
          if (ref[2] !== name && known) known.commit = ref[1]!;
          else if (known && known.object !== ref[1]) refuse(line, `the tag ${name} stands here twice`, text);
          else if (!known) tags.set(name, { object: ref[1]!, line });
          last = tags.get(name);
        } else if (peeled && last) last.commit = peeled[1]!;
        else if (plain) {
          const day = plain[2]?.replace(/ (?=[+-])/, '').replace(/^(\S{10}) /, '$1T');
          const one = datedRelease(plain[1]!, day, `line ${line}`, source);
          if (one === null) refuse(line, 'no kernel version with a date', text);
          else found.push(one);
        } else if (!COMMENT.test(text) && !OTHER_REF.test(text))
          refuse(line, 'neither a version nor a tag', text);
      }
      if (found.length === 0 && tags.size === 0)
        throw new InputError([
          { severity: 'error', message: 'no line of it is a version or a tag', place: { file: entry.name } },
        ]);
      const shown = [...tags.values()].some((t) => t.commit !== undefined);
      for (const [name, tag] of tags) {
        const one = datedRelease(name, undefined, `line ${tag.line}`, source);
        if (one === null) refuse(tag.line, `the tag ${name} is no kernel release`, name);
        else
          found.push({
            ...one,
            commit: hash(tag.commit ?? (shown ? tag.object : undefined)),
            tagObject: hash(tag.commit === undefined ? undefined : tag.object),
          });
      }
      const known = hints.knownAt ?? null;
      const origin = hints.origin ?? 'list';
      for (const event of releaseEvents(origin, entry, found, known)) events.push(event);
      yield { entry, events };
    }
  },
};

/** The catalogue's hashes are SHA-1; a repository in SHA-256 keeps its names and loses its hashes. */
function hash(text: string | undefined): string | undefined {
  return text?.length === 40 ? text : undefined;
}
