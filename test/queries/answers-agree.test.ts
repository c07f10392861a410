import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { check } from '../../queries/knowledge/check.ts';
import type { CellStatus } from '../../queries/verdict/cell-status.ts';
import { buildModel, type Model } from '../../queries/model/model.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import { allArchs } from '../../queries/model/select.ts';
import { compatibility } from '../../queries/tables/compatibility.ts';
import { releaseNote, type ReleaseNoteEntry } from '../../queries/tables/release-note.ts';
import { table } from '../../queries/tables/table.ts';
import { diffReleases } from '../../queries/tables/table-diff.ts';
import { timeline } from '../../queries/tables/timeline.ts';
import { verdicts } from '../../queries/verdict/verdicts.ts';
import { nameOf } from '../../queries/verdict/verdict.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { factsOf, stored } from '../support/facts-model.ts';
import { one, picks, randomWorld } from '../support/random-worlds.ts';

/** Whatever a log lacks: a cell fares in every answer as it does when it is asked alone. */
let events: readonly StoredEvent[];
beforeAll(async () => {
  events = stored(await factsOf('test/fixtures/pipes'));
});

/** Best first; what is not known compares with nothing. */
const WORSE: readonly CellStatus[] = ['works', 'degraded', 'conflict', 'broken', 'refuses'];
const FAILS: readonly CellStatus[] = ['broken', 'refuses', 'conflict', 'unknown'];

const rowOf = (c: { readonly consumer: string; readonly variant: string | null }, arch: string) =>
  `${c.consumer}${c.variant === null ? '' : `/${c.variant}`} ${arch}`;

/** How every cell fares, by row and release, from a model that shares nothing with the one that answers. */
function cellsAlone(model: Model): ReadonlyMap<string, ReadonlyMap<string, CellStatus>> {
  const anew = buildModel([...model.byId.values()], model.view, model.results);
  const alone = verdicts(anew);
  return new Map(
    anew.consumers.flatMap((consumer) =>
      allArchs(anew).map((arch) => [
        `${nameOf(consumer)} ${arch}`,
        new Map(anew.graph.order.map((release) => [release, alone.at(consumer, release, arch).status])),
      ]),
    ),
  );
}

/** Rows of releases with a status each, without what is not applicable. */
type Told = readonly (readonly [row: string, release: string, status: CellStatus])[];
const inOrder = (told: Told) =>
  told
    .filter(([, , status]) => status !== 'not-applicable')
    .map((cell) => cell.join(' '))
    .sort();

function withRowsOf(entries: readonly ReleaseNoteEntry[]): readonly string[] {
  return entries.flatMap((entry) => entry.archs.map((arch) => rowOf(entry, arch))).sort();
}

/** What fails a check; nothing where there is nothing to check. */
function failing(model: Model, release: string, archs: readonly string[]): readonly string[] {
  try {
    return check(model, { releases: release, archs })
      .reasons.map((reason) => rowOf(reason, reason.arch))
      .sort();
  } catch (error) {
    if (error instanceof QueryError && error.message.startsWith('nothing to check')) return [];
    throw error;
  }
}

it('tables, stretches, timelines, notes, differences and checks agree, whatever of the log is missing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 99 }), { minLength: 20, maxLength: 20 }),
      picks(30),
      fc.nat(),
      fc.nat(),
      (dice, results, first, second) => {
        const model = randomWorld(events, dice, results);
        const archs = allArchs(model);
        fc.pre(archs.length > 0 && model.consumers.length > 0);
        const cells = cellsAlone(model);
        const { order, members } = model.graph;
        const all: Told = [...cells].flatMap(([row, fares]) =>
          [...fares].map(([release, status]) => [row, release, status] as const),
        );
        const { cells: inTable } = table(model, { archs, releases: order.join(',') });
        expect(inOrder(inTable.map((c) => [rowOf(c, c.arch), c.release, c.status]))).toEqual(inOrder(all));
        const { rows } = compatibility(model, { archs });
        expect(
          inOrder(
            rows.flatMap((row) =>
              row.intervals.flatMap(({ releases, status }) =>
                releases.map((release) => [rowOf(row, row.arch), release, status] as const),
              ),
            ),
          ),
        ).toEqual(inOrder(all));
        const spans = timeline(model, { archs }).lanes.flatMap((lane) =>
          lane.spans.flatMap(({ line, from, to, status }) => {
            const there = members.get(line) ?? [];
            const end = to === null ? there.length : there.indexOf(to) + 1;
            return there
              .slice(there.indexOf(from), end)
              .map((release) => [rowOf(lane, lane.arch), release, status] as const);
          }),
        );
        expect(inOrder(spans)).toEqual(inOrder(all));

        const [from, to] = [one(order, first), one(order, second)];
        const sides = [...cells].map(([row, fares]) => ({
          row,
          then: fares.get(from)!,
          now: fares.get(to)!,
        }));
        const rowsWhere = (is: (side: (typeof sides)[number]) => boolean) =>
          sides
            .filter(is)
            .map(({ row }) => row)
            .sort();
        const worse = ({ then, now }: (typeof sides)[number]) => {
          const [a, b] = [WORSE.indexOf(then), WORSE.indexOf(now)];
          return a < 0 || b < 0 ? 0 : b - a;
        };
        const { changes } = diffReleases(model, from, to, { archs });
        expect(changes.map((c) => rowOf(c, c.arch)).sort()).toEqual(
          rowsWhere(({ then, now }) => then !== now),
        );
        const note = releaseNote(model, { release: to, since: from, archs });
        expect(withRowsOf(note.fixed)).toEqual(rowsWhere((side) => worse(side) < 0));
        expect(withRowsOf(note.broken)).toEqual(rowsWhere((side) => worse(side) > 0));
        expect(withRowsOf(note.knownIssues)).toEqual(rowsWhere(({ now }) => WORSE.indexOf(now) > 0));
        expect(withRowsOf(note.unknown)).toEqual(rowsWhere(({ now }) => now === 'unknown'));
        expect(failing(model, to, archs)).toEqual(rowsWhere(({ now }) => FAILS.includes(now)));
      },
    ),
    { numRuns: 60 },
  );
});
