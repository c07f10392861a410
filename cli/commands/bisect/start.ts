import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { commitOf } from '../../../importers/git/run-git.ts';
import { canonicalRelease } from '../../../store/names/release-name.ts';
import { canonicalTestName } from '../../../store/names/test-name.ts';
import { newEvent } from '../../../store/events/event.ts';
import type { Payload } from '../../../store/events/catalogue.ts';
import { consumerOf } from '../../../queries/bisect-session/prefill.ts';
import { transitionsOf, type Ends } from '../../../queries/bisect-session/history.ts';
import { loadModel } from '../../../queries/load.ts';
import { consumerName, type Model } from '../../../queries/model.ts';
import { QueryError } from '../../../queries/query-error.ts';
import { selectArchs, selectConsumers } from '../../../queries/select.ts';
import { openLog, type World } from '../../context.ts';
import { safeText } from '../../output/safe-text.ts';
import { decideInLog, type BisectArguments } from './open-session.ts';
import { keepPlace, placeOf } from './place.ts';
import { showStep } from './show.ts';

type Started = Payload<'BisectStarted'>;

export interface StartArguments extends BisectArguments {
  readonly revisions?: readonly string[];
  readonly good?: readonly string[] | string;
  readonly bad?: readonly string[] | string;
  readonly consumer?: string;
  readonly test?: string;
  readonly arch?: string;
  readonly over?: 'commits' | 'changes' | 'releases';
  readonly fixed?: boolean;
  readonly firstParent?: boolean;
  readonly chooser?: 'information' | 'git';
  readonly prefill?: boolean;
  readonly flaky?: boolean;
  readonly rates?: string;
  readonly termGood?: string;
  readonly termBad?: string;
  readonly tail?: readonly string[];
  readonly pathsOnly?: boolean;
  readonly follows?: string;
  readonly here?: boolean;
}

/** Begins a search, and says what comes first. */
export async function startCommand(world: World, args: StartArguments): Promise<number> {
  const store = await openLog(world, args, args.repo === undefined ? 'write' : 'create');
  try {
    const model = await loadModel(store);
    const direction = args.fixed === true ? 'fixed' : 'introduced';
    const regressions = searchedFor(model, args);
    const over = args.over ?? (args.repo === undefined ? 'changes' : 'commits');
    if (over === 'commits' && args.repo === undefined)
      throw new QueryError('commits are searched in a clone', { hint: 'add --repo DIR' });
    const given = {
      bad: [...listOf(args.bad), ...(args.revisions ?? []).slice(0, 1)],
      good: [...listOf(args.good), ...(args.revisions ?? []).slice(1)],
    };
    const { good, bad, others } = await endsOf(model, args, over, regressions, direction, given);
    const session = `B-${randomBytes(4).toString('hex')}`;
    const ids = await decideInLog(world, store, (at, by) => [
      newEvent({
        type: 'BisectStarted',
        stream: `bisect/${session}`,
        knownAt: at,
        source: by,
        locator: 'regline bisect start',
        payload: {
          confidence: 'verified',
          rev: 1,
          session,
          by,
          regressions,
          over,
          good,
          bad,
          direction,
          terms: termsOf(args),
          chooser: args.chooser ?? 'information',
          rates: ratesOf(args),
          prefill: args.prefill !== false,
          ...(args.firstParent === true ? { firstParent: true } : {}),
          ...(args.tail && args.tail.length > 0 ? { paths: [...args.tail] } : {}),
          ...(args.pathsOnly === true ? { pathsOnly: true } : {}),
          ...(args.follows === undefined ? {} : { follows: args.follows }),
        },
      }),
    ]);
    const place = await placeOf(world, args, session);
    if (place.repository !== null)
      await keepPlace({
        ...place,
        tree: args.here === true ? resolve(place.repository) : join(place.folder, 'tree'),
      });
    if (args.format !== 'json') {
      world.err(`session ${session} (${ids[0]!.slice(0, 8)}); regline bisect reset gives it up\n`);
      for (const o of others)
        world.err(`  another transition: ${safeText(o.why)}; --good ${o.good} --bad ${o.bad} searches it\n`);
    }
    await showStep(world, { ...args, session }, store);
    return 0;
  } finally {
    await store.close();
  }
}

function searchedFor(model: Model, args: StartArguments): Started['regressions'] {
  const arch = args.arch;
  if (arch !== undefined && model.interfaces.size > 0) selectArchs(model, [arch]);
  if (args.consumer !== undefined) {
    const names = args.consumer.split(',');
    return names.map((name) => {
      const wanted = name.trim();
      const exact = selectConsumers(model, [wanted]);
      const found = exact.find((c) => consumerName(c.consumer, c.variant) === wanted) ?? exact[0]!;
      const key = [consumerName(found.consumer, found.variant), arch]
        .filter((w) => w !== undefined)
        .join(' ');
      return {
        key,
        consumer: found.consumer,
        ...(found.variant === null ? {} : { variant: found.variant }),
        ...(args.test === undefined ? {} : { test: canonicalTestName(args.test) }),
        ...(arch === undefined ? {} : { arch }),
      };
    });
  }
  const tests = args.test?.split(',').map((t) => canonicalTestName(t.trim())) ?? [];
  const each = tests.length > 0 ? tests.map((test) => ({ key: test, test })) : [{ key: 'it' }];
  return each.map((r) => ({
    ...r,
    key: arch === undefined ? r.key : `${r.key} ${arch}`,
    ...(arch === undefined ? {} : { arch }),
  }));
}

async function endsOf(
  model: Model,
  args: StartArguments,
  over: Started['over'],
  regressions: Started['regressions'],
  direction: Started['direction'],
  given: { readonly good: readonly string[]; readonly bad: readonly string[] },
): Promise<{ good: string[]; bad: string[]; others: readonly Ends[] }> {
  const [first] = regressions;
  let { good, bad } = given;
  let others: readonly Ends[] = [];
  if ((good.length === 0 || bad.length === 0) && first!.consumer !== undefined) {
    const arch = first!.arch;
    if (arch === undefined)
      throw new QueryError('say on which architecture', { hint: 'add --arch, or both --good and --bad' });
    const found = transitionsOf(model, first!.consumer, first!.variant, arch, direction).filter(
      (e) => (good.length === 0 || good.includes(e.good)) && (bad.length === 0 || bad.includes(e.bad)),
    );
    const [latest, ...more] = found;
    if (latest === undefined && consumerOf(model, first!.consumer, first!.variant))
      throw new QueryError(
        `the log knows no release where ${first!.key} went ${direction === 'introduced' ? 'from working to broken' : 'from broken to working'}`,
        {
          hint: 'name the ends: --good REV --bad REV',
        },
      );
    if (latest !== undefined) {
      good = good.length > 0 ? good : [latest.good];
      bad = bad.length > 0 ? bad : [latest.bad];
      others = more;
    }
  }
  if (good.length === 0 || bad.length === 0)
    throw new QueryError('a search needs a good end and a bad end', {
      hint: 'name them (regline bisect start BAD GOOD, or --good REV --bad REV), or a --consumer and an --arch that the log knows',
    });
  const resolve = async (word: string): Promise<string> => {
    if (over === 'commits') return commitOf(args.repo!, word);
    const release = canonicalRelease(word);
    if (release !== null && model.graph.releases.has(release)) return release;
    throw new QueryError(`"${word}" is no recorded release`, { hint: 'without --repo, ends are releases' });
  };
  return { good: await Promise.all(good.map(resolve)), bad: await Promise.all(bad.map(resolve)), others };
}

function listOf(value: readonly string[] | string | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function termsOf(args: StartArguments): Started['terms'] {
  const terms =
    args.fixed === true && args.termGood === undefined && args.termBad === undefined
      ? { good: 'unfixed', bad: 'fixed' }
      : { good: args.termGood ?? 'good', bad: args.termBad ?? 'bad' };
  for (const term of Object.values(terms))
    if (!/^[A-Za-z][A-Za-z-]*$/.test(term) || RESERVED.has(term))
      throw new QueryError(`"${term}" cannot be a term`, {
        hint: 'a term is one word and no command of bisect',
      });
  if (terms.good === terms.bad) throw new QueryError('the two terms are equal');
  return terms;
}

const RESERVED = new Set([
  'start',
  'next',
  'skip',
  'undo',
  'run',
  'status',
  'log',
  'replay',
  'reset',
  'terms',
  'report',
  'help',
  'visualize',
  'view',
]);

function ratesOf(args: StartArguments): Started['rates'] {
  if (args.rates !== undefined) {
    const [falseFail, falsePass] = args.rates.split(',').map(Number);
    const fine = (n: number | undefined) => n !== undefined && n >= 0 && n < 1;
    if (!fine(falseFail) || !fine(falsePass))
      throw new QueryError(`--rates "${args.rates}" are no two rates`, {
        hint: 'write FALSE_FAIL,FALSE_PASS: 0.02,0.3',
      });
    return { kind: 'known', falseFail: falseFail!, falsePass: falsePass! };
  }
  return args.flaky === true ? { kind: 'learned' } : { kind: 'exact' };
}
