import { refusedFile } from '../../store/errors.ts';
import { newEvent, type NewEvent } from '../../store/events/event.ts';
import type { Payload } from '../../store/events/catalogue.ts';
import { knownAtPrecision, toKnownAt } from '../../store/events/known-at.ts';
import { distributionKernel, type DistributionKernel } from '../../store/names/distribution-kernel.ts';
import { canonicalRelease, lineOfName, parseReleaseName } from '../../store/names/release-name.ts';
import type { Importer } from '../importer.ts';
import { rejected } from '../results/result-run.ts';
import { wholeText } from '../results/whole-text.ts';
import { namedRelease, type ReleaseFile } from './release-events.ts';

const FORMAT = 'distribution-kernels';
const COMMENT = /^\s*(?:#.*)?$/;
const common = Object.freeze({ confidence: 'verified', rev: 1 } as const);

/** A distribution's kernel, as a line of a list tells it. */
interface Listed extends DistributionKernel {
  readonly name: string;
  readonly date: string | null;
  /** The line as it is written, where it is the kernel's own signature. */
  readonly signature: string | null;
  readonly backports: readonly string[];
}

/**
 * Reads lists of distributions' kernels: a name a line, and behind it, as far as somebody knows it, the upstream release that it
 * is built on, its day, and the mainline changes that it has besides. Whose it is may stand before the name (`Debian
 * 6.12.48-1`), so that lines of `/proc/version_signature` can be read. A line of a distribution is never complete: what is not
 * recorded of it is unknown.
 */
export const distributionKernelsImporter: Importer = {
  format: FORMAT,
  version: 1,
  says: 'kernels of distributions, a name a line',
  unit: 'file',
  sniff: (head) => {
    // The last line of a long head may be cut.
    const lines = head.split('\n', 500).filter((line) => !COMMENT.test(line));
    if (head.length >= 65_000) lines.pop();
    const good = lines.filter((line) => typeof read(line) !== 'string').length;
    return good > 0 && good * 2 >= lines.length ? 0.8 : 0;
  },
  async *read(entries, { hints }) {
    for (const entry of entries) {
      const events: NewEvent[] = [];
      const lines = new Set<string>();
      const named = new Set<string>();
      let line = 0;
      let found = 0;
      for (const text of (await wholeText(entry)).split('\n')) {
        line++;
        if (COMMENT.test(text)) continue;
        const kernel = read(text);
        if (typeof kernel === 'string') {
          events.push(
            rejected(entry, FORMAT, hints, { key: `line-${line}`, reason: kernel, excerpt: text, line }),
          );
          continue;
        }
        found++;
        const told = {
          origin: hints.origin ?? 'list',
          entry,
          line,
          knownAt: kernel.date ?? hints.knownAt ?? null,
        };
        events.push(...eventsOf(kernel, told, named, lines));
      }
      if (found === 0) throw refusedFile(entry.name, 'no line of it names a distribution’s kernel');
      yield { entry, events };
    }
  },
};

/** A line of the list, and since when that is known which it says. */
interface Told extends ReleaseFile {
  readonly line: number;
}

function eventsOf(kernel: Listed, told: Told, named: Set<string>, lines: Set<string>): readonly NewEvent[] {
  const { name, distribution, series, upstream, date, signature, backports } = kernel;
  const { origin, entry, knownAt } = told;
  const source = `sha256:${entry.sha256}`;
  const line = `${distribution}-${series}`;
  const cited = { knownAt, source, locator: `${entry.name}#line ${told.line}` };
  const events: NewEvent[] = [];
  if (!lines.has(line)) {
    lines.add(line);
    const payload: Payload<'LineRecorded'> = { ...common, line, complete: false };
    events.push(newEvent({ type: 'LineRecorded', stream: `${origin}/${line}`, ...cited, payload }));
  }
  if (upstream !== null && !named.has(upstream)) {
    named.add(upstream);
    events.push(namedRelease(told, { release: upstream, at: `line ${told.line}`, source }));
  }
  events.push(
    newEvent({
      type: 'ReleaseRecorded',
      stream: `${origin}/${name}`,
      ...cited,
      payload: {
        ...common,
        release: name,
        line,
        ...(date === null ? {} : { date }),
        ...(upstream === null ? {} : { predecessor: upstream }),
        uname: name,
        ...(signature === null ? {} : { signature }),
      },
    }),
  );
  backports.forEach((change, i) => {
    const payload: Payload<'BackportRecorded'> = { ...common, change, line, release: name, order: i + 1 };
    events.push(
      newEvent({ type: 'BackportRecorded', stream: `${origin}/${change}@${name}`, ...cited, payload }),
    );
  });
  return events;
}

/** Reads a line; a text says why it cannot be read. */
function read(text: string): Listed | string {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const owner = /^[A-Za-z][\w-]*$/.test(words[0] ?? '') ? words.shift()!.toLowerCase() : null;
  let name = words.shift() ?? '';
  // Ubuntu's signature has the number of the upload, which `uname -r` does not show: 6.19.0-12.12-generic.
  const signed = owner === 'ubuntu' ? /^(\d+\.\d+\.\d+-\d+)\.\d+(?:\.\d+)*(-[a-z][\w-]*)$/.exec(name) : null;
  if (signed) name = `${signed[1]!}${signed[2]!}`;
  const kernel = distributionKernel(name, owner);
  if (kernel === null) return 'no name of a distribution’s kernel';
  let { upstream } = kernel;
  let date: string | null = null;
  const backports = new Set<string>();
  for (const word of words) {
    const release = /^v?\d+\.\d+/.test(word) ? canonicalRelease(word) : null;
    const day = /^\(?(\d{4}-\d\d-\d\d)\)?$/.exec(word)?.[1];
    if (/^\+?[0-9a-f]{40}$/.test(word)) backports.add(word.replace('+', ''));
    else if (day !== undefined) date = dayOf(day);
    else if (release !== null && lineOfName(release) !== null) {
      if (!isOf(release, kernel.series)) return `it cannot be built on ${release}`;
      // A base is what all of such kernels are built on; whoever knows the point release knows more.
      if (upstream !== null && upstream !== release && upstream !== `v${kernel.series}`)
        return `its name says ${upstream}, and the list says ${release}`;
      upstream = release;
    } else return `"${word.slice(0, 80)}" is neither an upstream release, nor a day, nor a whole hash`;
  }
  return {
    ...kernel,
    name,
    upstream,
    date,
    backports: [...backports],
    signature: signed ? text.trim() : null,
  };
}

function isOf(release: string, series: string): boolean {
  return parseReleaseName(release)?.numbers.slice(0, 2).join('.') === series;
}

function dayOf(text: string): string | null {
  const date = toKnownAt(text);
  return date === null || knownAtPrecision(date) === null ? null : date;
}
