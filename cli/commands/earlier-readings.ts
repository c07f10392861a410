import type { ImportHints, Importer, SourceEntry } from '../../importers/importer.ts';
import { whatCounts } from '../../queries/model/counting.ts';
import type { Batch, EventStore } from '../../store/event-store.ts';
import { catalogue } from '../../store/events/catalogue.ts';
import {
  newEvent,
  type NewEvent,
  type StoredEvent,
  type TypedStoredEvent,
} from '../../store/events/event.ts';
import { addTo } from '../../store/grouping.ts';
import { prepareEvent } from '../../store/log/prepare.ts';

type Retraction = TypedStoredEvent<'EventRetracted'>;

/** What older versions of an importer read from bytes, as far as a log holds it. */
export class EarlierReadings {
  private readonly batches = new Map<string, Batch[]>();
  private readonly retractions: readonly Retraction[];
  private readonly retracted: ReadonlyMap<string, Retraction>;
  private readonly store: EventStore;

  private constructor(store: EventStore, batches: readonly Batch[], retractions: readonly Retraction[]) {
    this.store = store;
    for (const batch of batches)
      if (batch.carrierHash !== null && batch.importer !== null)
        addTo(this.batches, batch.carrierHash, batch);
    this.retractions = retractions;
    this.retracted = whatCounts(retractions).retracted;
  }

  static async of(store: EventStore): Promise<EarlierReadings> {
    const batches = await store.batches();
    const retractions: Retraction[] = [];
    for await (const page of store.read({ types: ['EventRetracted'] }))
      retractions.push(...(page as readonly Retraction[]));
    return new EarlierReadings(store, batches, retractions);
  }

  /** Begins a reading of the same bytes by a newer version; null where no older version has read them. */
  replacedBy(importer: Importer, entry: SourceEntry, hints: ImportHints): NewerReading | null {
    const older = (this.batches.get(entry.sha256) ?? []).filter((batch) => {
      const [format, version] = batch.importer!.split('/');
      return format === importer.format && Number(version) < importer.version;
    });
    return older.length === 0 ? null : new NewerReading(this, older, importer, hints);
  }

  async *eventsOf(batches: readonly Batch[]): AsyncIterable<StoredEvent> {
    for (const { firstPosition: from, events } of batches)
      for await (const page of this.store.read({ from, to: from + events - 1 })) yield* page;
  }

  /** The retraction that takes an event out of the count; undefined where it counts. */
  retractionOf(id: string): Retraction | undefined {
    return this.retracted.get(id);
  }

  /** Whether somebody wants an event to count although a newer reading does not give it. */
  isWanted(id: string): boolean {
    return this.retractions.some((back) => {
      const taken = this.retractions.find((r) => r.id === back.payload.target);
      return taken?.payload.target === id && !isByReading(back);
    });
  }
}

/**
 * A reading of bytes that an older version of the importer has read: what that one read otherwise is taken out of the count. It stays
 * in the log, and the log as it was recorded before (`--as-recorded`) still says it.
 */
export class NewerReading {
  private readonly given = new Set<string>();
  private readonly said = new Map<string, Said>();
  private readonly earlier: EarlierReadings;
  private readonly older: readonly Batch[];
  private readonly importer: Importer;
  private readonly hints: ImportHints;

  constructor(earlier: EarlierReadings, older: readonly Batch[], importer: Importer, hints: ImportHints) {
    this.earlier = earlier;
    this.older = older;
    this.importer = importer;
    this.hints = hints;
  }

  /** Takes note of an event that the newer version reads. */
  add(event: NewEvent): void {
    this.given.add(prepareEvent(catalogue, event).id);
    const said = saidBy(event);
    this.said.set(JSON.stringify(said), said);
  }

  /** The retractions with which the newer reading takes the place of the older ones. */
  async retractions(recordedAt: string): Promise<readonly NewEvent[]> {
    const reader = `${this.importer.format}/${this.importer.version}`;
    const retracted: NewEvent[] = [];
    const retract = (target: string, reason: string) => {
      retracted.push(
        newEvent({
          type: 'EventRetracted',
          stream: `retraction/${target}/${recordedAt}`,
          knownAt: recordedAt,
          source: READING + reader,
          locator: '',
          payload: { target, by: reader, reason, at: recordedAt },
        }),
      );
    };
    for await (const { id, ...event } of this.earlier.eventsOf(this.older)) {
      const taken = this.earlier.retractionOf(id);
      if (this.given.has(id)) {
        if (taken && isByReading(taken)) retract(taken.id, `${reader} reads it so again`);
      } else if (
        !taken &&
        event.type !== 'EventRetracted' &&
        this.replaces(event) &&
        !this.earlier.isWanted(id)
      )
        retract(id, `${reader} reads the same bytes otherwise`);
    }
    return retracted;
  }

  /** Whether something that is read now stands where the old statement stood, and is not the same bytes stated of another place. */
  private replaces(old: Pick<StoredEvent, 'payload' | 'knownAt'>): boolean {
    const before = saidBy(old);
    return [...this.said.values()].some((now) =>
      TELLABLE.every((field) => this.agrees(field, before[field], now[field])),
    );
  }

  private agrees(field: Tellable, before: string | undefined, now: string | undefined): boolean {
    if (before === undefined || before === now) return true;
    // What nobody told on the command line is read from the bytes, unless files beside them tell it.
    return now !== undefined && now !== this.hints[field] && this.importer.seesOthers !== true;
  }
}

const READING = 'reading:';
/** What the command line may tell, so that the same bytes are stated of several places. */
const TELLABLE = ['origin', 'release', 'arch', 'config', 'selftests', 'knownAt'] as const;
type Tellable = (typeof TELLABLE)[number];
type Said = Readonly<Partial<Record<Tellable, string>>>;

function saidBy({ payload, knownAt }: Pick<NewEvent, 'payload' | 'knownAt'>): Said {
  const fields = payload as Readonly<Record<string, unknown>>;
  const said: Partial<Record<Tellable, string>> = {};
  for (const field of TELLABLE) {
    const value = field === 'knownAt' ? knownAt : fields[field];
    if (typeof value === 'string' && value !== 'unknown') said[field] = value;
  }
  return said;
}

function isByReading({ source }: Retraction): boolean {
  return source.startsWith(READING);
}
