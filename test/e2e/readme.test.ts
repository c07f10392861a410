import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'regline-readme-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Shown {
  readonly command: string;
  /** The lines that are shown, without those that stand for lines left out. */
  readonly lines: readonly string[];
}

/** The commands on the shipped data that the README shows with what they print. Those on a clone of one's own show nothing. */
function tour(readme: string): readonly Shown[] {
  return [...readme.matchAll(/^```\n(.*?)^```/gms)]
    .flatMap(([, block = '']) => block.split(/^\$ npx regline /m).slice(1))
    .map((part) => {
      const [command = '', ...lines] = part.split('\n');
      return { command, lines: lines.filter((line) => line.trim() !== '' && !line.includes('…')) };
    })
    .filter(({ lines }) => lines.length > 0);
}

/** Names that are drawn anew each time. */
const steady = (line: string) =>
  line.trimEnd().replace(/^(session )?B-[0-9a-f]{8}(?: \([0-9a-f]{8}\))?/, '$1B-…');

describe('the tour of the README', () => {
  const shown = tour(readFileSync('README.md', 'utf8'));

  it('is found', () => {
    expect(shown.length).toBeGreaterThanOrEqual(5);
  });

  it('shows what the commands print', () => {
    for (const { command, lines } of shown) {
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ['dist/cli/main.js', ...command.replace(/ +#.*$/, '').split(' ')],
        {
          encoding: 'utf8',
          env: { ...process.env, NO_COLOR: '1', COLUMNS: '80', REGLINE_DB: join(folder, 'work.db') },
        },
      );
      const printed = new Set(`${stderr}\n${stdout}`.split('\n').map(steady));
      expect(
        lines.map(steady).filter((line) => !printed.has(line)),
        command,
      ).toEqual([]);
    }
  });
});
