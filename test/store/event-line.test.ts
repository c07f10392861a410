import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventLineError, eventLine, readEventLine } from '../../store/event-line.ts';
import { canonicalJson } from '../../store/canonical-json.ts';
import { newEvent } from '../../store/events/event.ts';
import { stored } from '../support/facts-model.ts';

const note = (text: string, source = 'somebody') =>
  stored([
    newEvent({
      type: 'NoteAdded',
      stream: 'note/1',
      knownAt: '2026-04-22T10:00:19Z',
      source,
      locator: 'a.yaml:3',
      payload: { confidence: 'verified', rev: 1, about: 'x', by: 'me', text },
    }),
  ])[0]!;

/** What the identity of an event covers. */
const contentOf = ({ type, stream, knownAt, source, payload }: ReturnType<typeof readEventLine>) =>
  canonicalJson({ type, stream, knownAt, source, payload });

describe('an event as a line', () => {
  it('is one line of ASCII controls escaped, and is read as what was written, whatever its texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const event = note(text);
        const line = eventLine(event);
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
        const { type, stream, knownAt, source, locator, payload } = event;
        expect(readEventLine(line)).toEqual({ type, stream, knownAt, source, locator, payload });
      }),
    );
  });

  it('is refused, or unchanged, when anything in it is replaced', () => {
    const event = note('a text with "quotes" and \u001b[31m colour');
    const line = eventLine(event);
    fc.assert(
      fc.property(
        fc.nat({ max: line.length - 1 }),
        fc.nat({ max: 3 }),
        fc.string({ maxLength: 3 }),
        (at, cut, put) => {
          const changed = line.slice(0, at) + put + line.slice(at + cut);
          let read;
          try {
            read = readEventLine(changed);
          } catch (error) {
            expect(error).toBeInstanceOf(EventLineError);
            return;
          }
          expect(contentOf(read)).toBe(contentOf(event));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is refused where its stream or its source holds half a character, which no log keeps', () => {
    const halved = eventLine({ ...note('x'), stream: 'note/\ud800' });
    expect(() => readEventLine(halved)).toThrow(/stream: it holds half a character/);
  });

  it('is no event when it is any other JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => readEventLine(JSON.stringify(value))).toThrow(EventLineError);
      }),
    );
  });

  it('is refused when it is nested deeper than anything that was written', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const line = eventLine(note('x')).replace(/"payload":.*$/, `"payload":${deep}}`);
    expect(() => readEventLine(line)).toThrow(/nested too deeply/);
  });

  it('is refused when a newer regline wrote it', () => {
    const line = eventLine(note('x')).replace('"version":1', '"version":7');
    expect(() => readEventLine(line)).toThrow(/does not give its id/);
  });
});
