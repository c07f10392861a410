import { loadWithRegressions } from '../../queries/kept/load-kept.ts';
import { codeId } from '../code-id.ts';
import { check } from '../../queries/knowledge/check.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { checkPage } from '../output/page/check-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { checkTestsCommand, type CheckTestsArguments } from './check-tests.ts';

interface CheckArguments extends CommonArguments {
  readonly release: string;
  readonly arch?: string;
  readonly consumer?: string;
  readonly config?: string;
  readonly baseline?: string;
}

/** Says whether a version may be shipped: by what consumers need, or by tests. Exit code 1 when something speaks against it. */
export function checkCommand(
  world: World,
  args: CheckArguments & Partial<CheckTestsArguments>,
): Promise<number> {
  const { tests } = args;
  return tests === undefined ? checkConsumers(world, args) : checkTestsCommand(world, { ...args, tests });
}

/** Says whether a release may be shipped to whom one cares for. */
async function checkConsumers(world: World, args: CheckArguments): Promise<number> {
  return withLog(world, args, async (store) => {
    const { release, arch, consumer, config, baseline } = args;
    const document = check(await loadWithRegressions(store, viewOf(args), codeId()), {
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
