import { factsImporter } from '../../importers/facts/importer.ts';
import { noKnownNames } from '../../importers/importer.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { stored } from './facts-model.ts';
import { entryOf } from './source-entry.ts';

/** Commits of a small world, by a letter. */
export const hash = (letter: string): string => letter.repeat(40);

/**
 * A world without a story, in which a test tells its own: mainline v1.0..v1.4 and v2.0, a line 1.2.y that ended, a vendor's line of which
 * not all is known, and changes that came in one at a time.
 *
 *     v1.0 - v1.1 (a) - v1.2 (b) - v1.3 (c, d) - v1.4 (e) - v2.0
 *                          |- v1.2.1 - v1.2.2 (d)
 *                          `- vendor-1
 */
const BASE = `dataset: world
sources:
  old: { cite: "the old book", by: Old, known: "2020-01-01" }
  ann: { cite: "<ann@example.org>", by: Ann, known: "2021-06-01" }
  bob: { cite: "<bob@example.org>", by: Bob, known: "2021-07-01" }
lines:
  - { line: mainline, complete: true, source: old }
  - { line: 1.2.y, base: "v1.2", complete: true, ended: "2021-05-01", source: old }
  - { line: vendor, base: "v1.2", complete: false, source: old }
releases:
  - { release: "v1.0", line: mainline, date: "2020-01-01", source: old }
  - { release: "v1.1", line: mainline, date: "2020-02-01", predecessor: "v1.0", source: old }
  - { release: "v1.2", line: mainline, date: "2020-03-01", predecessor: "v1.1", source: old }
  - { release: "v1.3", line: mainline, date: "2020-04-01", predecessor: "v1.2", source: old }
  - { release: "v1.4", line: mainline, date: "2020-05-01", predecessor: "v1.3", source: old }
  - { release: "v2.0", line: mainline, date: "2020-06-01", predecessor: "v1.4", source: old }
  - { release: "v1.2.1", line: 1.2.y, date: "2020-05-10", predecessor: "v1.2", source: old }
  - { release: "v1.2.2", line: 1.2.y, date: "2020-06-10", predecessor: "v1.2.1", source: old }
  - { release: 1.2.0-7-vendor, line: vendor, predecessor: "v1.2", known: "2020-07-01", source: old }
changes:
  - { change: "${hash('a')}", subject: "first", commitDate: "2020-01-10", source: old, entered: { release: "v1.1", order: 1 } }
  - { change: "${hash('b')}", subject: "second", commitDate: "2020-02-10", source: old, entered: { release: "v1.2", order: 1 } }
  - { change: "${hash('c')}", subject: "third", commitDate: "2020-03-10", source: old, entered: { release: "v1.3", order: 1 } }
  - { change: "${hash('d')}", subject: "fourth", commitDate: "2020-03-11", fixes: ["${hash('b')}"], source: old, entered: { release: "v1.3", order: 2 }, backports: [{ line: 1.2.y, release: "v1.2.2", order: 1 }] }
  - { change: "${hash('e')}", subject: "fifth", commitDate: "2020-04-10", source: old, entered: { release: "v1.4", order: 1 } }
interfaces:
  - interface: io
    title: Input and output
    archs: [{ arch: s390 }, { arch: mips }, { arch: arc, by: "v1.3" }]
    switches: [{ switch: FAST, says: be fast, values: [y, n], default: n, defaults: { mips: y } }]
    source: old
behaviours:
  - { behaviour: io.order, interface: io, title: order, values: [kept, lost], owner: kernel, guarantees: [{ guarantee: observed }], source: old }
  - { behaviour: io.size, interface: io, title: size, owner: kernel, guarantees: [{ guarantee: observed }], source: old }
  - { behaviour: io.promise, interface: io, title: promise, values: [good, bad], owner: kernel, guarantees: [{ guarantee: documented, values: [good] }], source: old }
`;

/** Gives the events of the small world and of what is told in it (sections of facts, in YAML). */
export async function worldOf(text = ''): Promise<readonly StoredEvent[]> {
  const entries = [entryOf('base.yaml', BASE), entryOf('told.yaml', `dataset: world\n${text}`)];
  const events = [];
  for await (const page of factsImporter.read(entries, { hints: {}, known: noKnownNames }))
    events.push(...page.events);
  return stored(events);
}
