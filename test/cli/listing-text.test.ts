import { expect, it } from 'vitest';
import { listingText } from '../../cli/output/listing-text.ts';

it('aligns columns, goes on below itself in the last one, and lets nothing hostile through', () => {
  const rows = [
    ['short', 'x', 'one two three four five six seven'],
    ['much-longer', 'yy', 'a\u001b[2Jb'],
  ];
  expect(listingText(rows, 40)).toBe(
    [
      'short        x   one two three four five',
      '                 six seven',
      'much-longer  yy  a\\u{1b}[2Jb',
      '',
    ].join('\n'),
  );
});

it('breaks nothing where hardly any room is left', () => {
  expect(listingText([['a'.repeat(70), 'one two three']], 80)).toBe(`${'a'.repeat(70)}  one two three\n`);
});
