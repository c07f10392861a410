import { InputError } from '../../../store/errors.ts';
import type { NewEvent } from '../../../store/events/event.ts';
import { factsImporter } from '../../../importers/facts/importer.ts';
import { noKnownNames, type KnownNames } from '../../../importers/importer.ts';
import { entryOf } from '../../support/source-entry.ts';

/** Reads files of facts; gives their events. */
export async function read(
  files: Readonly<Record<string, string>>,
  known: KnownNames = noKnownNames,
): Promise<NewEvent[]> {
  const events: NewEvent[] = [];
  const entries = Object.entries(files).map(([name, text]) => entryOf(name, text));
  for await (const page of factsImporter.read(entries, { hints: {}, known })) events.push(...page.events);
  return events;
}

/** Reads files that must be refused; gives `file:line:column message | hint` for each error. */
export async function refused(files: Readonly<Record<string, string>>): Promise<string[]> {
  try {
    await read(files);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.diagnostics.map(({ place, message, hint }) => {
      const at = `${place.file}:${place.line ?? '?'}:${place.column ?? '?'}`;
      return `${at} ${message}${hint === undefined ? '' : ` | ${hint}`}`;
    });
  }
  return [];
}

export const CHANGE = '0123456789abcdef0123456789abcdef01234567';
export const FIX = 'fedcba9876543210fedcba9876543210fedcba98';

/** The graph and the names of an interface of zoned block devices that does not exist. */
export const base = `dataset: zone
sources:
  git: {cite: "https://git.example.org/", by: Tags, known: unknown}
  mail: {cite: "<1@example.org>", by: Ann, known: "2026-01-01T10:00:00+01:00", title: "[REGRESSION] zone"}
lines:
  - {line: mainline, complete: true, source: mail}
  - {line: 6.1.y, base: v6.1, complete: true, source: mail}
releases:
  - {release: v6.0, line: mainline, date: "2025-01-01", source: git}
  - {release: v6.1, line: mainline, date: "2025-03-01", predecessor: v6.0, source: git}
  - {release: v6.2, line: mainline, date: "2025-05-01", predecessor: v6.1, source: git}
  - {release: v6.1.1, line: 6.1.y, date: "2025-04-01", source: git}
  - {release: v6.1.2, line: 6.1.y, date: "2025-06-01", predecessor: v6.1.1, source: git}
changes:
  - change: "${CHANGE}"
    subject: "zone: Do it another way"
    commitDate: "2025-02-01T12:00:00+02:00"
    trailers: ["Reviewed-by: Bob <bob@example.org>"]
    source: git
    entered: {release: v6.1, order: 0}
  - change: "${FIX}"
    subject: "zone: Repair it"
    commitDate: "2025-04-20"
    fixes: ["${CHANGE}"]
    source: git
    entered: {release: v6.2, order: 0}
    backports:
      - {line: 6.1.y, release: v6.1.2, order: 0}
    aliases:
      - {alias: "<patch@example.org>", how: posting}
interfaces:
  - interface: zone
    title: Zones
    fields: [{field: cap, owner: kernel, says: capacity}]
    switches: [{switch: CONFIG_ZONE, says: on, values: [y, n], default: y}]
    source: mail
behaviours:
  - behaviour: cap.report
    interface: zone
    title: What the capacity says
    values: [exact, rounded]
    owner: kernel
    guarantees: [{guarantee: documented, values: [exact]}]
    source: mail
  - behaviour: zone.size
    interface: zone
    title: Size
    owner: kernel
    guarantees: [{guarantee: observed}]
    source: mail
consumers:
  - {consumer: btrfs, title: Btrfs, interface: zone, profile: {zone.limit: 8}, source: mail}
  - {consumer: btrfs, variant: raid, title: Btrfs RAID, interface: zone, source: mail}
tests:
  - {test: kselftest.zone.cap, title: capacity, behaviours: [cap.report], source: mail}
`;
