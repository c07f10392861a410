import { COLLECTIONS_IN_SUITE, NAMED_LIKE_COLLECTION, SELFTEST_COLLECTIONS } from './selftest-collections.ts';

/**
 * One test has many names: `selftests: rseq: basic_test` (the kselftest runner), `rseq.basic_test` and
 * `rseq_basic_test` (LKFT mails), `kselftest-rseq/rseq_basic_test` (SQUAD), `kselftest.rseq.basic_test` (KCIDB).
 * The canonical form is a dotted path, `kselftest.rseq.basic_test`; the raw name is always kept beside it.
 */

/** The name of a result whose source has not given its name, or not yet. */
export const UNNAMED_TEST = 'unnamed';

/** What stands before a name that was copied from a line of KTAP. */
const VERDICT = /^(?:not )?ok \d+ (?:- )?/;
const SUITE_BEGINS =
  /^(?:linux-)?k?selftest|^ltp-|^LTP:|^kunit[./]exec[./]|^boot-lkft-|^x?fstests[./]|^blktests(?:-ddp)?[./]/;
/** `dir/sh` is not split. */
const EXTENSION_ALONE = /\/(?:sh|py|pl)(?![\w+-])/;
/** Segments that are canonical already. The pattern takes linear time, for it can match in one way only. */
const PLAIN_NAME = /^[A-Za-z0-9+-]+(?:(?:_+|[./])[A-Za-z0-9+-]+)*$/;
const SUITE_WORDS = /^(?:kselftests?|selftests|linux-kselftest)$/;
/** Suites that hold all of kselftest: LKFT's until 2020, and those that differ by how the kernel was booted. */
const WHOLE_SUITE = /^kselftests?(?:-(?:native|vsyscall-mode-[\w-]+))?\/(?!.*\/)(.+)$/;
/** Collections whose own name has the character that stands behind it in such a suite. */
const UNDERSCORED =
  /^(?:intel_pstate|kselftest_harness|media_tests|mount_setattr|move_mount_set_group|pci_endpoint|pcie_bwctrl|perf_events|pid_namespace|power_supply|sched_ext|static_keys|syscall_user_dispatch|user_events)(?=_)/;

/** A segment that is one already, as most are. */
const PLAIN_SEGMENT = /^[A-Za-z0-9+-](?:[\w.+-]*[A-Za-z0-9+-])?$/;

/** Makes one path segment: blanks and odd characters become `_`, as LKFT's parse-output.py does. */
export function testSegment(text: string): string {
  if (PLAIN_SEGMENT.test(text)) return text;
  return withoutEdges(text.trim().replace(/[^A-Za-z0-9_.+-]+/g, '_'));
}

/** Takes `_` and `.` off both ends. A pattern that is anchored at the end would take quadratic time on a hostile name. */
function withoutEdges(text: string): string {
  const isEdge = (at: number) => text[at] === '_' || text[at] === '.';
  let from = 0;
  let to = text.length;
  while (from < to && isEdge(from)) from++;
  while (to > from && isEdge(to - 1)) to--;
  return text.slice(from, to);
}

/** Joins path segments into a canonical name; empty segments are left out. */
export function joinTestName(...segments: readonly string[]): string {
  let name = '';
  for (const segment of segments) if (segment !== '') name = name === '' ? segment : `${name}.${segment}`;
  return name;
}

/**
 * Names a kselftest program: collection `rseq`, program `basic_test` give `kselftest.rseq.basic_test`. Programs may
 * carry a folder (`net/forwarding`), an extension is part of the name (`run_param_test.sh`).
 */
export function kselftestName(collection: string, program: string, ...subtests: readonly string[]): string {
  const folder = collection.includes('/')
    ? joinTestName(...collection.split('/').map(testSegment))
    : testSegment(collection);
  return joinTestName('kselftest', folder, testSegment(program), ...subtests.map(testSegment));
}

/**
 * Names a program as a runner before TAP wrote it: alone (`test_maps`), or joined with its collection (`clone3_clone3_set_tid`,
 * `drivers/dma-buf_udmabuf`).
 */
export function oldProgramName(written: string, ...subtests: readonly string[]): string {
  const inFolder = /^(.+\/[^/_]+)_([^/]+)$/.exec(written);
  if (inFolder) return kselftestName(inFolder[1]!, inFolder[2]!, ...subtests);
  return joinTestName(nameInSuite(testSegment(written), ''), ...subtests.map(testSegment));
}

/** Gives the canonical name of a test that is known only by one of its usual spellings. */
export function canonicalTestName(raw: string): string {
  // There may be millions of names, and most need nothing but dots for slashes.
  if (PLAIN_NAME.test(raw) && !SUITE_BEGINS.test(raw) && !EXTENSION_ALONE.test(raw))
    return withSuite(raw.replaceAll('/', '.'));
  const name = raw.trim().replace(VERDICT, '');
  const told = SUITE_BEGINS.test(name) ? nameBySuite(name) : null;
  if (told !== null) return told;
  const parts = segmentsOf(name);
  if (parts.length > 1 && SUITE_WORDS.test(parts[0]!))
    return nameInSuite(parts[1]!, parts.slice(2).join('.'));
  return withSuite(joinTestName(...parts));
}

/** Says of which suite a test is that is named without it, where its collection tells. */
function withSuite(path: string): string {
  const dot = path.indexOf('.');
  return dot > 0 && SELFTEST_COLLECTIONS.has(path.slice(0, dot))
    ? withoutRepeatedCollection(path.slice(0, dot), unslugged(path.slice(dot + 1)))
    : path;
}

/** The canonical name where a runner or a suite is named before the test; null where none is. */
function nameBySuite(name: string): string | null {
  const runner = /^selftests:\s*([^:\s]+)(?::\s*|\s+)(\S.*)$/.exec(name);
  if (runner) return kselftestName(runner[1]!, runner[2]!);
  const whole = WHOLE_SUITE.exec(name)?.[1];
  if (whole !== undefined) return wholeSuiteName(whole);
  const squad = /^(?:kselftests?|selftests)-([A-Za-z0-9_-]+)[/.](.+)$/.exec(name);
  if (squad) return withoutRepeatedCollection(squad[1]!, unslugged(squad[2]!));
  // KernelCI calls the step after which KUnit ran: `kunit.exec.time_test_cases.time64_to_tm_test`.
  const kunit = /^kunit[/.]exec[/.](.+)$/.exec(name);
  if (kunit) return joinTestName('kunit', ...segmentsOf(kunit[1]!));
  if (name.startsWith('boot-lkft-')) return bootOfJob(name);
  // xfstests and blktests number their tests in folders: `generic/001`, which a lab may join (`xfstests.btrfs-332`).
  const numbered =
    /^(x?fstests|blktests)(?:-ddp)?[/.](?:global[/.])?([a-z][a-z0-9]*)[-_/.](\d{3,4}(?:-[\w-]+)?)(?=[/.]|$)(.*)$/.exec(
      name,
    );
  if (numbered) {
    const [, suite, group, number, rest] = numbered;
    return joinTestName(suite === 'blktests' ? suite : 'xfstests', group!, number!, ...segmentsOf(rest!));
  }
  // LTP's names are unique over its suites, and its own runners do not say the suite; openQA says `LTP:syscalls:abort01`.
  const ltp = /^(?:ltp-[A-Za-z0-9_-]+[/.]|LTP:(?:[^:]*:)*)([^:]+)$/.exec(name);
  return ltp ? joinTestName('ltp', testSegment(ltp[1]!)) : null;
}

/** LKFT called a boot by the job, and that by the number of its build: `boot-lkft-kselftests-master-597/x86`. */
function bootOfJob(name: string): string {
  const at = name.search(/[/.]/);
  let end = at < 0 ? name.length : at;
  for (let dash = name.lastIndexOf('-', end - 1); isNumber(name, dash + 1, end);) {
    end = dash;
    dash = name.lastIndexOf('-', end - 1);
  }
  return joinTestName(testSegment(name.slice(0, end)), ...segmentsOf(at < 0 ? '' : name.slice(at + 1)));
}

function isNumber(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!(text[at]! >= '0' && text[at]! <= '9')) return false;
  return from < to;
}

/** Parts a name at `/` and `.`; an extension stays with its program. */
function segmentsOf(name: string): string[] {
  return name
    .split(/[/.](?!(?:sh|py|pl)(?![\w+-]))/)
    .map(testSegment)
    .filter((p) => p !== '');
}

/** Names what stands behind `kselftest.`: KernelCI's Maestro writes `timers.timers_nanosleep` and `x86_amx_64`. */
function nameInSuite(collection: string, rest: string): string {
  if (rest.startsWith(`${collection}_`)) return withoutRepeatedCollection(collection, unslugged(rest));
  if (COLLECTIONS_IN_SUITE.has(collection)) return withoutRepeatedCollection(collection, rest);
  const name = joinTestName(collection, rest);
  const first = UNDERSCORED.exec(collection)?.[0] ?? /^[^_]+(?=_)/.exec(collection)?.[0] ?? '';
  return COLLECTIONS_IN_SUITE.has(first) ? wholeSuiteName(name) : withoutRepeatedCollection(collection, rest);
}

/** `rseq.basic_test` and `rseq_basic_test`, where the suite says only that they are of kselftest. */
function wholeSuiteName(test: string): string {
  const [collection = '', ...rest] = test.split(/\.(?!(?:sh|py|pl)(?![\w+-]))/);
  if (rest.length > 0) return withoutRepeatedCollection(collection, unslugged(rest.join('.')));
  const first = UNDERSCORED.exec(test)?.[0] ?? /^[^_]+(?=_)/.exec(test)?.[0];
  return first === undefined
    ? joinTestName('kselftest', testSegment(test))
    : withoutRepeatedCollection(first, unslugged(test));
}

/**
 * LKFT's parse-output.py turns the dot of `run_param_test.sh` into `_`, joins what is inside a test with another `_`, and tells
 * repetitions by `_dup2`. Only behind an extension the joint can be seen.
 */
function unslugged(program: string): string {
  return program
    .replace(/_dup\d+$/, '')
    .replace(/_(sh|py|pl)(?:_(?=[^_])|$)/, (joint, extension: string) =>
      joint.endsWith('_') ? `.${extension}.` : `.${extension}`,
    );
}

/**
 * SQUAD says `kselftest-rseq/rseq_basic_test`: the collection stands twice. A collection that is a folder
 * (`net/forwarding`) is `net-forwarding` as a suite and `net_forwarding_` before the test, which tells it from one whose
 * name has a hyphen (`cpu-hotplug`).
 */
function withoutRepeatedCollection(collection: string, rest: string): string {
  const parts = segmentsOf(rest);
  const folder = testSegment(collection);
  let folders = [folder];
  if (parts.length > 0) {
    const first = parts[0]!;
    const begins = first.slice(0, folder.length + 1);
    const isRepeated = !isNamedLikeCollection(first);
    if (isRepeated && begins.replace(/_/g, '-') === `${folder.replace(/_/g, '-')}-` && begins.endsWith('_')) {
      parts[0] = first.slice(folder.length + 1);
      folders = foldersOf(folder, begins);
    } else if (first === folder && parts.length > 1) parts.shift();
  }
  return joinTestName('kselftest', ...folders, ...parts);
}

/** Also with what LKFT joins behind a program: `seccomp_bpf_global_KILL_all`. */
function isNamedLikeCollection(name: string): boolean {
  for (let end = name.length; end > 0; end = name.lastIndexOf('_', end - 1))
    if (NAMED_LIKE_COLLECTION.has(name.slice(0, end))) return true;
  return false;
}

/** Cuts a suite where the test's own name has `_` for the suite's `-`. */
function foldersOf(suite: string, written: string): string[] {
  let folders = '';
  for (let i = 0; i < suite.length; i++) folders += suite[i] === '-' && written[i] === '_' ? '/' : suite[i]!;
  return folders.split('/');
}
