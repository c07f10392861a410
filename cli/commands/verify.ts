import { strayAnswer } from '../../queries/kept/kept-answers.ts';
import { keptQuestions } from '../../queries/kept/kept-questions.ts';
import { strayRow } from '../../store/memory/stray-row.ts';
import { codeId } from '../code-id.ts';
import { withLog, writeJson, type CommonArguments, type World } from '../context.ts';
import { safeText } from '../output/safe-text.ts';
import { READ_MODELS } from './rebuild.ts';

/**
 * Checks the whole log against its hashes, the file that it lies in, and what is kept beside the log against the log; exit
 * 1 where something is damaged.
 */
export async function verifyCommand(world: World, args: CommonArguments): Promise<number> {
  return withLog(world, args, async (store) => {
    const report = await store.verify();
    const stray: string[] = [];
    // What is made of a damaged log says nothing.
    for (const model of report.damage === null ? READ_MODELS : []) {
      const row = await strayRow(store, model);
      if (row !== null) stray.push(row);
    }
    const answer = report.damage === null ? await strayAnswer(store, codeId(), keptQuestions) : null;
    if (answer !== null) stray.push(`the answer of ${answer}`);
    if (args.format === 'json') writeJson(world, { schema: 'regline.verify/1', ...report, stray });
    else if (report.damage === null)
      world.out(
        report.events === 0
          ? 'the log is empty\n'
          : `${report.events} events in ${report.batches} batches are whole; the log's hash is ${report.head.hash.slice(0, 16)}\n`,
      );
    else world.out(`DAMAGED (${report.damage.kind}): ${safeText(report.damage.says)}\n`);
    if (args.format !== 'json')
      for (const row of stray)
        world.out(
          `what is kept beside the log is not what it gives (${safeText(row)}): run regline rebuild\n`,
        );
    return report.damage === null && stray.length === 0 ? 0 : 1;
  });
}
