import { stringify } from 'yaml';

/** A release with what it brought, in order; a stable release brings changes of the mainline again. */
export interface RandomRelease {
  readonly name: string;
  readonly line: string;
  readonly predecessor: string | null;
  readonly changes: readonly string[];
}

/** A mainline with release candidates, and stable lines that got some of its changes as backports. */
export interface RandomReleases {
  readonly mainline: readonly RandomRelease[];
  readonly stable: readonly RandomRelease[];
  /** The changes in the order in which the mainline got them. */
  readonly changes: readonly string[];
  readonly contains: (release: string, change: string) => boolean;
  /** The same as a file for `import facts`. */
  readonly facts: string;
}

type Growing = Omit<RandomRelease, 'changes'> & { readonly changes: string[] };

/** Makes 3 to 7 mainline releases, their candidates, and for every other one a stable line of up to four releases. */
export function randomReleases(random: () => number): RandomReleases {
  const upTo = (n: number): number => Math.floor(random() * (n + 1));
  const changes: string[] = [];
  const mainline: Growing[] = [];
  const release = (name: string, brings: number): void => {
    const predecessor = mainline.at(-1)?.name ?? null;
    const own = Array.from({ length: predecessor === null ? 0 : brings }, (_, k) =>
      (changes.length + k + 1).toString(16).padStart(6, '0').padEnd(40, 'a'),
    );
    changes.push(...own);
    mainline.push({ name, line: 'mainline', predecessor, changes: own });
  };
  const releases = 3 + upTo(4);
  for (let i = 0; i < releases; i++) {
    for (let rc = 1; rc <= (i === 0 ? 0 : upTo(3)); rc++) release(`v1.${i}-rc${rc}`, upTo(3));
    release(`v1.${i}`, upTo(2));
  }
  const stable: Growing[] = [];
  for (let i = 0; i < releases; i++)
    for (let k = 1, last = random() < 0.5 ? 1 + upTo(3) : 0; k <= last; k++)
      stable.push({
        name: `v1.${i}.${k}`,
        line: `1.${i}.y`,
        predecessor: k === 1 ? `v1.${i}` : `v1.${i}.${k - 1}`,
        changes: [],
      });
  const byName = new Map([...mainline, ...stable].map((each) => [each.name, each]));
  const contains = (name: string, change: string): boolean => {
    for (let at = byName.get(name); at !== undefined; at = byName.get(at.predecessor ?? ''))
      if (at.changes.includes(change)) return true;
    return false;
  };
  for (const each of stable)
    for (const change of changes)
      if (random() < 0.15 && !contains(each.name, change)) each.changes.push(change);
  return { mainline, stable, changes, contains, facts: factsOf(mainline, stable) };
}

function factsOf(mainline: readonly RandomRelease[], stable: readonly RandomRelease[]): string {
  const source = 's';
  const backportsOf = (change: string) =>
    stable.flatMap(({ name, line, changes }) =>
      changes.includes(change) ? [{ line, release: name, order: changes.indexOf(change) + 1 }] : [],
    );
  const changes = mainline.flatMap(({ name, changes }) =>
    changes.map((change, k) => ({
      change,
      subject: `brings ${change.slice(0, 6)}`,
      commitDate: '2020-01-02',
      source,
      entered: { release: name, order: k + 1 },
      backports: backportsOf(change),
    })),
  );
  const bases = new Map(stable.map(({ line }) => [line, `v${line.slice(0, -'.y'.length)}`]));
  return stringify({
    dataset: 'random',
    sources: { [source]: { cite: 'made up', by: 'nobody', known: '2020-01-01' } },
    lines: [
      { line: 'mainline', complete: true, source },
      ...[...bases].map(([line, base]) => ({ line, base, complete: true, source })),
    ],
    releases: [...mainline, ...stable].map(({ name, line, predecessor }, week) => ({
      release: name,
      line,
      date: new Date(Date.UTC(2020, 0, 1 + 7 * week)).toISOString().slice(0, 10),
      ...(predecessor === null ? {} : { predecessor }),
      source,
    })),
    ...(changes.length === 0 ? {} : { changes }),
  });
}
