import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'regline-readme-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Shown {
  readonly command: string;
  readonly status: number;
  /** The lines that are shown, without those that stand for lines left out. */
  readonly lines: readonly string[];
}

/** The commands that the README shows, with what they print where it shows that; not those on a clone of one's own. */
function tour(readme: string): readonly Shown[] {
  return [...readme.matchAll(/^```\n(.*?)^```/gms)]
    .flatMap(([, block = '']) => block.split(/^(?:\$ )?npx regline /m).slice(1))
    .map((part) => {
      const [typed = '', ...lines] = part.split('\n');
      return {
        command: typed.replace(/ +#.*$/, ''),
        status: typed.includes('# exit code 1') ? 1 : 0,
        lines: lines.filter((line) => line.trim() !== '' && !line.includes('…')),
      };
    })
    .filter(({ command }) => !/~\/|\.\/test\.sh/.test(command));
}

/** Names that are drawn anew each time. */
const steady = (line: string) =>
  line.trimEnd().replace(/^(session )?B-[0-9a-f]{8}(?: \([0-9a-f]{8}\))?/, '$1B-…');

describe('the tour of the README, typed from its beginning to its end', () => {
  const shown = tour(readFileSync('README.md', 'utf8'));
  const main = resolve('dist/cli/main.js');

  beforeAll(() => {
    symlinkSync(resolve('data'), join(folder, 'data'));
    mkdirSync(join(folder, 'results'));
    writeFileSync(
      join(folder, 'results', 'one.log'),
      'TAP version 13\n1..1\nok 1 selftests: rseq: basic_test\n',
    );
  });

  it('is found', () => {
    expect(shown.filter(({ lines }) => lines.length > 0).length).toBeGreaterThanOrEqual(7);
    expect(shown.length).toBeGreaterThanOrEqual(19);
  });

  it.each(shown)('$command', ({ command, status, lines }) => {
    const words = [...command.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
    const ran = spawnSync(process.execPath, [main, ...words], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', COLUMNS: '80', REGLINE_DB: 'work.db' },
    });
    expect(ran.status).toBe(status);
    const printed = new Set(`${ran.stderr}\n${ran.stdout}`.split('\n').map(steady));
    expect(lines.map(steady).filter((line) => !printed.has(line))).toEqual([]);
  });
});
