import { canonicalTestName } from '../../../store/names/test-name.ts';
import { field, ownLines } from './report.ts';

/** How 0-day writes that a test failed: `xfstests.generic.018.fail`. */
export const OUTCOME = /^(\S+?)\.(fail|timeout)$/;

/** A test that the robot says something of. */
export interface NoticedTest {
  /** Canonical name. */
  readonly test: string;
  readonly raw: string;
}

/** What the robot noticed of a change. */
export interface Noticed {
  /**
   * `failure`: tests fail, or the kernel complains while one runs. `slower` and `faster`: a figure is another. `build`: it does not build.
   * `warnings`: it builds, and a compiler or a checker says more than before.
   */
  readonly kind: 'failure' | 'slower' | 'faster' | 'build' | 'warnings';
  /** In the robot's words. */
  readonly note: string;
  /** Most often one. */
  readonly tests: readonly NoticedTest[];
}

const FIGURE = /(-?(?<![\d.])[\d.]+%) (regression|improvement) (?:of|in)\s+(\S+)/;
const FIGURE_OF_SUBJECT = /^(\S+) (-?[\d.]+%) (regression|improvement)$/;
const NOTICED =
  /noticed (?:an? )?"?([^"\n]{0,500}?)"?\s(?:due to commit|on:|of\b|regression of|improvement of)/;
/** `[linus:master] [ext4]  896b02d0b9:  stress-ng.fiemap.ops_per_sec 15.8% regression`; an answer is somebody's words. */
const SUBJECT = /^\[.{0,300}\]\s{1,20}[0-9a-f]{10}:\s+(\S.*)$/;
/** `sparse warnings: (new ones prefixed by >>)`, `New smatch warnings:` */
const CHECKER = /^"?(?:New )?([a-z][\w-]{1,20}) warnings:(?: \(new ones|\s*$)/;
/** What precedes the findings of checkpatch.pl. */
const CHECKPATCH = '# many are suggestions rather than must-fix';
/** What ends a build; a mail of errors is cut where it is long, so that the words of its heading count, too. */
const BREAKS =
  /\b(?:error(?:\[E\d+\])?|ERROR|Error):|undefined reference|multiple definition|undefined symbol|\bundefined!/;
const LONGEST_NOTE = 300;

/**
 * Tells what the robot noticed; null where a mail of its people says nothing of the kind.
 *
 * @param building it is about a patch that does not build, or builds with warnings.
 */
export function noticedIn(text: string, subject: string, building: boolean): Noticed | null {
  const lines = ownLines(text);
  const suite = field(lines, 'in testcase', 'testcase') ?? '';
  if (building || suite === '') return buildIn(text.split('\n'));
  const joined = lines.join('\n');
  const figure = figureIn(joined, subject);
  if (figure) return figure;
  const body = NOTICED.exec(joined)?.[1];
  const named =
    body === undefined || body.includes('following commit') || body === ''
      ? SUBJECT.exec(subject)?.[1]
      : body;
  const note = named?.slice(0, LONGEST_NOTE) ?? firstTrouble(lines);
  if (note === undefined) return null;
  const failed = failuresIn(note);
  return { kind: 'failure', note, tests: failed.length > 0 ? failed : [{ test: suite, raw: suite }] };
}

function figureIn(text: string, subject: string): Noticed | null {
  const [whole, , way, metric] = FIGURE.exec(text) ?? [];
  if (whole !== undefined) return ofFigure(whole, way!, metric!);
  const [, name, share, turn] = FIGURE_OF_SUBJECT.exec(SUBJECT.exec(subject)?.[1] ?? '') ?? [];
  return name === undefined ? null : ofFigure(`${share!} ${turn!} of ${name}`, turn!, name);
}

function ofFigure(note: string, way: string, metric: string): Noticed {
  const tests = [{ test: canonicalTestName(metric), raw: metric }];
  return { kind: way === 'regression' ? 'slower' : 'faster', note: note.replace(/\s+/g, ' '), tests };
}

/** `a.fail`, several of them, and what the robot joins: `blktests.zbd/(003/004).fail`, `xfstests.btrfs.020/026/215.fail`. */
function failuresIn(note: string): readonly NoticedTest[] {
  return note
    .split(/,? and |, | /)
    .flatMap((name) => {
      const raw = OUTCOME.exec(name)?.[1];
      return raw === undefined ? [] : expanded(raw);
    })
    .map((raw) => ({ test: testOf(raw), raw }));
}

const MOST_JOINED = 100;

function expanded(raw: string): readonly string[] {
  const [, group, inGroup] = /^(.*)\/\(([^()]+)\)$/.exec(raw) ?? [];
  if (group !== undefined)
    return inGroup!
      .split('/')
      .slice(0, MOST_JOINED)
      .map((one) => `${group}/${one}`);
  const [, suite, numbers] = /^(.*\.)(\d{3}(?:\/\d{3})+)$/.exec(raw) ?? [];
  if (suite !== undefined)
    return numbers!
      .split('/')
      .slice(0, MOST_JOINED)
      .map((one) => `${suite}${one}`);
  return [raw];
}

/** `kernel-selftests.vm.run_vmtests.sh../hugepage_shm` is `kselftest.vm.run_vmtests.sh.hugepage_shm`. */
export function testOf(raw: string): string {
  return canonicalTestName(raw.replace(/^kernel-selftests(?:-\w+)?\./, 'kselftest.').replace(/\.\.\//g, '.'));
}

/** What a compiler or a checker says. What is new has `>>` before it: that is the robot's own mark, and no quotation. */
function buildIn(lines: readonly string[]): Noticed | null {
  const heading = lines.findIndex(
    (line) => /^(?:All errors?|All warnings?|All error\/warnings)\b/.test(line) || CHECKER.test(line),
  );
  if (heading < 0) return null;
  const below = lines.slice(heading + 1);
  const fresh = below.flatMap((line) => /^\s*>> ?(.*)$/.exec(line)?.[1]?.trim() ?? []);
  const all =
    fresh.length > 0
      ? fresh
      : below
          .map((line) => line.trim())
          .filter((line) => line !== '')
          .slice(0, 1);
  const title = lines[heading]!;
  const checker = title === CHECKPATCH ? 'checkpatch' : CHECKER.exec(title)?.[1];
  const breaking = all.find((line) => BREAKS.test(line));
  const broken =
    checker === undefined &&
    !title.startsWith('All warning') &&
    (breaking !== undefined || title.startsWith('All errors'));
  const test = broken ? 'build' : `build.${checker ?? 'warnings'}`;
  const note = (broken ? breaking : undefined) ?? all[0] ?? title;
  return {
    kind: broken ? 'build' : 'warnings',
    note: note.slice(0, LONGEST_NOTE),
    tests: [{ test, raw: test }],
  };
}

/** The first line in which a kernel complains. */
function firstTrouble(lines: readonly string[]): string | undefined {
  const line = lines.find(
    (l) => /\b(?:BUG|WARNING|Oops|panic|UBSAN|INFO)\b[:\s]/.test(l) && /^\s*(?:\[|kern)/.test(l),
  );
  return line
    ?.replace(/^\s*\[[ \d.]+\](?:\[[^\]]*\])?\s*/, '')
    .trim()
    .slice(0, LONGEST_NOTE);
}
