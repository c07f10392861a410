import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSources, type OpenedSource } from '../../../importers/source/open-sources.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-test-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Member {
  readonly name: string;
  readonly content: Uint8Array;
  /** What the directory says instead of the truth. */
  readonly declaredBytes?: number;
  readonly method?: number;
  readonly flags?: number;
}

const LOCAL_HEADER_BYTES = 30;

/** Writes a zip archive: no tool on every machine does. */
function zip(members: readonly Member[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, declaredBytes, method = 8, flags = 0 } of members) {
    const packed = method === 8 ? deflateRawSync(content) : Buffer.from(content);
    const label = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(declaredBytes ?? content.length, 18);
    common.writeUInt16LE(label.length, 22);
    files.push(Buffer.from('PK\u0003\u0004'), common, label, packed);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0000'), common, rest, label);
    offset += LOCAL_HEADER_BYTES + label.length + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, list, Buffer.from('PK\u0005\u0006'), end]);
}

async function opened(bytes: Uint8Array, maxBytes?: number): Promise<OpenedSource[]> {
  const path = join(folder, 'archive');
  writeFileSync(path, bytes);
  const list: OpenedSource[] = [];
  for await (const source of openSources([path], maxBytes === undefined ? {} : { maxBytes }))
    list.push(source);
  return list;
}

async function textOf(source: OpenedSource | undefined): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of source!.entry!.bytes()) parts.push(part);
  return Buffer.concat(parts).toString();
}

const text = (name: string, content: string): Member => ({ name, content: Buffer.from(content) });

it('gives the files of a zip archive, packed or stored, and no name that leads out of it', async () => {
  const list = await opened(
    zip([
      text('../../etc/passwd', 'evil'),
      text('logs/', ''),
      { ...text('logs/a.log', 'one\ntwo\n'), method: 0 },
      { name: 'b.log.gz', content: gzipSync('inner\n') },
      text('..\\..\\c', 'x'),
    ]),
  );
  expect(list.map((s) => s.name.slice(folder.length))).toEqual([
    '/archive!etc/passwd',
    '/archive!logs/a.log',
    '/archive!b.log.gz',
    '/archive!c',
  ]);
  expect(await Promise.all(list.map(textOf))).toEqual(['evil', 'one\ntwo\n', 'inner\n', 'x']);
  expect(list.flatMap((s) => s.entry!.problems)).toEqual([]);
});

it('refuses an archive that is larger than the bound, whether it says so or not', async () => {
  const bomb = { name: 'bomb', content: Buffer.alloc(100_000) };
  expect((await opened(zip([bomb]), 50_000))[0]!.error!.message).toContain('more than 50000 bytes');
  const [liar] = await opened(zip([{ ...bomb, declaredBytes: 10 }]), 50_000);
  expect(liar!.entry!.sizeBytes).toBeLessThan(50_000);
  expect(liar!.entry!.problems[0]!.message).toContain('zip data is damaged');
});

it('refuses one member that it cannot read and goes on', async () => {
  const list = await opened(
    zip([{ ...text('secret', 'x'), flags: 1 }, { ...text('odd', 'x'), method: 99 }, text('fine', 'fine')]),
  );
  expect(list[0]!.error!.message).toContain('encrypted');
  expect(list[1]!.error!.message).toContain('method 99');
  expect(await textOf(list[2])).toBe('fine');
});

it('tells a wrong checksum', async () => {
  const bytes = zip([{ ...text('a', 'hello'), method: 0 }]);
  bytes[LOCAL_HEADER_BYTES + 1] = 'j'.charCodeAt(0);
  const [source] = await opened(bytes);
  expect(source!.entry!.problems[0]!.message).toContain('checksum');
});

it('survives damage anywhere: a refusal, a warning or the content', async () => {
  const whole = zip([text('a.log', 'ok 1 a\n'.repeat(50)), text('b.log', 'ok 2 b\n')]);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 4, max: whole.length }),
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }),
      async (length, changes) => {
        const bytes = Buffer.from(whole.subarray(0, length));
        for (const [at, value] of changes) if (at >= 4 && at < length) bytes[at] = value;
        expect((await opened(bytes, 100_000)).length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 60 },
  );
});
