import { consumerName, type Model } from './model.ts';
import type { CompatibilityDocument, Interval } from './compatibility.ts';

/** A support statement in the shape of browser-compat-data (schemas/compat-data.schema.json there). */
interface SupportStatement {
  readonly version_added: string | false;
  readonly version_removed?: string;
  readonly partial_implementation?: true;
  readonly notes?: string | readonly string[];
}

interface CompatStatement {
  readonly __compat: {
    readonly description: string;
    readonly support: Readonly<Record<string, SupportStatement | readonly SupportStatement[]>>;
    readonly status: {
      readonly experimental: false;
      readonly standard_track: false;
      readonly deprecated: false;
    };
  };
}

/** `browsers` are lines of kernels on an architecture; features are consumers. */
export interface BrowserCompatDocument {
  readonly __meta: { readonly version: string; readonly schema: 'regline.browser-compat/1' };
  readonly browsers: Readonly<
    Record<
      string,
      {
        readonly name: string;
        readonly type: 'server';
        readonly releases: Readonly<
          Record<string, { readonly release_date?: string; readonly status: 'current' | 'retired' }>
        >;
      }
    >
  >;
  readonly [feature: string]: unknown;
}

/**
 * Gives a compatibility table in the shape of browser-compat-data, for those who have tools for it: a consumer is a
 * feature, a line of kernels on an architecture a browser, an interval in which it works a support statement. What is
 * not known has no statement, because the format has no word for it.
 */
export function browserCompat(model: Model, document: CompatibilityDocument): BrowserCompatDocument {
  const features: Record<string, Record<string, CompatStatement>> = {};
  const browsers: Record<string, BrowserCompatDocument['browsers'][string]> = {};
  for (const row of document.rows) {
    const byBrowser = new Map<string, Interval[]>();
    for (const interval of row.intervals) {
      const key = browserKey(interval.line, row.arch);
      byBrowser.set(key, [...(byBrowser.get(key) ?? []), interval]);
      browsers[key] ??= browserOf(model, interval.line, row.arch);
    }
    const name = consumerName(row.consumer, row.variant);
    const feature = features[row.consumer] ?? {};
    features[row.consumer] = feature;
    const key = row.variant ?? 'main';
    const support = Object.fromEntries(
      [...byBrowser].flatMap(([browser, intervals]) => {
        const statements = statementsOf(document, intervals);
        if (statements.length === 0) return [];
        return [[browser, statements.length === 1 ? statements[0]! : statements]];
      }),
    );
    feature[key] = {
      __compat: {
        description: name,
        support: { ...feature[key]?.__compat.support, ...support },
        status: { experimental: false, standard_track: false, deprecated: false },
      },
    };
  }
  return { __meta: { version: '1', schema: 'regline.browser-compat/1' }, browsers, ...features };
}

function browserKey(line: string, arch: string): string {
  return `linux_${line}_${arch}`.replace(/[^A-Za-z0-9_]/g, '_');
}

function browserOf(model: Model, line: string, arch: string): BrowserCompatDocument['browsers'][string] {
  const members = model.graph.members.get(line) ?? [];
  const ended = (model.graph.lines.get(line)?.ended ?? null) !== null;
  return {
    name: `Linux ${line} on ${arch}`,
    type: 'server',
    releases: Object.fromEntries(
      members.map((name, i) => {
        const date = model.graph.releases.get(name)?.date;
        return [
          version(name),
          {
            ...(date === null || date === undefined ? {} : { release_date: date.slice(0, 10) }),
            status: i === members.length - 1 && !ended ? ('current' as const) : ('retired' as const),
          },
        ];
      }),
    ),
  };
}

function version(release: string): string {
  return release.replace(/^v(?=\d)/, '');
}

/** Newest first, as that format wants it; each ends where the next interval of its line begins. */
function statementsOf(
  document: CompatibilityDocument,
  intervals: readonly Interval[],
): readonly SupportStatement[] {
  const statements: SupportStatement[] = [];
  intervals.forEach((interval, index) => {
    if (interval.status !== 'works' && interval.status !== 'degraded') return;
    const next = intervals[index + 1]?.from ?? null;
    const notes = interval.notes.map((n) => document.notes[n - 1]!.says);
    statements.push({
      version_added: version(interval.from),
      ...(next === null ? {} : { version_removed: version(next) }),
      ...(interval.status === 'degraded' ? { partial_implementation: true as const } : {}),
      ...(notes.length === 0 ? {} : { notes: notes.length === 1 ? notes[0]! : notes }),
    });
  });
  if (statements.length === 0 && intervals.some((i) => i.status === 'broken' || i.status === 'refuses')) {
    return [{ version_added: false }];
  }
  return statements.reverse();
}
