import { BisectError } from '../bisect/graph/bisect-error.ts';
import { decide } from '../bisect/decide.ts';
import { markAncestors, nodeNamed } from '../bisect/graph/graph.ts';
import { inGitsOrder, type Prefilled } from './prefill.ts';
import { isPlain, type Session } from '../recorded-sessions/session.ts';
import type { Step } from './step.ts';
import { CONTROL_OR_UNSEEN } from '../../store/unseen-characters.ts';

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
      /** The word that was used; null for a skip. */
      readonly term: string | null;
      readonly revisions: readonly string[];
      readonly line: number;
    };

/** A line of `regline bisect log` without `--git`: an event and when it was told, or how the search stands. */
const OWN_LOG = /^(?:status: |[0-9a-f]{8} \d{4}-\d\d-\d\dT)/;

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
      throw new BisectError(
        'bad-line',
        OWN_LOG.test(trimmed)
          ? `line ${line} is of regline bisect log: a log to replay is written by regline bisect log --git`
          : `line ${line} of the bisect log is no git bisect command: ${raw}`,
        { line },
      );
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
    const term = verdict === 'skip' ? null : verb;
    commands.push({ kind: 'outcome', verdict, term, revisions: words, line });
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
    // What is checked out meanwhile and afterwards is no part of the search.
    else if (word !== '--no-checkout' && name !== '--reset-when-found') revisions.push(word);
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
 *
 * @param commitOf names the commit that a version is, where it is one.
 */
export function gitBisectLog(step: Step, commitOf: (version: string) => string | null): string {
  const { terms, ends } = step.session;
  const names: NamedInLog = {
    nameOf: (version) => commitOf(version) ?? version,
    comment: (version, word) =>
      `# ${word}: [${commitOf(version) ?? version}] ${unseenLeftOut(step.history.subject(version) ?? '')}`,
  };
  const { nameOf, comment } = names;
  const lines = [
    ...ends.bad.map((version) => comment(version, terms.bad)),
    ...ends.good.map((version) => comment(version, terms.good)),
    startLine(step.session, nameOf),
    // With a bad end the line of the start holds it and all good ones.
    ...(ends.bad.length > 0 ? [] : ends.good).map((v) => `git bisect ${terms.good} ${quote(nameOf(v))}`),
    ...ends.bad.slice(1).map((v) => `git bisect ${terms.bad} ${quote(nameOf(v))}`),
    ...outcomeLines(step, names),
    ...conclusionLines(step, names),
  ];
  return `${lines.join('\n')}\n`;
}

/** How versions are written in a log. */
interface NamedInLog {
  readonly nameOf: (version: string) => string;
  readonly comment: (version: string, word: string) => string;
}

function startLine({ terms, ends, start }: Session, nameOf: NamedInLog['nameOf']): string {
  const { firstParent, paths = [], pathsOnly } = start.payload;
  const custom = terms.good !== 'good' || terms.bad !== 'bad';
  // A path with a line end has no place in a log of lines; without it git keeps more suspects, never fewer.
  const isWritable = paths.every((path) => path === oneLine(path));
  const words = [
    ...(custom ? [`--term-new=${terms.bad}`, `--term-old=${terms.good}`] : []),
    ...(firstParent === true ? ['--first-parent'] : []),
    ...(ends.bad.length > 0 ? [...ends.bad.slice(0, 1), ...ends.good].map(nameOf) : []),
    ...(pathsOnly === true && isWritable ? ['--', ...paths] : []),
  ];
  // git quotes every word of a start.
  return ['git bisect start', ...words.map(quoted)].join(' ');
}

function outcomeLines(step: Step, { nameOf, comment }: NamedInLog): readonly string[] {
  const { terms, ends, start, outcomes } = step.session;
  const first = start.payload.regressions[0]!;
  const isCertain = certainty(step);
  const fromBefore = new Set(step.decision.regressions[0]!.fromBefore);
  const lines: string[] = [];
  const written = new Set<string>();
  for (const { outcome: o, state, basis } of knownBetween(step)) {
    const word = state === 'skip' ? state : terms[state];
    const command = `git bisect ${word} ${quote(nameOf(o.version))}`;
    if (written.has(command)) continue;
    lines.push(`${comment(o.version, word)} (${basis}, as the log holds)`);
    if (state === 'bad' && fromBefore.has(o.version)) lines.push(`# from before: ${command}`);
    else if (state !== 'skip' && !isCertain(o.version, state)) lines.push(`# not certain: ${command}`);
    else lines.push(command);
    written.add(command);
  }
  for (const { id, payload: o } of outcomes) {
    if (ends.from.has(id) || (o.regression !== undefined && o.regression !== first.key)) continue;
    // An end that a run found out is in the line of the start.
    if (o.outcome !== 'skip' && start.payload[o.outcome].length === 0 && ends[o.outcome].includes(o.version))
      continue;
    const word = o.outcome === 'skip' ? 'skip' : terms[o.outcome];
    lines.push(comment(o.version, word));
    const command = `git bisect ${word} ${quote(nameOf(o.version))}`;
    if (!isPlain(o)) lines.push(`# with a change on top: ${command}`);
    // git would take it for the new bad end.
    else if (o.outcome === 'bad' && fromBefore.has(o.version)) lines.push(`# from before: ${command}`);
    else if (o.outcome === 'skip' ? o.reason === 'infrastructure' : !isCertain(o.version, o.outcome))
      lines.push(`# not certain: ${command}`);
    else if (!written.has(command)) lines.push(command);
    written.add(command);
  }
  return lines;
}

/** What the log answered before the search, of its first regression and between the ends, in the order in which git can be told. */
function knownBetween({ prefilled, problem, history }: Step): readonly Prefilled[] {
  const [first] = problem.regressions;
  const { graph } = problem;
  if (first === undefined || prefilled.length === 0 || problem.bad.length === 0) return [];
  const isSpared = markAncestors(
    graph,
    problem.good.map((version) => nodeNamed(graph, version)),
  );
  const between = prefilled.filter(
    ({ outcome: o }) =>
      (o.verdict === 'skip'
        ? o.platform === first.platform && o.reason !== 'infrastructure'
        : o.regression === first.key) &&
      isSpared[graph.names.indexOf(o.version)] !== 1 &&
      !problem.bad.includes(o.version),
  );
  return inGitsOrder(between, problem.good, history);
}

function conclusionLines(step: Step, { comment }: NamedInLog): readonly string[] {
  const { session, decision, problem, outcomes } = step;
  const { bad } = session.terms;
  const first = decision.regressions[0];
  if (first?.state === 'concluded' && first.top[0])
    return [comment(first.top[0].version, `first '${bad}' commit`)];
  if (first?.state !== 'suspects') return [];
  const { top, suspectCount } =
    first.top.length < first.suspectCount
      ? decide(problem, outcomes, { listed: Infinity }).regressions[0]!
      : first;
  // The youngest first, as git lists them.
  const nodes = problem.graph.names;
  const left = top.slice(0, suspectCount).map(({ version }) => ({ version, node: nodes.indexOf(version) }));
  left.sort((a, b) => b.node - a.node);
  return [
    '# only skipped commits left to test',
    ...left.map(({ version }) => comment(version, `possible first '${bad}' commit`)),
  ];
}

/** How sure an outcome has to be before git is told of it. */
const SURE = 0.99;

/** Tells of which outcomes at versions the search is sure: all where tests never lie, else those that the posterior holds. */
function certainty({
  problem,
  outcomes,
  decision,
  session,
}: Step): (version: string, outcome: 'good' | 'bad') => boolean {
  const [first] = problem.regressions;
  if (first === undefined || problem.bad.length === 0) return () => false;
  if (first.rates.kind === 'exact' && decision.regressions[0]?.contradicted !== true) return () => true;
  const everything = decide(problem, outcomes, { listed: Infinity }).regressions[0]!;
  return (version, outcome) => {
    const node = problem.graph.names.indexOf(version);
    if (node < 0 || session.start.payload.second !== undefined) return false;
    const contained = markAncestors(problem.graph, [node]);
    const isNew = everything.top.reduce(
      (sum, s) => sum + (contained[problem.graph.names.indexOf(s.version)] === 1 ? s.p : 0),
      everything.always,
    );
    return (outcome === 'bad' ? isNew : 1 - isNew) >= SURE;
  };
}

/** Keeps a text from beginning a line of its own. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]/g, ' ');
}

const HIDDEN = new RegExp(`[${CONTROL_OR_UNSEEN}]`, 'gu');

/** Writes a subject as a comment that a terminal shows in order: other than a path it means nothing to git. */
function unseenLeftOut(text: string): string {
  return text.replace(HIDDEN, ' ');
}

function quote(word: string): string {
  return /^[0-9a-f]{40,64}$/.test(word) ? word : quoted(word);
}

/** Quotes a word as git does. */
function quoted(word: string): string {
  return `'${word.replace(/['!]/g, "'\\$&'")}'`;
}
