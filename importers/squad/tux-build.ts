import type { Outcome } from '../../store/events/observation.ts';
import type { ImportHints } from '../importer.ts';
import { archOf } from '../../store/names/arch-name.ts';
import { firstText, isObject, textOf, type JsonObject } from '../results/json-shape.ts';

const OUTCOME: Readonly<Record<string, Outcome>> = {
  pass: 'pass',
  fail: 'fail',
  skip: 'skip',
  error: 'error',
};

/** The words of TuxMake and TuxSuite for how something came out; an object may hold its word as `result`. */
export function tuxOutcome(value: unknown): Outcome {
  const word = textOf(isObject(value) ? value.result : value)?.toLowerCase() ?? '';
  return Object.hasOwn(OUTCOME, word) ? OUTCOME[word]! : 'unknown';
}

/** How something was built, by the arguments of TuxMake, which TuxSuite repeats. What the file does not say is as it was stated. */
export function tuxBuild(
  object: JsonObject,
  hints: ImportHints,
): Readonly<Record<'arch' | 'config' | 'compiler', string | undefined>> {
  const arch = firstText(object, 'target_arch');
  const kconfig: unknown = Array.isArray(object.kconfig) ? object.kconfig[0] : object.kconfig;
  return {
    arch: arch === undefined ? hints.arch : (archOf(arch) ?? arch),
    config: textOf(kconfig) ?? hints.config,
    compiler: firstText(object, 'toolchain'),
  };
}
