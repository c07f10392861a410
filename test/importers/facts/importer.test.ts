import { expect, test } from 'vitest';
import { factFromRecord, factsImporter } from '../../../importers/facts/importer.ts';
import { noKnownNames } from '../../../importers/importer.ts';
import { base, CHANGE, FIX, read } from './fixture.ts';

const more = (text: string) => ({ 'a.yaml': base, 'b.yml': `dataset: zone\n${text}`, 'README.md': '# no' });

test('a set becomes events with streams, places and known-at', async () => {
  const events = await read({ 'a.yaml': base, 'README.md': '# not: [yaml' });
  const at = (stream: string) => events.find((e) => e.stream === stream);
  expect(at('zone/v6.1')).toMatchObject({
    type: 'ReleaseRecorded',
    knownAt: '2025-03-01',
    source: 'https://git.example.org/',
    locator: 'a.yaml:10:5',
  });
  expect(at('zone/mainline')?.knownAt).toBe('2026-01-01T09:00:00Z');
  expect(at('zone/0123456789ab')).toMatchObject({
    knownAt: '2025-02-01T10:00:00Z',
    payload: {
      change: CHANGE,
      confidence: 'verified',
      rev: 1,
      trailers: [{ key: 'Reviewed-by', value: 'Bob <bob@example.org>' }],
    },
  });
  expect(at('zone/0123456789ab.entered')).toMatchObject({ type: 'ChangeEntered', knownAt: '2025-03-01' });
  expect(at('zone/fedcba987654.6.1.y')).toMatchObject({ knownAt: '2025-06-01', payload: { change: FIX } });
  expect(at('zone/fedcba987654=<patch@example.org>')).toMatchObject({ type: 'AliasRecorded', knownAt: null });
  expect(at('zone/btrfs/raid')?.type).toBe('ConsumerRecorded');
});

test('several sources and cases become several events', async () => {
  const events = await read(
    more(`sources:
  later: {cite: "<2@example.org>", by: Bob, known: "2026-02", rev: 3}
sets:
  - key: k
    rev: 2
    behaviour: cap.report
    change: "${CHANGE}"
    cases: [{value: rounded, when: "zone.size >= zone.limit and CONFIG_ZONE == y"}, {value: exact}]
    source: [mail, {of: later, archs: [riscv], confidence: concluded, note: Because.}]
messages:
  - {summary: It broke., source: mail}
disputes:
  - {dispute: d, statements: [k], why: No., source: later}
`),
  );
  const own = events.filter((e) => e.locator.startsWith('b.yml'));
  expect(own.map((e) => [e.stream, e.knownAt, 'rev' in e.payload && e.payload.rev])).toEqual([
    ['zone/k#1', '2026-01-01T09:00:00Z', 2],
    ['zone/k#2', '2026-01-01T09:00:00Z', 2],
    ['zone/k@later#1', '2026-02', 4],
    ['zone/k@later#2', '2026-02', 4],
    ['zone/mail', '2026-01-01T09:00:00Z', 1],
    ['zone/d', '2026-02', 3],
  ]);
  expect(own[3]!.payload).toEqual({
    behaviour: 'cap.report',
    change: CHANGE,
    archs: ['riscv'],
    value: 'exact',
    order: 1,
    confidence: 'concluded',
    note: 'Because.',
    rev: 4,
  });
  expect(own[4]!.payload).toMatchObject({
    messageId: '<1@example.org>',
    from: 'Ann',
    date: '2026-01-01T09:00:00Z',
    subject: '[REGRESSION] zone',
  });
  expect(own[5]!.payload).toMatchObject({ by: 'Bob', statements: ['zone/k'] });
});

test('the format is told by its content', () => {
  expect(factsImporter.sniff(base, 'x.yaml')).toBeGreaterThan(0.9);
  expect(factsImporter.sniff('# facts\ndataset: zone\n', '-')).toBeGreaterThan(0.5);
  expect(factsImporter.sniff('TAP version 13\n1..2\n', 'x.yaml')).toBe(0);
});

test('one record by hand follows the same rules', () => {
  const context = { hints: {}, known: { ...noKnownNames, behaviours: new Map([['cap.report', ['exact']]]) } };
  const source = { cite: '<3@example.org>', by: 'Cat', known: '2026-03-01' };
  const record = { key: 'b', says: 'broken', behaviour: 'cap.report', archs: ['arm64'] };
  expect(factFromRecord('breakage', record, source, context)).toEqual([
    {
      type: 'BreakageClaimed',
      stream: 'record/b',
      knownAt: '2026-03-01',
      source: '<3@example.org>',
      locator: 'record',
      payload: {
        by: 'Cat',
        says: 'broken',
        behaviour: 'cap.report',
        archs: ['arm64'],
        confidence: 'verified',
        rev: 1,
      },
    },
  ]);
  expect(() => factFromRecord('breakages', record, source, context)).toThrow(/unknown section "breakages"/);
});
