import { expect, it } from 'vitest';
import { tableText } from '../../cli/output/table-text.ts';
import type { TableCell, TableDocument } from '../../queries/tables/table-document.ts';
import type { CellStatus } from '../../queries/verdict/cell-status.ts';

const plain = (_style: unknown, text: string) => text;

/** A table from rows `consumer[/variant] arch status status …`. */
function tableOf(releases: readonly string[], rows: readonly string[]): TableDocument {
  const cells = rows.flatMap((row) => {
    const [name, arch, ...statuses] = row.split(' ');
    const [consumer, variant] = name!.split('/');
    return releases.map((release, i): TableCell => ({
      consumer: consumer!,
      variant: variant ?? null,
      version: null,
      release,
      arch: arch!,
      config: null,
      status: statuses[i] as CellStatus,
      basis: null,
      confidence: null,
      reported: false,
      culprits: [],
      fixedBy: [],
      evidence: [],
      note: null,
    }));
  });
  return { schema: 'regline.table/1', asOf: null, releases, archs: ['x86_64', 'arm64'], cells };
}

it('shows words where they fit, in the order of versions, and draws together what is alike', () => {
  const document = tableOf(
    ['v6.19', 'v7.0', 'v6.19.1'],
    [
      'db/1 x86_64 works degraded works',
      'db/1 arm64 works degraded works',
      'db/2 x86_64 works degraded works',
      'db/2 arm64 works degraded works',
      'lib x86_64 broken unknown broken',
      'lib arm64 not-applicable not-applicable not-applicable',
    ],
  );
  expect(tableText(document, 80, plain)).toBe(
    [
      '                 v6.19     v6.19.1   v7.0',
      'db/1, /2 all     ok        ok        degraded',
      'lib      x86_64  BROKEN    BROKEN    ?',
      '',
      '? not known',
      '',
    ].join('\n'),
  );
});

it('shows marks under headings of two lines where words do not fit, and says what they mean', () => {
  const releases = ['v6.19-rc1', 'v6.19', 'v6.19.14', 'v7.0', 'v7.0.10', 'next-20260423'];
  const document = tableOf(releases, [
    'tcmalloc x86_64 broken broken broken broken works unknown',
    'tcmalloc arm64 broken broken broken broken refuses conflict',
  ]);
  expect(tableText(document, 60, plain)).toBe(
    [
      '                 6.19        7.0     next',
      '                 rc1 .0 .14  .0 .10  20260423',
      'tcmalloc x86_64   ✗  ✗   ✗   ✗   ✓      ?',
      '         arm64    ✗  ✗   ✗   ✗   ⊘      !',
      '',
      '✓ works   ✗ broken   ⊘ its own guard refuses to start',
      '? not known   ! evidence disagrees',
      '',
    ].join('\n'),
  );
});

it('breaks what is wider than the terminal into blocks, and never a line beyond it', () => {
  const releases = Array.from({ length: 60 }, (_, i) => `v7.0.${i + 1}`);
  const row = (arch: string) =>
    `tool ${arch} ${releases.map((_, i) => (i % 7 === 0 ? 'broken' : 'works')).join(' ')}`;
  for (const columns of [40, 60, 80, 160]) {
    const text = tableText(tableOf(releases, [row('x86_64'), row('arm64')]), columns, plain);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    const shown = [...text.matchAll(/(?<!\d)\.\d+/g)].map((m) => m[0]);
    expect(new Set(shown).size).toBe(releases.length);
  }
});

it('lets nothing from outside reach the terminal', () => {
  const document = tableOf(['v1.0'], ['a\u001b[31mb x86_64 works']);
  expect(tableText(document, 80, plain)).toContain('a\\u{1b}[31mb');
});
