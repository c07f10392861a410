import { SaxesParser } from 'saxes';
import { InputError } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { joinTestName, testSegment } from '../../store/names/test-name.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { rejected, ResultRun } from '../results/result-run.ts';

const FORMAT = 'junit';
const LONGEST_TEXT = 2000;

/**
 * Reads JUnit XML. There is no standard; the usual dialects (Jenkins' junit.xsd, surefire, kunit_junit.py, LAVA, openQA)
 * agree on test cases in nested suites. Declared counts are never believed: test cases are counted.
 */
export const junitImporter: Importer = {
  format: FORMAT,
  version: 1,
  says: 'results in JUnit XML, from whichever tool',
  unit: 'file',
  sniff(head) {
    const text = head
      .replace(/^\ufeff/, '')
      .replace(/<!--[\s\S]*?-->/g, '')
      .trimStart();
    if (/^(<\?xml[^>]*>\s*)?(<!DOCTYPE[^>]*>\s*)?<testsuites?[\s/>]/.test(text)) return 0.95;
    return text.startsWith('<?xml') && /<testsuites?[\s/>]/.test(text) ? 0.8 : 0;
  },
  async *read(entries, context) {
    for (const entry of entries) yield* readReport(entry, context);
  },
};

interface Case {
  readonly name: string;
  readonly className: string;
  readonly line: number;
  readonly seconds: number;
  outcome: Outcome;
  text: string;
}

/** A failure beside an error is an error, either beside a skip is not one. */
const RANK: readonly Outcome[] = ['pass', 'skip', 'xfail', 'fail', 'error'];
const CHILDREN: Readonly<Record<string, Outcome>> = {
  failure: 'fail',
  error: 'error',
  skipped: 'skip',
  skip: 'skip',
  softfailure: 'xfail',
};

async function* readReport(entry: SourceEntry, { hints, progress }: ImportContext): AsyncGenerator<Produced> {
  const run = new ResultRun(entry, hints, { tool: 'junit' });
  const events: NewEvent[] = [];
  const suites: string[] = [];
  const open: string[] = [];
  let current: Case | null = null;
  /** What was wrong with the XML first; nothing after it is read. */
  const damage: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    damage.push(error.message);
  });
  parser.on('opentag', ({ name, attributes }) => {
    open.push(name);
    if (name === 'testsuite' || name === 'testsuites') {
      if (suites.length === 0) {
        const { timestamp, hostname } = attributes;
        run.facts = {
          ...run.facts,
          ...(timestamp === undefined ? {} : { startedAt: timestamp }),
          ...(hostname === undefined || hostname === '' ? {} : { platform: hostname }),
        };
      }
      suites.push(attributes.name ?? '');
    } else if (name === 'testcase') {
      const seconds = Number((attributes.time ?? '').replaceAll(',', ''));
      const status = (attributes.status ?? attributes.result ?? '').toLowerCase();
      current = {
        name: attributes.name ?? '',
        className: attributes.classname ?? '',
        line: parser.line,
        seconds,
        outcome:
          status === 'failure' || status === 'failed' ? 'fail' : status === 'skipped' ? 'skip' : 'pass',
        text: '',
      };
    } else if (current && open.at(-2) === 'testcase') {
      const outcome = CHILDREN[name];
      if (outcome !== undefined && RANK.indexOf(outcome) > RANK.indexOf(current.outcome))
        current.outcome = outcome;
      if (outcome !== undefined && attributes.message !== undefined)
        current.text += `${current.text === '' ? '' : '\n'}${attributes.message}: `;
    }
  });
  const text = (part: string) => {
    if (current && Object.hasOwn(CHILDREN, open.at(-1) ?? '') && current.text.length < LONGEST_TEXT)
      current.text += part;
  };
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('closetag', ({ name }) => {
    open.pop();
    if (name === 'testsuite' || name === 'testsuites') suites.pop();
    if (name !== 'testcase' || !current) return;
    put(run, suites, current);
    current = null;
    if (run.isFull) events.push(run.take(false)!);
  });
  const decoder = new TextDecoder('utf-8');
  let read = 0;
  for await (const chunk of entry.bytes()) {
    // Producers write control characters that XML 1.0 forbids (kunit_junit.py does): the results are good all the same.
    if (damage.length === 0) parser.write(legal(decoder.decode(chunk, { stream: true })));
    read += chunk.length;
    progress?.(read);
    if (events.length > 0) yield { entry, events: events.splice(0) };
  }
  if (damage.length === 0) parser.close();
  const last = run.take(true);
  if (last) events.push(last);
  const [wrong] = damage;
  if (wrong !== undefined) {
    const where = /^(?:\S+:)?(\d+):\d+: /.exec(wrong);
    if (last === null && run.isEmpty)
      throw new InputError([
        {
          severity: 'error',
          message: `no XML: ${wrong}`,
          place: { file: entry.name, ...(where ? { line: Number(where[1]) } : {}) },
        },
      ]);
    events.push(
      rejected(entry, FORMAT, hints, {
        key: 'damage',
        reason: `the XML is damaged or cut: ${wrong}; what came before was read`,
        excerpt: '',
        line: where ? Number(where[1]) : undefined,
      }),
    );
  }
  yield { entry, events };
}

function put(run: ResultRun, suites: readonly string[], c: Case): void {
  const outer = suites.map(testSegment).filter((s) => s !== '' && s !== 'main');
  const last = outer.at(-1);
  const className = testSegment(c.className);
  const own =
    last !== undefined && className.startsWith(`${last}.`) ? className.slice(last.length + 1) : className;
  const name = testSegment(c.name) || 'unnamed';
  // Many tools repeat the suite in the class, and the class in the name.
  const path = own === '' || outer.includes(own) || own === name ? outer : [...outer, own];
  run.add({
    test: joinTestName(...path, name),
    raw: c.className === '' ? c.name : `${c.className}.${c.name}`,
    outcome: c.outcome,
    line: c.line,
    ...(Number.isFinite(c.seconds) && c.seconds > 0 ? { durationMs: Math.round(c.seconds * 1000) } : {}),
    ...(c.text.trim() === '' ? {} : { excerpt: c.text.trim() }),
  });
}

/** Replaces characters that XML 1.0 does not allow, written out or as references. */
function legal(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/&#(?:x0*(?:[0-8bce]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));/gi, '\ufffd');
}
