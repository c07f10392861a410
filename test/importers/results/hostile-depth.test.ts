import { expect, it } from 'vitest';
import { importers } from '../../../importers/formats/registry.ts';
import { InputError } from '../../../store/errors.ts';
import { readAs } from '../support.ts';

const DEPTH = 20_000;
const nested = (open: string, inside: string, close: string) =>
  open.repeat(DEPTH) + inside + close.repeat(DEPTH);

/** Deeper than the stack of any reader, and well-formed as far as its format goes. */
const DEEP: Readonly<Record<string, string>> = {
  lists: nested('[', '', ']'),
  objects: nested('{"a":', '1', '}'),
  'a result of LTP': `{"results":[${nested('[', '', ']')}]}`,
  'a release of kernel.org': `{"latest_stable":{"version":"6.1"},"releases":[${nested('[', '', ']')}]}`,
  'a group of KUnit': nested('{"name":"g","test_cases":[],"sub_groups":[', '', ']}'),
  'a field of a submission': `{"version":{"major":5,"minor":3},"tests":[{"id":"a:1","origin":"a","build_id":"a:2","misc":${nested('{"x":', '1', '}')}}]}`,
  'suites of JUnit': nested('<testsuite name="s">', '<testcase name="c"/>', '</testsuite>'),
  'an entry of LAVA': `- {"dt": "2026-04-22T10:00:19", "lvl": "results", "msg": ${nested('[', '', ']')}}\n`,
  'a mapping of YAML': `dataset: x\na: ${nested('[', '', ']')}\n`,
  'parts of a mail': `From: a@x\nMessage-ID: <a@x>\n${Array.from({ length: 500 }, (_, i) => `Content-Type: multipart/mixed; boundary="b${i}"\n\n--b${i}\n`).join('')}\nhi\n`,
};

it.each(Object.entries(DEEP))('%s may be nested beyond any use: read or refused', async (_, text) => {
  for (const importer of importers) {
    const read = await readAs(importer, text).catch((error: unknown) => error);
    if (!Array.isArray(read)) expect(read, importer.format).toBeInstanceOf(InputError);
  }
});
