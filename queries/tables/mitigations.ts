import type { TypedStoredEvent } from '../../store/events/event.ts';
import { consumerName, type Consumer, type Model } from '../model/model.ts';

/** What eases a consumer's trouble: stated for it, for one of its variants, or for what it embeds. */
export function mitigationsOf(
  model: Model,
  consumer: Pick<Consumer, 'is'>,
): readonly TypedStoredEvent<'MitigationStated'>[] {
  return model.of('MitigationStated').filter(({ payload: m }) => {
    const stated = m.variants?.map((v) => consumerName(m.consumer, v === 'main' ? null : v));
    return consumer.is.some((name) =>
      stated === undefined ? name.split('/')[0] === m.consumer : stated.includes(name),
    );
  });
}
