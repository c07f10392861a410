import { readFile } from 'node:fs/promises';
import { checkOut, removeWorktree } from '../../../importers/git/worktree.ts';
import { markAncestors, nodeNamed } from '../../../queries/bisect/graph.ts';
import { explainSuspect } from '../../../queries/bisect/explain-suspect.ts';
import { gitBisectLog, parseGitBisectLog } from '../../../queries/bisect-session/git-log.ts';
import { bisectReport } from '../../../queries/bisect-session/report.ts';
import { QueryError } from '../../../queries/query-error.ts';
import type { Payload } from '../../../store/events/catalogue.ts';
import { newEvent } from '../../../store/events/event.ts';
import { painter, writeJson, type World } from '../../context.ts';
import { shortVersion } from '../../output/bisect-text.ts';
import { safeText, wrap } from '../../output/safe-text.ts';
import { decideInLog, withSession, type BisectArguments, type OpenSession } from './open-session.ts';
import { dropPlace } from './place.ts';
import { show, showStep } from './show.ts';
import { startCommand } from './start.ts';

type Outcome = Payload<'BisectOutcomeRecorded'>;
type Told = Omit<Outcome, 'confidence' | 'rev' | 'session' | 'by' | 'step'>;

export interface VerdictArguments extends BisectArguments {
  readonly revisions?: readonly string[];
  /** Revisions after `--`. */
  readonly tail?: readonly string[];
  readonly only?: string;
  readonly runs?: string;
  readonly reason?: string;
  readonly machine?: string;
  readonly boot?: string;
}

/** Records outcomes of one command under one step, so that one undo takes them back together. */
export async function tell(world: World, open: OpenSession, outcomes: readonly Told[]): Promise<void> {
  const { session } = open.step;
  const step = session.nextStep;
  await decideInLog(world, open.store, (at, by) =>
    outcomes.map((o, index) =>
      newEvent({
        type: 'BisectOutcomeRecorded',
        stream: `bisect/${session.id}/${step}.${index}/${at}`,
        knownAt: at,
        source: by,
        locator: `regline bisect ${o.outcome}`,
        payload: { confidence: 'verified', rev: 1, session: session.id, by, step, ...o },
      }),
    ),
  );
}

/** The release that a version is, where it is one: then its outcome is evidence for tables too. */
export function releaseOf(open: OpenSession, version: string): string | null {
  if (open.model.graph.releases.has(version)) return version;
  return open.model.graph.order.find((name) => open.step.history.versionOf(name) === version) ?? null;
}

/** Records good, bad or a skip for the versions that are named, else for the one that was to be tested next. */
export async function outcomeCommand(
  world: World,
  args: VerdictArguments,
  outcome: 'good' | 'bad' | 'skip',
): Promise<number> {
  return withSession(world, args, async (open) => {
    const { step, history } = open;
    const words = [...(args.revisions ?? []), ...(args.tail ?? [])];
    const regression = onlyOne(open, args.only);
    const versions: { version: string; isolated: boolean }[] = [];
    for (const word of words) {
      const [from, to] = word.split('..');
      if (outcome === 'skip' && from !== undefined && to !== undefined)
        for (const version of await between(open, from, to)) versions.push({ version, isolated: true });
      else versions.push({ version: await history.resolve(word), isolated: false });
    }
    if (words.length === 0) {
      const next = step.decision.next[0];
      if (next === undefined)
        throw new QueryError('nothing is to be tested; name the version', { hint: 'regline bisect status' });
      versions.push({ version: next.version, isolated: false });
    }
    const runs = args.runs === undefined ? undefined : Number(args.runs);
    if (runs !== undefined && (!Number.isInteger(runs) || runs < 1))
      throw new QueryError(`--runs "${args.runs ?? ''}" is no number above 0`);
    await tell(
      world,
      open,
      versions.map(({ version, isolated }): Told => {
        const release = releaseOf(open, version);
        return {
          version,
          outcome,
          ...(regression === null ? {} : { regression }),
          ...(release === null ? {} : { release }),
          ...(outcome === 'skip' ? { reason: isolated ? 'isolated' : reasonOf(args.reason) } : {}),
          ...(runs === undefined ? {} : { runs }),
          ...(args.machine === undefined ? {} : { machine: args.machine }),
          ...(args.boot === undefined ? {} : { boot: args.boot }),
          ...(outcome !== 'skip' && args.reason !== undefined ? { note: args.reason } : {}),
        };
      }),
    );
    await showStep(world, args, open.store);
    return 0;
  });
}

function reasonOf(text: string | undefined): NonNullable<Outcome['reason']> {
  if (text === undefined) return 'build';
  if (text === 'build' || text === 'boot' || text === 'isolated' || text === 'infrastructure') return text;
  throw new QueryError(`"${text}" is no reason for a skip`, {
    hint: 'build, boot, isolated or infrastructure',
  });
}

function onlyOne(open: OpenSession, only: string | undefined): string | null {
  if (only === undefined) return null;
  const keys = open.step.session.start.payload.regressions.map((r) => r.key);
  const found = keys.filter((key) => key === only || key.split(' ')[0] === only);
  if (found.length === 1) return found[0]!;
  throw new QueryError(`"${only}" is none of what this session searches`, { suggestions: keys });
}

/** `A..B` as git means it: what B has and A has not. */
async function between({ history }: OpenSession, from: string, to: string): Promise<readonly string[]> {
  const { graph } = history;
  const [a, b] = await Promise.all([history.resolve(from), history.resolve(to)]);
  const old = markAncestors(graph, [nodeNamed(graph, a)]);
  const reached = markAncestors(graph, [nodeNamed(graph, b)]);
  const found: string[] = [];
  for (let node = 0; node < graph.size; node++)
    if (reached[node] === 1 && old[node] === 0) found.push(graph.names.at(node));
  return found;
}

/** Takes `good`, `bad`, `old`, `new` and the session's own terms. */
export async function termCommand(
  world: World,
  args: VerdictArguments & { readonly term: string },
): Promise<number> {
  const terms = await withSession(world, args, (open) =>
    Promise.resolve(open.step.session.start.payload.terms),
  );
  const { term } = args;
  if (term === terms.good || term === 'good' || term === 'old') return outcomeCommand(world, args, 'good');
  if (term === terms.bad || term === 'bad' || term === 'new') return outcomeCommand(world, args, 'bad');
  throw new QueryError(`"${term}" is no command of bisect and no term of this session`, {
    hint: `its terms are ${terms.good} and ${terms.bad}`,
  });
}

export const skipCommand = (world: World, args: VerdictArguments) => outcomeCommand(world, args, 'skip');

/** Says what to test next; with `--checkout` has it checked out in the session's own worktree. */
export async function nextCommand(
  world: World,
  args: BisectArguments & { checkout?: boolean },
): Promise<number> {
  return withSession(world, args, async (open) => {
    show(world, args, open);
    const next = open.step.decision.next[0];
    if (args.checkout === true && next !== undefined) {
      const { repository, tree } = open.place;
      if (repository === null || tree === null)
        throw new QueryError('this session has no clone to check out from');
      await checkOut(repository, tree, next.version);
      world.err(`${shortVersion(next.version)} is checked out in ${safeText(tree)}\n`);
    }
    return next === undefined ? 1 : 0;
  });
}

export async function statusCommand(world: World, args: BisectArguments & { why?: string }): Promise<number> {
  return withSession(world, args, async (open) => {
    if (args.why === undefined) {
      show(world, args, open);
      return 0;
    }
    const { problem, outcomes } = open.step;
    const version =
      args.why === ''
        ? (open.step.decision.regressions[0]!.top[0]?.version ?? '')
        : await open.history.resolve(args.why);
    const explained = problem.regressions.map((r) => explainSuspect(problem, outcomes, version, r.key));
    if (args.format === 'json') {
      writeJson(world, { schema: 'regline.bisect-why/1', session: open.step.session.id, explained });
      return 0;
    }
    const paint = painter(world, args);
    for (const e of explained) {
      world.out(
        `${paint('bold', `${shortVersion(e.version)} for ${safeText(e.regression)}`)}: ${percent(e.p)}, ${percent(e.prior)} before any test (${factor(e.priorFactor)} the average)\n`,
      );
      for (const f of e.factors)
        world.out(
          `  ${factor(f.factor).padStart(6)}  ${wrap(safeText(f.why), Math.min(world.columns, 120), '          ')}\n`,
        );
      for (const t of e.evidence)
        world.out(
          `  ${t.speaks.padEnd(8)}${shortVersion(t.version)}: ${t.bad} bad, ${t.good} good; this suspect predicts ${t.predicted}\n`,
        );
      for (const b of e.cannotBuild)
        world.out(
          `  ${b.broken.length} versions around it cannot be built; ${b.fixedBy.map(shortVersion).join(', ')} may fix the build: cherry-pick it\n`,
        );
    }
    return 0;
  });
}

function percent(p: number): string {
  return `${(p * 100).toFixed(1)}%`;
}

function factor(value: number): string {
  return `x${String(Math.round(value * 1000) / 1000)}`;
}

/** Takes back the last command's outcomes: a retraction, which can be retracted. */
export async function undoCommand(world: World, args: BisectArguments): Promise<number> {
  return withSession(world, args, async (open) => {
    const { session } = open.step;
    const last = Math.max(0, ...session.outcomes.map((o) => o.payload.step));
    const taken = session.outcomes.filter((o) => o.payload.step === last);
    if (taken.length === 0) throw new QueryError('there is nothing to undo');
    await decideInLog(world, open.store, (at, by) =>
      taken.map(({ id }) =>
        newEvent({
          type: 'EventRetracted',
          stream: `retraction/${id}/${at}`,
          knownAt: at,
          source: by,
          locator: 'regline bisect undo',
          payload: { target: id, by, reason: `undone in ${session.id}`, at },
        }),
      ),
    );
    if (args.format !== 'json')
      world.err(
        `undone: ${taken.map((t) => `${shortVersion(t.payload.version)} ${t.payload.outcome}`).join(', ')}\n`,
      );
    await showStep(world, args, open.store);
    return 0;
  });
}

export async function logOfSession(world: World, args: BisectArguments & { git?: boolean }): Promise<number> {
  return withSession(world, args, (open) => {
    if (args.format === 'json') show(world, args, open);
    else if (args.git === true) world.out(gitBisectLog(open.step));
    else
      for (const { id, knownAt, payload: o } of open.step.session.outcomes)
        world.out(
          `${id.slice(0, 8)} ${(knownAt ?? '').slice(0, 19)} ${String(o.step).padStart(3)} ${o.outcome.padEnd(5)}${shortVersion(o.version)} ${safeText([o.regression, open.step.history.subject(o.version)].filter((w) => w !== undefined && w !== null).join(': '))}\n`,
        );
    return Promise.resolve(0);
  });
}

/** Does what a `git bisect log` did, in a session of its own. */
export async function replayCommand(
  world: World,
  args: BisectArguments & { readonly file: string; readonly consumer?: string; readonly arch?: string },
): Promise<number> {
  const commands = parseGitBisectLog(await readFile(args.file, 'utf8'));
  const starts = commands.filter((c) => c.kind === 'start');
  const begin = starts.at(-1);
  const after = begin === undefined ? commands : commands.slice(commands.indexOf(begin) + 1);
  const outcomes = after.flatMap((c) => (c.kind === 'outcome' ? [c] : []));
  // git lets the ends come as outcomes after the start: the first of each is an end.
  const ends = { good: [...(begin?.good ?? [])], bad: [...(begin?.bad ?? [])] };
  for (const side of ['good', 'bad'] as const) {
    const index = outcomes.findIndex((o) => o.verdict === side);
    if (ends[side].length === 0 && index >= 0) ends[side].push(...outcomes.splice(index, 1)[0]!.revisions);
  }
  const quiet: World = { ...world, out: () => undefined, err: () => undefined };
  await startCommand(quiet, {
    ...args,
    good: ends.good,
    bad: ends.bad,
    chooser: 'git',
    ...(begin === undefined ? {} : { termGood: begin.terms.good, termBad: begin.terms.bad }),
    ...(begin?.firstParent === true ? { firstParent: true } : {}),
    ...(begin && begin.paths.length > 0 ? { tail: begin.paths, pathsOnly: true } : {}),
  });
  for (const o of outcomes) await outcomeCommand(quiet, { ...args, revisions: o.revisions }, o.verdict);
  return withSession(world, args, (open) => {
    show(world, args, open);
    return Promise.resolve(0);
  });
}

export async function resetCommand(
  world: World,
  args: BisectArguments & { reason?: string },
): Promise<number> {
  return withSession(world, args, async (open) => {
    const { session } = open.step;
    if (session.abandoned === null)
      await decideInLog(world, open.store, (at, by) => [
        newEvent({
          type: 'BisectAbandoned',
          stream: `bisect/${session.id}/abandoned`,
          knownAt: at,
          source: by,
          locator: 'regline bisect reset',
          payload: { confidence: 'verified', rev: 1, session: session.id, by, why: args.reason ?? 'reset' },
        }),
      ]);
    const { repository, tree } = open.place;
    if (repository !== null && tree !== null && tree !== repository) await removeWorktree(repository, tree);
    await dropPlace(open.place);
    world.out(`${session.id} is given up; what it found out stays in the log\n`);
    return 0;
  });
}

export async function termsCommand(world: World, args: BisectArguments): Promise<number> {
  return withSession(world, args, ({ step }) => {
    const { terms } = step.session.start.payload;
    if (args.format === 'json') writeJson(world, { schema: 'regline.bisect-terms/1', ...terms });
    else world.out(`${terms.good} is the old state, ${terms.bad} the new one\n`);
    return Promise.resolve(0);
  });
}

export async function reportCommand(world: World, args: BisectArguments): Promise<number> {
  return withSession(world, args, (open) => {
    world.out(
      bisectReport(open.step)
        .split('\n')
        .map((l) => safeText(l))
        .join('\n'),
    );
    return Promise.resolve(0);
  });
}

/** Says by hand how likely a suspect is beside the others. */
export async function weighCommand(
  world: World,
  args: BisectArguments & { readonly suspect: string; readonly factor: string; readonly reason?: string },
): Promise<number> {
  const times = Number(args.factor);
  if (!(times >= 0 && Number.isFinite(times)))
    throw new QueryError(`"${args.factor}" is no factor`, {
      hint: '0 rules it out, 10 makes it ten times as likely',
    });
  if (args.reason === undefined) throw new QueryError('say why', { hint: 'add --reason "…"' });
  const why = args.reason;
  return withSession(world, args, async (open) => {
    const change = await open.history.resolve(args.suspect);
    await decideInLog(world, open.store, (at, by) => [
      newEvent({
        type: 'SuspectWeighted',
        stream: `bisect/${open.step.session.id}/weight/${change}/${at}`,
        knownAt: at,
        source: by,
        locator: 'regline bisect weigh',
        payload: {
          confidence: 'concluded',
          rev: 1,
          session: open.step.session.id,
          by,
          change,
          factor: times,
          why,
        },
      }),
    ]);
    await showStep(world, args, open.store);
    return 0;
  });
}
