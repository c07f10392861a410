import { expect, it } from 'vitest';
import { senderAddress } from '../../../importers/mail/message/sender.ts';

it.each([
  ['A. Tester <A@Example.org>', 'a@example.org'],
  ['"Tester, A. <x@y>" <a@example.org>', 'a@example.org'],
  ['"Not an address" <"a@b c"@example.org>', '"a@b c"@example.org'],
  ['"a@b"@example.org', '"a@b"@example.org'],
  ['"say \\"a@b\\""@example.org (A. Tester)', '"say \\"a@b\\""@example.org'],
  ['a@example.org (A. Tester)', 'a@example.org'],
  ['unknown', 'unknown'],
  ['A. Tester <a at example.org>', 'a. tester <a at example.org>'],
])('finds the address in %s', (from, address) => {
  expect(senderAddress(from)).toBe(address);
});

it('reads hostile senders in the time of their length', () => {
  for (const from of [
    '"\\'.repeat(200_000),
    '<"'.repeat(200_000),
    `${'a@'.repeat(200_000)} (`,
    '<a@'.repeat(200_000),
  ])
    expect(senderAddress(from)).toBe(from.toLowerCase());
});
