import type { Importer } from '../importer.ts';
import { looksLikeKirkConsole, readKirkConsole } from './kirk-console.ts';
import { FORMAT, readReport } from './report.ts';
import { readTranscript } from './transcript.ts';

/** Reads what LTP's runners write: kirk's JSON report and its terminal, openQA's report, the transcript of runltp. */
export const ltpImporter: Importer = {
  format: FORMAT,
  version: 2,
  says: "results of LTP: kirk's or openQA's JSON, kirk's terminal, or a transcript of runltp",
  unit: 'file',
  sniff(head) {
    if (/^<<<test_start>>>\r?$/m.test(head) || head.includes('<<<execution_status>>>')) return 0.9;
    if (looksLikeKirkConsole(head)) return 0.9;
    return /^\s*\{/.test(head) && head.includes('"test_fqn"') ? 0.9 : 0;
  },
  async *read(entries, context) {
    for (const entry of entries) {
      const head = Buffer.from(entry.head).toString('utf8');
      if (/^\s*\{/.test(head)) yield* readReport(entry, context);
      else
        yield* looksLikeKirkConsole(head) ? readKirkConsole(entry, context) : readTranscript(entry, context);
    }
  },
};
