import type { ChildProcessByStdio } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as after } from 'node:timers/promises';
import { StoreError } from '../../../store/errors.ts';

/** A command whose output is read. */
export type Spoken = ChildProcessByStdio<null, Readable, Readable>;

/** What a command prints, as it goes into a file. */
export interface RunOutput {
  /** Fails, with a `StoreError`, as soon as the file cannot be written. Never ends otherwise. */
  readonly failed: Promise<never>;
  /** Reads on once the command has ended. False where something that it left running may print more, which is not waited for. */
  readonly readOut: () => Promise<boolean>;
  /** Closes the file; gives the hash of what is in it. Fails as `failed` does. */
  readonly close: () => Promise<string>;
}

/**
 * For how many turns output is read after the command itself has ended, and how many milliseconds each takes at least. What it leaves
 * running in the background holds its output open for as long as it likes, and the search does not wait for it.
 */
const TURNS_AFTER = 20;
const TURN_MS = 100;

/** What a command printed before it ended lies in two pipes, of which each holds a mebibyte at most: all beyond is of what it left running. */
const MOST_AFTER = 2 * 1024 * 1024;

/** Writes all that a command prints into a file, and tells `said` of each piece. The command waits where the disk is slower. */
export function outputInto(path: string, child: Spoken, said: (chunk: Buffer) => void): RunOutput {
  const file = createWriteStream(path);
  const hash = createHash('sha256');
  const streams = [child.stdout, child.stderr];
  let isClosed = false;
  const closed = new Promise<void>((done) => {
    child.once('close', () => {
      isClosed = true;
      done();
    });
  });
  let isOver = false;
  let readAfter = 0;
  const failed = new Promise<never>((_, reject) => {
    file.once('error', (cause) => {
      reject(
        new StoreError(
          (cause as NodeJS.ErrnoException).code === 'ENOSPC' ? 'full' : 'read-only',
          `what the command prints cannot be kept: ${cause.message} (${path})`,
          'nothing of this run is recorded; the same command goes on once there is room',
          { cause },
        ),
      );
    });
  });
  failed.catch(() => undefined);
  file.on('drain', () => {
    if (readAfter <= MOST_AFTER) for (const stream of streams) stream.resume();
  });
  for (const stream of streams)
    stream.on('data', (chunk: Buffer) => {
      if (isOver) readAfter += chunk.length;
      if (readAfter > MOST_AFTER) {
        for (const each of streams) each.pause();
        return;
      }
      hash.update(chunk);
      said(chunk);
      if (!file.write(chunk)) for (const each of streams) each.pause();
    });
  return {
    failed,
    readOut: async () => {
      isOver = true;
      // Turns are counted, and no time is taken: who was asleep meanwhile has to read first.
      for (let turn = 0; turn < TURNS_AFTER && !isClosed && readAfter <= MOST_AFTER;) {
        await Promise.race([closed, failed, after(TURN_MS)]);
        if (!file.writableNeedDrain) turn++;
      }
      return isClosed;
    },
    close: async () => {
      for (const stream of streams) stream.destroy();
      // What is printed last is written last, and may be what the disk has no room for.
      const written = new Promise<void>((done) => {
        file.end((error?: Error | null) => {
          if (!error) done();
        });
      });
      await Promise.race([failed, written]);
      return hash.digest('hex');
    },
  };
}
