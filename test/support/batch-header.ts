import type { BatchHeader } from '../../store/event-store.ts';

/** The header of a batch that a test appends, with what it cares for. */
export const batchHeader = (over: Partial<BatchHeader> = {}): BatchHeader => ({
  recordedAt: '2026-01-01T00:00:00.000Z',
  actor: 'a test',
  tool: 'regline test',
  importer: 'test/1',
  carrier: 'a.yaml',
  carrierHash: 'ab',
  ...over,
});
