import * as v from 'valibot';
import { defineEvent } from './definition.ts';
import { changeName, common, list, natural, optional, scope, text } from './fields.ts';

/** Events of a bisect session: a search is a projection over them and nothing else. */
export const bisectEvents = [
  defineEvent(
    'BisectStarted',
    'a search for the change behind regressions begins',
    v.strictObject({
      ...common,
      ...scope,
      session: text,
      good: list(text),
      bad: list(text),
      candidates: v.picklist(['commits', 'changes', 'releases']),
      seed: natural,
    }),
  ),
  defineEvent(
    'BisectOutcomeRecorded',
    'a version was tested in a search',
    v.strictObject({
      ...common,
      ...scope,
      session: text,
      version: text,
      outcome: v.picklist(['good', 'bad', 'skip']),
      test: optional(text),
      reason: optional(text),
      run: optional(text),
      build: optional(text),
      tree: optional(text),
      machine: optional(text),
      /** The number of this step in the session. */
      step: natural,
      supersedes: optional(text),
    }),
  ),
  defineEvent(
    'SuspectWeighted',
    'somebody makes a suspect more or less likely',
    v.strictObject({ ...common, session: text, change: changeName, factor: v.number(), why: text }),
  ),
  defineEvent(
    'BisectConcluded',
    'a search has an answer',
    v.strictObject({
      ...common,
      ...scope,
      session: text,
      suspects: list(v.strictObject({ change: text, p: v.number() })),
      why: text,
    }),
  ),
  defineEvent(
    'BisectAbandoned',
    'a search is given up',
    v.strictObject({ ...common, session: text, why: text }),
  ),
] as const;
