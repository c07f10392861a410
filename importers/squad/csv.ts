import { CsvError, parse } from 'csv-parse';
import { InputError } from '../../store/errors.ts';
import type { ImportContext, SourceEntry } from '../importer.ts';
import { through } from '../source/through.ts';

/** Where the fields of a result stand in a row; null where the table has no such column. */
export interface Columns {
  readonly delimiter: string;
  /** Whether the first row names the columns. */
  readonly header: boolean;
  readonly name: number;
  readonly result: number;
  readonly suite: number | null;
  readonly environment: number | null;
  readonly build: number | null;
  readonly log: number | null;
  readonly at: number | null;
}

const NAMES: Readonly<Record<Exclude<keyof Columns, 'delimiter' | 'header'>, readonly string[]>> = {
  name: ['name', 'test', 'test_name', 'testname', 'test_case', 'testcase', 'case', 'full_name', 'test_path'],
  result: ['result', 'status', 'outcome', 'verdict'],
  suite: ['suite', 'test_suite', 'suite_name', 'definition'],
  environment: ['environment', 'env', 'device', 'platform', 'board'],
  build: ['build', 'build_version', 'version', 'release', 'kernel', 'git_describe'],
  log: ['log', 'message', 'reason', 'comment'],
  at: ['datetime', 'date', 'created_at', 'logged', 'timestamp'],
};
const PLAIN = /^[^,;\t\r\n]+([,;\t])\s*"?(?:pass|fail|skip|xfail|unknown)"?\s*$/i;

/** Tells the columns of a table of results by its first lines; null when it is none. */
export function csvColumns(head: string): Columns | null {
  const lines = head.split(/\r?\n/, 4);
  const first = lines[0] ?? '';
  if (first.length > 4000) return null;
  for (const delimiter of [',', ';', '\t']) {
    const cells = first.split(delimiter).map((cell) =>
      cell
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '_'),
    );
    const column = (field: keyof typeof NAMES) => {
      const at = cells.findIndex((cell) => NAMES[field].includes(cell));
      return at === -1 ? null : at;
    };
    const [name, result] = [column('name'), column('result')];
    if (name === null || result === null || name === result) continue;
    return {
      delimiter,
      header: true,
      name,
      result,
      suite: column('suite'),
      environment: column('environment'),
      build: column('build'),
      log: column('log'),
      at: column('at'),
    };
  }
  const plain = lines.filter((line) => line.trim() !== '').slice(0, 3);
  const match = PLAIN.exec(plain[0] ?? '');
  if (!match || !plain.every((line) => PLAIN.test(line))) return null;
  const none = { suite: null, environment: null, build: null, log: null, at: null };
  return { delimiter: match[1]!, header: false, name: 0, result: 1, ...none };
}

/** A row of a table, its cells by what they mean; empty where the table has no such column. */
export interface Row {
  readonly line: number;
  readonly name: string;
  readonly result: string;
  readonly suite: string;
  readonly environment: string;
  readonly build: string;
  readonly log: string;
  readonly at: string;
}

/** A quote that is never closed makes one row of the rest of a file; no row of a table, log and all, is longer. */
const MOST_ROW_CHARS = 64 * 1024 * 1024;
/** So many rows are handed on at once. */
const PAGE = 1000;

/**
 * Reads a table of results, with a row of names or as `test,result`, page by page: a file may hold millions.
 *
 * @throws InputError with the line where it is no CSV.
 */
export async function* csvRows(
  entry: SourceEntry,
  columns: Columns,
  progress?: ImportContext['progress'],
): AsyncGenerator<readonly Row[]> {
  const parser = parse({
    delimiter: columns.delimiter,
    from: columns.header ? 2 : 1,
    info: true,
    max_record_size: MOST_ROW_CHARS,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  const parsed = through<Parsed>(counted(entry.bytes(), progress), parser);
  let page: Row[] = [];
  try {
    for await (const { record, info } of parsed) {
      page.push(rowOf(record, info.lines, columns));
      if (page.length < PAGE) continue;
      yield page;
      page = [];
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line: unknown = error.lines;
    throw new InputError([
      {
        severity: 'error',
        message: `no CSV: ${error.message}`,
        place: { file: entry.name, ...(typeof line === 'number' ? { line } : {}) },
      },
    ]);
  }
  yield page;
}

async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  progress: ImportContext['progress'],
): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of bytes) {
    read += chunk.length;
    progress?.(read);
    yield chunk;
  }
}

/** What the parser gives with `info`, which its types do not tell. */
interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function rowOf(record: readonly string[], line: number, columns: Columns): Row {
  const cell = (at: number | null) => (at === null ? '' : (record[at] ?? ''));
  return {
    line,
    name: cell(columns.name),
    result: cell(columns.result),
    suite: cell(columns.suite),
    environment: cell(columns.environment),
    build: cell(columns.build),
    log: cell(columns.log),
    at: cell(columns.at),
  };
}
