import { newEvent, type NewEvent } from '../../store/events/event.ts';

/** Mainline v1.0 … v1.19. */
export const mainline = Array.from({ length: 20 }, (_, at) => `v1.${at}`);
/** A line that leaves it at v1.9: v1.9.1 … v1.9.10. */
export const stable = Array.from({ length: 10 }, (_, at) => `v1.9.${at + 1}`);

const release = (name: string, line: string, predecessor: string | undefined): NewEvent =>
  newEvent({
    type: 'ReleaseRecorded',
    stream: `test/${name}`,
    knownAt: '2020-01-01',
    source: 'test',
    locator: 'test',
    payload: {
      confidence: 'verified',
      rev: 1,
      release: name,
      line,
      ...(predecessor === undefined ? {} : { predecessor }),
    },
  });

/** The releases of both lines. */
export const twoLines: readonly NewEvent[] = [
  ...mainline.map((name, at) => release(name, 'mainline', mainline[at - 1])),
  ...stable.map((name, at) => release(name, '1.9.y', stable[at - 1] ?? 'v1.9')),
];
