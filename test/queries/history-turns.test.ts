import { describe, expect, it } from 'vitest';
import { buildModel, type Model } from '../../queries/model/model.ts';
import { storyOf, type HistoryTurn, type SeenVersion } from '../../queries/outcomes/history-turns.ts';
import { stored } from '../support/facts-model.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import { mainline, stable, twoLines } from '../support/two-lines.ts';

const model: Model = buildModel(stored(twoLines), {});

const seenOf = (version: string, bad: number, good: number, inconclusive = 0): SeenVersion => ({
  version,
  line: model.graph.releases.get(version)!.line,
  state: bad > 0 && good > 0 ? 'mixed' : bad > 0 ? 'fail' : good > 0 ? 'pass' : 'inconclusive',
  rate: { bad, good, inconclusive },
  evidence: [`${version}#0`],
});

/** Runs at each version, of which so many fail as chance gives at the rate of that version. */
function chanced(
  names: readonly string[],
  runs: number,
  rateAt: (version: string) => number,
  random: () => number,
): readonly SeenVersion[] {
  return names.map((version) => {
    let bad = 0;
    for (let run = 0; run < runs; run++) if (random() < rateAt(version)) bad += 1;
    return seenOf(version, bad, runs - bad);
  });
}

const told = (turns: readonly HistoryTurn[]) => turns.map((t) => `${t.kind} ${t.from}..${t.to}`);
const story = (seen: readonly SeenVersion[]) => storyOf(model.graph, seen);

describe('a test that stays flaky', () => {
  it('turns worse where it fails much more often, and better where it fails much more seldom', () => {
    const counts = [2, 1, 3, 2, 12, 11, 13, 12, 12, 2, 1, 2, 3, 2];
    const seen = counts.map((bad, at) => seenOf(mainline[at]!, bad, 20 - bad));
    const { turns } = story(seen);
    expect(told(turns)).toEqual(['worse v1.3..v1.4', 'better v1.8..v1.9']);
    expect(turns[0]!.rates).toEqual({ usual: { bad: 8, good: 72 }, since: { bad: 60, good: 40 } });
    expect(turns.every((t) => t.chance! < 0.01)).toBe(true);
    expect(turns[0]!.evidence).toEqual(['v1.3#0', 'v1.4#0']);
  });

  it('turns twice where it was worse for a while only, which no single place shows', () => {
    const runs = [
      [2, 18],
      [1, 19],
      [6, 4],
      [3, 2],
      [2, 38],
    ] as const;
    const { turns } = story(runs.map(([bad, good], at) => seenOf(mainline[at]!, bad, good)));
    expect(told(turns)).toEqual(['worse v1.1..v1.2', 'better v1.3..v1.4']);
    expect(turns.map((t) => t.rates)).toEqual([
      { usual: { bad: 3, good: 37 }, since: { bad: 9, good: 6 } },
      { usual: { bad: 9, good: 6 }, since: { bad: 2, good: 38 } },
    ]);
  });

  it('turns at what is left of its line alone: a line that goes on from before stays as it was', () => {
    const seen = model.graph.inOrder([...mainline, ...stable]).map((version) => {
      const isAfter = mainline.indexOf(version) >= 12;
      return isAfter ? seenOf(version, 12, 8) : seenOf(version, 2, 18);
    });
    expect(told(story(seen).turns)).toEqual(['worse v1.11..v1.12']);
  });

  it('turns nowhere by chance but in one of a hundred histories', () => {
    const random = randomNumbers(1);
    let turned = 0;
    for (let of = 0; of < 300; of++) {
      const rate = 0.05 + 0.9 * random();
      const seen = chanced(mainline, 10, () => rate, random);
      if (story(seen).turns.some(({ kind }) => kind === 'worse' || kind === 'better')) turned += 1;
    }
    expect(turned).toBeLessThanOrEqual(6);
  });

  it('is told to turn at the place where its rate did, or next to it, and nowhere else', () => {
    const random = randomNumbers(2);
    let [exact, near, elsewhere] = [0, 0, 0];
    for (let of = 0; of < 200; of++) {
      const at = 5 + Math.floor(random() * 10);
      const rateAt = (version: string) => (mainline.indexOf(version) < at ? 0.1 : 0.6);
      const { turns } = story(chanced(mainline, 20, rateAt, random));
      const places = turns.flatMap(({ kind, to }) => (kind === 'worse' ? mainline.indexOf(to) : []));
      if (places.includes(at)) exact += 1;
      if (places.some((place) => Math.abs(place - at) <= 1)) near += 1;
      elsewhere += places.filter((place) => Math.abs(place - at) > 1).length;
    }
    expect([exact > 180, near > 195, elsewhere < 5]).toEqual([true, true, true]);
  });
});

describe('what chance explains', () => {
  it('is an excused failure, with the rate that it had', () => {
    const { turns, excused } = story([
      seenOf('v1.0', 3, 7),
      seenOf('v1.1', 1, 0),
      seenOf('v1.2', 0, 0, 2),
      seenOf('v1.3', 4, 6),
    ]);
    expect(turns).toEqual([]);
    expect(excused).toMatchObject([
      { versions: ['v1.1'], usual: { bad: 3, good: 7 }, since: { bad: 1, good: 0 } },
    ]);
    expect(excused[0]!.chance).toBeCloseTo(4 / 11);
  });

  it('excuses no failures that are many more than its rate gives, and none of a test that was never flaky', () => {
    const often = story([seenOf('v1.0', 1, 19), seenOf('v1.1', 0, 0, 3), seenOf('v1.2', 6, 0)]);
    expect([told(often.turns), often.excused]).toEqual([['broke v1.0..v1.2'], []]);
    const steady = story([seenOf('v1.0', 0, 1), seenOf('v1.1', 1, 0)]);
    expect([told(steady.turns), steady.excused, steady.turns[0]!.chance]).toEqual([
      ['broke v1.0..v1.1'],
      [],
      null,
    ]);
  });

  it('says of a test that became flaky how likely that was before, and which versions lie behind the turn', () => {
    const { turns, turnOf } = story([
      seenOf('v1.0', 0, 40),
      seenOf('v1.1', 5, 5),
      seenOf('v1.2', 0, 2),
      seenOf('v1.3', 4, 6),
    ]);
    expect(turns).toMatchObject([
      {
        kind: 'flaky',
        from: 'v1.0',
        to: 'v1.1',
        rates: { usual: { bad: 0, good: 40 }, since: { bad: 9, good: 13 } },
      },
    ]);
    expect(turns[0]!.chance).toBeLessThan(0.001);
    expect([...turnOf.keys()]).toEqual(['v1.1', 'v1.2', 'v1.3']);
  });
});
