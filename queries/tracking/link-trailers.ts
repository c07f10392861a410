import type { Payload } from '../../store/events/catalogue.ts';

type Trailers = NonNullable<Payload<'ChangeRecorded'>['trailers']>;

/** What the trailers of a change link to (`Link:` and `Closes:`, submitting-patches.rst), each without what is said behind it. */
export function linksIn(trailers: Trailers = []): readonly string[] {
  return trailers
    .filter(({ key }) => /^(?:link|closes)$/i.test(key))
    .map(({ value }) => value.split(/\s/)[0]!);
}
