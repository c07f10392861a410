import { transitionsOf } from '../../../queries/bisect-session/history.ts';
import type { Started } from '../../../queries/recorded-sessions/session.ts';
import { consumerName, type Consumer, type Model } from '../../../queries/model/model.ts';
import { QueryError } from '../../../queries/model/query-error.ts';
import { selectArchs, selectConsumers } from '../../../queries/model/select.ts';
import { testMeant } from '../../../queries/results/tests-named.ts';
import { archAmong, archOf } from '../../../store/names/arch-name.ts';
import { canonicalTestName } from '../../../store/names/test-name.ts';

/** What a search may be asked to look for. */
export interface SearchedArguments {
  readonly consumer?: string;
  readonly test?: string;
  readonly arch?: string;
  readonly fixed?: boolean;
}

/** What is searched, and what a person should be told of how it was understood. */
export interface Searched {
  readonly regressions: Started['regressions'];
  readonly notes: readonly string[];
}

/**
 * Makes the regressions of a search: each consumer, or each test, on each architecture. A consumer that has variants and is
 * named without one is taken as it usually is, unless only a variant has what is searched.
 *
 * @param knownTests those that the log knows, recorded or seen in a run
 * @throws QueryError for a consumer or an architecture that is not recorded, and for one named twice.
 */
export function searchedFor(
  model: Model,
  args: SearchedArguments,
  knownTests: readonly string[] = [],
): Searched {
  const tests = namesIn(args.test).map((name) => testMeant(knownTests, name) ?? canonicalTestName(name));
  const notes: string[] = [];
  const each: { name: string; fields: Omit<Started['regressions'][number], 'key' | 'arch'> }[] = [];
  const consumers = namesIn(args.consumer);
  // A test runs where it runs; a consumer is asked of the interfaces that it has.
  const isOfInterfaces = (consumers.length > 0 || tests.length === 0) && model.interfaces.size > 0;
  // The log has the kernel's names: a search under another spelling would know nothing of what it holds.
  const archs = namesIn(args.arch).map((name) =>
    isOfInterfaces ? selectArchs(model, [name])[0]! : archOfTests(model, tests, name),
  );
  if (consumers.length > 0 && tests.length > 1)
    throw new QueryError('several tests cannot be told apart for a consumer', {
      hint: 'name one test, or tests without a consumer',
    });
  for (const wanted of consumers) {
    const { consumer, variant } = consumerMeant(model, wanted, archs[0], args.fixed === true, notes);
    each.push({
      name: consumerName(consumer, variant),
      fields: {
        consumer,
        ...(variant === null ? {} : { variant }),
        ...(tests[0] === undefined ? {} : { test: tests[0] }),
      },
    });
  }
  if (consumers.length === 0) for (const test of tests) each.push({ name: test, fields: { test } });
  if (each.length === 0) each.push({ name: 'it', fields: {} });
  const regressions = each.flatMap(({ name, fields }) =>
    archs.length === 0
      ? [{ key: name, ...fields }]
      : archs.map((arch) => ({ key: `${name} ${arch}`, ...fields, arch })),
  );
  const twice = regressions.find((r, index) => regressions.findIndex((o) => o.key === r.key) < index);
  if (twice !== undefined) throw new QueryError(`${twice.key} is named twice`);
  return { regressions, notes };
}

function namesIn(text: string | undefined): readonly string[] {
  return text?.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()])) ?? [];
}

/** An architecture on which tests are searched: as their results name it, else by the kernel's name, else as it was said. */
function archOfTests(model: Model, tests: readonly string[], name: string): string {
  const seen = tests.flatMap((test) => model.results.placesOf(test).map(({ arch }) => arch));
  return archAmong(name, seen) ?? archOf(name) ?? name;
}

function consumerMeant(
  model: Model,
  wanted: string,
  arch: string | undefined,
  fixed: boolean,
  notes: string[],
): Consumer {
  const found = selectConsumers(model, [wanted]);
  const exact = found.find((c) => consumerName(c.consumer, c.variant) === wanted);
  if (found.length === 1 || wanted.includes('/')) return exact ?? found[0]!;
  const turned = ({ consumer, variant }: Consumer) =>
    arch !== undefined &&
    transitionsOf(model, consumer, variant ?? undefined, arch, fixed ? 'fixed' : 'introduced').length > 0;
  if (exact !== undefined && turned(exact)) return exact;
  const variant = found.find(turned) ?? exact ?? found[0]!;
  if (variant !== exact) {
    const name = consumerName(variant.consumer, variant.variant);
    const others = found.filter((c) => c !== variant && turned(c)).length;
    const more = others === 1 ? '1 other variant has' : `${others} other variants have`;
    notes.push(
      `${wanted} is taken as ${name}${others > 0 ? `; ${more} it too (--consumer ${wanted}/…)` : ''}`,
    );
  }
  return variant;
}
