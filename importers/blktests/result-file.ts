import { refusedFile } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { canonicalTestName } from '../../store/names/test-name.ts';
import type { ImportContext, Line, SourceEntry } from '../importer.ts';
import type { LineResults } from '../console/line-results.ts';
import { ResultRun, type GivenResult } from '../results/result-run.ts';
import { sourceTime } from '../results/source-time.ts';

const OUTCOMES: Readonly<Record<string, Outcome>> = { pass: 'pass', fail: 'fail', 'not run': 'skip' };
/** What its reasons stand for on a terminal. */
const REASONS: Readonly<Record<string, string>> = {
  output: 'output mismatch',
  exit: 'exited with a status',
  dmesg: 'something found in dmesg',
};
/** `results/nodev_tr_loop/nvme/006`: the device, or none, and what the test was run with; then the test. */
const PATH = /(?:^|[/!])([A-Za-z0-9][\w.-]{0,200})\/([a-z][a-z0-9]{0,20})\/(\d{3})$/;
const FIELD = /^([a-z][\w ]{0,60})\t(.{0,2000})$/;

/** Tests add measures of their own to these. */
const KEPT: ReadonlySet<string> = new Set(['status', 'date', 'runtime', 'reason', 'exit_status']);

/** Tells what blktests keeps of a test in a file of its own: names and values with a tab between. */
export function looksLikeResultFile(head: string): boolean {
  if (!/^status\t(?:pass|fail|not run)\r?$/m.test(head) || !/^(?:date|description)\t/m.test(head))
    return false;
  const lines = head.split('\n', 100).slice(0, -1);
  return lines.every((line) => FIELD.test(line.trimEnd()) || line.endsWith('\t'));
}

/** What blktests keeps of one test below `results/` (`check`, _write_test_run). */
export class ResultFile implements LineResults {
  readonly run: ResultRun;
  readonly rejects: NewEvent[] = [];
  private readonly named: Pick<GivenResult, 'test' | 'raw' | 'platform'>;
  private readonly fields = new Map<string, { readonly value: string; readonly line: number }>();

  /** @throws InputError where the file's path does not name the test: it stands nowhere else. */
  constructor(entry: SourceEntry, { hints }: ImportContext) {
    const [, place, group, number] = PATH.exec(entry.name) ?? [];
    if (place === undefined)
      throw refusedFile(
        entry.name,
        'only its path would say of which test it is: results/DEVICE/GROUP/NUMBER',
      );
    const [device = '', ...words] = place.split('_');
    const written = `${group!}/${number!}`;
    const conditions = pairs(words)
      .map((each) => `/${each}`)
      .join('');
    this.named = {
      test: canonicalTestName(`blktests/${written}${conditions}`),
      raw: `${place}/${written}`,
      ...(device === 'nodev' ? {} : { platform: device }),
    };
    this.run = new ResultRun(entry, hints, { tool: 'blktests' }, `${place}/${written}`);
  }

  read(text: string, { number: line }: Line): void {
    const [, key, value] = FIELD.exec(text) ?? [];
    if (key !== undefined && KEPT.has(key) && !this.fields.has(key))
      this.fields.set(key, { value: value!, line });
  }

  end(): void {
    const status = this.fields.get('status');
    const outcome = OUTCOMES[status?.value ?? ''];
    if (status === undefined || outcome === undefined) return;
    const of = (key: string) => this.fields.get(key)?.value ?? '';
    // Its day, for the zone is not told.
    const at = sourceTime(of('date'));
    if (at !== null) this.run.facts = { ...this.run.facts, knownAt: at, startedAt: at };
    const seconds = /^(\d{1,9}\.\d{1,6})s$/.exec(of('runtime'))?.[1];
    const code = Number(of('exit_status') || NaN);
    const reason = REASONS[of('reason')] ?? of('reason');
    this.run.add({
      ...this.named,
      line: status.line,
      outcome,
      ...(seconds === undefined ? {} : { durationMs: Math.round(Number(seconds) * 1000) }),
      ...(Number.isInteger(code) && code !== 0 ? { exitCode: code } : {}),
      ...(outcome === 'pass' || reason === '' ? {} : { reason }),
    });
  }
}

/** `tr_loop_bd_file` is `tr=loop bd=file`; what is no such pair stays whole. */
function pairs(words: readonly string[]): readonly string[] {
  if (words.length % 2 === 1) return [words.join('_')];
  return words.flatMap((word, i) => (i % 2 === 0 ? [`${word}_${words[i + 1]!}`] : []));
}
