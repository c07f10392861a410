import { seenFlaky, type SeenFlaky } from '../../../queries/bisect-session/flaky-in-log.ts';
import type { Started } from '../../../queries/recorded-sessions/session.ts';
import type { Model } from '../../../queries/model/model.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import type { EventStore } from '../../../store/event-store.ts';
import { chooserOf, type StartArguments } from './start-arguments.ts';

/** The rates at which the tests of a search lie, and what a person should be told of how they were chosen. */
export interface ChosenRates {
  readonly rates: Started['rates'];
  readonly notes: readonly string[];
}

/**
 * Chooses how far outcomes are believed: as it is said, else for certain; but a test that the log has seen to pass and to fail at one
 * version is doubted. git's own search and one without what the log knows doubt nothing by themselves.
 *
 * @throws QueryError for rates that are none.
 */
export async function chooseRates(
  store: EventStore,
  model: Model,
  args: StartArguments,
  regressions: Started['regressions'],
): Promise<ChosenRates> {
  if (args.rates !== undefined) return { rates: ratesIn(args.rates), notes: [] };
  if (args.flaky === true) return { rates: { kind: 'learned' }, notes: [] };
  if (args.exact === true) return { rates: { kind: 'exact', asked: true }, notes: [] };
  const asksTheLog = args.prefill !== false && chooserOf(args, regressions) !== 'git';
  const flaky = asksTheLog ? await seenFlaky(store, model, regressions) : [];
  if (flaky.length === 0) return { rates: { kind: 'exact' }, notes: [] };
  return { rates: { kind: 'learned' }, notes: flaky.map(inWords) };
}

/** Less says little, and more needs runs without end. */
const LEAST_CERTAIN = 0.8;
const MOST_CERTAIN = 0.9999;

/**
 * How likely a suspect has to be before it is the answer; null where nobody says, for which 0.99 stands.
 *
 * @throws QueryError for what is no such chance, and where each outcome is taken for certain.
 */
export function certaintyIn(confidence: string | undefined, rates: Started['rates']): number | null {
  if (confidence === undefined) return null;
  const certainty = /^[\d.]+%$/.test(confidence) ? Number(confidence.slice(0, -1)) / 100 : Number(confidence);
  if (!(certainty >= LEAST_CERTAIN && certainty <= MOST_CERTAIN))
    throw new QueryError(`--confidence "${confidence}" is none`, {
      hint: `write a chance between ${LEAST_CERTAIN} and ${MOST_CERTAIN}: 0.98 or 98%`,
    });
  if (rates.kind === 'exact')
    throw new QueryError('--confidence is for a test that may lie', { hint: 'add --flaky or --rates' });
  return certainty;
}

function inWords({ test, arch, platform, from, to, rate }: SeenFlaky): string {
  const where = [arch, platform].filter((name) => name !== null).join(', ');
  const versions = from === to ? from : `${from} … ${to}`;
  const runs = rate.good + rate.bad;
  return `${test} failed in ${rate.bad} of ${runs} runs at ${versions}${where === '' ? '' : ` on ${where}`}: its outcomes are doubted, as with --flaky (--exact takes each for certain)`;
}

function ratesIn(text: string): Started['rates'] {
  // Null: to be learned.
  const rates = text
    .split(',')
    .map((word) => word.trim())
    .map((word) => (word === 'learn' ? null : word === '' ? NaN : Number(word)));
  const sum = rates.reduce<number>((total, rate) => total + (rate ?? 0), 0);
  if (rates.length !== 2 || !rates.every((rate) => rate === null || (rate >= 0 && rate < 1)) || !(sum < 1))
    throw new QueryError(`--rates "${text}" are no two rates`, {
      hint: 'write FALSE_FAIL,FALSE_PASS, together less than 1: 0.02,0.3; or learn for one of them: 0,learn',
    });
  const [falseFail = null, falsePass = null] = rates;
  if (falseFail !== null && falsePass !== null) return { kind: 'known', falseFail, falsePass };
  return {
    kind: 'learned',
    ...(falseFail === null ? {} : { falseFail }),
    ...(falsePass === null ? {} : { falsePass }),
  };
}
