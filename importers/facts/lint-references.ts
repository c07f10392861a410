import type { EventType } from '../../store/events/catalogue.ts';
import type { Scalar } from '../../store/events/fields.ts';
import type { Path, Problems } from './document.ts';
import type { Draft } from './drafts.ts';
import type { Kind, Names } from './names.ts';
import { partsAt, textsAt } from './parts.ts';
import { suggest } from './suggest.ts';

type Patterns = Partial<Record<EventType, Readonly<Record<string, Kind>>>>;

const setting = {
  behaviour: 'behaviour',
  change: 'change',
  'at.*.from': 'release',
  'at.*.to': 'release',
} as const;
const scope = { consumer: 'consumer', behaviour: 'behaviour' } as const;

/**
 * Where payloads name things. `fixes` of a change is not among them: a trailer may name any commit of the kernel's
 * history, and only those that bear on the interface are recorded.
 */
const REFERENCES: Patterns = {
  ReleaseRecorded: { line: 'line', predecessor: 'release' },
  LineRecorded: { base: 'release' },
  ChangeRecorded: { 'touches.*': 'behaviour' },
  ChangeEntered: { release: 'release' },
  BackportRecorded: { release: 'release', line: 'line' },
  InterfaceDescribed: {
    'fields.*.since': 'release',
    'archs.*.since': 'release',
    'archs.*.until': 'release',
    'archs.*.by': 'release',
  },
  BehaviourDefined: { interface: 'interface', 'guarantees.*.since': 'change' },
  BehaviourSet: setting,
  BehaviourClaimed: setting,
  ConsumerRecorded: { interface: 'interface', 'embeds.consumer': 'consumer' },
  RequirementStated: scope,
  FieldUseStated: { consumer: 'consumer', interface: 'interface' },
  MitigationStated: { ...scope, since: 'release' },
  TestRecorded: {
    'behaviours.*': 'behaviour',
    'consumers.*.consumer': 'consumer',
    since: 'change',
    shippedIn: 'release',
  },
  CoverageChanged: { test: 'test' },
  OutcomeAttributed: { test: 'test', 'releases.*': 'release' },
  BreakageClaimed: {
    ...scope,
    'releases.*': 'release',
    'range.from': 'release',
    'range.to': 'release',
    lastGood: 'release',
    introducedBy: 'change',
  },
  CulpritClaimed: { ...scope, change: 'change' },
  FixClaimed: { ...scope, change: 'change', line: 'line', release: 'release' },
  ProposalStated: { 'sets.*.behaviour': 'behaviour' },
};

/** Where payloads give values of the behaviour that they name. */
const VALUES: Partial<Record<EventType, readonly string[]>> = {
  BehaviourDefined: ['absent.*', 'guarantees.*.values.*'],
  BehaviourSet: ['value'],
  BehaviourClaimed: ['value'],
  RequirementStated: ['needs.*'],
  BreakageClaimed: ['value'],
};

/** Refuses names that nothing in the set or in the log has, and values that a behaviour does not have. */
export function lintReferences(draft: Draft, names: Names, problems: Problems): void {
  const { type, payload } = draft;
  for (const [pattern, kind] of Object.entries(REFERENCES[type] ?? {})) {
    for (const { path, value } of textsAt(payload, pattern)) {
      if (kind === 'consumer' && isVariant(value, names)) {
        problems.add(draft.place(path), `"${value}" names a variant, not a consumer`, apart(draft, value));
        continue;
      }
      if (names.has(kind, value)) continue;
      problems.add(
        draft.place(path),
        `unknown ${kind} "${value}"`,
        suggest(value, names.of(kind)) ?? `record it under "${kind}s" first`,
      );
    }
  }
  lintVariants(draft, names, problems);
  for (const pattern of VALUES[type] ?? []) {
    for (const { path, value } of partsAt(payload, pattern))
      lintValue(draft, path, String(payload.behaviour), value as Scalar, names, problems);
  }
  if (type === 'ProposalStated')
    for (const { path, value } of partsAt(payload, 'sets.*')) {
      const set = value as { readonly behaviour: string; readonly value: Scalar };
      lintValue(draft, [...path, 'value'], set.behaviour, set.value, names, problems);
    }
  if (type === 'InterfaceDescribed')
    for (const { path, value } of partsAt(payload, 'switches.*')) {
      const one = value as { readonly values: readonly Scalar[]; readonly default: Scalar };
      if (!one.values.includes(one.default))
        problems.add(
          draft.place([...path, 'default']),
          `the default "${String(one.default)}" is not among the values`,
        );
    }
  if (type === 'FieldUseStated') {
    const { interface: iface, field } = payload as { readonly interface: string; readonly field: string };
    if (!names.hasField(iface, field)) {
      const fields = [...names.of('field')].map((f) =>
        f.slice(f.startsWith(`${iface}.`) ? iface.length + 1 : 0),
      );
      problems.add(draft.place(['field']), `unknown field "${field}" of ${iface}`, suggest(field, fields));
    }
  }
}

/** Tells whether a name is a consumer's with its variant: what is said of such a name would hold for nobody. */
function isVariant(name: string, names: Names): boolean {
  const slash = name.indexOf('/');
  return slash > 0 && names.has('consumer', name) && names.has('consumer', name.slice(0, slash));
}

/** Says how a consumer and its variant are named in a record. */
function apart({ type }: Draft, name: string): string {
  const slash = name.indexOf('/');
  const [consumer, variant] = [name.slice(0, slash), name.slice(slash + 1)];
  const isMany = type === 'RequirementStated' || type === 'FieldUseStated' || type === 'MitigationStated';
  return `say consumer: ${consumer}, ${isMany ? `variants: [${variant}]` : `variant: ${variant}`}`;
}

/** Variants are named beside their consumer, in one of four ways. */
function lintVariants(draft: Draft, names: Names, problems: Problems): void {
  const { type, payload } = draft;
  const check = (consumer: unknown, variant: unknown, path: Path): void => {
    if (typeof consumer !== 'string' || typeof variant !== 'string') return;
    const name = `${consumer}/${variant}`;
    // `main` is the consumer as it usually is.
    if (variant === 'main') return;
    if (!names.has('consumer', consumer) || names.has('consumer', name)) return;
    const others = [...names.of('consumer')].filter((c) => c.startsWith(`${consumer}/`));
    const own = others.map((c) => c.slice(consumer.length + 1));
    problems.add(
      draft.place(path),
      `unknown variant "${variant}" of ${consumer}`,
      suggest(variant, own) ?? (own.length > 0 ? `it has ${own.join(', ')}` : 'it has no variants'),
    );
  };
  if (type !== 'ConsumerRecorded') check(payload.consumer, payload.variant, ['variant']);
  for (const { path, value } of partsAt(payload, 'variants.*')) check(payload.consumer, value, path);
  for (const { path, value } of [...partsAt(payload, 'embeds'), ...partsAt(payload, 'consumers.*')]) {
    const { consumer, variant } = value as { readonly consumer?: unknown; readonly variant?: unknown };
    check(consumer, variant, [...path, 'variant']);
  }
}

function lintValue(
  draft: Draft,
  path: Path,
  behaviour: string,
  value: Scalar,
  names: Names,
  problems: Problems,
): void {
  const values = names.values.get(behaviour);
  if (!values || values.includes(value)) return;
  problems.add(
    draft.place(path),
    `${behaviour} has no value ${JSON.stringify(value)}`,
    suggest(String(value), values.map(String)) ??
      `values are ${values.map((x) => JSON.stringify(x)).join(', ')}`,
  );
}
