import { describe, expect, it } from 'vitest';
import { ktapImporter } from '../../../importers/ktap/importer.ts';
import { RUNNER } from './support.ts';

describe('telling the format', () => {
  const cases: [string, string, (score: number) => boolean][] = [
    ['a kselftest log', RUNNER, (s) => s > 0.9],
    ['a boot log', boot(), (s) => s >= 0.3 && s < 0.7],
    ['XML', '<?xml version="1.0"?>\n<testsuite>ok 1 a\nok 2 b', (s) => s === 0],
    ['JSON', '{"a": "1"}', (s) => s === 0],
    ['prose', 'All is ok here.\n', (s) => s === 0],
    ['prose that quotes one', 'What I saw:\nok 9 - x\nis from last year.\n', (s) => s === 0],
    ['one result alone', '# why\nnot ok 9 - x\n  ---\n  a: 1\n  ...\n', (s) => s > 0],
    ['one of a console', '2026-04-22T10:00:19Z begin\n2026-04-22T10:00:20Z ok 9 - x\n', (s) => s > 0],
    ['a skip of all', 'nothing to do here\n1..0 # SKIP no device\n', (s) => s > 0],
  ];
  function boot(): string {
    return Array.from({ length: 30 }, (_, i) => `[    0.0000${10 + i}] thing ${i}`).join('\n');
  }
  it.each(cases)('%s', (_, text, holds) => {
    expect(ktapImporter.sniff(text, 'x')).toSatisfy(holds);
  });
});
