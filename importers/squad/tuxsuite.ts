import { newEvent, type NewEvent } from '../../store/events/event.ts';
import { canonicalRelease } from '../../store/names/release-name.ts';
import type { ImportHints, SourceEntry } from '../importer.ts';
import { excerptOf, firstText, isObject, pointer, type JsonObject } from '../results/json-shape.ts';
import { defined, rejected, ResultRun } from '../results/result-run.ts';
import { splitName } from './results.ts';
import { suiteTestName } from '../results/suite-name.ts';
import { namesUpstream, timeOf } from './metadata.ts';
import { tuxBuild, tuxOutcome } from './tux-build.ts';

const ORIGIN = 'tuxsuite';
function timeIn(object: JsonObject): string | undefined {
  const text = firstText(object, 'finished_time', 'running_time', 'provisioning_time');
  return text === undefined ? undefined : timeOf(text);
}

/** Reads a TuxSuite plan: its builds, and its tests under the builds that they wait for. */
export function readPlan(
  plan: JsonObject,
  entry: SourceEntry,
  hints: ImportHints,
  format: string,
): readonly NewEvent[] {
  const events: NewEvent[] = [];
  for (const list of ['builds', 'tests'] as const) {
    const objects = plan[list];
    if (!isObject(objects)) continue;
    for (const [uid, object] of Object.entries(objects)) {
      if (!isObject(object))
        events.push(
          rejected(entry, format, hints, {
            key: pointer(list, uid),
            reason: `${pointer(list, uid)} is no object`,
            excerpt: excerptOf(object),
          }),
        );
      else if (list === 'builds') events.push(...buildEvents(uid, object, entry, hints));
      else events.push(...readJob(object, entry, hints, uid));
    }
  }
  return events;
}

function buildEvents(
  uid: string,
  object: JsonObject,
  entry: SourceEntry,
  hints: ImportHints,
): readonly NewEvent[] {
  const text = (...keys: readonly string[]) => firstText(object, ...keys);
  const origin = hints.origin ?? ORIGIN;
  const commit = text('git_sha')?.toLowerCase();
  const checkout = `${origin}:${text('git_repo') ?? ''}@${commit ?? text('git_ref') ?? uid}`;
  const described = text('git_describe');
  const release = described !== undefined && namesUpstream(described) ? canonicalRelease(described) : null;
  const at = timeIn(object);
  const carrier = {
    knownAt: at ?? hints.knownAt ?? null,
    source: `sha256:${entry.sha256}`,
    locator: `${entry.name}${pointer('builds', uid)}`,
  };
  return [
    newEvent({
      type: 'CheckoutObserved',
      stream: `checkout/${checkout}`,
      ...carrier,
      payload: {
        rev: 1,
        origin,
        checkout,
        ...(release === null ? {} : { release }),
        ...defined({
          commit: commit !== undefined && /^[0-9a-f]{7,64}$/.test(commit) ? commit : undefined,
          name: described,
          repository: text('git_repo'),
          branch: text('git_ref'),
        }),
      },
    }),
    newEvent({
      type: 'BuildObserved',
      stream: `build/${origin}:${uid}`,
      ...carrier,
      payload: {
        rev: 1,
        origin,
        build: uid,
        checkout,
        outcome: tuxOutcome(text('build_status') ?? object.result),
        ...defined({
          ...tuxBuild(object, hints),
          startedAt: at,
          url: text('download_url'),
        }),
      },
    }),
  ];
}

/** Reads one test of TuxSuite: verdicts of whole plans. What has no verdict yet is unknown. */
export function readJob(
  object: JsonObject,
  entry: SourceEntry,
  hints: ImportHints,
  uid = firstText(object, 'uid') ?? '',
): readonly NewEvent[] {
  const text = (...keys: readonly string[]) => firstText(object, ...keys);
  const at = timeIn(object);
  const run = new ResultRun(
    entry,
    hints,
    {
      origin: ORIGIN,
      tool: 'tuxsuite',
      id: uid,
      build: text('waiting_for'),
      platform: text('device'),
      knownAt: at,
      startedAt: at,
      url: text('download_url'),
    },
    uid,
  );
  const verdicts = isObject(object.results) ? object.results : {};
  const planned = Array.isArray(object.tests) ? object.tests.filter((each) => typeof each === 'string') : [];
  const state = text('state') ?? 'unknown';
  for (const full of new Set([...planned, ...Object.keys(verdicts)])) {
    const { suite, name } = splitName(full);
    const told = Object.hasOwn(verdicts, full);
    run.add({
      test: suiteTestName(suite, name),
      raw: full,
      outcome: told ? tuxOutcome(verdicts[full]) : state === 'finished' ? 'miss' : 'unknown',
      ...(told ? {} : { reason: `no verdict; the job is ${state}` }),
    });
  }
  run.evenEmpty = true;
  const event = run.take(true);
  return event ? [event] : [];
}
