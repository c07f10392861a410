import { openLog, writeJson, type CommonArguments, type World } from '../context.ts';

/** Makes an empty log, or says that there is one. */
export async function initCommand(world: World, args: CommonArguments): Promise<number> {
  const store = await openLog(world, args, 'create');
  const { position } = await store.head();
  await store.close();
  if (args.format === 'json') writeJson(world, { schema: 'regline.init/1', events: position });
  else
    world.out(position === 0 ? 'the log is ready\n' : `the log was there already, with ${position} events\n`);
  return 0;
}
