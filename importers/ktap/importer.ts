import { InputError, type Diagnostic } from '../../store/errors.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { holdsResults } from './holds-results.ts';
import { FORMAT, LogReader } from './log-reader.ts';
import { AFTER_BOOT_LOADER, sniffKtap } from './sniff.ts';

const PROGRESS_BYTES = 1024 * 1024;

/** Reads logs of kselftest, KUnit and other producers of KTAP and TAP, as they come off a console. */
export const ktapImporter: Importer = {
  format: FORMAT,
  version: 11,
  says: 'a log of kselftest, KUnit or another test in KTAP or TAP, console noise and all',
  unit: 'file',
  comesWithOthers: () => true,
  sniff: sniffKtap,
  async look(entry) {
    const sure = sniffKtap(Buffer.from(entry.head).toString('utf8'));
    if (sure !== AFTER_BOOT_LOADER) return sure;
    return (await holdsResults(entry)) ? 0.7 : 0;
  },
  async *read(entries, context): AsyncIterable<Produced> {
    for (const entry of entries) yield* readLog(entry, context);
  },
};

async function* readLog(entry: SourceEntry, { hints, progress }: ImportContext): AsyncGenerator<Produced> {
  const reader = new LogReader(entry, hints);
  let reported = 0;
  for await (const page of entry.lines().pages()) {
    for (let at = 0; at < page.length;) {
      at = reader.readPage(page, at);
      if (reader.isFull) yield { entry, events: reader.take() };
    }
    const offset = page.at(-1)?.offset ?? 0;
    if (offset - reported >= PROGRESS_BYTES) {
      reported = offset;
      progress?.(reported);
    }
  }
  reader.finish();
  progress?.(entry.sizeBytes);
  const place = { file: entry.name };
  if (!reader.isTestLog)
    throw new InputError([{ severity: 'error', message: 'no test result in KTAP or TAP here', place }]);
  const warnings: Diagnostic[] = [...entry.cutLines];
  if (reader.results === 0)
    warnings.push({ severity: 'warning', message: 'the log has no test result', place });
  yield { entry, events: reader.take(), ...(warnings.length > 0 ? { warnings } : {}) };
}
