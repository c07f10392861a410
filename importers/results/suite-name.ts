import { canonicalTestName, joinTestName, testSegment, UNNAMED_TEST } from '../../store/names/test-name.ts';
import { newEvent, type NewEvent } from '../../store/events/event.ts';

const NUMBERED = /^\d+_./;

/** LAVA numbers the test definitions of a job: `0_timesync-off`, `1_kselftest-x`. The number is no part of a name. */
export function suiteWithoutNumber(suite: string): string {
  // Asked of every result: most suites have no number.
  return NUMBERED.test(suite) ? suite.slice(suite.indexOf('_') + 1) : suite;
}

/**
 * LAVA's own suite is what the lab says of itself (`validate`, `login-action`, `job`): no test of a kernel. So is
 * `0_something` inside it, which says how the shell that ran a definition ended.
 */
export function isInfrastructure(suite: string): boolean {
  return suite === 'lava';
}

/** Names a test of a suite as LAVA and SQUAD group them; a suite alone names itself. */
export function suiteTestName(suite: string, test: string): string {
  const group = suiteWithoutNumber(suite);
  if (isInfrastructure(group))
    return joinTestName('lava', ...suiteWithoutNumber(test).split('/').map(testSegment));
  return canonicalTestName(group === '' ? test : `${group}/${test}`) || UNNAMED_TEST;
}

/**
 * Says that a run is about a lab and not about a kernel: its results are kept, and do not count in a timeline. `run` is
 * the id that the run was given.
 */
export function laidToInfrastructure(observed: NewEvent, run: string): NewEvent {
  return newEvent({
    type: 'OutcomeAttributed',
    stream: `${observed.stream}/infrastructure`,
    knownAt: observed.knownAt,
    source: observed.source,
    locator: observed.locator,
    payload: {
      confidence: 'verified',
      rev: 1,
      run,
      cause: 'infrastructure',
      why: 'the suite "lava" is what the lab says of itself',
    },
  });
}
