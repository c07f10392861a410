import { newEvent, type NewEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { canonicalRelease } from '../../store/names/release-name.ts';
import type { ImportHints, SourceEntry } from '../importer.ts';
import { archOf, factsOfUname } from '../ktap/kernel.ts';
import { firstText, isObject, pointer, textOf, type JsonObject } from '../results/json-shape.ts';
import { namesUpstream } from './metadata.ts';
import { defined } from '../results/result-run.ts';

const ORIGIN = 'tuxmake';
const OUTCOME: Readonly<Record<string, Outcome>> = {
  pass: 'pass',
  fail: 'fail',
  skip: 'skip',
  error: 'error',
};

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
  const release = canonicalRelease(hints.release ?? factsOfUname(said ?? '').release ?? full ?? '');
  const word = firstText(results, 'status')?.toLowerCase() ?? '';
  const checkout = `${origin}:${full ?? said ?? entry.sha256}`;
  const carrier = {
    knownAt: hints.knownAt ?? null,
    source: `sha256:${entry.sha256}`,
    locator: `${entry.name}${pointer('results')}`,
  };
  const arch = firstText(build, 'target_arch');
  const kconfig: unknown = Array.isArray(build.kconfig) ? build.kconfig[0] : build.kconfig;
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
        outcome: Object.hasOwn(OUTCOME, word) ? OUTCOME[word]! : 'unknown',
        ...(seconds > 0 ? { durationMs: Math.round(seconds * 1000) } : {}),
        ...defined({
          arch: hints.arch ?? (arch === undefined ? undefined : (archOf(arch) ?? arch)),
          config: hints.config ?? textOf(kconfig),
          compiler: firstText(build, 'toolchain'),
        }),
      },
    }),
  ];
}
