import type { Problems } from './document.ts';
import type { Draft } from './drafts.ts';
import { textsAt } from './parts.ts';
import { suggest } from './suggest.ts';

/**
 * Refuses architectures that the interface of a record does not have. An interface that lists none has any, and one that is
 * described elsewhere cannot be asked.
 */
export function lintArchs(drafts: readonly Draft[], problems: Problems): void {
  const archsOf = new Map<string, readonly string[]>();
  const interfaceOf = { behaviour: new Map<string, string>(), consumer: new Map<string, string>() };
  for (const { type, payload } of drafts) {
    if (type === 'InterfaceDescribed' && payload.archs !== undefined)
      archsOf.set(
        String(payload.interface),
        textsAt(payload, 'archs.*.arch').map((part) => part.value),
      );
    if (type === 'BehaviourDefined')
      interfaceOf.behaviour.set(String(payload.behaviour), String(payload.interface));
    if (type === 'ConsumerRecorded')
      interfaceOf.consumer.set(String(payload.consumer), String(payload.interface));
  }
  for (const draft of drafts) {
    const { interface: named, behaviour, consumer } = draft.payload;
    const name =
      named ?? interfaceOf.behaviour.get(String(behaviour)) ?? interfaceOf.consumer.get(String(consumer));
    if (typeof name !== 'string') continue;
    const archs = archsOf.get(name);
    if (archs === undefined) continue;
    for (const { path, value } of textsAt(draft.payload, 'archs.*')) {
      if (!archs.includes(value))
        problems.add(
          draft.place(path),
          `${name} has no architecture "${value}"`,
          suggest(value, archs) ?? `it has ${archs.join(', ')}`,
        );
    }
  }
}
