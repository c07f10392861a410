import type { EventType, Payload } from '../../store/events/catalogue.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { consumerName } from './model.ts';
import { shortChange } from '../../store/names/change-name.ts';
import { optional } from '../../store/optional-text.ts';

/** Says in one line what an event states. The words in it come from outside: whoever shows them has to escape them. */
export function describeEvent({ type, payload }: StoredEvent): string {
  return describe(type, payload);
}

function describe<T extends EventType>(type: T, payload: Payload<T>): string {
  return DESCRIPTIONS[type](payload);
}

/** One sentence for each type of event. */
const DESCRIPTIONS: { readonly [T in EventType]: (payload: Payload<T>) => string } = {
  ReleaseRecorded: ({ release, line, date }) => `${release} in ${line}` + optional(', ', date),
  LineRecorded: ({ line, base, ended }) =>
    `line ${line}` + optional(' from ', base) + optional(', ended ', ended),
  ChangeRecorded: ({ change, subject }) => `${shortChange(change)} ${subject}`,
  ChangeEntered: ({ change, reverted, release }) =>
    `${shortChange(change)} ${reverted === true ? 'reverted in' : 'entered'} ${release}`,
  ChangeMerged: ({ change, line }) => `${shortChange(change)} is on the branch of ${line}`,
  BackportRecorded: ({ change, line, release, hash }) =>
    `${shortChange(change)} backported to ${line} in ${release}` +
    optional(' as ', hash === undefined ? undefined : shortChange(hash)),
  AliasRecorded: ({ alias, change }) => `${shortChange(alias)} is ${shortChange(change)}`,
  InterfaceDescribed: (p) => `interface ${p.interface}: ${p.title}`,
  BehaviourDefined: ({ behaviour, title }) => `${behaviour}: ${title}`,
  BehaviourSet: describeBehaviour,
  BehaviourClaimed: (p) => `${p.by} says: ${describeBehaviour(p)}`,
  ConsumerRecorded: ({ consumer, variant, title }) => `${consumerName(consumer, variant)}: ${title}`,
  RequirementStated: ({ consumer, behaviour, needs, otherwise, why }) =>
    `${consumer} needs ${behaviour} in {${needs.join(', ')}}, else ${otherwise}: ${why}`,
  FieldUseStated: ({ consumer, use, field, how }) => `${consumer} ${use} ${field}: ${how}`,
  MitigationStated: ({ consumer, mitigation }) => `${consumer}: ${mitigation}`,
  TestRecorded: ({ test, title }) => `${test}: ${title}`,
  RunObserved: describeRun,
  CheckoutObserved: ({ origin, name, commit, tree }) =>
    `${origin} took ${name ?? commit ?? 'a commit'}` + optional(' of ', tree),
  BuildObserved: ({ origin, config, arch, outcome }) =>
    `${origin} built ${config ?? 'a kernel'} for ${arch ?? 'an unknown architecture'}: ${outcome}`,
  CoverageChanged: ({ ci, test, state, archs }) =>
    `${ci}: ${test} ${state}` + optional(' on ', archs?.join(', ')),
  OutcomeAttributed: ({ cause, why }) => `${cause}: ${why}`,
  MessageArchived: ({ from, summary, subject }) => `${from}: ${summary ?? subject ?? ''}`,
  BreakageClaimed: describeBreakage,
  CulpritClaimed: ({ by, change, role, method }) => `${by}: ${shortChange(change)} is ${role} (${method})`,
  FixClaimed: ({ by, change, what, status, release }) => {
    const fix = change === undefined ? (what ?? 'a fix') : shortChange(change);
    return `${by}: ${fix} ${status}` + optional(' in ', release);
  },
  DuplicateClaimed: ({ by, report, of }) => `${by}: ${report} is ${of}`,
  StatementDisputed: ({ by, why }) => `${by} disputes: ${why}`,
  ProposalStated: ({ by, status, title }) => `${by} (${status}): ${title}`,
  TrackingCommandGiven: ({ by, command, argument }) =>
    `${by} tells regzbot: ${command} ${argument ?? ''}`.trimEnd(),
  NoteAdded: ({ by, about, text }) => `${by} on ${about}: ${text}`,
  EventRetracted: ({ by, target, reason }) => `${by} retracted ${target.slice(0, 12)}: ${reason}`,
  DisputeSettled: ({ by, dispute, reason }) => `${by} settled ${dispute}: ${reason}`,
  RegressionSplit: ({ by, consumers = [], archs = [], regression, reason }) =>
    `${by} split ${[...consumers, ...archs].join(', ')} off ${regression}: ${reason}`,
  RegressionMerged: ({ by, regression, into, reason }) =>
    `${by} merged ${regression} into ${into}: ${reason}`,
  RecordRejected: ({ format, reason }) => `${format}: ${reason}`,
  BisectStarted: ({ session, good, bad }) =>
    `bisect ${session}: ${good.join(' ')} good, ${bad.join(' ')} bad`,
  BisectOutcomeRecorded: ({ session, version, outcome }) => `bisect ${session}: ${version} is ${outcome}`,
  SuspectWeighted: ({ session, change, factor, why }) =>
    `bisect ${session}: ${shortChange(change)} weighs ${factor}: ${why}`,
  BisectConcluded: ({ session, why }) => `bisect ${session}: ${why}`,
  BisectAbandoned: ({ session, why }) => `bisect ${session} given up: ${why}`,
};

function describeBehaviour(p: Payload<'BehaviourSet'> | Payload<'BehaviourClaimed'>): string {
  const { behaviour, value, change, at, archs, when } = p;
  const setBy = change === undefined ? '' : `${shortChange(change)} sets `;
  const ranges = at?.map(({ from, to }) => (to === from ? from : `${from}..${to ?? ''}`));
  return (
    `${setBy}${behaviour} = ${String(value)}` +
    optional(' at ', ranges?.join(', ')) +
    optional(' on ', archs?.join(', ')) +
    optional(' when ', when)
  );
}

function describeRun({ origin, release, arch, results, id, selftests }: Payload<'RunObserved'>): string {
  const [only] = results;
  // An object of a CI is one result and says neither release nor architecture: its build does.
  if (id !== undefined && only !== undefined && results.length === 1) {
    return `${origin}: ${only.test} is ${only.outcome}` + optional(' (', only.reason, ')');
  }
  const tests = `${results.length} ${results.length === 1 ? 'test' : 'tests'}`;
  const place = `${release ?? 'an unknown release'} ${arch ?? 'an unknown architecture'}`;
  return `${origin} ran ${tests}` + optional(' of the selftests of ', selftests) + ` on ${place}`;
}

function describeBreakage(p: Payload<'BreakageClaimed'>): string {
  const { by, says, consumer, variant, behaviour, releases, range, archs } = p;
  const what = consumer === undefined ? (behaviour ?? 'something') : consumerName(consumer, variant);
  const named = releases === undefined ? [] : [releases.join(', ')];
  const where = [...named, ...(range === undefined ? [] : [`${range.from}..${range.to ?? ''}`])];
  return (
    `${by}: ${what} ${says}` +
    (where.length > 0 ? ` at ${where.join(', ')}` : '') +
    optional(' on ', archs?.join(', '))
  );
}
