import { describe, expect, it } from 'vitest';
import { canonicalRelease, lineOfName, releaseOfUname } from '../../../store/names/release-name.ts';
import type { NewEvent } from '../../../store/events/event.ts';
import { eventId } from '../../../store/identity.ts';
import { canonicalJson } from '../../../store/canonical-json.ts';
import { read, rejectsOf } from '../support.ts';

/** A release as kernel.org lists it, with the nulls that such a one has. */
const listed = (version: string, moniker: string, isodate: string, more: object = {}) => ({
  iseol: false,
  version,
  moniker,
  source: null,
  pgp: null,
  released: { timestamp: Date.parse(isodate) / 1000, isodate },
  gitweb: null,
  changelog: null,
  diffview: null,
  patch: { full: null, incremental: null },
  ...more,
});
const snapshot = (...releases: readonly object[]) =>
  JSON.stringify({ latest_stable: { version: '7.0.1' }, releases });

const releases = (events: readonly NewEvent[]) =>
  events.flatMap((e) =>
    e.type === 'ReleaseRecorded' && e.payload.date !== undefined
      ? [`${e.payload.release} ${e.payload.line} ${e.payload.date.slice(0, 10)}`]
      : [],
  );
const ended = (events: readonly NewEvent[]) =>
  events.flatMap((e) => (e.type === 'LineRecorded' && e.payload.ended !== undefined ? [e.payload.line] : []));
const ids = (events: readonly NewEvent[]) =>
  events.map((e) => eventId({ ...e, version: 1, payloadText: canonicalJson(e.payload) })).sort();

describe('what releases.json does', () => {
  it.each([
    [
      'a candidate without signature and changelog',
      listed('7.3-rc1', 'mainline', '2026-08-30'),
      'v7.3-rc1 mainline 2026-08-30',
    ],
    ['mainline that is no candidate', listed('7.1', 'mainline', '2026-06-14'), 'v7.1 mainline 2026-06-14'],
    [
      'linux-next without any address',
      listed('next-20260828', 'linux-next', '2026-08-28'),
      'next-20260828 next 2026-08-28',
    ],
    [
      'a release of four numbers',
      listed('2.6.32.71', 'longterm', '2016-03-12'),
      'v2.6.32.71 2.6.32.y 2016-03-12',
    ],
    [
      'a day without an instant',
      listed('7.0.1', 'stable', '2026-04-20', { released: { isodate: '2026-04-20' } }),
      'v7.0.1 7.0.y 2026-04-20',
    ],
  ])('%s', async (_, release, expected) => {
    const { format, events } = await read(snapshot(release));
    expect(format).toBe('kernel-org');
    expect(releases(events)).toEqual([expected]);
    expect(rejectsOf(events)).toEqual([]);
  });

  it('ends a line only where it says so: what is no longer listed is not ended', async () => {
    const { events } = await read(
      snapshot(
        listed('7.0.1', 'stable', '2026-04-20'),
        listed('6.19.14', 'stable', '2026-04-20', { iseol: true }),
      ),
    );
    expect(ended(events)).toEqual(['6.19.y']);
  });

  it('says the same whatever the order of its keys and of its list', async () => {
    const [a, b] = [listed('7.0.1', 'stable', '2026-04-20'), listed('6.18.22', 'longterm', '2026-04-18')];
    const turned = Object.fromEntries(Object.entries(b).reverse());
    const [first, second] = [await read(snapshot(a, b)), await read(snapshot(turned, a))];
    expect(ids(first.events)).toEqual(ids(second.events));
  });

  it.each([
    [
      'a version that is none',
      { ...listed('7.0.1', 'stable', '2026-04-20'), version: 'tomorrow' },
      'not the name of a kernel release',
    ],
    ['a release without a version', { moniker: 'stable' }, 'no release: it has no version'],
    ['a version that is a number', { version: 7.1 }, 'no release: version is 7.1'],
    ['no release at all', 7, 'no release: it is no object'],
    [
      'a time in words',
      { version: '7.0.2', released: { timestamp: 'yesterday' } },
      'no release: released.timestamp is "yesterday"',
    ],
    ['an end in words', { version: '7.0.2', iseol: 'no' }, 'no release: iseol is "no"'],
  ])('keeps %s as a reject with its place and its fault', async (_, odd, fault) => {
    const { events } = await read(snapshot(listed('7.0.1', 'stable', '2026-04-20'), odd as object));
    expect(releases(events)).toEqual(['v7.0.1 7.0.y 2026-04-20']);
    const [reject] = events.filter((e) => e.type === 'RecordRejected');
    expect(reject?.locator).toMatch(/#\/releases\/1$/);
    expect(rejectsOf(events)).toEqual([fault]);
  });
});

describe('a version', () => {
  it.each([
    ['5.10', 'v5.10', 'mainline'],
    ['7.3-rc1', 'v7.3-rc1', 'mainline'],
    ['6.0.0-rc1', 'v6.0-rc1', 'mainline'],
    ['6.0.0', 'v6.0', 'mainline'],
    ['v6.1.132-rc2', 'v6.1.132-rc2', '6.1.y'],
    ['v6.1.131-198-gf5ad54ef021f', 'v6.1.131-198-gf5ad54ef021f', null],
    ['6.9.0-rc1-00042-gabcdef012345', 'v6.9-rc1-42-gabcdef012345', null],
    ['6.16.0-rc7-next-20250723', 'next-20250723', 'next'],
    ['5.7.0-next-20200603-syzkaller', 'next-20200603', 'next'],
    ['2.6.32.8', 'v2.6.32.8', '2.6.32.y'],
    ['2.6.39', 'v2.6.39', 'mainline'],
    ['6.12.0+', '6.12.0+', null],
    ['6.8.0-1021-azure', '6.8.0-1021-azure', null],
  ])('%s that a kernel shows is %s', (shown, release, line) => {
    expect(releaseOfUname(shown)).toBe(release);
    expect(lineOfName(release)).toBe(line);
    expect(canonicalRelease(release)).toBe(release);
  });
});

describe('a dump of git ls-remote', () => {
  it('tells a tag from its commit, and keeps what is no release', async () => {
    const [tag, commit, other] = ['a', 'b', 'c'].map((letter) => letter.repeat(40));
    const { events } = await read(
      `${tag!}\trefs/tags/v6.19\n${commit!}\trefs/tags/v6.19^{}\n${other!}\trefs/tags/v2.6.11-tree\n`,
    );
    expect(
      events.flatMap((e) => (e.type === 'ReleaseRecorded' ? [[e.payload.release, e.payload.commit]] : [])),
    ).toEqual([['v6.19', commit]]);
    expect(rejectsOf(events)).toHaveLength(1);
  });
});
