/** Objects that the kernel's build makes of a file of its own. What others include (headers) may be built anywhere. */
const BUILT = /\.[cS]$/;
const OFF = /^# (CONFIG_\w+) is not set$/;
const GUARDED = /^\s*obj-\$\((CONFIG_\w+)\)\s*[:+]?=/;

/** Gives the text of a file of a tree; null where there is none. */
export type TextOf = (file: string) => string | null;

/**
 * Lists the switches that a configuration turns off in so many words. Of one that it does not name nothing is known: it may be a
 * part of a configuration, or that of another version.
 */
export function switchesOff(config: string): ReadonlySet<string> {
  return new Set(config.split(/\r?\n/).flatMap((line) => OFF.exec(line)?.[1] ?? []));
}

/** Lists the files that say whether paths are built: of each folder on the way down to them. */
export function buildFilesOf(paths: Iterable<string>): readonly string[] {
  const folders = new Set<string>();
  for (const path of paths) if (BUILT.test(path)) for (const { folder } of stepsTo(path)) folders.add(folder);
  return [...folders].flatMap(buildFilesIn);
}

/** The trees of the ends of a search. */
export interface EndTrees {
  readonly good: readonly TextOf[];
  readonly bad: readonly TextOf[];
}

/**
 * Finds the switch that keeps a path out of the build: the object, or a folder above it, is named at the bad ends with switches
 * alone that are off, and at the good ends, where it may not be there yet, not otherwise. Null where that is not certain.
 */
export function switchThatLeavesOut(
  path: string,
  { good, bad }: EndTrees,
  off: ReadonlySet<string>,
): string | null {
  if (!BUILT.test(path)) return null;
  for (const step of stepsTo(path)) {
    const [named = null, ...others] = [...bad, ...good].map((textOf) => guardsOf(step, textOf));
    const isOut = [named, ...others].every(
      (guards, i) =>
        guards !== null && (i >= bad.length || guards.length > 0) && guards.every((name) => off.has(name)),
    );
    if (isOut) return named![0]!;
  }
  return null;
}

interface Step {
  readonly folder: string;
  /** How the folder's build file names what leads to the path: `entry.o`, `net/`. */
  readonly object: string;
}

/** The folders from the top down to a path, each with what it must build. */
function stepsTo(path: string): readonly Step[] {
  const names = path.split('/');
  return names.map((name, i) => ({
    folder: names.slice(0, i).join('/'),
    object: i === names.length - 1 ? name.replace(BUILT, '.o') : `${name}/`,
  }));
}

function buildFilesIn(folder: string): readonly string[] {
  return ['Kbuild', 'Makefile'].map((name) => (folder === '' ? name : `${folder}/${name}`));
}

/** The switches that an object is built by; empty where it is not named, null where it is named in another way. */
function guardsOf({ folder, object }: Step, textOf: TextOf): readonly string[] | null {
  // As the kernel has it, Kbuild goes before Makefile; the top of the tree names folders in both.
  const texts = buildFilesIn(folder).map(textOf);
  const text = folder === '' ? texts.join('\n') : (texts.find((each) => each !== null) ?? '');
  const lines = text
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, ''))
    .filter((line) => line.split(/[\s=]+/).includes(object));
  const switches = lines.map((line) => GUARDED.exec(line)?.[1] ?? null);
  return switches.includes(null) ? null : switches.filter((name) => name !== null);
}
