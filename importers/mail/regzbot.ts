/** One command to regzbot, the tracker of Linux regressions. */
export interface RegzbotCommand {
  /** Its canonical name; what regzbot does not know is kept as it was written. */
  readonly command: string;
  readonly argument: string;
  readonly known: boolean;
  /** 0, 1, …: the stretch of commands in the mail. */
  readonly section: number;
  /** Written as `^introduced`. */
  readonly parent: boolean;
}

export interface RegzbotLines {
  readonly commands: readonly RegzbotCommand[];
  /** Lines that begin with `#regzbot` and that regzbot does not take, each once: not after an empty line, or `#regzbot:`. */
  readonly unseen: readonly string[];
}

/** Other spellings, as regzbot's own code takes them (regzbot/_rbcmd.py), and what its documentation says instead. */
const ALIASES: Readonly<Record<string, string>> = {
  backburner: 'backburn',
  'back-burner': 'backburn',
  unbackburner: 'unbackburn',
  'unback-burner': 'unbackburn',
  dup: 'duplicate',
  dupof: 'duplicate',
  'dup-of': 'duplicate',
  'duplicate-of': 'duplicate',
  fixedby: 'fix',
  'fixed-by': 'fix',
  link: 'relatebrief',
  monitor: 'relate',
  related: 'relate',
  resolved: 'resolve',
  subject: 'title',
  summary: 'title',
  unlink: 'unrelate',
  unmonitor: 'unrelate',
  unrelated: 'unrelate',
  'activity-ignore': 'ignore-activity',
  '^introduced': 'introduced',
  'introduced^': 'introduced',
  use: 'report',
};
const RELATE_BRIEF = /^(?:link|relat(?:ed)?-?brief(?:ly)?)/;

const KNOWN = new Set([
  'introduced',
  'relate',
  'relatebrief',
  'unrelate',
  'fix',
  'duplicate',
  'resolve',
  'invalid',
  'inconclusive',
  'title',
  'poke',
  'backburn',
  'unbackburn',
  'ignore-activity',
  'from',
  'report',
  'note',
  '^backmonitor',
]);
/** These stand alone, so that `; poke` is one more command. */
const ALONE = new Set(['poke', 'ignore-activity', 'unbackburn']);
const LONGEST = 1000;

/**
 * Finds the commands in a mail as regzbot does: a section begins with `#regzbot` at the beginning of a line that follows an
 * empty one (or begins the mail), and ends at the next empty line; each command begins with `#regzbot` on a line of its own or
 * after `; `; other lines go on with the command before. Unlike regzbot, a quoted line ends the section: what is quoted is no
 * command.
 *
 * @param text the body, with blanks at the ends of its lines: a line of blanks is not empty
 */
export function regzbotCommands(text: string): RegzbotLines {
  if (!/#regzbot/i.test(text)) return { commands: [], unseen: [] };
  const sections: string[][] = [];
  const unseen = new Set<string>();
  let open: string[] | null = null;
  let before = '';
  for (const line of text.replace(/\r/g, '').split('\n')) {
    const begins = /^#regzbot/i.test(line);
    if (begins && /^#regzbot\S/i.test(line)) unseen.add(line);
    if (open !== null && (line === '' || line.startsWith('>'))) open = null;
    else if (open !== null) open.push(line);
    else if (begins && before === '') sections.push((open = [line]));
    else if (begins) unseen.add(line);
    before = line;
  }
  const commands = sections.flatMap((lines, section) =>
    statementsIn(lines.join('\n'))
      .map((statement) => commandOf(statement, section))
      .filter((c) => c !== null),
  );
  return { commands, unseen: [...unseen] };
}

function statementsIn(section: string): readonly string[] {
  return section
    .split(/(?:^|\n|;\s+)#regzbot(?=\s)/i)
    .slice(1)
    .map((part) =>
      part
        .replace(/(?:;|(?<!\s))\s+#regzbot[^]*$/i, '')
        // A line of blanks ends the command, though not the section.
        .replace(/(\S)[^\S\n]*\n[^\S\n]+(?:\n[^]*)?$/, '$1')
        .trim()
        .replace(/;$/, '')
        // A mailer may have broken `ignore-activity` at its hyphen.
        .replace(/-\n/g, '-')
        .replace(/\s?\n/g, ' ')
        .trim(),
    )
    .flatMap(commandsIn);
}

/** Parts a statement at `; ` where a command follows as it would after `#regzbot`: a reason may hold a semicolon too. */
function commandsIn(statement: string): readonly string[] {
  const parts: string[] = [];
  for (const part of statement.split(/;\s+/)) {
    const match = /^(\^?[A-Za-z-]+\^?)(:|\s*$)/.exec(part);
    const word = canonical(match?.[1]?.toLowerCase() ?? '');
    const follows = KNOWN.has(word) && (match![2] === ':' || ALONE.has(word));
    if (parts.length === 0 || follows) parts.push(part);
    else parts.push(`${parts.pop()!}; ${part}`);
  }
  return parts;
}

function commandOf(statement: string, section: number): RegzbotCommand | null {
  const parts = /^([\^\p{L}\p{N}_-]+)(?::?\s+|:)?(.*)$/su.exec(statement);
  if (!parts)
    return statement === ''
      ? null
      : { command: statement.slice(0, 40), argument: '', known: false, section, parent: false };
  const word = parts[1]!.toLowerCase();
  const command = canonical(word);
  return {
    command,
    argument: parts[2]!.trim().slice(0, LONGEST),
    known: KNOWN.has(command),
    section,
    parent: word === '^introduced' || word === 'introduced^',
  };
}

function canonical(word: string): string {
  if (Object.hasOwn(ALIASES, word)) return ALIASES[word]!;
  return RELATE_BRIEF.test(word) ? 'relatebrief' : word;
}
