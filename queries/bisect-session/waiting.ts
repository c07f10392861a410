import type { Decision } from '../bisect/verdict/decision.ts';
import type { Session } from '../recorded-sessions/session.ts';

const NOTHING = { low: 0, expected: 0, high: 0 };

/** Says which end is missing, in git's words. */
export function waitingFor({ ends, terms }: Session): string | null {
  const quoted = (n: number, term: string) => `${n} '${term}' version${n === 1 ? '' : 's'} known`;
  if (ends.good.length > 0 && ends.bad.length > 0) return null;
  if (ends.good.length === 0 && ends.bad.length === 0)
    return `waiting for both '${terms.good}' and '${terms.bad}' versions`;
  return ends.bad.length === 0
    ? `waiting for ${withArticle(terms.bad)} version, ${quoted(ends.good.length, terms.good)}`
    : `waiting for ${withArticle(terms.good)} version, ${quoted(ends.bad.length, terms.bad)}`;
}

function withArticle(term: string): string {
  return `${/^[aeiou]/i.test(term) ? 'an' : 'a'} '${term}'`;
}

/** The decision of a session that has no bad end yet: nothing can be chosen. */
export function waitingDecision(session: Session): Decision {
  const why = waitingFor(session) ?? '';
  return {
    state: 'running',
    next: [],
    regressions: session.start.payload.regressions.map((r) => ({
      regression: r.key,
      state: 'running',
      suspectCount: 0,
      suspectCountAtStart: 0,
      top: [],
      always: 0,
      never: 0,
      falseFail: 0,
      falsePass: 0,
      contradicted: false,
      fromBefore: [],
      unseenBases: [],
      apart: [],
      seenBefore: [],
      why,
    })),
    buildsLeft: NOTHING,
    runsLeft: NOTHING,
    sharedCulprits: [],
    why,
  };
}

/**
 * What is left where nothing that works is known is no answer: the oldest version may never have worked.
 *
 * @param isGoodKnown whether something was found to work for a regression, by the log or by the session itself.
 */
export function withoutAnswer(decision: Decision, isGoodKnown: (regression: string) => boolean): Decision {
  const still = { state: 'running', why: NEVER_GOOD } as const;
  const regressions = decision.regressions.map((each) =>
    each.state === 'concluded' && !isGoodKnown(each.regression) ? { ...each, ...still } : each,
  );
  const isOpen = decision.state === 'concluded' && regressions.some((each) => each.state !== 'concluded');
  return { ...decision, ...(isOpen ? still : {}), regressions };
}

const NEVER_GOOD = 'every version down to the first one is bad, so that it may never have worked';
