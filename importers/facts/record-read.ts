import type { Problems } from './document.ts';
import type { FactRecord, FactSet } from './fact-set.ts';
import type { Section } from './sections.ts';

/** A part of a change that stands inside it takes its name, its change and its source from there. */
export interface Parent {
  readonly key: string;
  readonly change: unknown;
  readonly source: unknown;
}

/** A record while it is read. */
export interface RecordRead {
  readonly record: FactRecord;
  readonly section: Section;
  /** Undefined for a record that stands in no other. */
  readonly parent: Parent | undefined;
  /** The set that it is of. */
  readonly set: FactSet;
  /** Where mistakes are told. */
  readonly problems: Problems;
}
