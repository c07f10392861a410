import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../importers/git/message.ts';

describe('a commit message', () => {
  it('names what it reverts, in the words of git, of stable and of merges', () => {
    const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
    const reverts = (body: string) => readMessage(`Revert "x"\n\n${body}`).reverts;
    expect(reverts(`This reverts commit ${a}.`)).toEqual([{ commit: a, upstream: null, madeTo: null }]);
    expect(reverts(`This reverts commit ${a} which is\ncommit ${b} upstream.`)).toEqual([
      { commit: a, upstream: b, madeTo: null },
    ]);
    expect(reverts(`This reverts commit ${a}, reversing\nchanges made to ${b}.`)).toEqual([
      { commit: a, upstream: null, madeTo: b },
    ]);
    expect(reverts('This reverts commit 1234567890ab ("foo: bar").').map((r) => r.commit)).toEqual([
      '1234567890ab',
    ]);
    expect(reverts(`This reverts commits ${a} and ${b}.`).map((r) => r.commit)).toEqual([a, b]);
    expect(
      reverts('This partially reverts commit 1234567890ab.\nWe cannot revert commit 1234567890ab.'),
    ).toEqual([]);
  });

  it('names what it copies before anything else, and only there', () => {
    const a = 'a'.repeat(40);
    const upstream = (body: string) => readMessage(`x: y\n\n${body}`).upstream;
    for (const form of [
      `commit ${a} upstream.`,
      `[ Upstream commit ${a} ]`,
      `Upstream commit ${a}`,
      `[ commit ${a} upstream ]`,
      `Prose.\n\nSigned-off-by: A <a@b>\n(cherry picked from commit ${a})\nSigned-off-by: B <b@b>`,
      `BugLink: x\n\n(backported from commit ${a} linux-next)`,
    ])
      expect(upstream(form), form).toEqual([a]);
    expect(upstream(`It repairs what commit ${a} upstream broke.`)).toEqual([]);
    expect(upstream(`Since then\ncommit ${a} upstream does it.`)).toEqual([]);
  });

  it('gives the trailers at its end, and none of its prose', () => {
    const { subject, trailers, fixes } = readMessage(
      [
        'rseq: Do it',
        'another way',
        '',
        'Note: this is prose, and more of it',
        'goes here.',
        '',
        'Fixes: 0f085b41880e ("rseq: Provide and use',
        ' rseq_set_ids()")',
        'Reported-by: Ann <ann@example.org>',
        '[ bob: fixed a typo ]',
        'Signed-off-by: Bob <bob@example.org>',
        'Link: https://lore.example.org/1',
        '',
      ].join('\r\n'),
    );
    expect(subject).toBe('rseq: Do it another way');
    expect(trailers.map((t) => `${t.key}: ${t.value}`)).toEqual([
      'Fixes: 0f085b41880e ("rseq: Provide and use rseq_set_ids()")',
      'Reported-by: Ann <ann@example.org>',
      'Signed-off-by: Bob <bob@example.org>',
      'Link: https://lore.example.org/1',
    ]);
    expect(fixes).toEqual(['0f085b41880e']);
  });

  it('of any text is read', () => {
    const piece = fc.constantFrom(
      'This reverts commit 1234567',
      'commit ',
      'a'.repeat(40),
      ' upstream',
      '(',
      ', reversing changes made to ',
      'Fixes: ',
      ' ("',
      '\n',
      '\n\n',
      '[ Upstream commit ',
      '\u0000',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 30 }).map((p) => p.join('')),
    );
    fc.assert(
      fc.property(text, (message) => {
        expect(readMessage(message).subject).not.toBe('');
      }),
    );
    expect(readMessage('This reverts commit 1234567 (\n'.repeat(20_000)).subject).not.toBe('');
  });
});
