import { describe, expect, it } from 'vitest';
import { stableNews } from '../../../importers/mail/stable.ts';

describe('a mail of the stable team', () => {
  const hash = 'd'.repeat(40);
  it('says how far a change has come', () => {
    expect(
      stableNews('[PATCH 6.1 012/197] mm: fix', `6.1-stable review\n\ncommit ${hash} upstream.\n`),
    ).toEqual({
      change: hash,
      line: '6.1.y',
      status: 'queued',
    });
    expect(stableNews('[PATCH AUTOSEL 6.1 1/5] mm: fix', `[ Upstream commit ${hash} ]`)?.status).toBe(
      'posted',
    );
    expect(
      stableNews(
        'FAILED: patch "[PATCH] mm: fix" failed to apply to 5.15-stable tree',
        `git cherry-pick -x ${hash}`,
      ),
    ).toEqual({ change: hash, line: '5.15.y', status: 'failed-to-apply' });
    expect(stableNews('[PATCH v2 1/2] mm: fix', `[ Upstream commit ${hash} ]`)).toBeNull();
  });
});
