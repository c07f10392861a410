import { expect, it } from 'vitest';
import { importerNamed } from '../../../importers/formats/registry.ts';
import { readAs, read, rejectsOf, resultsOf, toldBy } from '../support.ts';

it('rejects a row of a table of LTP that is none', async () => {
  const log = [
    'Testcase                                           Result     Exit Value',
    '--------                                           ------     ----------',
    'abort01                                            PASS       0    ',
    'accept01                                           PA\u0000S       0    ',
    'access01',
    '',
    'Total Tests: 3',
    '',
  ].join('\n');
  expect(await toldBy(log)).toEqual(['pass ltp.abort01', '2 rejected']);
});

it('reads the log of a job of LAVA whose first line is damaged', async () => {
  const item = (lvl: string, msg: string) =>
    `- {"dt": "2026-01-01T00:00:00.000000", "lvl": "${lvl}", "msg": ${msg}}\n`;
  const log = `%%%\n${item('results', '{"case": "a", "definition": "0_s", "result": "fail"}')}${item('target', '"x"')}`;
  const { format, events } = await read(log);
  expect(format).toBe('lava');
  expect(resultsOf(events)).toEqual([['s.a', 'fail']]);
  expect(rejectsOf(events)).toHaveLength(1);
});

it('says how many lines with results of one program are left out', async () => {
  const lines = Array.from({ length: 20_010 }, (_, i) => `# PASS: t${i} is so\n`).join('');
  const log = `# selftests: net: x.sh\n${lines}ok 1 selftests: net: x.sh\n`;
  const results = resultsOf(await readAs(importerNamed('ktap')!, log));
  expect(results).toHaveLength(20_002);
  expect(results).toContainEqual(['kselftest.net.x.sh.more', 'unknown']);
});
