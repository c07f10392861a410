import { newEvent, type NewEvent } from '../../store/events/event.ts';
import { canonicalRelease } from '../../store/names/release-name.ts';
import type { ImportHints, SourceEntry } from '../importer.ts';
import { factsOfUname } from '../console/kernel-facts.ts';
import { firstText, isObject, pointer, textOf, type JsonObject } from '../results/json-shape.ts';
import { namesUpstream } from './metadata.ts';
import { defined } from '../results/result-run.ts';
import { tuxBuild, tuxOutcome } from './tux-build.ts';

const ORIGIN = 'tuxmake';

/**
 * Reads the `metadata.json` that TuxMake writes beside what it built (tuxmake/metadata.py): a build, and the source that it built by the
 * version that its Makefile gives. The file has no id: the hash of its bytes is one.
 */
export function readTuxMake(value: JsonObject, entry: SourceEntry, hints: ImportHints): readonly NewEvent[] {
  const part = (key: string): JsonObject => (isObject(value[key]) ? value[key] : {});
  const build = part('build');
  const results = part('results');
  const source = part('source');
  const origin = hints.origin ?? ORIGIN;
  const full = firstText(source, 'kernelrelease');
  // Where a tree has commits on top, only the longer name says so.
  const said = [full, firstText(source, 'kernelversion')].find((name) =>
    namesUpstream(factsOfUname(name ?? '').release ?? ''),
  );
  const release =
    canonicalRelease(factsOfUname(said ?? '').release ?? full ?? '') ?? canonicalRelease(hints.release ?? '');
  const checkout = `${origin}:${full ?? said ?? entry.sha256}`;
  const carrier = {
    knownAt: hints.knownAt ?? null,
    source: `sha256:${entry.sha256}`,
    locator: `${entry.name}${pointer('results')}`,
  };
  const seconds = isObject(results.duration) ? Number(textOf(results.duration.build)) : NaN;
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
        ...defined({ name: full, commit: full === undefined ? undefined : factsOfUname(full).commit }),
      },
    }),
    newEvent({
      type: 'BuildObserved',
      stream: `build/${origin}:${entry.sha256}`,
      ...carrier,
      payload: {
        rev: 1,
        origin,
        build: entry.sha256,
        checkout,
        outcome: tuxOutcome(results.status),
        ...(seconds > 0 ? { durationMs: Math.round(seconds * 1000) } : {}),
        ...defined(tuxBuild(build, hints)),
      },
    }),
  ];
}
