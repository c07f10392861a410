import { catalogue, type EventType } from '../../store/events/catalogue.ts';
import type { JsonObject } from '../results/json-shape.ts';

/** How the records of one section become events. */
export interface Section {
  readonly type: EventType;
  /** The names of a record's own fields, beside the common ones. */
  readonly fields: ReadonlySet<string>;
  /** The key of a record that gives none; undefined where it must give one. */
  readonly key: ((record: JsonObject, parentKey: string, alias: string) => unknown) | undefined;
  /** The payload has a `by`, taken from the source when the record does not say. */
  readonly by: boolean;
  /** The fields of the payload that are dates: an instant with a zone is rewritten in UTC. */
  readonly dates: readonly string[];
}

/** Fields that every record may have. */
export const commonFields = ['key', 'rev', 'source', 'known', 'confidence', 'note'] as const;

/** Fields that an entry of a record's `source` list may narrow, beside `of`. */
export const narrowingFields = ['archs', 'at', 'releases', 'range', 'known', 'confidence', 'note'] as const;

interface Differences {
  readonly omit?: readonly string[];
  readonly add?: readonly string[];
  readonly dates?: readonly string[];
}

/**
 * A section's fields are those of its event's payload, so that the two cannot drift apart; only what differs is
 * written down.
 */
function section(type: EventType, key: Section['key'], differences: Differences = {}): Section {
  const { omit = [], add = [], dates = [] } = differences;
  const schema = catalogue.get(type)!.schema as unknown as { readonly entries: JsonObject };
  const left = new Set([...commonFields, ...omit] as string[]);
  const names = Object.keys(schema.entries);
  const fields = new Set([...names.filter((name) => !left.has(name)), ...add]);
  return { type, fields, key, by: names.includes('by'), dates };
}

const change = { omit: ['change'] };
const cases = { omit: ['order'], add: ['cases'] };

/** The sections of a file, by name. */
export const sections: ReadonlyMap<string, Section> = new Map([
  ['releases', section('ReleaseRecorded', (r) => r.release, { dates: ['date'] })],
  ['lines', section('LineRecorded', (r) => r.line, { dates: ['ended'] })],
  [
    'changes',
    section(
      'ChangeRecorded',
      (r) => (typeof r.change === 'string' && !r.change.startsWith('<') ? r.change.slice(0, 12) : r.change),
      { add: ['entered', 'backports', 'aliases'], dates: ['authorDate', 'commitDate'] },
    ),
  ],
  ['interfaces', section('InterfaceDescribed', (r) => r.interface)],
  ['behaviours', section('BehaviourDefined', (r) => r.behaviour)],
  ['sets', section('BehaviourSet', undefined, cases)],
  ['claimed', section('BehaviourClaimed', undefined, cases)],
  [
    'consumers',
    section('ConsumerRecorded', (r) =>
      typeof r.variant === 'string' ? `${String(r.consumer)}/${r.variant}` : r.consumer,
    ),
  ],
  ['requirements', section('RequirementStated', undefined)],
  ['uses', section('FieldUseStated', undefined)],
  ['mitigations', section('MitigationStated', undefined)],
  ['tests', section('TestRecorded', (r) => r.test)],
  ['coverage', section('CoverageChanged', undefined, { dates: ['since', 'until', 'authored'] })],
  ['attributed', section('OutcomeAttributed', undefined, { dates: ['until'] })],
  [
    'messages',
    section('MessageArchived', (_r, _parent, alias) => alias, {
      omit: ['messageId', 'sha256', 'body'],
      dates: ['date'],
    }),
  ],
  ['breakage', section('BreakageClaimed', undefined)],
  ['culprits', section('CulpritClaimed', undefined)],
  ['fixes', section('FixClaimed', undefined)],
  ['duplicates', section('DuplicateClaimed', undefined)],
  ['disputes', section('StatementDisputed', (r) => r.dispute)],
  ['proposals', section('ProposalStated', (r) => `${String(r.proposal)}.${String(r.status)}`)],
  ['notes', section('NoteAdded', undefined, { dates: ['date'] })],
]);

/** What stands inside a record of `changes`. */
export const changeParts: ReadonlyMap<string, Section> = new Map([
  ['entered', section('ChangeEntered', (_r, parent) => `${parent}.entered`, change)],
  ['backports', section('BackportRecorded', (r, parent) => `${parent}.${String(r.line)}`, change)],
  ['aliases', section('AliasRecorded', (r, parent) => `${parent}=${String(r.alias)}`, change)],
]);
