import * as v from 'valibot';
import { defineEvent } from './definition.ts';
import {
  changeName,
  common,
  date,
  list,
  natural,
  optional,
  range,
  release,
  scalar,
  scope,
  text,
} from './fields.ts';

/** Events about what people and bots said. Claims may contradict one another; all are kept. */
export const claimEvents = [
  defineEvent(
    'MessageArchived',
    'a message exists',
    v.strictObject({
      ...common,
      messageId: optional(text),
      from: text,
      /** Absent where the message has none that can be read. */
      date: optional(date),
      subject: optional(text),
      inReplyTo: optional(text),
      references: optional(list(text)),
      url: optional(text),
      /** SHA-256 of its text: archives change headers and encodings, not what was said. */
      sha256: optional(text),
      headers: optional(list(v.strictObject({ name: text, value: text }))),
      body: optional(v.string()),
      summary: optional(text),
    }),
  ),
  defineEvent(
    'BreakageClaimed',
    'somebody says that something is broken, degraded, fine, or no regression',
    v.strictObject({
      ...common,
      ...scope,
      by: text,
      says: v.picklist(['broken', 'degraded', 'works', 'not-a-regression']),
      /** The value that the behaviour is said to have. */
      value: optional(scalar),
      /** Releases that are named one by one. */
      releases: optional(list(release)),
      range: optional(range),
      /** Where it worked last, in the claimant's words. */
      lastGood: optional(release),
      introducedBy: optional(changeName),
    }),
  ),
  defineEvent(
    'CulpritClaimed',
    'somebody says which change did it',
    v.strictObject({
      ...common,
      ...scope,
      by: text,
      change: changeName,
      role: v.picklist(['culprit', 'precondition', 'latent', 'merge', 'by-design', 'not-it']),
      method: v.picklist(['bisect', 'fixes-trailer', 'analysis', 'statement']),
    }),
  ),
  defineEvent(
    'FixClaimed',
    'somebody says that a change repairs it, and how far that change has come',
    v.strictObject({
      ...common,
      ...scope,
      by: text,
      change: optional(changeName),
      /** Where the repair is made: in the kernel, or in the consumer named here. */
      where: v.picklist(['kernel', 'consumer']),
      status: v.picklist(['posted', 'queued', 'merged', 'failed-to-apply', 'released', 'not-needed']),
      line: optional(text),
      release: optional(release),
      what: optional(text),
    }),
  ),
  defineEvent(
    'DuplicateClaimed',
    'somebody says that two reports are one',
    v.strictObject({ ...common, by: text, report: text, of: text }),
  ),
  defineEvent(
    'StatementDisputed',
    'somebody disputes statements; they count until the dispute is settled',
    v.strictObject({ ...common, by: text, dispute: text, statements: list(text), why: text }),
  ),
  defineEvent(
    'ProposalStated',
    'somebody proposes what the interface should do',
    v.strictObject({
      ...common,
      proposal: text,
      by: text,
      title: text,
      status: v.picklist(['proposed', 'accepted', 'rejected']),
      why: optional(text),
      sets: optional(
        list(
          v.strictObject({
            behaviour: text,
            value: scalar,
            archs: optional(list(text)),
            when: optional(text),
            order: natural,
          }),
        ),
      ),
    }),
  ),
  defineEvent(
    'TrackingCommandGiven',
    'somebody tells the tracker of regressions something, in a mail',
    v.strictObject({
      ...common,
      /** The message that holds it, and the messages that that one continues, oldest first. */
      message: text,
      thread: optional(list(text)),
      by: text,
      command: text,
      argument: optional(text),
      /** Place among the commands of the message. */
      order: natural,
      /** Which stretch of commands of the message it stands in, where there are several. */
      section: optional(natural),
      /** It was written as `^introduced`: about the mail that this one answers. */
      parent: optional(v.boolean()),
    }),
  ),
  defineEvent(
    'NoteAdded',
    'somebody notes something',
    v.strictObject({
      ...common,
      about: text,
      by: text,
      text,
      date: optional(date),
      /** What an issue is laid to: code, harness, tool. */
      blames: optional(list(text)),
    }),
  ),
] as const;
