import { canonicalTestName, joinTestName, testSegment, UNNAMED_TEST } from '../../store/names/test-name.ts';
import type { Case } from './report.ts';

/** Who wrote a report, where that decides how its tests are called elsewhere. */
export type Writer = 'kunit' | 'lava' | 'xfstests' | 'other';

/**
 * Tells the writer by the first test case. kunit_junit.py calls the root suite `main` and gives cases neither class nor
 * time; LAVA gives each case the time at which it was logged, and its suite as its class; xfstests its section.
 */
export function writerOf(first: Case): Writer {
  const { suites, className, hasTime, timed } = first;
  if (suites[0] === 'xfstests' && className.startsWith('xfstests.')) return 'xfstests';
  if (suites[0] === 'main' && className === '' && !hasTime) return 'kunit';
  return timed && className !== '' && suites.at(-1) === className ? 'lava' : 'other';
}

/** Names a test case by its suites, its class and its name. */
export function caseName(each: Case, writer: Writer): string {
  if (writer === 'xfstests') return canonicalTestName(`xfstests/${each.name}`);
  const outer = each.suites.map(testSegment).filter((s) => s !== '' && s !== 'main');
  const last = outer.at(-1);
  const className = testSegment(each.className);
  const own =
    last !== undefined && className.startsWith(`${last}.`) ? className.slice(last.length + 1) : className;
  const name = testSegment(each.name) || UNNAMED_TEST;
  // Many tools repeat the suite in the class, and the class in the name.
  const path = own === '' || outer.includes(own) || own === name ? outer : [...outer, own];
  return joinTestName(writer === 'kunit' ? 'kunit' : '', ...path, name);
}
