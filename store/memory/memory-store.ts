import { InputError, type Diagnostic } from '../errors.ts';
import type {
  AppendOptions,
  AppendResult,
  Batch,
  BatchHeader,
  EventStore,
  Head,
  ReadFilter,
} from '../event-store.ts';
import { catalogue as allEvents, upcast, type Catalogue } from '../events/catalogue.ts';
import type { NewEvent, StoredEvent } from '../events/event.ts';
import { batchHash, eventLeaf } from '../identity.ts';
import { checkLog, EMPTY_HEAD, type RawBatch, type RawLog } from '../log/check-log.ts';
import { isKnownBy } from '../log/known-by.ts';
import { oneAtATime } from '../log/mutex.ts';
import { checkHead, checkHeader, prepareEvent, unchangedRevision, type Prepared } from '../log/prepare.ts';
import type { ReadModel, ReadModelWriter } from '../read-model.ts';
import { memoryRows, type FoldedLog } from './memory-rows.ts';

const PAGE = 1000;

interface Entry extends Prepared {
  readonly position: number;
  readonly batch: number;
  readonly recordedAt: string;
}

type BatchEntry = Batch & RawBatch;

/** The digest is verification's own and no part of what a batch tells. */
function withoutDigest(entry: BatchEntry): Batch {
  const { number, recordedAt, actor, tool, importer, carrier, carrierHash, firstPosition, events, hash } =
    entry;
  return { number, recordedAt, actor, tool, importer, carrier, carrierHash, firstPosition, events, hash };
}

const statementOf = ({ type, stream }: Pick<Prepared, 'type' | 'stream'>) => `${type}\n${stream}`;

/** The log as plain lists: what every backend has to agree with. */
class MemoryLog implements FoldedLog {
  readonly entries: Entry[] = [];
  readonly batches: BatchEntry[] = [];
  private readonly ids = new Set<string>();
  private readonly statements = new Map<string, Prepared[]>();
  private readonly catalogue: Catalogue;

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue;
  }

  head(): Head {
    const last = this.batches.at(-1);
    return last ? { position: this.entries.length, batch: last.number, hash: last.hash } : EMPTY_HEAD;
  }

  append(
    header: BatchHeader,
    events: readonly Prepared[],
    { keepsIds, ...options }: AppendOptions & { readonly keepsIds: boolean },
  ): AppendResult {
    const head = this.head();
    checkHead(head, options);
    // Nothing is written before all of it is known to be right: there is no transaction to undo here.
    const fresh = new Map<string, Prepared>();
    const added = new Map<string, Prepared[]>();
    const wrong: Diagnostic[] = [];
    let superseding = 0;
    for (const event of events) {
      if (this.ids.has(event.id) || fresh.has(event.id)) continue;
      const statement = statementOf(event);
      const inBatch = added.get(statement) ?? [];
      const earlier = [...(this.statements.get(statement) ?? []), ...inBatch];
      if (earlier.length > 0) superseding += 1;
      const problem = options.revisions === 'strict' && unchangedRevision(this.catalogue, event, earlier);
      if (problem) wrong.push(problem);
      fresh.set(event.id, event);
      added.set(statement, [...inBatch, event]);
    }
    if (wrong.length > 0) throw new InputError(wrong);
    const counts = {
      ids: keepsIds ? events.map(({ id }) => id) : [],
      events: events.length,
      new: fresh.size,
      duplicates: events.length - fresh.size,
      superseding,
    };
    if (fresh.size === 0) return { batch: null, ...counts };
    if (options.dryRun !== true) this.write(header, head, [...fresh.values()]);
    return { batch: head.batch + 1, ...counts };
  }

  private write(header: BatchHeader, head: Head, events: readonly Prepared[]): void {
    const { recordedAt, actor, tool, importer, carrier, carrierHash } = header;
    const number = head.batch + 1;
    const content = {
      number,
      recordedAt,
      actor,
      tool,
      importer,
      carrier,
      carrierHash,
      events: events.length,
    };
    const digest = Buffer.concat(events.map(({ id, locator }) => eventLeaf(id, locator)));
    for (const event of events) {
      this.entries.push({ ...event, position: this.entries.length + 1, batch: number, recordedAt });
      this.ids.add(event.id);
      const statement = statementOf(event);
      const versions = this.statements.get(statement);
      if (versions) versions.push(event);
      else this.statements.set(statement, [event]);
    }
    const hash = batchHash(head.hash, content, digest);
    this.batches.push({ ...content, firstPosition: head.position + 1, digest, hash });
  }

  /** Makes an event as the port gives it; its payload is read anew, so that nobody changes the log from outside. */
  stored(entry: Entry): StoredEvent {
    const { payload, ...rest } = entry;
    const current = upcast(this.catalogue, entry.type, entry.version, JSON.parse(payload));
    return { ...rest, payload: current } as unknown as StoredEvent;
  }

  at(positions: readonly number[]): readonly StoredEvent[] {
    return positions.flatMap((position) => {
      const entry = this.entries[position - 1];
      return entry ? [this.stored(entry)] : [];
    });
  }

  *pages(types: readonly string[], after: number, to: number): Iterable<readonly StoredEvent[]> {
    yield* this.select({ types: types as NonNullable<ReadFilter['types']>, from: after + 1, to });
  }

  *select(filter: ReadFilter): Iterable<readonly StoredEvent[]> {
    const { from = 1, knownBy, order = 'ascending', limit = Infinity } = filter;
    const types = filter.types && new Set<string>(filter.types);
    const streams = filter.streams && new Set(filter.streams);
    const first = Math.max(from, 1);
    const last = Math.min(filter.to ?? Infinity, this.entries.length);
    let page: StoredEvent[] = [];
    let left = limit;
    for (let step = 0; step <= last - first && left > 0; step++) {
      const entry = this.entries[(order === 'ascending' ? first + step : last - step) - 1]!;
      if (types && !types.has(entry.type)) continue;
      if (streams && !streams.has(entry.stream)) continue;
      if (knownBy !== undefined && !isKnownBy(entry, knownBy)) continue;
      left -= 1;
      if (page.push(this.stored(entry)) < PAGE) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }

  raw(): RawLog {
    return {
      head: this.head(),
      events: this.entries.length,
      batches: this.batches.length,
      batchesInOrder: () => this.batches,
      event: (position) => this.entries[position - 1],
    };
  }
}

/** A log that lives as long as the process: plain lists, with which every backend is compared (test/store/contract.ts). */
export function memoryStore(catalogue: Catalogue = allEvents): EventStore {
  const log = new MemoryLog(catalogue);
  const models = new Map<
    string,
    { readonly model: ReadModel; position: number; readonly rows: ReadModelWriter }
  >();
  const alone = oneAtATime();
  const catchUp = async (model: ReadModel): Promise<ReadModelWriter> => {
    const kept = models.get(model.name);
    const state =
      kept?.model.version === model.version ? kept : { model, position: 0, rows: memoryRows(model, log) };
    // Kept again only when all is well: a fold that fails half-way is made anew.
    models.delete(model.name);
    const { position: to } = log.head();
    for (const page of log.pages(model.types, state.position, to)) await model.fold(state.rows, page);
    state.position = to;
    models.set(model.name, state);
    return state.rows;
  };
  return {
    async append(header, events, options = {}) {
      checkHeader(header);
      const prepared: Prepared[] = [];
      const take = (page: Iterable<NewEvent>) => {
        for (const event of page) prepared.push(prepareEvent(catalogue, event));
      };
      const isPaged = Symbol.asyncIterator in events;
      if (isPaged) for await (const page of events) take(page);
      else take(events);
      return alone(() => log.append(header, prepared, { ...options, keepsIds: !isPaged }));
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- the port is asynchronous for backends that wait
    async *read(filter = {}) {
      yield* log.select(filter);
    },
    find: (prefix, limit = 20) =>
      alone(() => {
        if (!/^[0-9a-f]{4,64}$/.test(prefix)) return [];
        const found = log.entries.filter(({ id }) => id.startsWith(prefix)).slice(0, limit);
        return found.map((entry) => log.stored(entry));
      }),
    at: (positions) => alone(() => log.at(positions)),
    batches: ({ from = 1, to = Infinity } = {}) =>
      alone(() => log.batches.filter(({ number }) => number >= from && number <= to).map(withoutDigest)),
    head: () => alone(() => log.head()),
    countByType: () =>
      alone(() => {
        const counts = new Map<string, number>();
        for (const { type } of log.entries) counts.set(type, (counts.get(type) ?? 0) + 1);
        return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
      }),
    verify: (progress) => alone(() => checkLog(log.raw(), { position: 0, batch: 0 }, progress)),
    rows: async (model) => {
      const rows = await alone(() => catchUp(model));
      return {
        get: (table, keys) => alone(() => rows.get(table, keys)),
        find: (table, index, values) => alone(() => rows.find(table, index, values)),
        all: (table) => alone(() => rows.all(table)),
      };
    },
    dropReadModels: () =>
      alone(() => {
        const names = [...models.values()]
          .flatMap(({ model }) => Object.keys(model.tables).map((table) => `rm_${model.name}_${table}`))
          .sort();
        models.clear();
        return names;
      }),
    close: () => alone(() => undefined),
  };
}
