import { InputError, type Diagnostic } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportContext, Importer, Line, Produced, SourceEntry } from '../importer.ts';
import { cleanLine, type CleanLine } from '../console/clean-line.ts';
import { holdsResults } from '../ktap/holds-results.ts';
import { sniffKtap } from '../ktap/sniff.ts';
import { hasBootLoader } from '../console/boot-loader.ts';
import { Boot } from './boot.ts';
import { findingIn } from './findings.ts';

const FORMAT = 'bootlog';

/**
 * Reads the console or `dmesg` of a kernel: how far it booted, and what it says is wrong with it. A log that also holds
 * test results is a test log, and read as one by `auto`, which then also takes what its kernel said, as this format does.
 */
export const bootlogImporter: Importer = {
  format: FORMAT,
  version: 10,
  says: 'the console or dmesg of a kernel: release, architecture, command line, panics, oopses, warnings',
  unit: 'file',
  comesWithOthers: () => true,
  sniff(head) {
    // What begins with test results needs no look.
    if (sniffKtap(head) >= 0.5) return 0;
    return looksLikeConsole(head) ? 0.4 : hasBootLoader(head) || looksLikeReport(head) ? 0.1 : 0;
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
  if (isOtherFormat(head)) return false;
  let stamped = 0;
  for (const { text, kernel } of cleanLines(head)) {
    if (/^Linux version \d/.test(text)) return true;
    if (kernel && ++stamped >= 10) return true;
  }
  return false;
}

/** What the kernel says beside a message of trouble, and nobody else: a message alone may stand in any prose. */
const BESIDE_TROUBLE =
  /^(?:-{12}\[ cut here |={30,}$|Call [Tt]race:|Modules linked in:|Hardware name: |CPU: \d+ (?:UID: \d+ )?PID: \d+ Comm: |RIP: |EIP: |pc : |PC is at |\s*\[<[0-9a-f]+>\] |\s*backtrace(?: |:))/;

/** Whether a text is what people keep of a console: a message of trouble, by its time stamp or by what stands around it. */
function looksLikeReport(head: string): boolean {
  if (isOtherFormat(head)) return false;
  let [found, beside] = [false, false];
  for (const { text, kernel } of cleanLines(head)) {
    const finding = findingIn(text, kernel) !== null;
    if (finding && kernel) return true;
    found ||= finding;
    beside ||= BESIDE_TROUBLE.test(text);
    if (found && beside) return true;
  }
  return false;
}

function isOtherFormat(head: string): boolean {
  return (
    /^\s*(?:<\?xml|<!DOCTYPE|\{|\[\s*[{"\]]|- )/i.test(head) ||
    /^(?:From \S+ |(?:Received|Return-Path|Message-ID|From|Subject|Date|To):)/im.test(head.slice(0, 2000))
  );
}

function* cleanLines(head: string): Generator<CleanLine> {
  for (const raw of head.split(/\r\n|\n|\r/)) yield* cleanLine(raw.slice(0, 1000));
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
