import { pipeline, Readable, type Duplex } from 'node:stream';

/** Leads bytes through a stream of a library, and gives what comes out; what goes wrong with either comes out, too. */
export function through<T>(bytes: AsyncIterable<Uint8Array>, stream: Duplex): AsyncIterable<T> {
  pipeline(Readable.from(bytes), stream, () => undefined);
  return stream;
}
