import * as v from 'valibot';
import { refusedFile } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { joinTestName, testSegment, UNNAMED_TEST } from '../../store/names/test-name.ts';
import type { Importer } from '../importer.ts';
import { cutReject } from '../results/cut-json.ts';
import { excerptOf } from '../results/json-shape.ts';
import { LONGEST_REJECT } from '../results/limits.ts';
import { rejected, ResultRun } from '../results/result-run.ts';
import { jsonUpToCut, wholeText } from '../results/whole-text.ts';

const FORMAT = 'kunit-json';

interface Group {
  readonly name?: string | undefined;
  readonly arch?: string | undefined;
  readonly test_cases?: readonly unknown[] | undefined;
  readonly sub_groups?: readonly unknown[] | undefined;
  readonly misc?: unknown;
}

const group = v.looseObject({
  name: v.optional(v.string()),
  arch: v.optional(v.string()),
  test_cases: v.optional(v.array(v.unknown())),
  sub_groups: v.optional(v.array(v.unknown())),
});
const testCase = v.looseObject({ name: v.string(), status: v.string() });

const OUTCOME: ReadonlyMap<string, Outcome> = new Map(
  Object.entries({
    PASS: 'pass',
    FAIL: 'fail',
    SKIP: 'skip',
    ERROR: 'error',
  }),
);

/** Of a report that was cut, groups are taken as far as they go; a group is a list deeper than the one around it. */
const DEEPEST_CUT = 20;

/** So many rejects are handed on at once. */
const PAGE = 1000;

/** Deeper than any real report; a deeper one is cut there. */
const DEEPEST = 200;

/**
 * Reads what `kunit.py run --json` writes (tools/testing/kunit/kunit_json.py). Its `git_branch` is a constant and its
 * `arch` was one for years (`UM`): neither is believed beyond that.
 */
export const kunitJsonImporter: Importer = {
  format: FORMAT,
  version: 5,
  says: 'results of kunit.py in JSON',
  unit: 'file',
  comesWithOthers: () => true,
  sniff: (head) =>
    /^\s*\{/.test(head) && head.includes('"sub_groups"') && head.includes('"test_cases"') ? 0.9 : 0,
  async *read(entries, { hints }) {
    for (const entry of entries) {
      const { value, cut } = jsonUpToCut(entry, await wholeText(entry), DEEPEST_CUT);
      const parsed = v.safeParse(group, value);
      if (
        !parsed.success ||
        (parsed.output.sub_groups === undefined && parsed.output.test_cases === undefined)
      )
        throw refusedFile(entry.name, 'no report of kunit.py: it has no groups of tests');
      const root = parsed.output;
      const run = new ResultRun(entry, hints, { tool: 'kunit.py', arch: archOf(root.arch) });
      let rejects: NewEvent[] = [];
      let isEmpty = true;
      for (const found of walk(run, root, [], [], cut !== null)) {
        isEmpty = false;
        if (found === FULL) yield { entry, events: [run.take(false)!] };
        else if (rejects.push(rejected(entry, FORMAT, hints, { ...found, key: found.path })) >= PAGE) {
          yield { entry, events: rejects };
          rejects = [];
        }
      }
      const event = run.take(true);
      if (cut !== null) {
        if (event === null && run.isEmpty) throw cut.error;
        rejects.push(cutReject(entry, FORMAT, hints, cut));
      }
      const none = {
        severity: 'warning',
        message: 'the report has no test',
        place: { file: entry.name },
      } as const;
      yield {
        entry,
        ...(isEmpty && event === null ? { warnings: [none] } : {}),
        events: [...(event ? [event] : []), ...rejects],
      };
    }
  },
};

/** User-mode Linux runs on x86_64 as a rule, but the file does not say so. */
function archOf(arch: string | undefined): string | undefined {
  return arch === undefined || arch === 'UM' || arch === 'um' ? undefined : arch;
}

interface Reject {
  readonly path: string;
  readonly reason: string;
  readonly excerpt: string;
}

/** So many results were added that they are told before more come. */
const FULL = 'full';

function* walk(
  run: ResultRun,
  g: Group,
  names: readonly string[],
  path: readonly number[],
  isCut: boolean,
): Generator<Reject | typeof FULL, void, undefined> {
  const refused = (at: string, reason: string, piece: unknown): Reject => ({
    path: at,
    reason,
    excerpt: excerptOf(piece, LONGEST_REJECT),
  });
  const here = path.map((i) => `/sub_groups/${i}`).join('');
  for (const [i, each] of (g.test_cases ?? []).entries()) {
    const parsed = v.safeParse(testCase, each);
    if (!parsed.success) {
      yield refused(`${here}/test_cases/${i}`, 'no test case: it has no name or no status', each);
      continue;
    }
    const { name, status } = parsed.output;
    run.add({
      test: joinTestName('kunit', ...names.map(testSegment), testSegment(name) || UNNAMED_TEST),
      raw: name,
      outcome: OUTCOME.get(status) ?? 'unknown',
      ...(OUTCOME.has(status) ? {} : { reason: `status ${status}` }),
    });
    if (run.isFull) yield FULL;
  }
  const groups = g.sub_groups ?? [];
  for (const [i, each] of groups.entries()) {
    const parsed = v.safeParse(group, each);
    const isHere = isCut && i === groups.length - 1;
    if (isHere && parsed.success && parsed.output.name === undefined) {
      yield refused(`${here}/sub_groups/${i}`, 'the file ends before the name of this group', each);
      continue;
    }
    if (!parsed.success || path.length >= DEEPEST) {
      yield refused(
        `${here}/sub_groups/${i}`,
        parsed.success ? 'nested too deeply' : 'no group of tests',
        parsed.success ? '' : each,
      );
      continue;
    }
    const name = parsed.output.name ?? '';
    const inside = name === '' || name === 'main' ? names : [...names, name];
    yield* walk(run, parsed.output, inside, [...path, i], isHere);
  }
}
