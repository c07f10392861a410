import { releasesIn, type Model } from '../model/model.ts';

/** Since when a test is there, as `TestRecorded` says it: by the change that added it, or by a release that has it. */
interface Shipped {
  readonly since?: string | undefined;
  readonly shippedIn?: string | undefined;
}

/** Whether a test is shipped with a release: by the change that added it, else by a release that has it. */
export function isThere(model: Model, test: Shipped, release: string): boolean | null {
  const { graph } = model;
  if (test.since !== undefined) return graph.contains(release).has(graph.resolve(test.since));
  if (test.shippedIn === undefined) return null;
  // Where the release is older than the one that is named, nobody says whether it was there already.
  return releasesIn(graph, [{ from: test.shippedIn, to: release }]).size > 0 ? true : null;
}

/** The earliest release, by its date, that has the change that added a test; null where none has it. */
export function firstShippedIn(
  model: Model,
  since: string,
): { readonly release: string; readonly date: string | null } | null {
  const { graph } = model;
  const change = graph.resolve(since);
  const firsts = [...graph.members.keys()].flatMap((line) => graph.firstIn(change, line) ?? []);
  const dated = [...new Set(firsts)].map((release) => ({
    release,
    date: graph.releases.get(release)?.date ?? null,
  }));
  const key = ({ release, date }: (typeof dated)[number]) => `${date ?? '9999'}\n${release}`;
  return dated.sort((a, b) => (key(a) < key(b) ? -1 : 1))[0] ?? null;
}
