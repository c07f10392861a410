import { mitigationsOf } from '../tables/mitigations.ts';
import { consumerName, type Consumer, type Model } from '../model/model.ts';

export interface FieldUse {
  readonly consumer: string;
  readonly use: 'reads' | 'writes' | 'relies-on';
  readonly how: string;
  readonly archs: readonly string[] | null;
  readonly since: string | null;
  readonly event: string;
}

export interface OwnedField {
  readonly interface: string;
  readonly field: string;
  readonly owner: string;
  readonly since: string | null;
  readonly says: string;
  readonly uses: readonly FieldUse[];
  /** The description of the interface. */
  readonly event: string;
}

/** Two consumers that cannot live in one process, although the kernel is right. */
export interface OwnershipConflict {
  readonly consumers: readonly [string, string];
  readonly why: string;
  /** The field that they meet in; null where it is the registration itself. */
  readonly field: string | null;
  /** Since which version of whom, as far as that is recorded: `glibc 2.35`. */
  readonly since: readonly string[];
  readonly evidence: readonly string[];
  readonly mitigations: readonly {
    readonly consumer: string;
    readonly mitigation: string;
    readonly gives: string;
    readonly costs: string;
    readonly event: string;
  }[];
}

export interface OwnershipDocument {
  readonly schema: 'regline.ownership/1';
  readonly asOf: string | null;
  readonly fields: readonly OwnedField[];
  readonly conflicts: readonly OwnershipConflict[];
}

/** Answers: who owns each field of an interface, who uses it how, and who cannot share it? */
export function ownership(model: Model): OwnershipDocument {
  const fields = [...model.interfaces.values()].flatMap(({ id, payload }) =>
    (payload.fields ?? []).map((f): OwnedField => ({
      interface: payload.interface,
      field: f.field,
      owner: f.owner,
      since: f.since ?? null,
      says: f.says,
      uses: usesOf(model, f.field),
      event: id,
    })),
  );
  return {
    schema: 'regline.ownership/1',
    asOf: model.view.asOf ?? null,
    fields,
    conflicts: [...overFields(model, fields), ...overRegistration(model)],
  };
}

function usesOf(model: Model, field: string): readonly FieldUse[] {
  return model
    .of('FieldUseStated')
    .filter((e) => e.payload.field === field)
    .flatMap(({ id, payload: u }) =>
      (u.variants ?? [null]).map((variant): FieldUse => ({
        consumer: consumerName(u.consumer, variant === 'main' ? null : variant),
        use: u.use,
        how: u.how,
        archs: u.archs ?? null,
        since: u.since ?? null,
        event: id,
      })),
    )
    .sort((a, b) =>
      a.consumer === b.consumer ? (a.use < b.use ? -1 : 1) : a.consumer < b.consumer ? -1 : 1,
    );
}

/** Whoever writes a field that is not its own breaks whoever reads it or relies on it. */
function overFields(model: Model, fields: readonly OwnedField[]): readonly OwnershipConflict[] {
  const found: OwnershipConflict[] = [];
  for (const { field, owner, uses } of fields) {
    for (const writer of uses.filter((u) => u.use === 'writes' && base(u.consumer) !== owner)) {
      for (const other of uses) {
        if (
          base(other.consumer) === base(writer.consumer) ||
          other.use === 'writes' ||
          owner === 'user space'
        )
          continue;
        found.push({
          consumers: [writer.consumer, other.consumer],
          field,
          why: `${writer.consumer} writes ${field}, which belongs to the ${owner} (${writer.how}); ${other.consumer} ${other.use === 'reads' ? 'reads' : 'relies on'} it (${other.how})`,
          since: [writer, other].flatMap((u) => (u.since === null ? [] : [`${u.consumer} ${u.since}`])),
          evidence: [writer.event, other.event],
          // Only whoever writes what is not its own can leave that.
          mitigations: easing(model, [writer.consumer]),
        });
      }
    }
  }
  return found;
}

/** A thread has one registration: two consumers that both make their own cannot both have it. */
function overRegistration(model: Model): readonly OwnershipConflict[] {
  const owners = model.consumers.filter((c) => c.event !== null && c.profile.owns_registration === true);
  const found: OwnershipConflict[] = [];
  const name = (c: Consumer) => consumerName(c.consumer, c.variant);
  owners.forEach((a, i) => {
    for (const b of owners.slice(i + 1)) {
      // What embeds another makes the other's registration, and versions of one program are never in one process.
      const family = new Set(a.is.map(base));
      if (a.interface !== b.interface || b.is.some((n) => family.has(base(n)))) continue;
      found.push({
        consumers: [name(a), name(b)],
        field: null,
        why: `both register ${a.interface} for themselves, and only one of them can`,
        since: [a, b].flatMap((c) => {
          const from = c.event!.payload.versions?.from;
          return from === undefined ? [] : [`${c.consumer} ${from}`];
        }),
        evidence: [a.event!.id, b.event!.id],
        mitigations: easing(model, [name(a), name(b)]),
      });
    }
  });
  return found;
}

/** What eases a conflict, by whom it is stated for. */
function easing(model: Model, names: readonly string[]): OwnershipConflict['mitigations'] {
  const found = new Map<string, OwnershipConflict['mitigations'][number]>();
  for (const name of names) {
    const consumer = model.consumers.find((c) => consumerName(c.consumer, c.variant) === name);
    for (const { id, payload: m } of mitigationsOf(model, consumer ?? { is: [name] })) {
      const { mitigation, gives, costs } = m;
      if (!found.has(id)) found.set(id, { consumer: name, mitigation, gives, costs, event: id });
    }
  }
  return [...found.values()];
}

function base(name: string): string {
  return name.split('/')[0]!;
}
