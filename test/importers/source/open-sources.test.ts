import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, crc32, gunzipSync, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unmarked } from '../../../importers/source/unmarked.ts';
import { openSources, type OpenedSource, type OpenOptions } from '../../../importers/source/open-sources.ts';
import { all, chunks } from './support.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-test-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** `hello hello hello` as xz and zstd write it: Node 20 can write neither. */
const XZ = '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AARAAxdADQZSe6N6U9+ISGwAAAfAdnIh8FDyAABKBLJamKOH7bzfQEAAAAABFla';
const ZSTD = 'KLUv/SQSbQAAOGhlbGxvIAoBADFKEaOqdM4=';

const opened = (paths: string[], options?: OpenOptions) => all(openSources(paths, options));
async function textOf(source: OpenedSource | undefined): Promise<string> {
  return Buffer.concat(await all(source!.entry!.bytes())).toString();
}
function put(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
async function tarOf(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  return Buffer.concat(await all(archive as AsyncIterable<Buffer>));
}
const noise = Buffer.from(Array.from({ length: 90_000 }, (_, i) => (i * i * 2654435761) >>> (i % 24)));

describe('opening sources', () => {
  it('gives the files of a folder in order, without hidden ones', async () => {
    const root = join(folder, 'tree');
    mkdirSync(join(root, 'b'), { recursive: true });
    for (const name of ['c.log', 'a.log', 'b/x.log', '.hidden']) writeFileSync(join(root, name), name);
    const names = (await opened([root])).map((s) => s.name);
    expect(names).toEqual(['a.log', 'b/x.log', 'c.log'].map((n) => join(root, n)));
  });

  it('reads gzip by its magic and names the digest of what is inside', async () => {
    const [source] = await opened([put('plain-name', gzipSync('hello\n'))]);
    expect(await textOf(source)).toBe('hello\n');
    expect(source!.entry!.sha256).toBe(createHash('sha256').update('hello\n').digest('hex'));
    expect(source!.entry!.problems).toEqual([]);
  });

  it('reads xz and zstd, and what is left of them when cut', async () => {
    const xz = Buffer.from(XZ, 'base64');
    const zstd = Buffer.from(ZSTD, 'base64');
    for (const packed of [xz, zstd]) {
      expect(await textOf((await opened([put('p', packed)]))[0])).toBe('hello hello hello\n');
      const [cut] = await opened([put('p', packed.subarray(0, packed.length - 6))]);
      expect(cut!.entry!.problems).toHaveLength(1);
    }
  });

  it('reads zstd frame by frame, and holds no more of it than a block', async () => {
    const zstd = Buffer.from(ZSTD, 'base64');
    const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    const many = Buffer.concat([zstd, skippable, zstd]);
    const twice = 'hello hello hello\n'.repeat(2);
    expect(await textOf((await opened([put('many.zst', many)]))[0])).toBe(twice);
    const [cut] = await opened([put('cut.zst', many.subarray(0, many.length - 8))]);
    expect(await textOf(cut)).toBe('hello hello hello\n');
    expect(cut!.entry!.problems[0]!.message).toContain('unexpected end of file');
    const frame = (window: number, blocks: number[]) =>
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, window, ...blocks]);
    // A run of 128 KiB in four bytes, again and again.
    const run = [0x02, 0x00, 0x10, 0x41];
    const bomb = frame(0x38, Array.from({ length: 200_000 }, () => run).flat());
    const [refused] = await opened([put('bomb.zst', bomb)], { maxBytes: 1_000_000 });
    expect(refused!.error!.message).toContain('more than 1000000 bytes');
    const [wide] = await opened([put('wide.zst', frame(0x88, [1, 0, 0]))]);
    expect(wide!.error!.message).toMatch(/needs 134217728 bytes at once .* unpack it first/);
  });

  it('keeps what a truncated gzip still gives and says so', async () => {
    const packed = gzipSync(noise);
    const [source] = await opened([put('cut.gz', packed.subarray(0, packed.length >> 1))]);
    const text = Buffer.concat(await all(source!.entry!.bytes()));
    expect(text.length).toBeGreaterThan(noise.length / 4);
    expect(noise.subarray(0, text.length).equals(text)).toBe(true);
    expect(source!.entry!.problems[0]!.message).toContain('gzip data is damaged or cut off');
  });

  it.each([
    ['a checksum that differs', (gz: Buffer) => gz.with(gz.length - 5, gz.at(-5)! ^ 1)],
    ['a length that differs', (gz: Buffer) => gz.with(gz.length - 2, gz.at(-2)! ^ 1)],
    ['something behind it', (gz: Buffer) => Buffer.concat([gz, Buffer.from('something behind it')])],
    ['a member behind it that is none', (gz: Buffer) => Buffer.concat([gz, Buffer.from([0x1f, 0x8b, 9])])],
  ])('keeps all of a small gzip file with %s, and says so', async (what, damage) => {
    const [source] = await opened([put(`${what}.gz`, damage(gzipSync('ok 1 a\nok 2 b\n')))]);
    expect(await textOf(source)).toBe('ok 1 a\nok 2 b\n');
    expect(source!.entry!.problems.map((p) => p.message)).toEqual([
      expect.stringContaining('gzip data is damaged or cut off'),
    ]);
  });

  it('keeps a damaged gzip file up to its damage', async () => {
    const packed = gzipSync(noise);
    const sound = packed.subarray(0, packed.length >> 1);
    const [source] = await opened([put('damaged.gz', Buffer.concat([sound, Buffer.alloc(1000, 0xff)]))]);
    const before = gunzipSync(sound, { finishFlush: constants.Z_SYNC_FLUSH });
    const text = Buffer.concat(await all(source!.entry!.bytes()));
    expect(before.length).toBeGreaterThan(20_000);
    expect(text.subarray(0, before.length).equals(before)).toBe(true);
  });

  it('says in words what of xz is not read', async () => {
    // `xz -C sha256`: the check is not one of those that the library knows.
    const sha256 = Buffer.from(XZ, 'base64');
    sha256[7] = 10;
    sha256.writeUInt32LE(crc32(sha256.subarray(6, 8)), 8);
    const [source] = await opened([put('sha256.xz', sha256)]);
    expect(source!.error!.message).toContain('a filter or a check that is not read; unpack it first');
  });

  it('refuses what grows beyond the bound, and goes on', async () => {
    const bomb = put('bomb.gz', gzipSync(Buffer.alloc(1_000_000)));
    const result = await opened([bomb, join(folder, 'none'), put('fine', 'x')], { maxBytes: 10_000 });
    expect(result[0]!.error!.message).toContain('more than 10000 bytes');
    expect(result[1]!.error!.message).toContain('no such file');
    expect(await textOf(result[2])).toBe('x');
  });

  it('reads standard input more than once', async () => {
    const [source] = await opened(['-'], { stdin: chunks(gzipSync('one\ntwo\n'), 3) });
    expect(source!.name).toBe('-');
    expect(await textOf(source)).toBe('one\ntwo\n');
    expect((await all(source!.entry!.lines())).map((l) => l.text)).toEqual(['one', 'two']);
  });

  it('gives the members of an archive, and no name that leads out of it', async () => {
    const archive = pack();
    archive.entry({ name: '../../etc/passwd' }, 'evil');
    archive.entry({ name: 'dir/', type: 'directory' });
    archive.entry({ name: 'dir/a.log.gz' }, gzipSync('inner\n'));
    archive.entry({ name: 'empty' }, '');
    archive.finalize();
    const bytes = Buffer.concat(await all(archive as AsyncIterable<Buffer>));
    const path = put('t.tar.gz', gzipSync(bytes));
    const result = await opened([path]);
    expect(result.map((s) => s.name)).toEqual(
      ['etc/passwd', 'dir/a.log.gz', 'empty'].map((n) => `${path}!${n}`),
    );
    expect(await textOf(result[0])).toBe('evil');
    expect(await textOf(result[1])).toBe('inner\n');
    expect(await textOf(result[2])).toBe('');
    const [cut] = await opened([put('cut.tar', bytes.subarray(0, 514))]);
    expect(await textOf(cut)).toBe('ev');
    expect(cut!.entry!.problems.map((p) => p.message)).toContain('the archive ends inside this file');
  });

  it('reads archives in archives, and what was packed twice, but not for ever', async () => {
    const inner = await tarOf({ 'in.log': 'deep\n', 'in.log.gz': gzipSync('packed\n') });
    const outer = await tarOf({ 'a/inner.tar.gz': gzipSync(inner), 'b.log': 'flat\n' });
    const path = put('nested.tar', outer);
    const result = await opened([path]);
    expect(result.map((s) => s.name)).toEqual(
      ['a/inner.tar.gz!in.log', 'a/inner.tar.gz!in.log.gz', 'b.log'].map((n) => `${path}!${n}`),
    );
    expect(await Promise.all(result.map(textOf))).toEqual(['deep\n', 'packed\n', 'flat\n']);
    let bytes = gzipSync('x\n');
    for (let i = 0; i < 4; i++) bytes = gzipSync(bytes);
    expect(await textOf((await opened([put('five.gz', bytes)]))[0])).toBe('x\n');
    for (let i = 0; i < 4; i++) bytes = gzipSync(bytes);
    expect((await opened([put('nine.gz', bytes)]))[0]!.error!.message).toContain('packed more than');
  });

  it('reads every stream of xz, and xz in xz, one after another', async () => {
    const xz = Buffer.from(XZ, 'base64');
    const text = 'hello hello hello\n';
    expect(await textOf((await opened([put('two.xz', Buffer.concat([xz, xz]))]))[0])).toBe(text + text);
    // Stopping in the middle of one must not keep the next from being read.
    for (let i = 0; i < 2; i++)
      for await (const { entry } of openSources([put('one.xz', xz)]))
        for await (const chunk of entry!.bytes()) {
          expect(chunk.length).toBeGreaterThan(0);
          break;
        }
    const archive = put('x.tar', await tarOf({ 'a.xz': xz, 'b.xz': xz }));
    expect(await Promise.all((await opened([archive])).map(textOf))).toEqual([text, text]);
  });

  it('bounds all that comes out of one archive together', async () => {
    const member = gzipSync(Buffer.alloc(6000));
    const bombs = put('bombs.tar', await tarOf({ a: member, b: member, c: member }));
    const result = await opened([bombs], { maxBytes: 10_000 });
    expect(result.map((s) => s.error?.message ?? s.name)).toEqual([
      `${bombs}!a`,
      `${bombs}: more than 10000 bytes when decompressed`,
    ]);
  });

  it('bounds what is written out on the way, though no file in it is large', async () => {
    const folders = pack();
    folders.entry({ name: 'folder/', type: 'directory' });
    folders.finalize();
    const hollow = gzipSync(
      Buffer.concat([...(await all(folders as AsyncIterable<Buffer>)), Buffer.alloc(5120)]),
    );
    const bombs = put('hollow.tar', await tarOf({ a: hollow, b: hollow, c: hollow, d: hollow }));
    const result = await opened([bombs], { maxBytes: 10_000 });
    expect(result.map((s) => s.error?.message)).toEqual([
      `${bombs}!a: the archive holds no file`,
      `${bombs}: more than 10000 bytes when decompressed`,
    ]);
  });

  it('bounds the files of archives in an archive together', async () => {
    const inner = await tarOf({ a: 'a', b: 'b' });
    const bombs = put('many.tar', await tarOf({ a: inner, b: inner, c: inner }));
    const result = await opened([bombs], { maxFiles: 8 });
    expect(result.map((s) => s.error?.message ?? s.name)).toEqual([
      `${bombs}!a!a`,
      `${bombs}!a!b`,
      `${bombs}!b!a`,
      `${bombs}!b!b`,
      `${bombs}: more than 8 files in one archive`,
    ]);
  });

  it('tells of links and devices in an archive, and reads one of Unix v7', async () => {
    const archive = pack();
    archive.entry({ name: 'l', type: 'symlink', linkname: '/etc/passwd' });
    archive.entry({ name: 'a.log' }, 'text\n');
    archive.finalize();
    const bytes = Buffer.concat(await all(archive as AsyncIterable<Buffer>));
    const result = await opened([put('links.tar', bytes)]);
    expect(result.map((s) => s.entry!.problems.map((p) => p.message))).toEqual([
      ['1 links, devices or sparse files in the archive are passed over'],
    ]);
    const v7 = Buffer.from(await tarOf({ 'a.log': 'old\n' }));
    v7.fill(0, 257, 265);
    v7.write('        ', 148);
    const sum = v7.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    v7.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    expect(await textOf((await opened([put('v7.tar', v7)]))[0])).toBe('old\n');
  });

  it('reads a pipe once for all passes, and no device', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writer = spawn('sh', ['-c', `printf 'one\\ntwo\\n' > '${pipe}'`]);
    const [source] = await opened([pipe]);
    writer.kill();
    expect(await textOf(source)).toBe('one\ntwo\n');
    expect(await textOf(source)).toBe('one\ntwo\n');
    expect((await opened(['/dev/null']))[0]!.error!.message).toContain('a device');
  });

  it('follows links in a folder, and goes round in no circle', async () => {
    const root = join(folder, 'linked');
    mkdirSync(join(root, 'sub'), { recursive: true });
    writeFileSync(join(root, 'sub/a.log'), 'a');
    symlinkSync('sub/a.log', join(root, 'link.log'));
    symlinkSync('..', join(root, 'sub/up'));
    symlinkSync('nowhere', join(root, 'sub/z-broken'));
    symlinkSync('z-self', join(root, 'sub/z-self'));
    const result = await opened([root]);
    expect(result.map((s) => (s.error ? s.error.diagnostics[0]!.message : s.name))).toEqual([
      join(root, 'link.log'),
      join(root, 'sub/a.log'),
      'no such file or folder',
      'a link that leads to itself',
    ]);
  });

  it('reads a file that grows only as far as its digest goes, and refuses one that shrinks or goes', async () => {
    // What is shorter than the bytes that are held is not read a second time.
    const whole = 'one\n'.repeat(300_000);
    const path = put('live.log', whole);
    const [source] = await opened([path]);
    writeFileSync(path, `${whole}three\n`);
    expect(await textOf(source)).toBe(whole);
    writeFileSync(path, whole.slice(4));
    await expect(textOf(source)).rejects.toThrow('became shorter');
    rmSync(path);
    await expect(textOf(source)).rejects.toThrow(/live\.log: no such file/);
  });

  it('keeps what is whole of an archive that is cut anywhere, and says so', async () => {
    const bytes = await tarOf({ a: 'first\n', b: 'second\n' });
    for (const packed of [bytes, gzipSync(bytes)])
      for (let size = 1; size < Math.min(packed.length, 2600); size += 37) {
        const result = await opened([put('cut', packed.subarray(0, size))]);
        expect(result.length).toBeGreaterThan(0);
        for (const { entry, error } of result)
          if (entry) await all(entry.bytes());
          else expect(error.diagnostics[0]!.place.file).toContain('cut');
      }
  });

  it('reads UTF-16 as the text that it is, wherever chunks end, under the digest of the bytes in the file', async () => {
    const text = 'TAP version 13\n1..1\nok 1 größe 😀\n';
    const little = Buffer.from(`\uFEFF${text}`, 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const bytes of [little, big, gzipSync(big)]) {
      const [source] = await opened([put('utf16.log', bytes)]);
      expect(await textOf(source)).toBe(text);
      expect(Buffer.from(source!.entry!.head).toString()).toBe(text);
      expect((await all(source!.entry!.lines())).map((line) => line.text)).toEqual(text.trim().split('\n'));
    }
    const [source] = await opened([put('utf16.log', little)]);
    expect(source!.entry!.sha256).toBe(createHash('sha256').update(little).digest('hex'));
    for (const bytes of [little, big, Buffer.from(text), Buffer.from(`\uFEFF${text}`)])
      for (let size = 1; size < 9; size++)
        expect(Buffer.concat(await all(unmarked(chunks(bytes, size)))).toString()).toBe(text);
    for (const short of ['ff', 'efbb'])
      expect(Buffer.concat(await all(unmarked(chunks(Buffer.from(short, 'hex'), 1)))).toString('hex')).toBe(
        short,
      );
    const cut = await all(unmarked(chunks(little.subarray(0, little.length - 1), 64)));
    expect(Buffer.concat(cut).toString()).toBe(`${text.slice(0, -1)}\uFFFD`);
  });
  it('tells the format behind the zeros of a block that was never written', async () => {
    const [source] = await opened([put('zeros.json', `${'\0'.repeat(64)}{"results": 1}`)]);
    expect(Buffer.from(source!.entry!.head).toString()).toBe('{"results": 1}');
    const [empty] = await opened([put('only-zeros', '\0'.repeat(64))]);
    expect(empty!.entry!.head).toHaveLength(0);
  });

  it('leaves the byte order mark out, and not of the digest', async () => {
    const mail = 'Subject: x\n\nbody\n';
    const [source] = await opened([put('marked.eml', `\uFEFF${mail}`)]);
    expect(Buffer.from(source!.entry!.head).toString()).toBe(mail);
    expect(await textOf(source)).toBe(mail);
    expect((await all(source!.entry!.lines()))[0]).toMatchObject({ text: 'Subject: x', offset: 0 });
    expect(source!.entry!.sha256).toBe(createHash('sha256').update(`\uFEFF${mail}`).digest('hex'));
  });
  it('says that it does not read bzip2', async () => {
    const [source] = await opened([put('b', Buffer.from('BZh91AY&SY'))]);
    expect(source!.error!.message).toContain('bzip2 files are not read');
  });
});
