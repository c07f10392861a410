import { describe, expect, it } from 'vitest';
import {
  buildFilesOf,
  switchesOff,
  switchThatLeavesOut,
  type TextOf,
} from '../../../queries/bisect-session/not-built.ts';

const off = switchesOff(
  ['CONFIG_NET=y', '# CONFIG_FOO is not set', '# CONFIG_BAR is not set', 'CONFIG_BAZ=m', '# a remark'].join(
    '\n',
  ),
);
const treeOf =
  (files: Readonly<Record<string, string>>): TextOf =>
  (file) =>
    files[file] ?? null;
const leftOut = (path: string, bad: Readonly<Record<string, string>>, good = bad) =>
  switchThatLeavesOut(path, { good: [treeOf(good)], bad: [treeOf(bad)] }, off);

describe('what a configuration turns off', () => {
  it('is what it says is not set, and nothing that it does not name', () => {
    expect([...off]).toEqual(['CONFIG_FOO', 'CONFIG_BAR']);
  });
});

describe('a file that is not built', () => {
  const drivers = { 'drivers/Makefile': 'obj-$(CONFIG_FOO)\t+= foo/\nobj-y += core/\n' };
  it.each([
    ['lies in a folder that is left out', 'drivers/foo/a.c', drivers, 'CONFIG_FOO'],
    ['lies below one', 'drivers/foo/sub/a.S', drivers, 'CONFIG_FOO'],
    [
      'is an object that is left out',
      'net/x.c',
      { 'net/Makefile': 'obj-$(CONFIG_BAR) += w.o x.o\n' },
      'CONFIG_BAR',
    ],
    [
      'is named on a line that goes on',
      'net/x.c',
      { 'net/Makefile': 'obj-$(CONFIG_BAR) += w.o \\\n\tx.o # both\n' },
      'CONFIG_BAR',
    ],
    [
      'is named by two switches that are off',
      'net/x.c',
      { 'net/Makefile': 'obj-$(CONFIG_FOO) += x.o\nobj-$(CONFIG_BAR)+=x.o\n' },
      'CONFIG_FOO',
    ],
    [
      'is what Kbuild says, where there is one',
      'net/x.c',
      { 'net/Kbuild': 'obj-$(CONFIG_FOO) += x.o\n', 'net/Makefile': 'obj-y += x.o\n' },
      'CONFIG_FOO',
    ],
  ])('%s', (_, path, tree, name) => {
    expect(leftOut(path, tree)).toBe(name);
  });

  it.each([
    ['a switch that is on', 'net/x.c', { 'net/Makefile': 'obj-$(CONFIG_BAZ) += x.o\n' }],
    ['a switch that is not named', 'net/x.c', { 'net/Makefile': 'obj-$(CONFIG_NEW) += x.o\n' }],
    ['another way in', 'net/x.c', { 'net/Makefile': 'obj-$(CONFIG_FOO) += x.o\ny-y := x.o\n' }],
    ['part of something else', 'net/x.c', { 'net/Makefile': 'm-$(CONFIG_FOO) += x.o\n' }],
    ['a switch that is computed', 'net/x.c', { 'net/Makefile': 'obj-$(subst m,y,$(CONFIG_FOO)) += x.o\n' }],
    ['a remark alone', 'net/x.c', { 'net/Makefile': '# obj-$(CONFIG_FOO) += x.o\n' }],
    ['a longer name', 'net/x.c', { 'net/Makefile': 'obj-$(CONFIG_FOO) += xx.o x.o.d\n' }],
    ['nothing', 'net/x.c', {}],
    ['a header, which others may include', 'drivers/foo/a.h', drivers],
    ['what is asked, and not built', 'drivers/foo/Kconfig', drivers],
  ])('is not certain by %s', (_, path, tree) => {
    expect(leftOut(path, tree)).toBeNull();
  });

  it('may be new, but must not have been built before', () => {
    expect(leftOut('drivers/foo/a.c', drivers, {})).toBe('CONFIG_FOO');
    expect(leftOut('drivers/foo/a.c', drivers, { 'drivers/Makefile': 'obj-y += foo/\n' })).toBeNull();
    expect(leftOut('drivers/foo/a.c', {}, drivers)).toBeNull();
  });
});

describe('the files that are read', () => {
  it('are those on the way down to what is built', () => {
    expect(buildFilesOf(['a/b/c.c', 'a/d.S', 'x/y.h'])).toEqual([
      'Kbuild',
      'Makefile',
      'a/Kbuild',
      'a/Makefile',
      'a/b/Kbuild',
      'a/b/Makefile',
    ]);
  });
});
