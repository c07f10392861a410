import type { StoredEvent } from '../../store/events/event.ts';
import { consumerName } from './model.ts';
import { shortChange } from '../../store/names/change-name.ts';

/** Says in one line what an event states. The words in it come from outside: whoever shows them has to escape them. */
export function describeEvent(event: StoredEvent): string {
  switch (event.type) {
    case 'ReleaseRecorded':
      return `${event.payload.release} in ${event.payload.line}${event.payload.date === undefined ? '' : `, ${event.payload.date}`}`;
    case 'LineRecorded':
      return `line ${event.payload.line}${event.payload.base === undefined ? '' : ` from ${event.payload.base}`}${event.payload.ended === undefined ? '' : `, ended ${event.payload.ended}`}`;
    case 'ChangeRecorded':
      return `${shortChange(event.payload.change)} ${event.payload.subject}`;
    case 'ChangeEntered':
      return `${shortChange(event.payload.change)} ${event.payload.reverted === true ? 'reverted in' : 'entered'} ${event.payload.release}`;
    case 'ChangeMerged':
      return `${shortChange(event.payload.change)} is on the branch of ${event.payload.line}`;
    case 'BackportRecorded':
      return `${shortChange(event.payload.change)} backported to ${event.payload.line} in ${event.payload.release}${event.payload.hash === undefined ? '' : ` as ${shortChange(event.payload.hash)}`}`;
    case 'AliasRecorded':
      return `${shortChange(event.payload.alias)} is ${shortChange(event.payload.change)}`;
    case 'InterfaceDescribed':
      return `interface ${event.payload.interface}: ${event.payload.title}`;
    case 'BehaviourDefined':
      return `${event.payload.behaviour}: ${event.payload.title}`;
    case 'BehaviourSet':
    case 'BehaviourClaimed': {
      const { behaviour, value, change, at, archs, when } = event.payload;
      const who = event.type === 'BehaviourClaimed' ? `${event.payload.by} says: ` : '';
      const where = change !== undefined ? `${shortChange(change)} sets ` : '';
      const ranges = at?.map((r) => (r.to === r.from ? r.from : `${r.from}..${r.to ?? ''}`)).join(', ');
      return `${who}${where}${behaviour} = ${String(value)}${ranges === undefined ? '' : ` at ${ranges}`}${archs ? ` on ${archs.join(', ')}` : ''}${when === undefined ? '' : ` when ${when}`}`;
    }
    case 'ConsumerRecorded':
      return `${consumerName(event.payload.consumer, event.payload.variant)}: ${event.payload.title}`;
    case 'RequirementStated':
      return `${event.payload.consumer} needs ${event.payload.behaviour} in {${event.payload.needs.join(', ')}}, else ${event.payload.otherwise}: ${event.payload.why}`;
    case 'FieldUseStated':
      return `${event.payload.consumer} ${event.payload.use} ${event.payload.field}: ${event.payload.how}`;
    case 'MitigationStated':
      return `${event.payload.consumer}: ${event.payload.mitigation}`;
    case 'TestRecorded':
      return `${event.payload.test}: ${event.payload.title}`;
    case 'RunObserved': {
      const { origin, release, arch, results, id, selftests } = event.payload;
      const [only] = results;
      // An object of a CI is one result and says neither release nor architecture: its build does.
      if (id !== undefined && only !== undefined && results.length === 1)
        return `${origin}: ${only.test} is ${only.outcome}${only.reason === undefined ? '' : ` (${only.reason})`}`;
      return `${origin} ran ${results.length} ${results.length === 1 ? 'test' : 'tests'}${selftests === undefined ? '' : ` of the selftests of ${selftests}`} on ${release ?? 'an unknown release'} ${arch ?? 'an unknown architecture'}`;
    }
    case 'CheckoutObserved':
      return `${event.payload.origin} took ${event.payload.name ?? event.payload.commit ?? 'a commit'}${event.payload.tree === undefined ? '' : ` of ${event.payload.tree}`}`;
    case 'BuildObserved':
      return `${event.payload.origin} built ${event.payload.config ?? 'a kernel'} for ${event.payload.arch ?? 'an unknown architecture'}: ${event.payload.outcome}`;
    case 'CoverageChanged':
      return `${event.payload.ci}: ${event.payload.test} ${event.payload.state}${event.payload.archs ? ` on ${event.payload.archs.join(', ')}` : ''}`;
    case 'OutcomeAttributed':
      return `${event.payload.cause}: ${event.payload.why}`;
    case 'MessageArchived':
      return `${event.payload.from}: ${event.payload.summary ?? event.payload.subject ?? ''}`;
    case 'BreakageClaimed': {
      const { by, says, consumer, variant, behaviour, releases, range, archs } = event.payload;
      const what = consumer === undefined ? (behaviour ?? 'something') : consumerName(consumer, variant);
      const where = [releases?.join(', '), range ? `${range.from}..${range.to ?? ''}` : undefined].filter(
        (w) => w !== undefined,
      );
      return `${by}: ${what} ${says}${where.length > 0 ? ` at ${where.join(', ')}` : ''}${archs ? ` on ${archs.join(', ')}` : ''}`;
    }
    case 'CulpritClaimed':
      return `${event.payload.by}: ${shortChange(event.payload.change)} is ${event.payload.role} (${event.payload.method})`;
    case 'FixClaimed':
      return `${event.payload.by}: ${event.payload.change === undefined ? (event.payload.what ?? 'a fix') : shortChange(event.payload.change)} ${event.payload.status}${event.payload.release === undefined ? '' : ` in ${event.payload.release}`}`;
    case 'DuplicateClaimed':
      return `${event.payload.by}: ${event.payload.report} is ${event.payload.of}`;
    case 'StatementDisputed':
      return `${event.payload.by} disputes: ${event.payload.why}`;
    case 'ProposalStated':
      return `${event.payload.by} (${event.payload.status}): ${event.payload.title}`;
    case 'TrackingCommandGiven':
      return `${event.payload.by} tells regzbot: ${event.payload.command} ${event.payload.argument ?? ''}`.trimEnd();
    case 'NoteAdded':
      return `${event.payload.by} on ${event.payload.about}: ${event.payload.text}`;
    case 'EventRetracted':
      return `${event.payload.by} retracted ${event.payload.target.slice(0, 12)}: ${event.payload.reason}`;
    case 'DisputeSettled':
      return `${event.payload.by} settled ${event.payload.dispute}: ${event.payload.reason}`;
    case 'RegressionSplit':
      return `${event.payload.by} split ${[...(event.payload.consumers ?? []), ...(event.payload.archs ?? [])].join(', ')} off ${event.payload.regression}: ${event.payload.reason}`;
    case 'RegressionMerged':
      return `${event.payload.by} merged ${event.payload.regression} into ${event.payload.into}: ${event.payload.reason}`;
    case 'RecordRejected':
      return `${event.payload.format}: ${event.payload.reason}`;
    case 'BisectStarted':
      return `bisect ${event.payload.session}: ${event.payload.good.join(' ')} good, ${event.payload.bad.join(' ')} bad`;
    case 'BisectOutcomeRecorded':
      return `bisect ${event.payload.session}: ${event.payload.version} is ${event.payload.outcome}`;
    case 'SuspectWeighted':
      return `bisect ${event.payload.session}: ${shortChange(event.payload.change)} weighs ${event.payload.factor}: ${event.payload.why}`;
    case 'BisectConcluded':
      return `bisect ${event.payload.session}: ${event.payload.why}`;
    case 'BisectAbandoned':
      return `bisect ${event.payload.session} given up: ${event.payload.why}`;
  }
}
