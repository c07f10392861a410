import { describe, expect, it } from 'vitest';
import { buildModel } from '../../queries/model/model.ts';
import { regressionLives } from '../../queries/regressions/regression-life.ts';
import { hash, worldOf } from '../support/world.ts';

const report = (key: string, releases: string, more = 'source: ann') =>
  `  - { key: ${key}, says: broken, consumer: c, archs: [s390], releases: [${releases}], ${more} }\n`;
const fix = (key: string, change: string, more = 'source: bob') =>
  `  - { key: ${key}, change: "${change}", where: kernel, status: posted, consumer: c, ${more} }\n`;

/** How far what was reported has come, with the lines and the changes that are stated to mend it. */
async function lives(reports: readonly string[], fixes: readonly string[], more = '') {
  const consumer = `consumers:
  - { consumer: c, title: C, interface: io, source: old }
changes:
  - { change: "${hash('9')}", subject: "not merged yet", source: bob }
`;
  const changes = more.replace(/^changes:\n/, '');
  const told = fixes.length === 0 ? '' : `fixes:\n${fixes.join('')}`;
  const model = buildModel(await worldOf(`${consumer}${changes}breakage:\n${reports.join('')}${told}`), {});
  return regressionLives(model).regressions.map(({ state, lines, fixes, announced }) => ({
    state,
    lines,
    by: [...fixes, ...announced].map(({ change }) => change?.[0]),
  }));
}

const first = report('one', '"v1.2"');

describe('what a report opened, and no record explains', () => {
  it('is to be fixed by what somebody states for its consumer, and fixed where that has arrived', async () => {
    expect(await lives([first], [])).toEqual([{ state: 'open', lines: { mainline: 'open' }, by: [] }]);
    const pending = { state: 'to-be-fixed', lines: { mainline: 'pending' } };
    expect(await lives([first], [fix('f', hash('9'))])).toEqual([{ ...pending, by: ['9'] }]);
    expect(await lives([first], [fix('f', hash('d'))])).toEqual([
      { state: 'fixed', lines: { mainline: 'v1.3' }, by: ['d'] },
    ]);
  });

  it('is fixed line by line', async () => {
    const both = [report('one', '"v1.2", "v1.2.1"')];
    expect(await lives(both, [fix('f', hash('d'))])).toMatchObject([
      { state: 'fixed', lines: { mainline: 'v1.3', '1.2.y': 'v1.2.2' } },
    ]);
    // The line has ended without it.
    expect(await lives(both, [fix('f', hash('e'))])).toMatchObject([
      { state: 'fixed', lines: { mainline: 'v1.4', '1.2.y': 'never' } },
    ]);
  });

  it('waits for each of several fixes: nobody knows which of them suffices', async () => {
    const two = [fix('f', hash('d')), fix('g', hash('9'))];
    expect(await lives([first], two)).toMatchObject([
      { state: 'to-be-fixed', lines: { mainline: 'pending' }, by: ['d', '9'] },
    ]);
    expect(await lives([first], [fix('f', hash('d')), fix('g', hash('e'))])).toMatchObject([
      { state: 'fixed', lines: { mainline: 'v1.4' } },
    ]);
  });

  it('is not mended by what it contains already, nor by what answers a newer report, another consumer or architecture', async () => {
    expect(await lives([first], [fix('f', hash('b'))])).toMatchObject([{ state: 'open', by: [] }]);
    expect(await lives([first], [fix('f', hash('d'), 'archs: [mips], source: bob')])).toMatchObject([
      { state: 'open', by: [] },
    ]);
    const later = report('two', '"v1.3"', 'known: "2021-06-15", source: ann');
    expect(await lives([first, later], [fix('f', hash('e'))])).toMatchObject([
      { state: 'open', by: [] },
      { state: 'fixed', by: ['e'] },
    ]);
    // The newer one cannot be meant: it was reported of a kernel that has the fix.
    expect(await lives([first, later], [fix('f', hash('d'))])).toMatchObject([
      { state: 'fixed', by: ['d'] },
      { state: 'open', by: [] },
    ]);
  });

  it('is not mended by what a release has that is reported all the same', async () => {
    for (const still of ['v1.4', 'v2.0'])
      expect(await lives([report('one', `"v1.2", "${still}"`)], [fix('f', hash('d'))])).toMatchObject([
        { state: 'open', lines: { mainline: 'open' }, by: [] },
      ]);
  });

  it('is fixed also where nobody says on which architecture', async () => {
    const anywhere = '  - { key: one, says: broken, consumer: c, releases: ["v1.2"], source: ann }\n';
    expect(await lives([anywhere], [fix('f', hash('d'))])).toMatchObject([
      { state: 'fixed', lines: { mainline: 'v1.3' }, by: ['d'] },
    ]);
  });

  it('does not wait for a patch whose author says that another change was merged', async () => {
    const merged = fix('g', hash('d')).replace('posted', 'merged');
    const by = async (source: string) => lives([first], [fix('f', hash('9'), `source: ${source}`), merged]);
    expect(await by('bob')).toMatchObject([{ state: 'fixed', by: ['d'] }]);
    expect(await by('ann')).toMatchObject([{ state: 'to-be-fixed', by: ['d', '9'] }]);
  });

  it('is not over where the fix was taken out again', async () => {
    const out = `changes:
  - change: "${hash('7')}"
    subject: "taken out again"
    source: bob
    entered:
      - { release: v1.3, order: 7 }
      - { key: out, release: v1.4, order: 7, reverted: true }
`;
    expect(await lives([first], [fix('f', hash('7'))], out)).toMatchObject([
      { state: 'to-be-fixed', lines: { mainline: 'pending' }, by: ['7'] },
    ]);
  });
});
