import { BisectError } from '../bisect/bisect-error.ts';
import type { Step } from './step.ts';

/** One command of a `git bisect log`. */
export type GitBisectCommand =
  | {
      readonly kind: 'start';
      readonly terms: { readonly good: string; readonly bad: string };
      readonly bad: readonly string[];
      readonly good: readonly string[];
      readonly firstParent: boolean;
      readonly paths: readonly string[];
    }
  | {
      readonly kind: 'outcome';
      readonly verdict: 'good' | 'bad' | 'skip';
      readonly revisions: readonly string[];
      readonly line: number;
    };

/**
 * Reads what `git bisect log` wrote: any version, either spelling of its comments ("first bad commit", "first 'bad'
 * commit"), own terms, CRLF. Comments count for nothing. Throws a `BisectError` with the line for anything else.
 */
export function parseGitBisectLog(text: string): readonly GitBisectCommand[] {
  const commands: GitBisectCommand[] = [];
  let terms = { good: 'good', bad: 'bad' };
  let old = false;
  text.split('\n').forEach((raw, index) => {
    const line = index + 1;
    const trimmed = raw.replace(/\r$/, '').trim();
    if (trimmed === '' || trimmed.startsWith('#')) return;
    const words = unquoted(trimmed);
    if (words[0] === 'git' && (words[1] === 'bisect' || words[1] === 'bisect--helper')) words.splice(0, 2);
    else if (words[0] === 'git-bisect') words.splice(0, 1);
    else
      throw new BisectError('bad-line', `line ${line} of the bisect log is no git bisect command: ${raw}`, {
        line,
      });
    const verb = words.shift() ?? '';
    if (verb === 'start') {
      const start = startOf(words);
      terms = start.terms;
      commands.push(start);
      return;
    }
    if (verb === 'terms') return;
    if ((verb === 'old' || verb === 'new') && terms.good === 'good' && !old) {
      terms = { good: 'old', bad: 'new' };
      old = true;
    }
    const verdict =
      verb === 'skip'
        ? 'skip'
        : verb === terms.good || verb === 'good'
          ? 'good'
          : verb === terms.bad || verb === 'bad'
            ? 'bad'
            : null;
    if (verdict === null || words.length === 0)
      throw new BisectError('bad-line', `line ${line} of the bisect log has no outcome: ${raw}`, { line });
    commands.push({ kind: 'outcome', verdict, revisions: words, line });
  });
  return commands;
}

function startOf(words: readonly string[]): Extract<GitBisectCommand, { kind: 'start' }> {
  const terms = { good: 'good', bad: 'bad' };
  const revisions: string[] = [];
  let firstParent = false;
  let paths: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const [name, value] = word.split('=', 2);
    const next = () => value ?? words[++i] ?? '';
    if (word === '--') {
      paths = words.slice(i + 1);
      break;
    }
    if (name === '--term-good' || name === '--term-old') terms.good = next();
    else if (name === '--term-bad' || name === '--term-new') terms.bad = next();
    else if (word === '--first-parent') firstParent = true;
    else if (word !== '--no-checkout') revisions.push(word);
  }
  return { kind: 'start', terms, bad: revisions.slice(0, 1), good: revisions.slice(1), firstParent, paths };
}

/** Takes a line apart as git quotes it: words in single quotes, with \\' for a quote inside. */
function unquoted(text: string): string[] {
  const words: string[] = [];
  for (const [, quoted, plain] of text.matchAll(/((?:'[^']*'|\\['!])+)|(\S+)/g))
    words.push(
      plain ??
        quoted!.replace(
          /'([^']*)'|\\(['!])/g,
          (_, inner?: string, escaped?: string) => inner ?? escaped ?? '',
        ),
    );
  return words;
}

/**
 * Writes a session so that `git bisect replay` takes it: only outcomes that the posterior holds for certain, the rest
 * as comments, so that what git keeps as suspects holds all of ours.
 */
export function gitBisectLog(step: Step): string {
  const { session, history } = step;
  const { terms, good, bad, firstParent, paths, pathsOnly } = session.start.payload;
  const comment = (version: string, word: string) =>
    `# ${word}: [${version}] ${(history.subject(version) ?? '').replace(/[\u0000-\u001f\u007f]/g, ' ')}`;
  const lines: string[] = [];
  for (const version of bad) lines.push(comment(version, terms.bad));
  for (const version of good) lines.push(comment(version, terms.good));
  const custom = terms.good !== 'good' || terms.bad !== 'bad';
  const words = [
    ...(custom ? [`--term-good=${terms.good}`, `--term-bad=${terms.bad}`] : []),
    ...(firstParent === true ? ['--first-parent'] : []),
    ...bad.slice(0, 1),
    ...good,
    ...(pathsOnly === true ? ['--', ...(paths ?? [])] : []),
  ];
  lines.push(`git bisect start ${words.map(quote).join(' ')}`);
  for (const version of bad.slice(1)) lines.push(`git bisect ${terms.bad} ${version}`);
  const seen = new Map<string, Set<string>>();
  for (const { payload: o } of session.outcomes)
    if (o.outcome !== 'skip') seen.set(o.version, (seen.get(o.version) ?? new Set()).add(o.outcome));
  const told = new Set<string>();
  const first = step.problem.regressions[0]!;
  for (const { payload: o } of session.outcomes) {
    if (o.regression !== undefined && o.regression !== first.key) continue;
    const word = o.outcome === 'skip' ? 'skip' : terms[o.outcome];
    lines.push(comment(o.version, word));
    const certain = first.rates.kind === 'exact' && (o.outcome === 'skip' || seen.get(o.version)?.size === 1);
    const command = `git bisect ${word} ${o.version}`;
    if (!certain) lines.push(`# not certain: ${command}`);
    else if (!told.has(command)) lines.push(command);
    told.add(command);
  }
  const top = step.decision.regressions[0];
  if (top?.state === 'concluded' && top.top[0])
    lines.push(`# first ${terms.bad} commit: [${top.top[0].version}]`);
  return `${lines.join('\n')}\n`;
}

function quote(word: string): string {
  return `'${word.replace(/'/g, `'\\''`)}'`;
}
