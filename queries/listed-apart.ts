import type { Scalar } from '../store/events/fields.ts';
import type { Regression } from './documents.ts';
import { consumerName, type Consumer, type Model } from './model.ts';
import { archsOf, isApplicable, needsAt, type Need } from './needs.ts';
import { noNeed } from './opened-by-claims.ts';
import { idFrom, regressionId } from './regression-id.ts';
import { describe, type FoundRegression } from './regressions.ts';
import { nameOf, type Verdicts } from './verdict.ts';
import { connected, stretchesOf, violationStretches, type Violation } from './violations.ts';

/** What is no regression in the default configuration: guards that refuse, and what other configurations break. */
export function listedApart(verdicts: Verdicts): readonly FoundRegression[] {
  return [...refusals(verdicts), ...otherConfigurations(verdicts)];
}

/** Stretches of releases on which a guard of a consumer fires. */
function refusals(verdicts: Verdicts): readonly FoundRegression[] {
  const { model } = verdicts;
  return model.consumers.flatMap((consumer) => {
    const { event } = consumer;
    if (!event?.payload.guards) return [];
    const archs = consumer.archs ?? archsOf(model, consumer.interface);
    const byGuard = new Map<string, { violations: Violation[]; mistaken: Set<string> }>();
    for (const release of model.graph.order) {
      for (const arch of archs) {
        if (!isApplicable(model, consumer, release, arch)) continue;
        const { guard } = verdicts.at(consumer, release, arch);
        if (!guard) continue;
        const known = byGuard.get(guard.says) ?? { violations: [], mistaken: new Set<string>() };
        known.violations.push({ consumer, release, arch, need: noNeed(consumer, event) });
        if (guard.without === 'works') known.mistaken.add(`${release} ${arch}`);
        byGuard.set(guard.says, known);
      }
    }
    return [...byGuard].flatMap(([says, { violations, mistaken }]) =>
      connected(model, new Set(violations.map((v) => v.release))).map((releases, index) =>
        refusal(model, consumer, says, releases, violations, mistaken, index + 1),
      ),
    );
  });
}

function refusal(
  model: Model,
  consumer: Consumer,
  says: string,
  releases: readonly string[],
  all: readonly Violation[],
  mistaken: ReadonlySet<string>,
  occurrence: number,
): FoundRegression {
  const inside = new Set(releases);
  const violations = all.filter((v) => inside.has(v.release));
  const archs = [...new Set(violations.map((v) => v.arch))];
  const needless = violations.filter((v) => mistaken.has(`${v.release} ${v.arch}`)).length;
  const first = releases[0]!;
  const before = model.graph.releases.get(first)?.predecessor ?? null;
  const document: Regression = {
    id: idFrom([consumer.interface, 'guard', nameOf(consumer), says, occurrence]),
    aliases: [],
    opened: 'guard',
    title: `${nameOf(consumer)} ${says.startsWith('refuses') ? says : `refuses ${says}`} on ${archs.join(', ')}${needless > 0 ? `; needlessly in ${needless} of ${violations.length} cells` : ''}`,
    behaviour: null,
    archs,
    consumers: [consumer.consumer],
    contract: 'kept',
    observed: before === null ? 'unknown' : 'broken',
    lastGood: before === null ? [] : [before],
    firstBad: [first],
    affected: stretchesOf(model, inside),
    suspects: [],
    fixes: [],
    companions: [],
    repairs: [],
    kind: 'refuses',
    reported: false,
    evidence: [consumer.event!.id],
  };
  const stretch = {
    interface: consumer.interface,
    behaviour: '',
    value: says,
    otherwise: 'broken',
    occurrence,
    releases,
    violations,
  } as const;
  return { document, stretch, excluded: [] };
}

/** What one switch away from its default breaks that the default does not. */
function otherConfigurations(verdicts: Verdicts): readonly FoundRegression[] {
  const { model, predict } = verdicts;
  const found: FoundRegression[] = [];
  for (const { payload } of model.interfaces.values()) {
    for (const { switch: name, values, default: usual } of payload.switches ?? []) {
      for (const value of values.filter((v) => v !== usual)) {
        const needsIn = memoNeeds(verdicts, { [name]: value });
        const fails = (consumer: Consumer, release: string, arch: string) =>
          new Set(
            verdicts
              .needs(consumer, release, arch)
              .filter((n) => n.state === 'fails')
              .map((n) => n.behaviour),
          );
        const stretches = violationStretches(verdicts, (consumer, release, arch) => {
          if (consumer.interface !== payload.interface) return [];
          const usually = fails(consumer, release, arch);
          return needsIn(consumer, release, arch).filter((n) => !usually.has(n.behaviour));
        });
        for (const stretch of stretches) {
          const part = `${name}=${String(value)}`;
          const made = describe(verdicts, { ...stretch, part });
          // Edges and fixes were asked with the defaults, under which nothing is wrong: they are asked here instead.
          const [first] = stretch.releases;
          const before = model.graph.releases.get(first!)?.predecessor ?? null;
          const lead = stretch.violations.find((v) => v.release === first)?.need.effective;
          const change = lead?.known === true ? lead.change : null;
          found.push({
            ...made,
            document: {
              ...made.document,
              id: regressionId({ ...stretch, part }),
              title: `${made.document.title.replace(/ since .*$/, '')} with ${part} since ${first!}`,
              kind: 'configuration',
              lastGood: before === null ? [] : [before],
              firstBad: [first!],
              suspects: made.document.suspects.filter((s) => s.change === change),
              fixes: [],
              companions: [],
              repairs: [],
              reported: made.document.evidence.some((id) => {
                const event = model.byId.get(id);
                return event?.type === 'BreakageClaimed' && event.payload.behaviour === stretch.behaviour;
              }),
            },
          });
        }
      }
    }
  }
  return found;

  function memoNeeds(of: Verdicts, switches: Readonly<Record<string, Scalar>>): Verdicts['needs'] {
    const memo = new Map<string, readonly Need[]>();
    return (consumer, release, arch) => {
      const key = `${consumerName(consumer.is[0]!, null)}\n${consumer.interface}\n${arch}\n${predict.classOf(release)}`;
      const known = memo.get(key);
      if (known) return known;
      const made = needsAt(of.model, predict, consumer, release, arch, switches);
      memo.set(key, made);
      return made;
    };
  }
}
