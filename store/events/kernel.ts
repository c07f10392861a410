import * as v from 'valibot';
import { defineEvent } from './definition.ts';
import { changeName, common, date, hash, list, natural, optional, release, text } from './fields.ts';

/** Events about releases, lines and changes: the graph that everything else stands on. */
export const kernelEvents = [
  defineEvent(
    'ReleaseRecorded',
    'a release exists',
    v.strictObject({
      ...common,
      release,
      line: text,
      date: optional(date),
      predecessor: optional(release),
      commit: optional(hash),
      tagObject: optional(hash),
      /** What `uname -r` shows, where it differs from what the name implies. */
      uname: optional(text),
      /** The upstream version in a distribution's own file, such as Ubuntu's /proc/version_signature. */
      signature: optional(text),
    }),
  ),
  defineEvent(
    'LineRecorded',
    'a line of releases exists, with its base and its end',
    v.strictObject({
      ...common,
      line: text,
      base: optional(release),
      ended: optional(date),
      /**
       * False where changes may be in the line that this log does not know of (distributions, next); absent where the
       * source says nothing of changes.
       */
      complete: optional(v.boolean()),
      /** How kernel.org keeps the line. */
      moniker: optional(v.picklist(['stable', 'longterm'])),
    }),
  ),
  defineEvent(
    'ChangeRecorded',
    'a change exists, as its commit or its posting says',
    v.strictObject({
      ...common,
      change: changeName,
      subject: text,
      author: optional(text),
      authorDate: optional(date),
      commitDate: optional(date),
      files: optional(list(text)),
      /** Commits named by `Fixes:` trailers, as far as they are known in full. */
      fixes: optional(list(changeName)),
      trailers: optional(list(v.strictObject({ key: text, value: text }))),
      /** True for a merge commit. */
      merge: optional(v.boolean()),
      series: optional(text),
      seriesOrder: optional(natural),
      /** Behaviours that the change bears on, whether or not anybody has said what it does to them. */
      touches: optional(list(text)),
    }),
  ),
  defineEvent(
    'ChangeEntered',
    'a change is in a release of its own line for the first time',
    v.strictObject({
      ...common,
      change: changeName,
      release,
      /** Place among the changes that entered this release, unique there. */
      order: natural,
      /** True where the line took the change out again with this release. */
      reverted: optional(v.boolean()),
    }),
  ),
  defineEvent(
    'ChangeMerged',
    'a change is on the branch of a line, and no release has it yet',
    v.strictObject({ ...common, change: changeName, line: text, hash: optional(hash) }),
  ),
  defineEvent(
    'BackportRecorded',
    'a change is in a release of another line, usually under another hash',
    v.strictObject({
      ...common,
      change: changeName,
      line: text,
      release,
      hash: optional(hash),
      order: natural,
    }),
  ),
  defineEvent(
    'AliasRecorded',
    'two names mean the same change',
    v.strictObject({ ...common, alias: changeName, change: changeName, how: optional(text) }),
  ),
] as const;
