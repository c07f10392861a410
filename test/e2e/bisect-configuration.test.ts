import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BisectLab, type Repository } from '../support/bisect-lab.ts';

/** What a configuration does not build is an unlikely culprit. */
const lab = new BisectLab();
let repository: Repository;
const commits: string[] = [];
let config = '';
/** The one of 17 candidates that changes what is built. */
const BUILT = 6;

beforeAll(() => {
  repository = lab.repository('configured');
  write('Kbuild', 'obj-y += core/\nobj-y += drivers/\n');
  write('core/Makefile', 'obj-y := entry.o\n');
  write('drivers/Makefile', 'obj-$(CONFIG_FOO) += foo/\nobj-$(CONFIG_NET) += net/\n');
  write('drivers/foo/Makefile', 'obj-$(CONFIG_FOO) += foo.o\nfoo-y := main.o\n');
  commits.push(repository.commit('the beginning'));
  for (let n = 1; n <= 17; n++)
    commits.push(repository.add(`/* ${n} */`, n === BUILT ? 'core/entry.c' : 'drivers/foo/main.c'));
  config = join(lab.folder, 'config');
  writeFileSync(config, 'CONFIG_NET=y\n# CONFIG_FOO is not set\n');
});
afterAll(() => {
  lab.remove();
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(repository.path, path)), { recursive: true });
  writeFileSync(join(repository.path, path), text);
}

const start = (...more: readonly string[]) => [
  'start',
  '--repo',
  repository.path,
  ...more,
  commits.at(-1)!,
  commits[0]!,
];

describe('a configuration', () => {
  it('makes what it does not build unlikely, and says why', async () => {
    const { bisect, standing } = lab.session();
    const began = await bisect(...start('--config', config));
    expect(began.err).toContain('does not build what 16 of 17 candidates change');
    const { top, suspects } = await standing();
    expect(suspects).toBe(17);
    expect(top[0]!.change).toBe(commits[BUILT]);
    expect(top[0]!.p).toBeGreaterThan(0.4);
    const why = await bisect('status', '--why', commits[3]!);
    expect(why.out).toContain('it changes only what CONFIG_FOO would build, which is off');
  });

  it('need not be on the machine that goes on', async () => {
    const here = lab.session();
    await here.bisect(...start('--config', config));
    const file = join(lab.folder, 'configured.ndjson');
    writeFileSync(file, (await here.regline('export')).out);
    const there = lab.session();
    await there.regline('import', 'events', file);
    const told = await there.bisect('status', '--repo', repository.path, '--format', 'json');
    expect(JSON.parse(told.out)).toEqual(await here.standing());
  });

  it('that is wrong costs little, and names nobody falsely', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start('--config', config));
    const script = lab.script('from11.sh', '! grep -q 11 drivers/foo/main.c');
    expect((await bisect('run', script)).status).toBe(0);
    const { top, outcomes } = await standing();
    expect(top[0]!.change).toBe(commits[11]);
    expect(outcomes.length).toBeLessThanOrEqual(6);
  });

  it('is refused where it is none or cannot be used, and nothing is recorded', async () => {
    const { bisect } = lab.session();
    const none = await bisect(...start('--config', join(repository.path, 'Kbuild')));
    expect([none.status, none.err]).toEqual([2, expect.stringContaining('turns no switch off')]);
    const missing = await bisect(...start('--config', join(lab.folder, 'no-such')));
    expect([missing.status, missing.err]).toEqual([3, expect.stringContaining('no-such: error:')]);
    const asGit = await bisect(...start('--config', config, '--chooser', 'git'));
    expect([asGit.status, asGit.err]).toEqual([2, expect.stringContaining('do without')]);
    expect((await bisect('status')).err).toContain('no bisect session is open');
  });
});
