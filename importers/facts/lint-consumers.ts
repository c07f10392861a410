import { areApart, consumerVersions, isAfter } from '../../store/names/consumer-version.ts';
import type { Problems } from './document.ts';
import type { Draft } from './drafts.ts';

/** What a record of `consumers` says, as its schema gives it. */
interface ConsumerFields {
  readonly consumer: string;
  readonly variant?: string;
  readonly versions?: { readonly from?: string; readonly to?: string };
  readonly embeds?: { readonly consumer: string; readonly variant?: string };
}

/** Refuses consumers that embed themselves, and variants of one consumer that share a version. */
export function lintConsumers(drafts: readonly Draft[], problems: Problems): void {
  // Several sources of one record tell of the same consumer.
  const consumers = [
    ...new Map(drafts.filter((d) => d.type === 'ConsumerRecorded').map((d) => [nameOf(d), d])).values(),
  ];
  lintEmbedding(consumers, problems);
  consumers.forEach((draft, index) => {
    lintVersions(draft, consumers.slice(0, index), problems);
  });
}

function fieldsOf(draft: Draft): ConsumerFields {
  return draft.payload as unknown as ConsumerFields;
}

function nameOf(draft: Draft): string {
  return joined(fieldsOf(draft));
}

function joined({ consumer, variant }: { readonly consumer: string; readonly variant?: string }): string {
  return variant === undefined || variant === 'main' ? consumer : `${consumer}/${variant}`;
}

function lintEmbedding(consumers: readonly Draft[], problems: Problems): void {
  const inside = new Map<string, string>();
  for (const draft of consumers) {
    const { embeds } = fieldsOf(draft);
    if (embeds) inside.set(nameOf(draft), joined(embeds));
  }
  for (const draft of consumers) {
    const name = nameOf(draft);
    const way = [name];
    for (let at = inside.get(name); at !== undefined; at = inside.get(at)) {
      if (at === name)
        problems.add(draft.place(['embeds']), `${name} embeds itself: ${[...way, name].join(' -> ')}`);
      if (way.includes(at)) break;
      way.push(at);
    }
  }
}

function lintVersions(draft: Draft, earlier: readonly Draft[], problems: Problems): void {
  const { consumer, versions } = fieldsOf(draft);
  const range = consumerVersions(versions);
  if (range === null) return;
  if (range.from !== null && range.to !== null && isAfter(range.from, range.to)) {
    problems.add(
      draft.place(['versions', 'to']),
      `the versions end at ${versions?.to ?? ''}, before they begin`,
      'swap "from" and "to"',
    );
    return;
  }
  for (const other of earlier) {
    if (fieldsOf(other).consumer !== consumer) continue;
    const theirs = consumerVersions(fieldsOf(other).versions);
    if (theirs === null) continue;
    if (!areApart(range, theirs))
      problems.add(
        draft.place(['versions']),
        `${nameOf(draft)} and ${nameOf(other)} share versions`,
        'a variant is a range of versions without overlap; "to: 8.0" ends with the last version of 8.0',
      );
  }
}
