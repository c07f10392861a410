import type { Scalar } from '../../store/events/fields.ts';
import type { Model } from '../model/model.ts';
import { guaranteeAt } from '../verdict/needs.ts';
import { presenceOf } from '../verdict/presences.ts';
import { prediction } from '../verdict/prediction.ts';
import { QueryError } from '../model/query-error.ts';
import { selectArchs, selectConfig, selectRelease } from '../model/select.ts';
import { switchesOf } from '../model/switches.ts';
import { placeAt } from '../verdict/place.ts';

export interface ModeDocument {
  readonly schema: 'regline.mode/1';
  readonly asOf: string | null;
  readonly release: string;
  readonly arch: string;
  readonly profile: Readonly<Record<string, Scalar>>;
  /** Behaviours that say that the kernel does not take this registration: then what it would decide besides has no value. */
  readonly rejectedBy: readonly string[];
  /** Interfaces that the architecture does not have in this release: their behaviours are nothing there. */
  readonly absent: readonly { readonly interface: string; readonly evidence: readonly string[] }[];
  readonly behaviours: readonly {
    readonly behaviour: string;
    readonly interface: string;
    readonly title: string;
    /** Null where it is not known. */
    readonly value: Scalar | null;
    readonly basis: 'predicted' | 'inferred' | null;
    readonly why: string | null;
    /** True where the value depends on the registration. */
    readonly depends: boolean;
    readonly guarantee: 'documented' | 'observed' | null;
    readonly evidence: readonly string[];
  }[];
}

export interface ModeOptions {
  readonly release: string;
  readonly arch: string;
  readonly profile: Readonly<Record<string, Scalar>>;
  readonly config?: string;
}

/** The value by which a data set says that a registration is not taken. */
const REJECTED = 'rejected';

/** Answers: what does the kernel do for somebody who uses the interface in this way? */
export function mode(model: Model, options: ModeOptions): ModeDocument {
  const predict = prediction(model);
  const release = selectRelease(model, options.release);
  const [arch, ...others] = selectArchs(model, [options.arch]);
  if (arch === undefined || others.length > 0) throw new QueryError('name one architecture');
  const place = placeAt(release, arch, options.profile, switchesOf(selectConfig(model, options.config)));
  const profileNames = new Set(
    model.of('ConsumerRecorded').flatMap((e) => Object.keys(e.payload.profile ?? {})),
  );
  const behaviours = [...model.behaviours].map(([behaviour, { payload }]) => {
    const presence = presenceOf(model, payload.interface, release, arch);
    const found =
      presence === 'there'
        ? predict.effective(behaviour, place)
        : ({
            known: false,
            why:
              presence === 'absent'
                ? `${payload.interface} is not on ${arch} there`
                : `whether ${payload.interface} is on ${arch} there is not known`,
          } as const);
    return {
      behaviour,
      interface: payload.interface,
      title: payload.title,
      value: found.known ? found.value : null,
      basis: found.known ? found.basis : null,
      why: found.known ? null : found.why,
      depends: predict.askedBy(behaviour).some((name) => profileNames.has(name)),
      guarantee:
        presence === 'absent' ? null : (guaranteeAt(model, predict, behaviour, place)?.guarantee ?? null),
      evidence: found.known
        ? [found.record.id]
        : [
            presence === 'there'
              ? model.behaviours.get(behaviour)!.id
              : model.interfaces.get(payload.interface)!.id,
          ],
    };
  });
  const rejectedBy = behaviours.filter((b) => b.value === REJECTED).map((b) => b.behaviour);
  // What the registration decides comes first.
  behaviours.sort((a, b) => Number(b.depends) - Number(a.depends) || (a.behaviour < b.behaviour ? -1 : 1));
  return {
    schema: 'regline.mode/1',
    asOf: model.view.asOf ?? null,
    release,
    arch,
    profile: options.profile,
    absent: [...model.interfaces]
      .filter(([name]) => presenceOf(model, name, release, arch) === 'absent')
      .map(([name, event]) => ({ interface: name, evidence: [event.id] })),
    rejectedBy,
    behaviours: behaviours.map((b) =>
      rejectedBy.length > 0 && b.depends && !rejectedBy.includes(b.behaviour)
        ? { ...b, value: null, basis: null, why: 'the kernel does not take this registration' }
        : b,
    ),
  };
}
