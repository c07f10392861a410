import { expect, it } from 'vitest';
import { timelineText } from '../../cli/output/timeline-text.ts';
import type { TimelineLane, TimelineSpan } from '../../queries/tables/timeline-document.ts';

const plain = (_style: unknown, text: string) => text;
const span = (
  line: string,
  from: string,
  to: string | null,
  status: TimelineSpan['status'],
  basis: TimelineSpan['basis'],
): TimelineSpan => ({ line, from, to, status, basis, evidence: [] });

it('draws together architectures, variants and lines that fared alike, and runs of one status', () => {
  const spans = [
    span('mainline', 'v6.18', 'v6.18', 'works', 'predicted'),
    span('mainline', 'v6.19-rc1', 'v6.19-rc8', 'broken', 'predicted'),
    span('mainline', 'v6.19', null, 'broken', 'reported'),
    span('6.17.y', 'v6.17.1', null, 'works', 'inferred'),
    span('6.18.y', 'v6.18.1', null, 'works', 'inferred'),
    span('vendor', 'vendor-1', null, 'unknown', null),
  ];
  const lane = (variant: string | null, arch: string): TimelineLane => ({
    consumer: 'db',
    variant,
    arch,
    spans,
  });
  const lanes = [lane('1', 'x86_64'), lane('1', 'arm64'), lane('2', 'x86_64'), lane('2', 'arm64')];
  expect(timelineText({ schema: 'regline.timeline/1', asOf: null, lanes }, 80, plain)).toBe(
    [
      'db/1, /2 on x86_64, arm64',
      '  mainline  v6.18        works (predicted)',
      '            v6.19-rc1..  broken (predicted, reported)',
      '  works (inferred) in all of 6.17.y, 6.18.y',
      '  unknown in all of vendor',
      '',
    ].join('\n'),
  );
});
