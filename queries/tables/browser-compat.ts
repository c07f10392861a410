import { consumerName, type Model } from '../model/model.ts';
import type { CompatibilityDocument, CompatibilityRow, Interval } from './compatibility.ts';
import { addTo } from '../../store/grouping.ts';
import { hasEnded } from '../releases/stretches.ts';

/** A support statement in the shape of browser-compat-data (schemas/compat-data.schema.json there). */
interface SupportStatement {
  readonly version_added: string | false;
  readonly version_removed?: string;
  readonly partial_implementation?: true;
  /** Left out where there is nothing to say and no evidence, as of a contract that promises nothing. */
  readonly notes?: string | readonly string[];
}

interface CompatStatement {
  readonly description: string;
  readonly support: Readonly<Record<string, SupportStatement | readonly SupportStatement[]>>;
  readonly status: {
    readonly experimental: false;
    readonly standard_track: false;
    readonly deprecated: false;
  };
}

/** A feature of that format: its own support, and its sub-features by name. */
interface Feature {
  __compat?: CompatStatement;
  [subfeature: string]: Feature | CompatStatement | undefined;
}

interface Browser {
  readonly name: string;
  readonly type: 'server';
  readonly accepts_flags: false;
  readonly accepts_webextensions: false;
  readonly releases: Readonly<
    Record<string, { readonly release_date?: string; readonly status: 'current' | 'retired' }>
  >;
}

/** `browsers` are lines of kernels on an architecture; an interface is a feature, its consumers are sub-features. */
export interface BrowserCompatDocument {
  readonly __meta: { readonly version: string; readonly schema: 'regline.browser-compat/2' };
  readonly browsers: Readonly<Record<string, Browser>>;
  readonly [interfaceName: string]: unknown;
}

/**
 * Gives a compatibility table in the shape of browser-compat-data, for those who have tools for it. Versions there are numbers
 * with dots: candidates, -next and releases of distributions have none, so a statement begins and ends at releases proper, and
 * its notes say where exactly. What is not known has no statement, because the format has no word for it.
 */
export function browserCompat(model: Model, document: CompatibilityDocument): BrowserCompatDocument {
  const roots: Record<string, Feature> = {};
  const browsers: Record<string, Browser> = {};
  const names = new Names();
  for (const row of document.rows) {
    const root = (roots[names.of('', row.interface)] ??= {});
    const consumer = (root[names.of(row.interface, row.consumer)] ??= {}) as Feature;
    const feature =
      row.variant === null
        ? consumer
        : ((consumer[names.of(`${row.interface}/${row.consumer}`, row.variant)] ??= {}) as Feature);
    const support = { ...feature.__compat?.support };
    for (const [line, intervals] of byLine(row)) {
      const statements = statementsOf(document, intervals);
      if (statements.length === 0) continue;
      const key = names.of('browsers', `linux_${line}_${row.arch}`);
      browsers[key] ??= browserOf(model, line, row.arch);
      support[key] = statements.length === 1 ? statements[0]! : statements;
    }
    feature.__compat = {
      description: consumerName(row.consumer, row.variant),
      support,
      status: { experimental: false, standard_track: false, deprecated: false },
    };
  }
  return { __meta: { version: '2', schema: 'regline.browser-compat/2' }, browsers, ...roots };
}

/** Names as that format allows them; two that would become one are told apart by a number. */
class Names {
  private readonly given = new Map<string, string>();
  private readonly taken = new Set<string>();

  of(scope: string, name: string): string {
    const known = this.given.get(`${scope}\n${name}`);
    if (known !== undefined) return known;
    const plain = name.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^(?=__|browsers$)/, '_');
    let free = plain;
    for (let n = 2; this.taken.has(`${scope}\n${free}`); n++) free = `${plain}_${n}`;
    this.given.set(`${scope}\n${name}`, free);
    this.taken.add(`${scope}\n${free}`);
    return free;
  }
}

function byLine(row: CompatibilityRow): ReadonlyMap<string, readonly Interval[]> {
  const found = new Map<string, Interval[]>();
  for (const interval of row.intervals) addTo(found, interval.line, interval);
  return found;
}

function browserOf(model: Model, line: string, arch: string): Browser {
  const members = (model.graph.members.get(line) ?? []).filter((name) => versionOf(name) !== null);
  const ended = hasEnded(model, line);
  return {
    name: `Linux ${line} on ${arch}`,
    type: 'server',
    accepts_flags: false,
    accepts_webextensions: false,
    releases: Object.fromEntries(
      members.map((name, i) => {
        const date = model.graph.releases.get(name)?.date;
        return [
          versionOf(name)!,
          {
            ...(date === null || date === undefined ? {} : { release_date: date.slice(0, 10) }),
            status: i === members.length - 1 && !ended ? ('current' as const) : ('retired' as const),
          },
        ];
      }),
    ),
  };
}

/** The version of a release as that format takes it; null where it has none. */
function versionOf(release: string): string | null {
  return /^v?(\d+(?:\.\d+)*)$/.exec(release)?.[1] ?? null;
}

interface Stretch {
  readonly status: Interval['status'];
  readonly intervals: Interval[];
  readonly first: string;
}

/** Newest first, as that format wants it; what works ends where it is known to be broken, not where nobody knows. */
function statementsOf(
  document: CompatibilityDocument,
  intervals: readonly Interval[],
): readonly SupportStatement[] {
  const stretches: Stretch[] = [];
  for (const interval of intervals) {
    const first = interval.releases.map(versionOf).find((v) => v !== null);
    // Between two releases proper something may have been otherwise in candidates alone.
    if (first === undefined) continue;
    const last = stretches.at(-1);
    if (last?.status === interval.status) last.intervals.push(interval);
    else stretches.push({ status: interval.status, intervals: [interval], first });
  }
  const works = (s: Stretch) => s.status === 'works' || s.status === 'degraded';
  const statements = stretches.flatMap((stretch, index): SupportStatement[] => {
    if (!works(stretch)) return [];
    const next = stretches[index + 1];
    return [
      {
        version_added: stretch.first,
        ...(next === undefined || next.status === 'unknown' ? {} : { version_removed: next.first }),
        ...(stretch.status === 'degraded' ? { partial_implementation: true as const } : {}),
        ...notesOf(document, stretch, next),
      },
    ];
  });
  const bad = stretches.find((s) => s.status !== 'unknown');
  if (statements.length === 0 && bad !== undefined)
    return [{ version_added: false, ...notesOf(document, bad, undefined) }];
  return statements.reverse();
}

function notesOf(
  document: CompatibilityDocument,
  stretch: Stretch,
  next: Stretch | undefined,
): Partial<Pick<SupportStatement, 'notes'>> {
  const { intervals, first } = stretch;
  const evidence = [...new Set(intervals.flatMap((i) => i.evidence))].map((id) => shortId(id));
  const notes = [
    ...(versionOf(intervals[0]!.from) === first ? [] : [`from ${intervals[0]!.from} on`]),
    ...(next?.status === 'unknown' ? [`from ${next.first} on it is not known`] : []),
    ...intervals.flatMap((i) => i.notes.map((n) => document.notes[n - 1]!.says)),
    ...(evidence.length > 0 ? [`evidence: ${evidence.join(', ')}`] : []),
  ];
  const unique = [...new Set(notes)];
  if (unique.length === 0) return {};
  return { notes: unique.length === 1 ? unique[0]! : unique };
}

/** As `explain` opens it. */
function shortId(id: string): string {
  return id.replace(/^([0-9a-f]{8})[0-9a-f]*/, '$1');
}
