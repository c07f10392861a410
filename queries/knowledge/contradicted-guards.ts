import { answersOf } from '../regressions/answers.ts';
import { consumerName, type Model } from '../model/model.ts';
import { archsOf } from '../model/interfaces.ts';
import { isApplicable } from '../verdict/presences.ts';
import type { Contradiction } from './contradiction.ts';
import { settledByRun } from './settling.ts';

/** Guards of which sources disagree whether a version of a consumer has them: told once, with all releases that they would refuse. */
export function guardContradictions(model: Model): readonly Contradiction[] {
  const { verdicts } = answersOf(model);
  return model.consumers.flatMap((consumer): Contradiction[] => {
    const { event } = consumer;
    const guard = event?.payload.guards?.find((g) => g.disputed !== undefined);
    if (event === null || guard === undefined) return [];
    const places = model.graph.order.flatMap((release) =>
      (consumer.archs ?? archsOf(model, consumer.interface))
        .filter((arch) => isApplicable(model, consumer, release, arch))
        .filter((arch) => verdicts.guardAt(consumer, arch)?.(release)?.state === 'disputed')
        .map((arch) => ({ release, arch })),
    );
    const [first] = places;
    if (first === undefined) return [];
    const name = consumerName(consumer.consumer, consumer.variant);
    const releases = [...new Set(places.map((p) => p.release))];
    return [
      {
        kind: 'claim-claim',
        about: `the guard of ${name} at ${releases.join(', ')}`,
        sides: [
          { says: `it ${guard.says}`, evidence: [event.id] },
          { says: `${guard.disputed!}: then it starts there`, evidence: [event.id] },
        ],
        ...settledByRun(
          model,
          { behaviours: [], consumer: name, version: first.release, arch: first.arch },
          'it refuses, or it starts',
        ),
        settledBy: null,
      },
    ];
  });
}
