import type { TypedStoredEvent } from '../../store/events/event.ts';
import { answersOf } from '../regressions/answers.ts';
import { describeEvent } from '../model/describe-event.ts';
import { disputesOf } from '../model/disputes.ts';
import type { Model } from '../model/model.ts';
import type { Contradiction } from './contradiction.ts';

/** Somebody reports a breakage, somebody else says that it is no regression; where nobody has declared it a dispute, which is told as such. */
export function deniedRegressions(model: Model): readonly Contradiction[] {
  const denials = model.of('BreakageClaimed').filter(({ payload }) => payload.says === 'not-a-regression');
  if (denials.length === 0) return [];
  const declared = new Set(disputesOf(model).flatMap((d) => d.statements.flatMap((s) => s.event?.id ?? [])));
  return answersOf(model).regressions.flatMap(({ document: r, stretch }): readonly Contradiction[] => {
    const reports = r.evidence.flatMap((id) => {
      const event = model.byId.get(id);
      return event?.type === 'BreakageClaimed' && event.payload.says !== 'works' ? [event] : [];
    });
    const speaksOf = ({ payload: c }: TypedStoredEvent<'BreakageClaimed'>) =>
      c.behaviour === undefined
        ? stretch.violations.some((v) => v.consumer.consumer === c.consumer)
        : c.behaviour === stretch.behaviour;
    const broken = reports.filter((e) => e.payload.says !== 'not-a-regression');
    const denied = denials.filter((e) => !declared.has(e.id) && speaksOf(e));
    if (broken.length === 0 || denied.length === 0) return [];
    return [
      {
        kind: 'claim-claim',
        about: `whether ${r.id} is a regression: ${r.title}`,
        matter: `whether ${r.id} is a regression`,
        sides: [broken, denied].map((side) => ({
          says: side.map(describeEvent).join('; '),
          evidence: side.map((e) => e.id),
        })),
        settles:
          'no run can tell what counts as a regression; a decision: declare these statements a dispute (section "disputes" of the facts), which regline settle then decides',
        run: null,
        settlesBy: [...broken, ...denied].map((e) => e.id),
        settledBy: null,
      },
    ];
  });
}
