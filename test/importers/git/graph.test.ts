import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gitImporter } from '../../../importers/git/importer.ts';
import { placement } from '../../../importers/git/placement.ts';
import { releaseTags } from '../../../importers/git/release-tags.ts';
import { releaseGraph } from '../../../queries/releases/release-graph.ts';
import type { NewEvent } from '../../../store/events/event.ts';
import { stored } from '../../support/facts-model.ts';
import { makeRepository, type Planned } from './make-repository.ts';

/**
 * Any history: several parents, several roots, tags of all lines anywhere, dates that lie. Only a stable release hangs from another:
 * where a clone ends before it comes to one, as a shallow clone does, the base of the line is taken for what it continues.
 */
const anyHistory = fc
  .array(
    fc.record({
      back: fc.array(fc.nat({ max: 6 }), { maxLength: 3 }),
      skew: fc.integer({ min: -500, max: 500 }),
      tag: fc.option(
        fc.constantFrom('v6.1', 'v6.2-rc1', 'v6.2', 'v6.1.1', 'v6.1.2', 'v6.2.1', 'v6.3-rc1', 'v6.3'),
        {
          freq: 3,
        },
      ),
    }),
    { minLength: 1, maxLength: 24 },
  )
  .map((commits): readonly Planned[] => {
    const used = new Set<string>();
    /** Commits that a release is at, or behind along first parents. */
    const released = new Set<number>();
    return commits.map(({ back, skew, tag }, at) => {
      const parents = [...new Set(back.map((n) => at - 1 - n).filter((n) => n >= 0))];
      const hangs = parents[0] !== undefined && released.has(parents[0]);
      const isStable = tag !== null && /^v6\.\d+\.\d+$/.test(tag);
      const tags = tag !== null && !used.has(tag) && (hangs || !isStable) ? [tag] : [];
      for (const one of tags) used.add(one);
      if (hangs || tags.length > 0) released.add(at);
      return { parents, time: 1_700_000_000 + at * 60 + skew * 3, tags };
    });
  });

/** A history as the kernel's: topics are merged into mainline once, stable lines are branches that never come back. */
const kernelHistory = fc
  .record({
    topics: fc.array(fc.record({ size: fc.integer({ min: 1, max: 3 }), from: fc.nat({ max: 3 }) }), {
      minLength: 2,
      maxLength: 8,
    }),
    every: fc.integer({ min: 1, max: 3 }),
    fixes: fc.array(fc.nat({ max: 2 }), { maxLength: 4 }),
  })
  .map(({ topics, every, fixes }): readonly Planned[] => {
    const plan: Planned[] = [{ parents: [], tags: ['v6.0'] }];
    const trunk = [0];
    let rc = 0;
    let tag = { minor: 1, at: 0 };
    topics.forEach(({ size, from }, i) => {
      let tip = trunk[Math.max(0, trunk.length - 1 - from)]!;
      for (let n = 0; n < size; n++) {
        plan.push({ parents: [tip] });
        tip = plan.length - 1;
      }
      const tags =
        (i + 1) % every === 0 ? [++rc % 3 === 0 ? `v6.${tag.minor}` : `v6.${tag.minor}-rc${rc % 3}`] : [];
      plan.push({ parents: [trunk.at(-1)!, tip], tags });
      trunk.push(plan.length - 1);
      if (rc % 3 === 0 && tags.length > 0) tag = { minor: tag.minor + 1, at: plan.length - 1 };
    });
    let stable = 0;
    fixes.forEach((more, i) => {
      for (let n = 0; n < more; n++) {
        plan.push({ parents: [stable] });
        stable = plan.length - 1;
      }
      plan.push({ parents: [stable], tags: [`v6.0.${i + 1}`] });
      stable = plan.length - 1;
    });
    // `main` is mainline.
    plan.push({ parents: [trunk.at(-1)!] });
    return plan;
  });

async function importAll(repository: string, range: string | null = null, paths: readonly string[] = []) {
  const events: NewEvent[] = [];
  for await (const page of gitImporter.read({ repository, range, paths, tagRule: null, hints: {} }))
    events.push(...page.events);
  return stored(events);
}

describe('what a release contains', () => {
  it('is what git tag --contains says, on any history', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (plan) => {
        const made = makeRepository(plan);
        const graph = releaseGraph(await importAll(made.folder));
        for (const hash of made.git('rev-list', '--tags', '--reverse').split('\n').filter(Boolean)) {
          const ours = graph.order.filter((name) => graph.contains(name).has(hash));
          const git = made.git('tag', '--contains', hash).split('\n').filter(Boolean);
          expect(ours.toSorted(), hash).toEqual(git.toSorted());
        }
      }),
      { numRuns: 10 },
    );
  });

  it('is what git rev-list of the tag says, in an order that never puts a parent after its child', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (plan) => {
        const made = makeRepository(plan);
        const graph = releaseGraph(await importAll(made.folder));
        for (const name of graph.order) {
          const held = [...graph.contains(name).keys()];
          expect(held.toSorted()).toEqual(made.git('rev-list', name).split('\n').toSorted());
        }
        for (const name of graph.order) {
          const place = new Map(graph.entriesAt(name).map((e, i) => [e.change, i]));
          for (const [hash, at] of place)
            for (const parent of made.git('rev-list', '--parents', '-1', hash).split(' ').slice(1))
              expect(place.get(parent) ?? -1).toBeLessThan(at);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('begins where git describe --contains puts it, on a history like the kernel', async () => {
    await fc.assert(
      fc.asyncProperty(kernelHistory, async (plan) => {
        const made = makeRepository(plan);
        const { tags } = await releaseTags(made.folder);
        const placed = await placement(made.folder, tags, null);
        const hashes = made.git('rev-list', '--all').split('\n');
        const named = new Map(
          made
            .git('name-rev', '--tags', '--name-only', ...hashes)
            .split('\n')
            .map((name, i) => [hashes[i]!, /^([^~^]+)/.exec(name)![1]!]),
        );
        for (const hash of hashes)
          expect(placed.placesOf(hash)[0]?.tag.release ?? 'undefined', hash).toBe(named.get(hash));
      }),
      { numRuns: 4 },
    );
  });
});

describe('a range', () => {
  it('says of each commit what the whole history says of it', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, fc.nat(), fc.nat(), async (plan, a, b) => {
        const made = makeRepository(plan);
        const [good, bad] = [made.hashes[a % plan.length]!, made.hashes[b % plan.length]!];
        const about = (events: Awaited<ReturnType<typeof importAll>>) =>
          events.filter((e) => e.type === 'ChangeRecorded' || e.type === 'ChangeEntered');
        const part = about(await importAll(made.folder, `${good}..${bad}`));
        const whole = new Set(about(await importAll(made.folder)).map((e) => e.id));
        const seen = new Set(made.git('rev-list', '--tags', 'HEAD').split('\n'));
        for (const event of part.filter((e) => seen.has(e.payload.change)))
          expect(whole.has(event.id), JSON.stringify(event.payload)).toBe(true);
        expect(
          part.flatMap((e) => (e.type === 'ChangeRecorded' ? [e.payload.change] : [])).toSorted(),
        ).toEqual(made.git('rev-list', `${good}..${bad}`).split('\n').filter(Boolean).toSorted());
      }),
      { numRuns: 4 },
    );
  });
});
