/** One command to regzbot, the tracker of Linux regressions. */
export interface RegzbotCommand {
  /** Its canonical name; what regzbot does not know is kept as it was written. */
  readonly command: string;
  readonly argument: string;
  readonly known: boolean;
}

/** Other spellings, as regzbot's own code takes them (regzbot/_rbcmd.py). */
const ALIASES: Readonly<Record<string, string>> = {
  backburner: 'backburn',
  'back-burner': 'backburn',
  unbackburner: 'unbackburn',
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
  invalid: 'resolve',
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

const KNOWN = new Set([
  'introduced',
  'relate',
  'relatebrief',
  'unrelate',
  'fix',
  'duplicate',
  'resolve',
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

/**
 * Finds the commands in a mail. A section begins with `#regzbot` at the beginning of a line that follows an empty one
 * (or begins the mail), and ends at the next empty line; commands stand on lines of their own or after `; `; a line
 * without `#regzbot` goes on with the one before. Quoted lines are no commands.
 */
export function regzbotCommands(text: string): readonly RegzbotCommand[] {
  const statements: string[] = [];
  let inside = false;
  let before = '';
  for (const line of text.split('\n')) {
    const command = /^#regzbot\b:?[ \t]*(.*)$/i.exec(line);
    if (command && (inside || before.trim() === '')) {
      inside = true;
      statements.push(command[1]!.trim());
    } else if (inside && line.trim() !== '' && !line.startsWith('>')) {
      const last = statements.pop() ?? '';
      // A mailer may have broken `activity-ignore` at its hyphen.
      statements.push(last.endsWith('-') ? `${last}${line.trim()}` : `${last} ${line.trim()}`);
    } else inside = false;
    before = line;
  }
  return statements
    .flatMap(commandsIn)
    .map(commandOf)
    .filter((c) => c !== null);
}

/** Parts a line at `; `, where a command follows: a reason may hold a semicolon too. */
function commandsIn(statement: string): readonly string[] {
  const parts: string[] = [];
  for (const part of statement.split(/;\s+/)) {
    const word = /^\^?[A-Za-z-]+\^?/.exec(part)?.[0].toLowerCase() ?? '';
    if (parts.length === 0 || KNOWN.has(word) || Object.hasOwn(ALIASES, word)) parts.push(part);
    else parts.push(`${parts.pop()!}; ${part}`);
  }
  return parts;
}

function commandOf(statement: string): RegzbotCommand | null {
  const parts = /^(\^?[A-Za-z-]+\^?):?\s*(.*)$/s.exec(statement.trim());
  if (!parts)
    return statement.trim() === ''
      ? null
      : { command: statement.trim().slice(0, 40), argument: '', known: false };
  const word = parts[1]!.toLowerCase();
  const command = Object.hasOwn(ALIASES, word) ? ALIASES[word]! : word;
  return { command, argument: parts[2]!.trim().slice(0, 1000), known: KNOWN.has(command) };
}
