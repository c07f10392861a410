import { answersOf } from '../regressions/answers.ts';
import { consumerName, type Consumer, type Model } from '../model/model.ts';
import { archsOf } from '../model/interfaces.ts';
import { isApplicable } from '../verdict/presences.ts';
import type { Contradiction } from './contradiction.ts';
import { settledByRun } from './settling.ts';

/** The guard of a consumer of which sources disagree whether it has it. */
export function disputedGuard({ event }: Consumer) {
  return event?.payload.guards?.find((guard) => guard.disputed !== undefined);
}

/** Guards of which sources disagree whether a version of a consumer has them: told once, with all releases that they would refuse. */
export function guardContradictions(model: Model): readonly Contradiction[] {
  const { verdicts } = answersOf(model);
  return model.consumers.flatMap((consumer): Contradiction[] => {
    const { event } = consumer;
    const guard = disputedGuard(consumer);
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
