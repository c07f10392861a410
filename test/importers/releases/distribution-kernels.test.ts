import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distributionKernelsImporter } from '../../../importers/releases/distribution-kernels.ts';
import { releaseGraph } from '../../../queries/releases/release-graph.ts';
import { distributionKernel } from '../../../store/names/distribution-kernel.ts';
import { stored } from '../../support/facts-model.ts';
import { read, readAs, rejectsOf } from '../support.ts';

const FIX = 'f'.repeat(40);

describe('the name of a distribution’s kernel', () => {
  it('says whose it is, and what it is built on where its numbers do', () => {
    for (const [name, distribution, upstream] of [
      ['6.12.48+deb13-amd64', 'debian', 'v6.12.48'],
      ['6.1.0-37-amd64', 'debian', null],
      ['6.19.0-12-generic', 'ubuntu', null],
      ['6.8.0-1021-azure', 'ubuntu', null],
      ['6.19.3-200.fc43.x86_64', 'fedora', 'v6.19.3'],
      ['6.19.0-0.rc5.38.fc44', 'fedora', 'v6.19-rc5'],
      ['5.14.0-570.el9', 'rhel', 'v5.14'],
      ['5.15.0-300.163.18.el9uek.x86_64', 'oracle', 'v5.15'],
      ['6.4.0-150600.23', 'suse', 'v6.4'],
      ['6.19.3-1-default', 'suse', 'v6.19.3'],
      ['6.6.30-android15-8-g0123456789ab', 'android', 'v6.6.30'],
      ['6.19.3-arch1-1', 'arch', 'v6.19.3'],
      ['6.1.128-136.201.amzn2023', 'amazon', 'v6.1.128'],
      ['6.6.0-72.0.0.76.oe2403', 'openeuler', 'v6.6'],
      ['6.6.87.2-microsoft-standard-WSL2', 'wsl', 'v6.6.87'],
    ] as const)
      expect([name, distributionKernel(name)]).toMatchObject([name, { distribution, upstream }]);
  });

  it('is no name of anybody’s where nobody has said so', () => {
    for (const name of [
      'v6.19.3',
      '6.19.3',
      '6.12.48-1',
      'next-20260423',
      '6.19.0-rc1',
      '6.1-3-gabcdef1',
      '',
    ])
      expect(distributionKernel(name)).toBeNull();
    expect(distributionKernel('6.12.48-1', 'debian')).toMatchObject({ upstream: 'v6.12.48' });
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(distributionKernel(text)?.distribution ?? 'none').toMatch(/^[a-z]+$/);
      }),
    );
  });
});

describe('a list of distributions’ kernels', () => {
  it('gives releases with what they are built on, and the changes that they are known to have besides', async () => {
    const { format, events } = await read(
      [
        '# what our machines run',
        `6.19.3-200.fc43 2026-03-01 +${FIX}`,
        'Ubuntu 6.19.0-12.12-generic 6.19.3',
        'Debian 6.12.48-1 (2025-09-20)',
        '6.8.0-1021-azure',
        '',
      ].join('\n'),
    );
    expect(format).toBe('distribution-kernels');
    const graph = releaseGraph(stored(events));
    expect(
      [...graph.releases.values()].filter((r) => r.name !== r.predecessor && r.uname === r.name),
    ).toMatchObject([
      { name: '6.19.3-200.fc43', line: 'fedora-6.19', predecessor: 'v6.19.3', date: '2026-03-01' },
      {
        name: '6.19.0-12-generic',
        line: 'ubuntu-6.19',
        predecessor: 'v6.19.3',
        signature: 'Ubuntu 6.19.0-12.12-generic 6.19.3',
      },
      { name: '6.12.48-1', line: 'debian-6.12', predecessor: 'v6.12.48', date: '2025-09-20' },
      { name: '6.8.0-1021-azure', line: 'ubuntu-6.8', predecessor: null, date: null },
    ]);
    expect(graph.contains('6.19.3-200.fc43').has(FIX)).toBe(true);
    expect(graph.contains('6.19.0-12-generic').has(FIX)).toBe(false);
    // What is not recorded of such a line is unknown, and not absent.
    expect(graph.lines.get('ubuntu-6.19')).toMatchObject({ complete: false, base: null });
  });

  it('keeps what cannot be, and guesses nothing of it', async () => {
    const { events } = await read(
      '5.14.0-570.el9\n6.19.3-200.fc43 6.19.4\n6.19.0-12-generic 7.0\n5.14.0-570.el9 1234567\n5.14.0-571.el9\nprose\n5.14.0-572.el9\n5.14.0-573.el9\n',
    );
    expect(rejectsOf(events)).toEqual([
      'its name says v6.19.3, and the list says v6.19.4',
      'it cannot be built on v7.0',
      '"1234567" is neither an upstream release, nor a day, nor a whole hash',
      'no name of a distribution’s kernel',
    ]);
    await expect(readAs(distributionKernelsImporter, 'nothing of the kind\n')).rejects.toThrow(
      /no line of it/,
    );
  });
});
