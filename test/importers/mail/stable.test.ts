import { describe, expect, it } from 'vitest';
import { patchTag, stableNews } from '../../../importers/mail/stable.ts';

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

it('a patch is one by its brackets, however they are written', () => {
  const tags = {
    '[PATCHv2] mm: fix': 'PATCHv2',
    '[dm-devel] [PATCH v3 1/2] dm: fix': 'PATCH v3 1/2',
    '[RFC][PATCH] mm: fix': 'PATCH',
    '[PATCHSET 3/4] xfs: fix': 'PATCHSET 3/4',
    '[DISPATCHED] not one': null,
    'Re: [PATCH] mm: fix': null,
    'mm: [PATCH] fix': null,
  };
  for (const [subject, tag] of Object.entries(tags)) expect(patchTag(subject)).toBe(tag);
});
