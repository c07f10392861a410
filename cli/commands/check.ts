import { check } from '../../queries/knowledge/check.ts';
import { loadModel } from '../../queries/model/load.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { checkPage } from '../output/page/check-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';

export interface CheckArguments extends CommonArguments {
  readonly release: string;
  readonly arch?: string;
  readonly consumer?: string;
  readonly config?: string;
  readonly baseline?: string;
}

/** Says whether a release may be shipped to whom one cares for. Exit code 1 when something speaks against it. */
export async function checkCommand(world: World, args: CheckArguments): Promise<number> {
  return withLog(world, args, async (store) => {
    const { release, arch, consumer, config, baseline } = args;
    const document = check(await loadModel(store, viewOf(args)), {
      releases: release,
      ...(arch === undefined ? {} : { archs: [arch] }),
      ...(consumer === undefined ? {} : { consumers: [consumer] }),
      ...(config === undefined ? {} : { config }),
      ...(baseline === undefined ? {} : { baseline }),
    });
    await writeAnswer(world, args, document, () => checkPage(document));
    return document.ok ? 0 : 1;
  });
}
