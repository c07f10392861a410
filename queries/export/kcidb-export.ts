import { sha256 } from '../../store/identity.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { Outcome, Result } from '../../store/events/observation.ts';
import { knownEnd } from '../../store/log/known-by.ts';
import { attributionOf } from '../results/attribution.ts';
import { sees } from '../model/view.ts';
import {
  architectureOf,
  buildOf,
  checkoutOf,
  hashOf,
  idOf,
  issueOf,
  knownOf,
  originOf,
  pathOf,
  plain,
  some,
  startOf,
  STATUS,
  type KcidbObject,
} from './kcidb-objects.ts';
import type { Model } from '../model/model.ts';
import { addTo } from '../../store/grouping.ts';

type Run = TypedStoredEvent<'RunObserved'>;
type Attribution = TypedStoredEvent<'OutcomeAttributed'>;

/** What is made for a run that names no build. */
interface Place {
  readonly checkout: KcidbObject;
  readonly build: KcidbObject;
}

/** How events cite an object of KCIDB: `kcidb:ID`. */
const OWN = 'kcidb:';
/** Outcomes that are read back as they were. */
const LOSSLESS: ReadonlySet<Outcome> = new Set<Outcome>(['pass', 'fail', 'error', 'miss', 'skip', 'unknown']);
const LONGEST_EXCERPT = 16_384;

/**
 * Tells the observations of a log as objects of a submission to KCIDB. What came from KCIDB has its ids again; a run of
 * another format gets a checkout and a build made for its place. Results that were retracted are left out, those that are
 * laid to something else get an incident.
 */
export class KcidbExport {
  private readonly model: Model;
  private readonly places = new Map<string, Place>();
  private readonly builds: ReadonlySet<string>;
  private readonly byRun = new Map<string, Attribution[]>();
  /** Incidents of tests that regline itself laid to something, with their issues. */
  private readonly made = { issues: new Map<string, KcidbObject>(), incidents: [] as KcidbObject[] };

  constructor(model: Model) {
    this.model = model;
    this.builds = new Set(model.of('BuildObserved').map((e) => e.payload.build));
    for (const event of model.of('OutcomeAttributed')) {
      const { run } = event.payload;
      if (run !== undefined) addTo(this.byRun, run, event);
    }
  }

  /** The tests of a run; none where it was retracted, or is not seen. */
  testsOf(run: Run): readonly KcidbObject[] {
    const { view, counting } = this.model;
    const { retracted } = counting;
    if (retracted.has(run.id) || !sees(view, run)) return [];
    return run.payload.results.flatMap((result, index) =>
      retracted.has(`${run.id}#${index}`) ? [] : [this.testOf(run, result, index)],
    );
  }

  /** All other objects, by the names of their lists; asked after all runs were. */
  rest(): readonly (readonly [list: string, objects: readonly KcidbObject[]])[] {
    const issues = this.model
      .of('NoteAdded')
      .flatMap((e) => (e.source === `${OWN}${e.payload.about}` ? [issueOf(e)] : []));
    return [
      ['checkouts', [...this.versionsOf('CheckoutObserved').map(checkoutOf), ...this.placed('checkout')]],
      ['builds', [...this.versionsOf('BuildObserved').map(buildOf), ...this.placed('build')]],
      ['issues', [...issues, ...this.made.issues.values()]],
      ['incidents', [...this.incidents(), ...this.made.incidents]],
    ];
  }

  /** What origins said of their own objects. */
  private incidents(): readonly KcidbObject[] {
    return this.model.of('OutcomeAttributed').flatMap((e) => {
      const { run, issue, why, rev, absent } = e.payload;
      if (run === undefined || issue === undefined || !e.source.startsWith(OWN)) return [];
      const [, origin = '_'] = /^([a-z0-9_]+):/.exec(e.source.slice(OWN.length)) ?? [];
      return [
        {
          id: e.source.slice(OWN.length),
          origin,
          issue_id: issue,
          issue_version: rev - 1,
          ...(this.builds.has(run) ? { build_id: run } : { test_id: run }),
          present: absent !== true,
          ...some('comment', commentOf(why, issue)),
        },
      ];
    });
  }

  private versionsOf<T extends 'CheckoutObserved' | 'BuildObserved'>(
    type: T,
  ): readonly TypedStoredEvent<T>[] {
    const { byId, counting } = this.model;
    return [...byId.values()].filter(
      (e) => e.type === type && !counting.retracted.has(e.id),
    ) as unknown as readonly TypedStoredEvent<T>[];
  }

  private placed(which: keyof Place): readonly KcidbObject[] {
    const objects = [...this.places.values()].map((place) => place[which]);
    return [...new Map(objects.map((object) => [object.id, object])).values()];
  }

  private testOf(run: Run, result: Result, index: number): KcidbObject {
    const { payload: p } = run;
    const origin = originOf(p.origin);
    const isObject = p.id !== undefined && p.build !== undefined && p.results.length === 1;
    const id = isObject ? idOf(origin, p.id!) : `${origin}:regline:${run.id}:${index}`;
    const build = p.build === undefined ? this.buildFor(run) : idOf(origin, p.build);
    const { path, name } = pathOf(result);
    const own = {
      ...(name === undefined ? {} : { test: name }),
      ...(LOSSLESS.has(result.outcome) ? {} : { outcome: result.outcome }),
      ...(result.failedRuns === undefined ? {} : { failedRuns: result.failedRuns }),
      ...knownOf(run.knownAt),
    };
    const isDone = result.outcome === 'unknown' && result.reason?.startsWith('status DONE') === true;
    const platform = result.platform ?? p.platform;
    this.attribute(run, result, index, id, isObject);
    return {
      id,
      origin,
      build_id: build,
      ...path,
      ...some('status', isDone ? 'DONE' : STATUS[result.outcome]),
      ...startOf(run.knownAt, p.startedAt),
      ...(result.durationMs === undefined ? {} : { duration: result.durationMs / 1000 }),
      ...some('log_url', p.url),
      ...some(
        'log_excerpt',
        result.excerpt === undefined ? undefined : plain(result.excerpt).slice(0, LONGEST_EXCERPT),
      ),
      ...(platform === undefined ? {} : { environment: { misc: { platform } } }),
      ...(Object.keys(own).length === 0 ? {} : { misc: { regline: own } }),
    };
  }

  /** Lays a test to what the log lays its result to. */
  private attribute(run: Run, result: Result, index: number, id: string, isObject: boolean): void {
    const { payload: p } = run;
    const ofRun = (this.byRun.get(p.id ?? '') ?? []).find((e) => e.payload.absent !== true);
    // What an origin says of its own objects is told as it said it.
    if (ofRun !== undefined && isObject && ofRun.source.startsWith(OWN)) return;
    const laidTo =
      ofRun?.payload ??
      (p.release === undefined
        ? null
        : attributionOf(this.model, {
            address: `${run.id}#${index}`,
            test: result.test,
            release: p.release,
            arch: p.arch ?? null,
            outcome: result.outcome,
            known: knownEnd(run),
          }));
    if (laidTo === null) return;
    const comment = plain(`${laidTo.cause}: ${laidTo.why}`);
    const issue = `regline:${sha256(comment).slice(0, 16)}`;
    this.made.issues.set(issue, {
      id: issue,
      origin: 'regline',
      version: 0,
      comment,
      culprit: { harness: true },
    });
    this.made.incidents.push({
      id: `regline:${sha256(`${issue} ${id}`).slice(0, 16)}`,
      origin: 'regline',
      issue_id: issue,
      issue_version: 0,
      test_id: id,
      present: true,
    });
  }

  /** The build of a run that names none: one for each place. */
  private buildFor({ payload: p }: Run): string {
    const origin = originOf(p.origin);
    const ofCheckout = [p.release ?? '', p.commit ?? '', p.tree ?? ''].join('\n');
    const checkoutId = `${origin}:regline:${sha256(ofCheckout).slice(0, 16)}`;
    const id = `${origin}:regline:${sha256([ofCheckout, p.arch ?? '', p.config ?? ''].join('\n')).slice(0, 16)}`;
    if (!this.places.has(id))
      this.places.set(id, {
        checkout: {
          id: checkoutId,
          origin,
          ...some('git_commit_name', p.release),
          ...hashOf(p.commit),
          ...some('tree_name', p.tree),
        },
        build: {
          id,
          origin,
          checkout_id: checkoutId,
          ...architectureOf(p.arch),
          ...some('config_name', p.config),
        },
      });
    return id;
  }
}

/** What somebody said of an incident, without the words that it became an attribution with. */
function commentOf(why: string, issue: string): string {
  const prefix = `an incident of ${issue}`;
  return why.startsWith(prefix) ? why.slice(prefix.length).replace(/^: /, '') : why;
}
