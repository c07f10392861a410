import type { Scalar } from '../../store/events/fields.ts';
import type { KnownNames } from '../importer.ts';
import { isObject, type JsonObject } from '../results/json-shape.ts';
import type { FactRecord } from './fact-set.ts';

/** What a name can be the name of. */
export type Kind = 'release' | 'line' | 'change' | 'behaviour' | 'interface' | 'consumer' | 'test' | 'field';

const KIND_OF_SECTION: ReadonlyMap<string, Kind> = new Map(
  Object.entries({
    releases: 'release',
    lines: 'line',
    changes: 'change',
    behaviours: 'behaviour',
    interfaces: 'interface',
    consumers: 'consumer',
    tests: 'test',
  }),
);

/**
 * All names that a record may use: those of the set and those of the log. They are taken from the records as they
 * are written, so that a record with a mistake in it does not make every mention of it a mistake too.
 */
export class Names {
  /** Values of behaviours and switches; null where any will do, or where they are not known. */
  readonly values = new Map<string, readonly Scalar[] | null>();
  readonly switches: Set<string>;
  readonly profile = new Set<string>();
  private readonly kinds: Readonly<Record<Kind, Set<string>>>;
  /** Interfaces of the log are not among the known names; fields tell that there are some. */
  private readonly interfacesComplete: boolean;

  constructor(records: readonly FactRecord[], known: KnownNames) {
    this.kinds = {
      release: new Set(known.releases),
      line: new Set(known.lines),
      change: new Set(known.changes),
      behaviour: new Set(known.behaviours.keys()),
      interface: new Set(),
      consumer: new Set(known.consumers),
      test: new Set(known.tests),
      field: new Set(known.fields),
    };
    this.interfacesComplete = known.fields.size === 0 && known.behaviours.size === 0;
    this.switches = new Set(known.switches);
    for (const [name, values] of known.behaviours) this.values.set(name, values);
    for (const { section, value } of records) {
      const kind = KIND_OF_SECTION.get(section);
      if (kind) this.take(kind, value);
    }
  }

  /** All names of a kind, for suggestions. */
  of(kind: Kind): ReadonlySet<string> {
    return this.kinds[kind];
  }

  has(kind: Kind, name: string): boolean {
    return this.kinds[kind].has(name) || (kind === 'interface' && !this.interfacesComplete);
  }

  /** A field goes by its own name, or with its interface before it. */
  hasField(iface: string, field: string): boolean {
    const fields = this.kinds.field;
    return fields.has(`${iface}.${field}`) || fields.has(field) || fields.has(`${iface}/${field}`);
  }

  private take(kind: Kind, value: JsonObject): void {
    const name = value[kind];
    if (typeof name !== 'string') return;
    this.kinds[kind].add(name);
    if (kind === 'consumer') {
      if (typeof value.variant === 'string') this.kinds.consumer.add(`${name}/${value.variant}`);
      if (isObject(value.profile)) for (const key of Object.keys(value.profile)) this.profile.add(key);
    } else if (kind === 'change') {
      for (const alias of mappings(value.aliases))
        if (typeof alias.alias === 'string') this.kinds.change.add(alias.alias);
    } else if (kind === 'behaviour') {
      this.values.set(name, Array.isArray(value.values) ? (value.values as Scalar[]) : null);
    } else if (kind === 'interface') {
      for (const field of mappings(value.fields)) this.kinds.field.add(`${name}.${String(field.field)}`);
      for (const one of mappings(value.switches)) {
        this.switches.add(String(one.switch));
        if (Array.isArray(one.values)) this.values.set(String(one.switch), one.values as Scalar[]);
      }
    }
  }
}

function mappings(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : [];
}
