import * as v from 'valibot';
import { refusedFile } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import type { ImportContext, Produced, SourceEntry } from '../importer.ts';
import { archOf } from '../../store/names/arch-name.ts';
import { factsOfUname, parseMachine } from '../console/kernel-facts.ts';
import { cutReject } from '../results/cut-json.ts';
import { excerptOf } from '../results/json-shape.ts';
import { LONGEST_REJECT } from '../results/limits.ts';
import { rejected, ResultRun, type RunFacts } from '../results/result-run.ts';
import { jsonUpToCut, wholeText } from '../results/whole-text.ts';
import { ltpTestName } from './names.ts';

export const FORMAT = 'ltp';

const environment = v.looseObject({ kernel: v.optional(v.string()), arch: v.optional(v.string()) });
const report = v.looseObject({ results: v.array(v.unknown()), environment: v.optional(environment) });
const one = v.looseObject({
  test_fqn: v.string(),
  status: v.optional(v.string()),
  /** openQA's older report has it in each result. */
  environment: v.optional(environment),
  test: v.optional(
    v.looseObject({
      result: v.optional(v.string()),
      log: v.optional(v.string()),
      duration: v.optional(v.union([v.number(), v.string()])),
      retval: v.optional(v.array(v.union([v.string(), v.number()]))),
    }),
  ),
});

/** kirk's and openQA's words; a warning fails a run of LTP, a configuration that lacks something skips it. */
const OUTCOME: ReadonlyMap<string, Outcome> = new Map(
  Object.entries({
    pass: 'pass',
    fail: 'fail',
    brok: 'error',
    warn: 'fail',
    conf: 'skip',
    skip: 'skip',
  }),
);

/** Results stand in a list of the report: of a report that was cut, those that came whole are taken. */
const DEPTH = 2;

/** So many rejects are handed on at once. */
const PAGE = 1000;

/** What a status of -1 stands for (libkirk/scheduler.py). */
const ENDED = 'kirk ended it: a timeout, a panic, or a machine that did not answer';

/**
 * Reads the report of kirk, or openQA's of the same names.
 *
 * @throws InputError when it is none.
 */
export async function* readReport(entry: SourceEntry, { hints }: ImportContext): AsyncGenerator<Produced> {
  const { value, cut } = jsonUpToCut(entry, await wholeText(entry), DEPTH);
  const parsed = v.safeParse(report, value);
  if (cut !== null && (!parsed.success || parsed.output.results.length === 0)) throw cut.error;
  if (!parsed.success) throw refusedFile(entry.name, 'no report of LTP: it has no list of results');
  const { results } = parsed.output;
  const run = new ResultRun(entry, hints, { tool: 'kirk', ...factsOf(parsed.output.environment) });
  let rejects: NewEvent[] = [];
  for (const [index, each] of results.entries()) {
    const result = v.safeParse(one, each);
    if (!result.success) {
      rejects.push(
        rejected(entry, FORMAT, hints, {
          key: `/results/${index}`,
          reason: 'no result: it has no name',
          excerpt: excerptOf(each, LONGEST_REJECT),
        }),
      );
      if (rejects.length >= PAGE) {
        yield { entry, events: rejects };
        rejects = [];
      }
      continue;
    }
    const { test_fqn: name, status, test } = result.output;
    if (run.facts.kernel === undefined) run.facts = { ...run.facts, ...factsOf(result.output.environment) };
    const word = (status ?? test?.result ?? '').toLowerCase();
    const exitCode = Number(test?.retval?.[0]);
    // A program that is not there says nothing of the kernel.
    const missing = word === 'fail' && exitCode === 127;
    const reason = missing ? 'the program was not found' : exitCode === -1 ? ENDED : undefined;
    const seconds = Number(test?.duration);
    run.add({
      test: ltpTestName(name),
      raw: name,
      outcome: missing ? 'error' : (OUTCOME.get(word) ?? 'unknown'),
      ...(reason === undefined ? {} : { reason }),
      ...(Number.isInteger(exitCode) && exitCode !== 0 ? { exitCode } : {}),
      ...(Number.isFinite(seconds) && seconds > 0 ? { durationMs: Math.round(seconds * 1000) } : {}),
      ...(word !== 'pass' && test?.log !== undefined && test.log !== '' ? { excerpt: test.log } : {}),
    });
    if (run.isFull) yield { entry, events: [run.take(false)!] };
  }
  const event = run.take(true);
  if (cut !== null) rejects.push(cutReject(entry, FORMAT, hints, cut));
  yield { entry, events: [...(event ? [event] : []), ...rejects] };
}

/** The kernel as `uname` tells it: kirk asks for `-s -r -v` and `-m`, openQA for `-a` without the first word. */
function factsOf(said: v.InferOutput<typeof environment> | undefined): RunFacts {
  const kernel = said?.kernel?.trim() ?? '';
  const version = /^(?:\S+ ){0,2}?(\d+\.\d+\S*)/.exec(kernel)?.[1];
  const arch = said?.arch === undefined ? undefined : archOf(said.arch);
  return {
    ...(version === undefined ? {} : factsOfUname(version)),
    ...parseMachine(`Linux ${kernel}`),
    ...(arch === undefined ? {} : { arch }),
  };
}
