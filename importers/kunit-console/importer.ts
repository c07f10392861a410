import type { Outcome } from '../../store/events/observation.ts';
import { canonicalTestName, joinTestName, testSegment, UNNAMED_TEST } from '../../store/names/test-name.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { cleanLine } from '../console/clean-line.ts';
import { archOf } from '../../store/names/arch-name.ts';
import { LONGEST_EXCERPT } from '../results/limits.ts';
import { ResultRun } from '../results/result-run.ts';
import { bare, isBorder, isComplete, kunitLine } from './lines.ts';

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
  /** How it ended, where that was told first. */
  readonly ended?: Outcome;
}

/**
 * Reads what `kunit.py run` and `kunit.py parse` print for people: a line a test, suites between lines of equals signs. A suite counts
 * only through its cases, unless it says more than they do; what a suite still owed when the output ended is a miss. The totals are not
 * believed.
 */
export const kunitConsoleImporter: Importer = {
  format: FORMAT,
  version: 2,
  says: 'what kunit.py prints on a terminal',
  unit: 'file',
  comesWithOthers: () => true,
  sniff(head) {
    let begins = false;
    let result = false;
    for (const text of head.split('\n', 20_000)) {
      if (!/\[[A-Z]|===|Testing complete/.test(text)) continue;
      const clean = bare(cleanLine(text.slice(0, 1000))[0]?.text ?? '');
      const line = kunitLine(clean);
      if (line?.kind === 'begins' || line?.kind === 'heads' || isComplete(clean)) begins = true;
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
    // `kunit.py parse` reads logs of kselftest as well.
    open.length === 0 && name.startsWith('selftests: ')
      ? canonicalTestName(name.slice(0, LONGEST))
      : joinTestName(
          'kunit',
          ...open.slice(0, depth).map((g) => testSegment(g.name)),
          testSegment(name.slice(0, LONGEST)) || UNNAMED_TEST,
        );
  const put = (test: string, raw: string, outcome: Outcome, line: number, reason = '') => {
    run.add({ test, raw, outcome, line, reason, ...(outcome === 'pass' ? {} : { excerpt: said.trim() }) });
    if (outcome !== 'pass') for (const group of open) group.told = true;
    said = '';
  };
  /** A suite that says more than its cases do is a result itself. */
  const tellsItself = (group: Group, outcome: Outcome, line: number) => {
    if (!group.told && outcome !== 'pass' && (outcome !== 'skip' || group.came === 0))
      put(nameOf(group.name), group.name, outcome, line);
  };
  /** Gives up a group of which no end came. */
  const giveUp = () => {
    const group = open.pop()!;
    if (group.ended !== undefined) tellsItself(group, group.ended, group.line);
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
  /** A result of the older form, which tells why only below it. */
  let waits: (() => void) | null = null;
  const settle = () => {
    waits?.();
    waits = null;
  };
  for await (const { number, offset, text } of entry.lines()) {
    const line = bare(cleanLine(text)[0]?.text ?? '');
    const told = line.startsWith('[') || line.startsWith('===') ? kunitLine(line) : null;
    if (told !== null || isBorder(line)) settle();
    const isOpen = told?.kind === 'heads' && open.some((g) => g.ended === undefined && g.name === told.name);
    if (open[0]?.ended !== undefined && (told?.kind === 'begins' || told?.kind === 'heads' || isBorder(line)))
      giveUp();
    if (told?.kind === 'heads' && !isOpen) {
      const { outcome, name } = told;
      if (open.length === 0)
        open.push({
          name: name.slice(0, LONGEST),
          line: number,
          planned: null,
          came: 0,
          told: false,
          ended: outcome,
        });
      said = '';
    } else if (told?.kind === 'begins') {
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
      const [name = '', reason] = told.outcome === 'skip' ? told.name.split(/ # SKIP ?/, 2) : [told.name];
      const test = nameOf(name);
      if (open[0]?.ended === undefined) put(test, name, told.outcome, number, reason);
      else {
        said = '';
        waits = () => {
          put(test, name, told.outcome, number, reason);
        };
      }
    } else if (told) {
      const at = open.findLastIndex((g) => g.name === told.name.slice(0, LONGEST));
      while (at >= 0 && open.length > at + 1) giveUp();
      const group = at < 0 ? undefined : open.pop();
      if (group) tellsItself(group, told.outcome, number);
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
  settle();
  while (open.length > 0) giveUp();
  yield {
    entry,
    events: run.end('no result of a test in this output of kunit.py'),
    warnings: entry.cutLines,
  };
}
