import type { Outcome } from '../bisect/range/problem.ts';
import { isPlain, type Session, type SessionOutcome } from '../recorded-sessions/session.ts';

/** What the outcomes of a session say to the engine. */
export interface ToldOutcomes {
  readonly outcomes: readonly Outcome[];
  /** Versions at which one regression of several could not be tested: they are stepped around. */
  readonly around: ReadonlySet<string>;
}

/** What a regression is built for. */
export function platformOf(regression: { readonly arch?: string }): string {
  return regression.arch ?? 'any';
}

/**
 * Turns the session's own outcomes into the engine's. In a session good is the old state and bad the new one, as with git;
 * the engine means the state of the thing itself, so a search for a fix turns them around. An outcome that names no
 * regression answers for all. A skip of every regression of a platform is one of the build; a skip of only some is a
 * reason to test elsewhere.
 *
 * @param isMendable whether a build that failed is no obstacle, because it has not been tried with the changes that mend builds now.
 */
export function toldOutcomes(
  session: Session,
  versionOf: (name: string) => string,
  isMendable: (skip: SessionOutcome['payload']) => boolean,
): ToldOutcomes {
  const { regressions, direction, chooser } = session.start.payload;
  const outcomes: Outcome[] = [];
  const around = new Set<string>();
  const late: Outcome[] = [];
  const skippedFor = new Map<string, Set<string>>();
  for (const { id, payload: o } of session.outcomes) {
    if (session.ends.from.has(id)) continue;
    const version = versionOf(o.version);
    const about = regressions.filter((r) => o.regression === undefined || o.regression === r.key);
    if (o.outcome !== 'skip') {
      // git knows nothing of changes on top.
      if (!isPlain(o) && chooser === 'git') continue;
      const verdict =
        direction === 'introduced' ? o.outcome : o.outcome === 'good' ? ('bad' as const) : ('good' as const);
      for (const r of about)
        outcomes.push({
          verdict,
          version,
          regression: r.key,
          ...(o.boot === undefined ? {} : { boot: [o.machine ?? '', o.boot].join(' ') }),
          ...(o.runs === undefined ? {} : { runs: o.runs }),
          ...(isPlain(o) ? {} : { patched: true }),
        });
      continue;
    }
    const reason = o.reason ?? 'build';
    if (reason === 'build' && isMendable(o)) continue;
    for (const platform of new Set(about.map(platformOf))) {
      const here = regressions.filter((r) => platformOf(r) === platform);
      const key = `${platform}\n${version}`;
      const skipped = skippedFor.get(key) ?? new Set<string>();
      skippedFor.set(key, skipped);
      for (const r of about) if (platformOf(r) === platform) skipped.add(r.key);
      if (here.every((r) => skipped.has(r.key)))
        outcomes.push({ verdict: 'skip', version, platform, reason });
      else if (reason !== 'infrastructure') {
        around.add(version);
        late.push({ verdict: 'skip', version, platform, reason: 'isolated' });
      }
    }
  }
  return { outcomes: [...outcomes, ...late], around };
}
