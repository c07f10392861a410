import type { Outcome } from '../../store/events/observation.ts';
import { joinTestName, testSegment, UNNAMED_TEST } from '../../store/names/test-name.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { cleanLine } from '../ktap/clean.ts';
import { archOf } from '../ktap/kernel.ts';
import { LONGEST_EXCERPT } from '../results/limits.ts';
import { ResultRun } from '../results/result-run.ts';
import { bare, kunitLine } from './lines.ts';

const FORMAT = 'kunit-console';
/** A longer name, or a longer line of what was said, is cut. */
const LONGEST = 500;
/** What a plan lacks is not spelled out beyond this, for all of the output. */
const MOST_MISSES = 1000;
/** No test is nested so deep. */
const MOST_GROUPS = 50;

/** A mail, JSON and XML may quote such output, and say more. */
const OTHERS =
  /^\s*(?:[{<]|>?From |(?:Received|Return-Path|Delivered-To|Message-ID|From|Subject|Date|To|X-[\w-]+):)/i;

interface Group {
  readonly name: string;
  readonly line: number;
  readonly planned: number | null;
  /** Tests right below it. */
  came: number;
  /** Whether something below it says that it did not pass, or that it was skipped. */
  told: boolean;
}

/**
 * Reads what `kunit.py run` and `kunit.py parse` print for people: a line a test, suites between lines of equals signs. A suite counts
 * only through its cases, unless it says more than they do; what a suite still owed when the output ended is a miss. The totals are not
 * believed.
 */
export const kunitConsoleImporter: Importer = {
  format: FORMAT,
  version: 1,
  says: 'what kunit.py prints on a terminal',
  unit: 'file',
  sniff(head) {
    let begins = false;
    let result = false;
    for (const text of head.split('\n', 20_000)) {
      if (!/\[[A-Z]|===/.test(text)) continue;
      const line = kunitLine(bare(cleanLine(text.slice(0, 1000))[0]?.text ?? ''));
      if (line?.kind === 'begins') begins = true;
      else if (line) result = true;
    }
    return begins && result && !OTHERS.test(head) ? 0.92 : 0;
  },
  async *read(entries, context) {
    for (const entry of entries) yield* readOutput(entry, context);
  },
};

async function* readOutput(entry: SourceEntry, { hints, progress }: ImportContext): AsyncGenerator<Produced> {
  const run = new ResultRun(entry, hints, { tool: 'kunit.py' });
  const open: Group[] = [];
  let said = '';
  let misses = 0;
  const nameOf = (name: string, depth = open.length) =>
    joinTestName(
      'kunit',
      ...open.slice(0, depth).map((g) => testSegment(g.name)),
      testSegment(name.slice(0, LONGEST)) || UNNAMED_TEST,
    );
  const put = (test: string, raw: string, outcome: Outcome, line: number) => {
    run.add({ test, raw, outcome, line, ...(outcome === 'pass' ? {} : { excerpt: said.trim() }) });
    if (outcome !== 'pass') for (const group of open) group.told = true;
    said = '';
  };
  /** Gives up a group of which no end came. */
  const giveUp = () => {
    const group = open.pop()!;
    const lacking = Math.max(0, (group.planned ?? 0) - group.came);
    for (
      let number = group.came + 1;
      number <= group.came + lacking && misses < MOST_MISSES;
      number++, misses++
    )
      run.add({
        test: joinTestName(nameOf(group.name), `test_${number}`),
        outcome: 'miss',
        line: group.line,
        reason: `planned ${group.planned}, ${group.came} came`,
      });
  };
  for await (const { number, offset, text } of entry.lines()) {
    const line = bare(cleanLine(text)[0]?.text ?? '');
    const told = line.startsWith('[') || line.startsWith('===') ? kunitLine(line) : null;
    if (told?.kind === 'begins') {
      if (open.length > 0) open.at(-1)!.came++;
      if (open.length < MOST_GROUPS)
        open.push({
          name: told.name.slice(0, LONGEST),
          line: number,
          planned: told.planned,
          came: 0,
          told: false,
        });
      said = '';
    } else if (told?.kind === 'result') {
      if (open.length > 0) open.at(-1)!.came++;
      put(nameOf(told.name), told.name, told.outcome, number);
    } else if (told) {
      const at = open.findLastIndex((g) => g.name === told.name.slice(0, LONGEST));
      while (at >= 0 && open.length > at + 1) giveUp();
      const group = at < 0 ? undefined : open.pop();
      if (group && !group.told && told.outcome !== 'pass' && (told.outcome !== 'skip' || group.came === 0))
        put(nameOf(told.name), told.name, told.outcome, number);
    } else {
      if (said.length < LONGEST_EXCERPT) said += `${line.slice(0, LONGEST)}\n`;
      const arch = /^(?:\$ )?make .{0,200}?\bARCH=(\w{1,20})\b/.exec(line)?.[1];
      if (arch !== undefined && arch !== 'um') run.facts = { ...run.facts, arch: archOf(arch) ?? arch };
    }
    if (run.isFull) {
      progress?.(offset);
      yield { entry, events: [run.take(false)!] };
    }
  }
  while (open.length > 0) giveUp();
  yield {
    entry,
    events: run.end('no result of a test in this output of kunit.py'),
    warnings: entry.cutLines,
  };
}
