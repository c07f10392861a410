import { withLog, writeJson, type CommonArguments, type World } from '../context.ts';

/** Counts the events by type. */
export async function statsCommand(world: World, args: CommonArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const types = Object.fromEntries(await store.countByType());
    const { position } = await store.head();
    if (args.format === 'json') writeJson(world, { schema: 'regline.stats/1', events: position, types });
    else {
      for (const [type, n] of Object.entries(types)) world.out(`${String(n).padStart(8)} ${type}\n`);
      world.out(`${String(position).padStart(8)} events\n`);
    }
  });
  return 0;
}
