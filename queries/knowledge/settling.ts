import type { TypedStoredEvent } from '../../store/events/event.ts';
import { optional } from '../../store/optional-text.ts';
import { consumerName, type Model } from '../model/model.ts';
import { isThere } from '../regressions/shipped-tests.ts';

/** One run of one thing at one place. */
export interface SettlingRun {
  /** The recorded test; null where none exercises what is in question. */
  readonly test: string | null;
  /** What has to be tried where there is no test: a consumer, or behaviours. */
  readonly subject: string;
  /** A release, or a commit that has to be built. */
  readonly version: string;
  readonly arch: string | null;
  /** The configuration, as a condition of the claim says it; null for the defaults. */
  readonly config: string | null;
}

/** What would settle a contradiction. */
export interface Settlement {
  /** The one thing to do. */
  readonly settles: string;
  /** The run that it takes; null where no run can tell. */
  readonly run: SettlingRun | null;
  /** The events that this rests on: the test, the dispute, or the statements. */
  readonly settlesBy: readonly string[];
}

/** Finds the recorded test that tells most of some behaviours, or of a consumer, on an architecture. */
function testOf(
  model: Model,
  behaviours: readonly string[],
  arch: string | null,
  consumer: string | null,
): TypedStoredEvent<'TestRecorded'> | undefined {
  return (
    model
      .of('TestRecorded')
      .filter(({ payload: t }) => arch === null || (t.archs?.includes(arch) ?? true))
      .filter(
        ({ payload: t }) =>
          (t.behaviours ?? []).some((b) => behaviours.includes(b)) ||
          (consumer !== null &&
            (t.consumers ?? []).some((c) => consumerName(c.consumer, c.variant) === consumer)),
      )
      // The narrower a test, the more its outcome says.
      .sort(
        (a, b) =>
          (a.payload.behaviours?.length ?? 0) - (b.payload.behaviours?.length ?? 0) ||
          (a.payload.test < b.payload.test ? -1 : 1),
      )[0]
  );
}

/** What is in question, and where it can be tried. */
export interface Question {
  readonly behaviours: readonly string[];
  readonly consumer?: string | null;
  readonly version: string;
  /** A release that has the version in it, where that is a commit to be built. */
  readonly before?: string | null;
  readonly arch: string | null;
  readonly config?: string | null;
  /** The test to run, where it is known already. */
  readonly test?: TypedStoredEvent<'TestRecorded'>;
}

/**
 * Names the one run that would settle a question: a recorded test that exercises it, else the consumer itself, else the behaviour.
 *
 * @param verdict says what each outcome of it would mean
 */
export function settledByRun(model: Model, question: Question, verdict: string | null = null): Settlement {
  const { behaviours, consumer = null, version, before = null, arch, config = null } = question;
  const test = question.test ?? testOf(model, behaviours, arch, consumer);
  const subject = test?.payload.test ?? consumer ?? behaviours.join(', ');
  const act = test !== undefined || consumer !== null ? 'run' : 'try';
  const what = before === null ? version : `a kernel built from ${version}`;
  const where = `${what}${optional(', ', arch)}${optional(', with ', config)}`;
  // What the later release does not ship, the commit in it does not either.
  const release = before ?? version;
  const isAway =
    test !== undefined &&
    model.graph.releases.has(release) &&
    isThere(model, test.payload, release) === false;
  const foreign = isAway ? ` (${version} does not ship it: take it from a release that does)` : '';
  return {
    settles: `${act} ${subject} on ${where}${foreign}${optional(': ', verdict)}`,
    run: { test: test?.payload.test ?? null, subject, version, arch, config },
    settlesBy: test !== undefined ? [test.id] : definitionsOf(model, consumer, behaviours),
  };
}

/** Who is to be run, or what is to be tried, as it was recorded. */
function definitionsOf(
  model: Model,
  consumer: string | null,
  behaviours: readonly string[],
): readonly string[] {
  const tried = model.consumers.find((c) => c.is[0] === consumer)?.event?.id;
  return tried !== undefined ? [tried] : behaviours.flatMap((b) => model.behaviours.get(b)?.id ?? []);
}
