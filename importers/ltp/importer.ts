import * as v from 'valibot';
import { InputError } from '../../store/errors.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { joinTestName, testSegment } from '../../store/names/test-name.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { rejected, ResultRun } from '../results/result-run.ts';
import { wholeJson } from '../results/whole-text.ts';
import { looksLikeKirkConsole, readKirkConsole } from './kirk-console.ts';
import { readTranscript } from './transcript.ts';

const FORMAT = 'ltp';

/** Reads what LTP's runners write: kirk's JSON report and its terminal, openQA's report, the transcript of runltp. */
export const ltpImporter: Importer = {
  format: FORMAT,
  version: 1,
  says: "results of LTP: kirk's or openQA's JSON, kirk's terminal, or a transcript of runltp",
  unit: 'file',
  sniff(head) {
    if (/^<<<test_start>>>\r?$/m.test(head) || head.includes('<<<execution_status>>>')) return 0.9;
    if (looksLikeKirkConsole(head)) return 0.9;
    return /^\s*\{/.test(head) && head.includes('"test_fqn"') ? 0.9 : 0;
  },
  async *read(entries, context) {
    for (const entry of entries) {
      const head = Buffer.from(entry.head).toString('utf8');
      if (/^\s*\{/.test(head)) yield* readJson(entry, context);
      else
        yield* looksLikeKirkConsole(head) ? readKirkConsole(entry, context) : readTranscript(entry, context);
    }
  },
};

const report = v.looseObject({
  results: v.array(v.unknown()),
  environment: v.optional(v.looseObject({ kernel: v.optional(v.string()), arch: v.optional(v.string()) })),
});
const one = v.looseObject({
  test_fqn: v.string(),
  status: v.optional(v.string()),
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
const OUTCOME: Readonly<Record<string, Outcome>> = {
  pass: 'pass',
  fail: 'fail',
  brok: 'error',
  warn: 'fail',
  conf: 'skip',
  skip: 'skip',
};

async function* readJson(entry: SourceEntry, { hints }: ImportContext): AsyncGenerator<Produced> {
  const parsed = v.safeParse(report, await wholeJson(entry));
  if (!parsed.success)
    throw new InputError([
      {
        severity: 'error',
        message: 'no report of LTP: it has no list of results',
        place: { file: entry.name },
      },
    ]);
  const { results, environment } = parsed.output;
  const run = new ResultRun(entry, hints, {
    tool: 'kirk',
    kernel: environment?.kernel,
    arch: environment?.arch,
  });
  const rejects = [];
  for (const [index, each] of results.entries()) {
    const result = v.safeParse(one, each);
    if (!result.success) {
      rejects.push(
        rejected(entry, FORMAT, hints, {
          key: `/results/${index}`,
          reason: 'no result: it has no name',
          excerpt: JSON.stringify(each),
        }),
      );
      continue;
    }
    const { test_fqn: name, status, test } = result.output;
    const word = (status ?? test?.result ?? '').toLowerCase();
    const exitCode = Number(test?.retval?.[0]);
    // A program that is not there says nothing of the kernel.
    const missing = word === 'fail' && exitCode === 127;
    const seconds = Number(test?.duration);
    run.add({
      test: joinTestName('ltp', testSegment(name)),
      raw: name,
      outcome: missing ? 'error' : (OUTCOME[word] ?? 'unknown'),
      ...(missing ? { reason: 'the program was not found' } : {}),
      ...(Number.isInteger(exitCode) && exitCode !== 0 ? { exitCode } : {}),
      ...(Number.isFinite(seconds) && seconds > 0 ? { durationMs: Math.round(seconds * 1000) } : {}),
      ...(word !== 'pass' && test?.log !== undefined && test.log !== '' ? { excerpt: test.log } : {}),
    });
  }
  const event = run.take(true);
  yield { entry, events: [...(event ? [event] : []), ...rejects] };
}
