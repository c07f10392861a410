import { areVerdicts, planOfList, shapeOf, type Shape } from './shape.ts';
import { csvColumns } from './csv.ts';

/** A head that is cut is told by how it begins. */
const BEGINS: readonly (readonly [RegExp, number])[] = [
  [/^\{\s*"lava"\s*:\s*\{\s*"[^"]{1,80}"\s*:\s*\{/, 0.8],
  [/^\{\s*"(?:[^"\\]|\\.){1,600}"\s*:\s*"(?:pass|fail|skip|xfail|unknown)"\s*[,}]/i, 0.6],
  [/^\{\s*"(?:[^"\\]|\\.){1,600}"\s*:\s*\{[^{}]{0,2000}"result"\s*:\s*"/, 0.6],
  [/^\{\s*"count"\s*:\s*\d+\s*,\s*"(?:next|previous)"\s*:/, 0.6],
  [/^\[\s*\{\s*"auto_retry"\s*:/, 0.6],
  [/^\{\s*"build"\s*:\s*\{[^]*"reproducer_cmdline"\s*:\s*\[\s*"tuxmake"/, 0.6],
  [
    /^\{[^{}[\]]{0,5000}?"(?:job_id|job_url|datetime|job_status|git[ _]describe|build-url)"\s*:\s*"(?:[^"\\]|\\.){1,600}"/,
    0.5,
  ],
  [/^\{\s*"builds"\s*:\s*\{\s*"\w+"\s*:\s*\{/, 0.6],
];

const SURE: Readonly<Record<Shape, number>> = {
  suites: 0.8,
  plan: 0.8,
  job: 0.8,
  artefacts: 0.8,
  tuxmake: 0.8,
  listing: 0.7,
  tests: 0.7,
  metadata: 0.6,
  metrics: 0.3,
  empty: 0.2,
};

/** Tells how surely a text is a file of SQUAD, LKFT or TuxSuite. */
export function sniffSquad(head: string): number {
  const text = head.trimStart();
  if (text.startsWith('{') || text.startsWith('[')) {
    try {
      const value: unknown = JSON.parse(text);
      const shape = shapeOf(planOfList(value) ?? value);
      // Much JSON has a result somewhere.
      if (shape === null || (shape === 'tests' && !areVerdicts(value))) return 0;
      return SURE[shape];
    } catch {
      return BEGINS.find(([pattern]) => pattern.test(text))?.[1] ?? 0;
    }
  }
  if (isYamlOfTests(text)) return 0.5;
  return csvColumns(text) === null ? 0 : 0.7;
}

const YAML_NAME = /^(?:(["'])[^\s"'#:{}[\],&*!|>%@`-][^"':]*\1\s*|[^\s"'#:{}[\],&*!|>%@`-][^"':]*):\s*/;
const YAML_VERDICT = /^["']?(?:pass|fail|skip|xfail|unknown)["']?\s*$/i;
const YAML_RESULT = /^\s+["']?result["']?\s*:\s*\S/;

/** Names with `pass` and the like, or with `result:` indented below them, as squad-client submits them. */
export function isYamlOfTests(head: string): boolean {
  const lines = head
    .slice(0, 20_000)
    .split(/\r?\n/)
    .slice(0, -1)
    .concat(head.length < 20_000 ? (head.split(/\r?\n/).at(-1) ?? '') : [])
    .filter((line) => line.trim() !== '' && line.trim() !== '---' && !line.startsWith('#'));
  let verdicts = 0;
  let open = false;
  let fields: number | null = null;
  for (const line of lines) {
    const indent = line.search(/\S/);
    if (indent > 0) {
      if (!open) return false;
      fields ??= indent;
      // A result further down belongs to something else.
      if (indent === fields && YAML_RESULT.test(line)) verdicts++;
      continue;
    }
    fields = null;
    const name = YAML_NAME.exec(line);
    if (name === null) return false;
    const value = line.slice(name[0].length);
    open = value === '';
    if (!open && !YAML_VERDICT.test(value)) return false;
    if (!open) verdicts++;
  }
  return verdicts > 0;
}
