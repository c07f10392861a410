import type { Model } from './model.ts';

/** The interfaces that are described, or that somebody uses. */
export function interfacesOf(model: Model): readonly string[] {
  return [...new Set([...model.interfaces.keys(), ...model.consumers.map((c) => c.interface)])];
}

/** The architectures that an interface has, by name. */
export function archsOf(model: Model, name: string): readonly string[] {
  const archs = model.interfaces.get(name)?.payload.archs?.map((a) => a.arch);
  if (archs !== undefined) return archs;
  const spoken = new Set(model.of('BehaviourSet').flatMap((e) => e.payload.archs ?? []));
  for (const consumer of model.consumers) for (const arch of consumer.archs ?? []) spoken.add(arch);
  return [...spoken].sort();
}
