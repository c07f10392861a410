import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** What each part may import of ours; DESIGN's arrows, and nothing else. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  cli: ['cli', 'importers', 'queries', 'store'],
  importers: ['importers', 'store'],
  queries: ['queries', 'store'],
  store: ['store'],
};

/**
 * The folders of every part, the lowest first: one may import those that stand before it, and nothing from those that stand
 * behind it. Files that lie directly in cli/ are the frame around its folders: what a command is given, and what calls it.
 */
const LAYERS: readonly string[] = [
  ...['store/names', 'store/events', 'store', 'store/log', 'store/schema', 'store/memory', 'store/sqlite'],

  ...['importers', 'importers/source', 'importers/results', 'importers/console', 'importers/ktap'],
  ...['importers/releases', 'importers/events', 'importers/facts', 'importers/bootlog', 'importers/kbuild'],
  ...['importers/junit', 'importers/fstests', 'importers/blktests', 'importers/kunit-console'],
  ...['importers/dejagnu', 'importers/kvm-unit-tests', 'importers/perf-test'],
  ...['importers/kunit-json', 'importers/ltp', 'importers/squad', 'importers/lava', 'importers/probe'],
  ...['importers/kcidb', 'importers/mail/message', 'importers/mail/reports', 'importers/mail'],
  ...['importers/git', 'importers/catalogue', 'importers/formats'],

  ...['queries/releases', 'queries/outcomes', 'queries/model', 'queries/results', 'queries/replay'],
  ...['queries/recorded-sessions', 'queries/verdict', 'queries/tracking', 'queries/regressions'],
  ...['queries/tables', 'queries/interface', 'queries/knowledge', 'queries/explain', 'queries/kept'],
  'queries/export',
  ...['queries/bisect/graph', 'queries/bisect/rates', 'queries/bisect/range', 'queries/bisect/beliefs'],
  ...['queries/bisect/verdict', 'queries/bisect/choosing', 'queries/bisect/as-git', 'queries/bisect'],
  'queries/bisect-session',

  ...['cli/output', 'cli/output/page', 'cli/commands', 'cli/commands/bisect', 'cli/grammar'],
];

/** What only some places may import of others'. */
const ONLY: readonly { readonly what: RegExp; readonly where: RegExp }[] = [
  // Its objects must be held (see there), so that nobody else may make one.
  { what: /^better-sqlite3$/, where: /^store\/sqlite\/connection\.ts$/ },
  { what: /^kysely$|^pg$/, where: /^store\/(sqlite|postgres|schema)\// },
  {
    what: /^node:(fs|child_process|os|stream.*)(\/.*)?$/,
    where: /^(cli|importers\/source|importers\/git|store\/sqlite)\//,
  },
];

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

const targetOf = (file: string, fileName: string) => relative('.', join(dirname(file), fileName));

const imports = Object.keys(MAY).flatMap((part) =>
  sourcesIn(part).flatMap((file) =>
    ts
      .preProcessFile(readFileSync(file, 'utf8'))
      .importedFiles.map(({ fileName }) => ({ part, file, fileName })),
  ),
);

describe('the house', () => {
  it('imports along its arrows only', () => {
    const wrong = imports
      .filter(({ fileName }) => fileName.startsWith('.'))
      .map(({ part, file, fileName }) => ({ part, file, to: targetOf(file, fileName) }))
      .filter(({ part, to }) => !MAY[part]!.includes(to.split('/')[0]!))
      .map(({ file, to }) => `${file} -> ${to}`);
    expect(wrong).toEqual([]);
  });

  it('stacks its folders in layers', () => {
    const folders = [...new Set(imports.map(({ file }) => dirname(file)))];
    expect(folders.filter((folder) => folder !== 'cli' && !LAYERS.includes(folder))).toEqual([]);
    const wrong = imports
      .filter(({ file, fileName }) => fileName.startsWith('.') && dirname(file) !== 'cli')
      .map(({ file, fileName }) => ({ file, to: targetOf(file, fileName) }))
      .filter(({ file, to }) => to.split('/')[0] === file.split('/')[0])
      .filter(({ file, to }) => LAYERS.indexOf(dirname(to)) > LAYERS.indexOf(dirname(file)))
      .map(({ file, to }) => `${file} -> ${to}`);
    expect(wrong).toEqual([]);
  });

  it('keeps drivers, files and child processes where they belong', () => {
    const wrong = imports
      .filter(({ file, fileName }) =>
        ONLY.some(({ what, where }) => what.test(fileName) && !where.test(file)),
      )
      .map(({ file, fileName }) => `${file} -> ${fileName}`);
    expect(wrong).toEqual([]);
  });

  it('has no barrels', () => {
    expect(
      Object.keys(MAY)
        .flatMap(sourcesIn)
        .filter((file) => file.endsWith('/index.ts')),
    ).toEqual([]);
  });

  it('lets no code know an interface', () => {
    const knowing = Object.keys(MAY)
      .flatMap(sourcesIn)
      .filter((file) => !file.startsWith('cli/'))
      .filter((file) =>
        readFileSync(file, 'utf8')
          .split('\n')
          // Comments and docstrings may use the shipped case as their example.
          .some((line) =>
            /rseq|tcmalloc/i.test(line.replace(/^\s*(\/\/|\*|\/\*\*).*/, '').replace(/\/\*.*\*\//, '')),
          ),
      );
    // A list of the folders of kselftest has this one among its fifty others.
    expect(knowing).toEqual(['store/names/selftest-collections.ts']);
  });
});
