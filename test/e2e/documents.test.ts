import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { changeParts, sections } from '../../importers/facts/sections.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What docs/ shows of commands on the shipped data, or on files that it shows, is what they print; docs/bisect.md has a test of its own. */
const folder = mkdtempSync(join(tmpdir(), 'regline-documents-'));
const shipped = join(folder, 'shipped.db');

/** Runs a line of a shell, as the reader types it, in a folder. */
function typed(cwd: string, line: string): { readonly status: number | null; readonly printed: string } {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${folder}:${process.env.PATH!}`, NO_COLOR: '1', COLUMNS: '80' },
  });
  return { status, printed: `${stderr}\n${stdout}` };
}

beforeAll(() => {
  const command = join(folder, 'regline');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/cli/main.js')}' "$@"\n`);
  chmodSync(command, 0o755);
  expect(typed('.', `regline import facts data/rseq --db ${shipped}`).status).toBe(0);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The commands of a block, each with the lines that are shown below it. */
const commandsOf = (block: string) =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [line = '', ...lines] = part.trimEnd().split('\n');
      return { line, lines };
    });

describe.each([
  ['exporting.md', 3],
  ['facts.md', 1],
  ['formats.md', 2],
  ['importing.md', 1],
  ['knowledge.md', 3],
  ['results.md', 2],
])('docs/%s', (name, least) => {
  const blocks = [...readFileSync(join('docs', name), 'utf8').matchAll(/^```\n(\$ .*?)^```/gms)]
    .map(([, block]) => block!)
    // A clone, a compiler, a folder of somebody's own.
    .filter((block) => !/--repo |make -C|v6\.6\.105-rc2/.test(block));

  it('has examples', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(least);
  });

  it.each(blocks.map((block) => [block.split('\n')[0]!, block]))('%s', (_, block) => {
    const here = mkdtempSync(join(folder, 'reader-'));
    if (!['formats.md', 'importing.md', 'facts.md'].includes(name))
      copyFileSync(shipped, join(here, 'regline.db'));
    for (const { line, lines } of commandsOf(block)) {
      const file = /^cat (\S+)$/.exec(line)?.[1];
      if (file !== undefined) {
        writeFileSync(join(here, file), `${lines.join('\n')}\n`);
        continue;
      }
      const { printed } = typed(here, line);
      const found = printed.split('\n').map((l) => l.trimEnd());
      for (const shown of lines.filter((l) => l !== '…')) {
        const [start = '', end = ''] = shown.split('…');
        expect(
          found.some((l) => (shown.includes('…') ? l.startsWith(start) && l.endsWith(end) : l === shown)),
          `${line}\n${shown}\n${printed}`,
        ).toBe(true);
      }
    }
  });
});

it('docs/facts.md names every field of every section', () => {
  const rows = readFileSync('docs/facts.md', 'utf8').split('\n');
  const missing = [...sections, ...changeParts].flatMap(([name, { type, fields }]) => {
    const row = rows.find((l) => l.includes(`\`${name}\` | ${type} |`)) ?? '';
    // It points to the row of another section, whose fields it has.
    const text = name === 'claimed' ? `${row} ${rows.find((l) => l.startsWith('| `sets` |'))!}` : row;
    return [...fields].filter((field) => !new RegExp(`\\b${field}\\b`).test(text)).map((f) => `${name}.${f}`);
  });
  expect(missing).toEqual([]);
});

describe('links between the documents', () => {
  const pages = [
    'README.md',
    ...readdirSync('docs').flatMap((n) => (n.endsWith('.md') ? [join('docs', n)] : [])),
  ];
  /** As GitHub names the place of a heading. */
  const anchorOf = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-');
  const anchorsIn = (page: string) =>
    [
      ...readFileSync(page, 'utf8')
        .replace(/^```.*?^```/gms, '')
        .matchAll(/^#+ (.*)$/gm),
    ].map(([, h]) => anchorOf(h!));
  const linksIn = (page: string) =>
    [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, to]) =>
      to!.includes('://') ? [] : [to!],
    );

  it.each(pages)('of %s lead somewhere', (page) => {
    const lost = linksIn(page).filter((to) => {
      const [path = '', anchor] = to.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      return !existsSync(target) || (anchor !== undefined && !anchorsIn(target).includes(anchor));
    });
    expect(lost).toEqual([]);
  });

  it('are found', () => {
    expect(pages.flatMap(linksIn).length).toBeGreaterThan(40);
  });
});
