import type { Pick } from '../../../queries/bisect/verdict/decision.ts';
import { bisectDocument, type NextTest } from '../../../queries/bisect-session/document.ts';
import type { AheadText } from '../../output/bisect-text.ts';
import { stepAfter, type OpenSession } from './open-session.ts';
import { answeredOn } from './tell.ts';

/**
 * Works out what is tested after either outcome of the next test: worth building while that one runs. Null: the search is
 * over then.
 */
export async function bothNext(open: OpenSession, next: Pick): Promise<AheadText> {
  const about = answeredOn(open, next.platform);
  const after = async (outcome: 'good' | 'bad'): Promise<NextTest | null> => {
    const told = { version: next.version, outcome, runs: next.repeats };
    const outcomes = about === null ? [told] : about.map((regression) => ({ ...told, regression }));
    const step = await stepAfter(open, outcomes);
    return bisectDocument(step).next[0] ?? null;
  };
  return { good: await after('good'), bad: await after('bad') };
}
