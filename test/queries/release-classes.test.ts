import { describe, expect, it } from 'vitest';
import { releaseClasses } from '../../queries/verdict/release-classes.ts';
import { prediction } from '../../queries/verdict/prediction.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { newEvent } from '../../store/events/event.ts';
import { modelOf, stored } from '../support/facts-model.ts';
import { placeAt } from '../../queries/verdict/place.ts';

const said = { knownAt: '2026-01-01', source: 'test', locator: 'test' };
const common = { confidence: 'verified', rev: 1 } as const;
const [FIX, PROMISE, OTHER] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];

/** Six releases of one line: a change that sets the behaviour enters v1.2, one that a promise rests on v1.3, another v1.4. */
function facts(complete: boolean): readonly NewEvent[] {
  const releases = Array.from({ length: 6 }, (_, i) =>
    newEvent({
      ...said,
      type: 'ReleaseRecorded',
      stream: `release/${i}`,
      payload: {
        ...common,
        release: `v1.${i}`,
        line: 'mainline',
        ...(i > 0 ? { predecessor: `v1.${i - 1}` } : {}),
      },
    }),
  );
  const entries = [FIX, PROMISE, OTHER].map((change, i) =>
    newEvent({
      ...said,
      type: 'ChangeEntered',
      stream: `entered/${change}`,
      payload: { ...common, change, release: `v1.${i + 2}`, order: 1 },
    }),
  );
  return [
    newEvent({
      ...said,
      type: 'LineRecorded',
      stream: 'line',
      payload: { ...common, line: 'mainline', complete },
    }),
    newEvent({
      ...said,
      type: 'BehaviourDefined',
      stream: 'behaviour',
      payload: {
        ...common,
        behaviour: 'pipe.b',
        interface: 'pipe',
        title: 'b',
        values: ['old', 'new'],
        owner: 'kernel',
        guarantees: [{ guarantee: 'observed' }, { guarantee: 'documented', since: PROMISE, values: ['new'] }],
      },
    }),
    newEvent({
      ...said,
      type: 'BehaviourSet',
      stream: 'stated',
      payload: {
        ...common,
        behaviour: 'pipe.b',
        value: 'old',
        at: [{ from: 'v1.0', to: 'v1.0' }],
        order: 0,
      },
    }),
    newEvent({
      ...said,
      type: 'BehaviourSet',
      stream: 'set',
      payload: { ...common, behaviour: 'pipe.b', value: 'new', change: FIX, order: 0 },
    }),
    ...releases,
    ...entries,
  ];
}

describe('classes of releases', () => {
  it('begin where a statement ends, and where a change enters on which a record or a promise rests', () => {
    const { classOf, before } = releaseClasses(modelOf(stored(facts(true))));
    expect([0, 1, 2, 3, 4, 5].map((i) => classOf(`v1.${i}`))).toEqual([
      'v1.0',
      'v1.1',
      'v1.2',
      'v1.3',
      'v1.3',
      'v1.3',
    ]);
    expect([before('v1.3'), before('v1.0')]).toEqual(['v1.2', null]);
  });

  it('are single releases where a line may hold more than is recorded', () => {
    const model = modelOf(stored(facts(false)));
    const { classOf } = releaseClasses(model);
    expect(classOf('v1.5')).toBe('v1.5');
    const predict = prediction(model);
    // Whatever is asked first: a statement speaks at its release, and of the next one nothing is known.
    expect(predict.effective('pipe.b', placeAt('v1.1', 'arm64')).known).toBe(false);
    expect(predict.effective('pipe.b', placeAt('v1.0', 'arm64'))).toMatchObject({
      known: true,
      value: 'old',
    });
  });
});
