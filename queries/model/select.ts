import { archAmong } from '../../store/names/arch-name.ts';
import { consumerVersions, hasVersion } from '../../store/names/consumer-version.ts';
import { canonicalRelease } from '../../store/names/release-name.ts';
import { consumerName, CONTRACT, releasesIn, type Consumer, type Model } from './model.ts';
import { archsOf, interfacesOf } from './interfaces.ts';
import { nearest, QueryError } from './query-error.ts';

/** What is not there, said of the moment that is asked about: what came later is no mistyped name. */
export function isNot({ view }: Model): string {
  if (view.asOf !== undefined) return `is known by ${view.asOf}`;
  return view.asRecorded === undefined ? 'is recorded' : `was recorded by ${view.asRecorded}`;
}

/**
 * Reads a list of releases: names, inclusive ranges along the graph (`v6.18..v7.1`) and lines (`7.0.y`), with commas.
 * The leading v may be left out. Gives names in graph order.
 *
 * @throws QueryError for a name that is no recorded release, or a range whose end does not descend from its beginning.
 */
export function selectReleases(model: Model, text: string): readonly string[] {
  const { graph } = model;
  const found = new Set<string>();
  const one = (name: string): string => {
    const release = canonicalRelease(name);
    if (release !== null && graph.releases.has(release)) return release;
    throw new QueryError(`no release "${name}" ${isNot(model)}`, {
      suggestions: nearest(release ?? name, graph.releases.keys()),
      hint: 'regline releases lists them',
    });
  };
  for (const part of text.split(',').map((p) => p.trim())) {
    if (part === '') continue;
    if (graph.lines.has(part) || graph.members.has(part)) {
      for (const name of graph.members.get(part) ?? []) found.add(name);
      continue;
    }
    const [from, to, more] = part.split('..');
    if (to === undefined || from === undefined || more !== undefined) {
      found.add(one(part));
      continue;
    }
    const [first, last] = [one(from), one(to)];
    const between = releasesIn(graph, [{ from: first, to: last }]);
    if (between.size === 0) {
      throw new QueryError(`${last} does not descend from ${first}, so there is no range between them`, {
        hint: 'name a range along one path of the graph, or several with commas',
      });
    }
    for (const name of between) found.add(name);
  }
  return graph.inOrder(found);
}

/**
 * Reads one release, in any form that `selectReleases` takes.
 *
 * @throws QueryError for a text that names no recorded release, or several.
 */
export function selectRelease(model: Model, text: string): string {
  const found = selectReleases(model, text);
  if (found.length === 1) return found[0]!;
  const many = found.length === 0 ? 'no release' : `${found.length} releases`;
  throw new QueryError(`"${text}" is ${many}`, { hint: 'name one' });
}

/**
 * Selects consumers: `tcmalloc` means all its variants, `glibc/2.35-2.40` one, `glibc/2.38` those with that version.
 *
 * @throws QueryError for a consumer that is not recorded.
 */
export function selectConsumers(model: Model, names: readonly string[] | undefined): readonly Consumer[] {
  const wanted = names?.flatMap((n) => n.split(',')).map((n) => n.trim());
  if (wanted === undefined || wanted.length === 0) return model.consumers;
  const found = new Set<Consumer>();
  for (const name of wanted) {
    const named = model.consumers.filter(
      (c) => c.consumer === name || consumerName(c.consumer, c.variant) === name,
    );
    const matching = named.length > 0 ? named : ofVersion(model, name);
    if (matching.length === 0) {
      throw new QueryError(`no consumer "${name}" ${isNot(model)}`, {
        suggestions: nearest(
          name,
          model.consumers.flatMap((c) => [c.consumer, consumerName(c.consumer, c.variant)]),
        ),
        hint: 'regline consumers lists them',
      });
    }
    for (const consumer of matching) found.add(consumer);
  }
  return model.consumers.filter((c) => found.has(c));
}

/** The variants with the version that a name ends with. */
function ofVersion(model: Model, name: string): readonly Consumer[] {
  const cut = name.lastIndexOf('/');
  return model.consumers.filter((c) => {
    const range = consumerVersions(c.event?.payload.versions);
    return c.consumer === name.slice(0, cut) && range !== null && hasVersion(range, name.slice(cut + 1));
  });
}

/**
 * Selects architectures, in the spelling of a tool or a distribution too; without names, those for which a consumer is recorded by name, else all of the interfaces.
 *
 * @param all those to choose from
 * @throws QueryError for an architecture that no interface has.
 */
export function selectArchs(
  model: Model,
  names: readonly string[] | undefined,
  all: readonly string[] = allArchs(model),
): readonly string[] {
  const wanted = names?.flatMap((n) => n.split(',')).map((n) => n.trim());
  if (wanted === undefined || wanted.length === 0) {
    const named = new Set(
      model.consumers.filter((c) => c.consumer !== CONTRACT).flatMap((c) => c.archs ?? []),
    );
    const few = all.filter((arch) => named.has(arch));
    return few.length > 0 ? few : all;
  }
  const found = new Set(
    wanted.map((name) => {
      const arch = archAmong(name, all);
      if (arch !== undefined) return arch;
      const longer = all.filter((each) => name !== '' && each.startsWith(name));
      throw new QueryError(`no architecture "${name}" ${isNot(model)}`, {
        suggestions: longer.length > 0 ? longer : nearest(name, all),
        ...(all.length > 0 ? { hint: `architectures: ${all.join(', ')}` } : {}),
      });
    }),
  );
  return all.filter((arch) => found.has(arch));
}

/**
 * Checks a configuration: `CONFIG_DEBUG_RSEQ=y,rseq_debug=on` sets switches that an interface has to values that they can have. Another
 * text is the name of a configuration that tests were run with.
 *
 * @throws QueryError for a switch or a value that is not recorded, or a name that no result has.
 */
export function selectConfig(model: Model, text: string | undefined): string | null {
  if (text === undefined) return null;
  const named = model
    .of('TestRecorded')
    .some(({ payload: t }) => model.results.placesOf(t.test).some((place) => place.config === text));
  if (named) return text;
  const known = new Map(
    [...model.interfaces.values()].flatMap(({ payload }) =>
      (payload.switches ?? []).map((s) => [s.switch, s.values] as const),
    ),
  );
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=').map((p) => p.trim());
    const values = known.get(name);
    if (values === undefined)
      throw new QueryError(`no switch or configuration "${name}" is recorded`, {
        suggestions: nearest(name, known.keys()),
        hint: `switches: ${[...known.keys()].join(', ') || 'none are recorded'}`,
      });
    if (!values.map(String).includes(value))
      throw new QueryError(`${name} cannot be "${value}"`, { hint: `values: ${values.join(', ')}` });
  }
  return text;
}

/** Every architecture that an interface of the model has, in recorded order. */
export function allArchs(model: Model): readonly string[] {
  return [...new Set(interfacesOf(model).flatMap((name) => archsOf(model, name)))];
}
