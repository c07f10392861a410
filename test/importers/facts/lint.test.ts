import { describe, expect, it } from 'vitest';
import { base, CHANGE, FIX, refused } from './fixture.ts';

/** What is refused of records that stand beside the base, each error as `line:column message | hint`. */
async function errorsOf(text: string): Promise<string[]> {
  const errors = await refused({ 'a.yaml': base, 'b.yml': `dataset: zone\n${text}\n` });
  return errors.map((error) => error.replace(/^b\.yml:/, ''));
}

it('refuses what is nested deeper than any data set', async () => {
  expect(await errorsOf('x: ' + '['.repeat(200))).toEqual(['2:1 not read: nested more than 100 deep']);
});

const set = (fields: string) => `sets:\n  - {key: k, behaviour: cap.report, ${fields}, source: mail}`;
const claim = (fields: string) => `breakage:\n  - {key: k, says: broken, ${fields}, source: mail}`;
const HASH = CHANGE.slice(0, 12);

describe('the lint refuses, with line and column', () => {
  it.each([
    // Names that nothing has.
    [
      'an unknown source',
      claim('consumer: btrfs').replace('mail', 'maill'),
      /^3:\d+ unknown source "maill" \| did you mean "mail"\?/,
    ],
    [
      'a tag that is no recorded release',
      claim('consumer: btrfs, releases: [v6.9]'),
      /^3:\d+ unknown release "v6.9" \| did you mean "v6/,
    ],
    [
      'an unknown line',
      `fixes:\n  - {key: k, where: kernel, status: posted, line: 6.2.y, change: "${FIX}", source: mail}`,
      /unknown line "6\.2\.y" \| did you mean "6\.1\.y"\?/,
    ],
    ['an unknown change', set(`change: "${CHANGE.replace('0', '9')}", value: exact`), /unknown change "9123/],
    [
      'an unknown behaviour',
      set('at: [{from: v6.0}], value: exact').replace('cap.report', 'cap.raport'),
      /unknown behaviour "cap.raport" \| did you mean "cap.report"\?/,
    ],
    ['an unknown consumer', claim('consumer: btrf'), /unknown consumer "btrf" \| did you mean "btrfs"\?/],
    [
      'an unknown variant',
      claim('consumer: btrfs, variant: raids'),
      /unknown variant "raids" of btrfs \| did you mean "raid"\?/,
    ],
    [
      'a variant where a consumer is named, which would be said of nobody',
      claim('consumer: btrfs/raid'),
      /^3:\d+ "btrfs\/raid" names a variant, not a consumer \| say consumer: btrfs, variant: raid$/,
    ],
    [
      'the same where several may be named',
      'uses:\n  - {key: k, consumer: btrfs/raid, interface: zone, field: cap, use: reads, how: so, source: mail}',
      /"btrfs\/raid" names a variant, not a consumer \| say consumer: btrfs, variants: \[raid\]$/,
    ],
    [
      'an unknown test',
      'coverage:\n  - {key: k, ci: CI, test: kselftest.zone.cup, state: began, source: mail}',
      /unknown test "kselftest.zone.cup"/,
    ],
    [
      'an unknown field',
      'uses:\n  - {key: k, consumer: btrfs, interface: zone, field: cup, use: reads, how: so, source: mail}',
      /unknown field "cup" of zone \| did you mean "cap"\?/,
    ],
    [
      'an unknown record in a dispute',
      'disputes:\n  - {dispute: d, statements: [nobody], why: so, source: mail}',
      /unknown record key "nobody"/,
    ],
    [
      'an architecture that the interface does not have',
      'interfaces:\n  - {interface: disk, title: Disks, archs: [{arch: s390}], source: mail}\nconsumers:\n  - {consumer: fs, title: Files, interface: disk, archs: [s391], source: mail}',
      /disk has no architecture "s391" \| did you mean "s390"\?/,
    ],
    [
      'an unknown section',
      'claimd:\n  - {key: k}',
      /^2:1 unknown section "claimd" \| did you mean "claimed"\?/,
    ],
    [
      'an unknown field of a record',
      claim('consumr: btrfs'),
      /has no field "consumr" \| did you mean "consumer"\?/,
    ],
    // What is written wrongly.
    [
      'a record without a source',
      'notes:\n  - {key: k, about: zone, text: so}',
      /^3:5 the record has no source/,
    ],
    [
      'a record without a key',
      'notes:\n  - {about: zone, text: so, source: mail}',
      /the record has no "key"/,
    ],
    [
      'a key that is there twice',
      'notes:\n  - {key: k, about: zone, text: so, source: mail}\n  - {key: k, about: zone, text: no, source: mail}',
      /the key "k" is there twice/,
    ],
    [
      'a hash that is too short',
      set(`change: "${HASH}", value: exact`),
      /a change is 40 lower-case hex digits/,
    ],
    [
      'a hash with capitals',
      set(`change: "${FIX.toUpperCase()}", value: exact`),
      /a change is 40 lower-case hex digits/,
    ],
    [
      'a hash that is read as a number',
      'changes:\n  - {change: 99428157, subject: x, source: mail}',
      /"change" is written as a number, 99428157, and is a text \| quote it: "99428157"/,
    ],
    [
      'a hash that is read as a number, in scientific notation',
      set('change: 12345678e9, value: exact'),
      /"change" is written as a number, 12345678e9, .*quote it: "12345678e9"/,
    ],
    [
      'a version that is read as a number',
      claim('consumer: btrfs, releases: [6.10]'),
      /is written as a number, 6.10, and is a text \| quote it: "6.10"/,
    ],
    [
      'a release that is read as a number',
      'releases:\n  - {release: 6.10, line: mainline, source: git}',
      /"release" is written as a number, 6.10/,
    ],
    [
      'a date that is none',
      'notes:\n  - {key: k, about: zone, text: so, known: "2026-13-01", source: mail}',
      /"known" is not a date/,
    ],
    [
      'a conclusion without its reason',
      claim('consumer: btrfs, confidence: concluded'),
      /"concluded" without a note/,
    ],
    ['what is no YAML', 'sets: [}', /^2:\d+ not YAML/],
    // Values and conditions.
    [
      'a value that a behaviour does not have',
      set('at: [{from: v6.0}], value: exakt'),
      /cap.report has no value "exakt" \| did you mean "exact"\?/,
    ],
    [
      'a need for a value that a behaviour does not have',
      'requirements:\n  - {key: k, consumer: btrfs, behaviour: cap.report, needs: [exat], otherwise: broken, why: so, source: mail}',
      /cap.report has no value "exat"/,
    ],
    [
      'a condition that cannot be read',
      set('at: [{from: v6.0}], value: exact, when: "CONFIG_ZONE == == y"'),
      /the condition cannot be read: expected a value/,
    ],
    [
      'a condition with a name that nothing has',
      set('at: [{from: v6.0}], value: exact, when: "CONFIG_ZOME == y"'),
      /names "CONFIG_ZOME" .* which is no behaviour, switch or profile entry \| did you mean "CONFIG_ZONE"\?/,
    ],
    [
      'a condition that speaks of itself',
      set(`change: "${CHANGE}", value: exact, when: cap.report == rounded`),
      /speaks of itself in a circle/,
    ],
    // Ranges and places.
    [
      'a range that ends before it begins',
      set('at: [{from: v6.2, to: v6.0}], value: exact'),
      /the range ends at v6.0, before it begins/,
    ],
    [
      'a range that no way leads along',
      set('at: [{from: v6.1.1, to: v6.2}], value: exact'),
      /no way leads from v6.1.1 to v6.2/,
    ],
    [
      'a change with a place that another has',
      `changes:\n  - {change: "${CHANGE.replace('0', 'a')}", subject: x, source: git, entered: {release: v6.1, order: 0}}`,
      /v6.1 has another change at place 0/,
    ],
    [
      'a backport into the release of another line',
      `changes:\n  - {change: "${CHANGE.replace('0', 'a')}", subject: x, source: git, backports: [{line: 6.1.y, release: v6.2, order: 5}]}`,
      /v6.2 is a release of mainline, not of 6.1.y/,
    ],
    [
      'releases that precede themselves',
      'releases:\n  - {release: v7.0, line: mainline, predecessor: v7.1, source: git}\n  - {release: v7.1, line: mainline, predecessor: v7.0, source: git}',
      /the predecessors of v7.\d run in a circle/,
    ],
    // Records against each other.
    [
      'two values at releases that overlap',
      `${set('at: [{from: v6.0, to: v6.2}], value: exact')}\n  - {key: m, behaviour: cap.report, at: [{from: v6.1}], value: rounded, source: mail}`,
      /^4:\d+ contradicts a record that gives cap.report the value "exact" at the same place \(k, b.yml:3\)/,
    ],
    [
      'two values by one change',
      `${set(`change: "${CHANGE}", value: exact`)}\n  - {key: m, behaviour: cap.report, change: "${CHANGE}", value: rounded, source: mail}`,
      /contradicts a record/,
    ],
    // Consumers.
    [
      'a consumer that embeds itself',
      'consumers:\n  - {consumer: a, title: A, interface: zone, embeds: {consumer: b}, source: mail}\n  - {consumer: b, title: B, interface: zone, embeds: {consumer: a}, source: mail}',
      /a embeds itself: a -> b -> a/,
    ],
    [
      'variants that share a version',
      'consumers:\n  - {consumer: db, variant: old, title: DB, interface: zone, versions: {from: "8.0.1", to: "8.0"}, source: mail}\n  - {consumer: db, variant: new, title: DB, interface: zone, versions: {from: "8.0.35"}, source: mail}',
      /db\/new and db\/old share versions/,
    ],
    [
      'versions that end before they begin',
      'consumers:\n  - {consumer: db, title: DB, interface: zone, versions: {from: "8.1", to: "8.0.9"}, source: mail}',
      /the versions end at 8.0.9, before they begin/,
    ],
  ])('%s', async (_what, text, expected) => {
    const errors = await errorsOf(text);
    expect(errors.join('\n')).toMatch(expected);
    for (const error of errors) expect(error).toMatch(/^(a\.yaml:)?\d+:\d+ /);
  });

  it.each([
    [
      'overlapping records that a dispute names',
      `${set('at: [{from: v6.0, to: v6.2}], value: exact')}\n  - {key: m, behaviour: cap.report, at: [{from: v6.1}], value: rounded, source: mail}\ndisputes:\n  - {dispute: d, statements: [k, m], why: so, source: mail}`,
    ],
    [
      'the same value twice',
      `${set('at: [{from: v6.0, to: v6.2}], value: exact')}\n  - {key: m, behaviour: cap.report, at: [{from: v6.1}], value: exact, source: mail}`,
    ],
    [
      'other values under other conditions',
      `${set('at: [{from: v6.0}], value: exact, when: CONFIG_ZONE == y')}\n  - {key: m, behaviour: cap.report, at: [{from: v6.0}], value: rounded, when: CONFIG_ZONE == n, source: mail}`,
    ],
    [
      'variants one after the other',
      'consumers:\n  - {consumer: db, variant: old, title: DB, interface: zone, versions: {from: "8.0.1", to: "8.0.34"}, source: mail}\n  - {consumer: db, variant: new, title: DB, interface: zone, versions: {from: "8.0.35", to: "8.0"}, source: mail}\n  - {consumer: db, variant: next, title: DB, interface: zone, versions: {from: "8.2.6"}, source: mail}',
    ],
    [
      'two revisions of a record',
      `${set(`change: "${CHANGE}", value: exact`)}\n  - {key: k, rev: 2, behaviour: cap.report, change: "${FIX}", value: exact, source: mail}`,
    ],
  ])('but takes %s', async (_what, text) => {
    expect(await errorsOf(text)).toEqual([]);
  });
});
