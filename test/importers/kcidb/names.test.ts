import { describe, expect, it } from 'vitest';
import { nameOfPath } from '../../../importers/kcidb/known-names.ts';
import { canonicalTestName } from '../../../store/names/test-name.ts';

describe('the names of tests that submissions repeat', () => {
  it('are the canonical ones, the first time, again, and when more were seen than are known at once', () => {
    const paths = Array.from({ length: 5000 }, (_, i) => `kselftest.rseq.rseq_case_${i}`);
    for (const path of [...paths, ...paths.slice(0, 10), '', 'boot', 'a'.repeat(2000), 'a'.repeat(2000)])
      expect(nameOfPath(path)).toBe(canonicalTestName(path));
  });
});
