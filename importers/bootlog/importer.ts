import { InputError, type Diagnostic } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportContext, Importer, Line, Produced, SourceEntry } from '../importer.ts';
import { cleanLine } from '../ktap/clean.ts';
import { holdsResults } from '../ktap/holds-results.ts';
import { sniffKtap } from '../ktap/sniff.ts';
import { hasBootLoader } from '../results/boot-loader.ts';
import { Boot } from './boot.ts';

const FORMAT = 'bootlog';

/**
 * Reads the console or `dmesg` of a kernel: how far it booted, and what it says is wrong with it. A log that also holds
 * test results is a test log, and read as one by `auto`, which then also takes what its kernel said, as this format does.
 */
export const bootlogImporter: Importer = {
  format: FORMAT,
  version: 7,
  says: 'the console or dmesg of a kernel: release, architecture, command line, panics, oopses, warnings',
  unit: 'file',
  sniff(head) {
    // What begins with test results needs no look.
    if (sniffKtap(head) >= 0.5) return 0;
    return looksLikeConsole(head) ? 0.4 : hasBootLoader(head) ? 0.1 : 0;
  },
  async look(entry) {
    return (await holdsResults(entry)) ? 0 : 0.4;
  },
  async *read(entries, context) {
    for (const entry of entries) yield* readConsole(entry, context);
  },
};

/** A boot has a banner; a piece of one has many time stamps. */
export function looksLikeConsole(head: string): boolean {
  if (/^\s*(?:<\?xml|<!DOCTYPE|\{|\[\s*[{"\]]|- )/i.test(head)) return false;
  if (/^(?:From \S+ |(?:Received|Return-Path|Message-ID|From|Subject|Date|To):)/im.test(head.slice(0, 2000)))
    return false;
  let stamped = 0;
  for (const raw of head.split(/\r\n|\n|\r/))
    for (const { text, kernel } of cleanLine(raw.slice(0, 1000))) {
      if (/^Linux version \d/.test(text)) return true;
      if (kernel && ++stamped >= 10) return true;
    }
  return false;
}

async function* readConsole(
  entry: SourceEntry,
  { hints, progress, alongside = false }: ImportContext,
): AsyncGenerator<Produced> {
  let boots = 0;
  let boot = new Boot(entry, hints, 0);
  const events: NewEvent[] = [];
  let told = 0;
  const end = () => {
    const event = boot.finish();
    if (event) {
      events.push(event);
      told++;
    }
  };
  const read = ({ text: raw, number }: Line) => {
    for (const { text, kernel } of cleanLine(raw)) {
      if (/^Linux version \d/.test(text) && boot.banner !== null) {
        end();
        boot = new Boot(entry, hints, ++boots);
      }
      boot.read(text, kernel, number, raw);
    }
  };
  for await (const page of entry.lines().pages()) {
    for (const line of page) if (boot.wants(line.text)) read(line);
    progress?.(page.at(-1)?.offset ?? 0);
    if (events.length > 0) yield { entry, events: events.splice(0) };
  }
  end();
  const warnings: Diagnostic[] = alongside ? [] : [...entry.cutLines];
  if (told === 0 && !alongside) {
    const place = { file: entry.name };
    if (!looksLikeConsole(Buffer.from(entry.head).toString('utf8')))
      throw new InputError([{ severity: 'error', message: 'no message of a kernel in this log', place }]);
    const message = 'the log does not say of which kernel it is, and shows no trouble';
    warnings.push({ severity: 'warning', message, place });
  }
  yield { entry, events, warnings };
}
