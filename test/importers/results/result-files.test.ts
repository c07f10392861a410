import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { junitImporter } from '../../../importers/junit/importer.ts';
import { LegalXml } from '../../../importers/junit/legal-xml.ts';
import { InputError } from '../../../store/errors.ts';
import { read, readAs, rejectsOf, resultsOf } from '../support.ts';

const JUNIT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="all" tests="99">
  <testsuite name="rt" tests="0" timestamp="2026-04-22T10:00:00" hostname="board-1">
    <testcase name="one" classname="rt" time="0.5"/>
    <testcase name="two" classname="rt.Two"><failure message="boom">line <![CDATA[<x>]]></failure><error/></testcase>
    <testsuite name="deep"><testcase name="three"><skipped/></testcase><testcase name=""/></testsuite>
  </testsuite>
</testsuites>
`;
const KUNIT = JSON.stringify({
  name: 'KUnit Test Group',
  arch: 'x86_64',
  git_branch: 'kselftest',
  test_cases: [],
  sub_groups: [
    {
      name: 'list',
      test_cases: [
        { name: 'add', status: 'PASS' },
        { name: 'del', status: 'FAIL' },
        { name: '', status: 'ERROR' },
        { status: 'PASS' },
      ],
      sub_groups: [],
    },
    {
      name: 'hash',
      test_cases: [
        { name: 'get', status: 'SKIP' },
        { name: 'odd', status: 'WHAT' },
      ],
      sub_groups: [],
    },
  ],
});
const KIRK = JSON.stringify({
  results: [
    { test_fqn: 'abort01', status: 'pass', test: { retval: ['0'], duration: 0.25, log: 'ok' } },
    { test_fqn: 'bind01', status: 'fail', test: { retval: ['1'], log: 'TFAIL' } },
    { test_fqn: 'gone', status: 'fail', test: { retval: ['127'] } },
    { test_fqn: 'conf', status: 'conf' },
    { test_fqn: 'brok', status: 'brok' },
    { nothing: true },
  ],
  stats: { passed: 999 },
  environment: { kernel: '6.12.0-rc3', arch: 'x86_64' },
});
const RUNLTP = `<<<test_start>>>
tag=abs01 stime=1
cmdline="abs01"
<<<test_output>>>
abs01  1  TPASS  :  fine
<<<execution_status>>>
initiation_status="ok"
duration=0 termination_type=exited termination_id=0 corefile=no
<<<test_end>>>
<<<test_start>>>
tag=conf01 stime=1
<<<test_output>>>
<<<execution_status>>>
duration=0 termination_type=exited termination_id=32 corefile=no
<<<test_end>>>
<<<test_start>>>
tag=fail01 stime=1
<<<test_output>>>
[  80.1] usb 1-1: noise
fail01.c:3: TFAIL: wrong
<<<execution_status>>>
duration=0 termination_type=exited termination_id=1 corefile=no
<<<test_end>>>
<<<test_start>>>
tag=cut01 stime=1
<<<test_output>>>
`;

describe('JUnit XML', () => {
  it('counts test cases in nested suites, never declared counts', async () => {
    const { format, events } = await read(JUNIT);
    expect(format).toBe('junit');
    expect(resultsOf(events)).toEqual([
      ['all.rt.one', 'pass'],
      ['all.rt.Two.two', 'error'],
      ['all.rt.deep.three', 'skip'],
      ['all.rt.deep.unnamed', 'pass'],
    ]);
    expect(events[0]).toMatchObject({
      payload: { results: [{ durationMs: 500 }, { excerpt: 'boom: line <x>' }, {}, {}] },
    });
  });

  it.each([
    ['<failure>boo</failure><system-out><![CDATA[', 'fail'],
    ['<skipped/><system-out>', 'skip'],
    ['<system-out><![CDATA[', 'unknown'],
    ['<failure><![CDATA[boo', 'fail'],
  ])(
    'takes the test case in which a report ends, as far as it says how it went: %s',
    async (rest, outcome) => {
      const { events } = await read(`<testsuite name="s"><testcase name="a"/><testcase name="b">${rest}`);
      expect(resultsOf(events)).toEqual([
        ['s.a', 'pass'],
        ['s.b', outcome],
      ]);
      expect(rejectsOf(events)).toEqual([expect.stringMatching(/damaged or cut/)]);
    },
  );
  it('keeps what came before damage, and says where that is', async () => {
    const { events } = await read(JUNIT.slice(0, JUNIT.indexOf('<testsuite name="deep"') + 5));
    expect(resultsOf(events)).toHaveLength(2);
    expect(rejectsOf(events)).toEqual([expect.stringMatching(/damaged or cut/)]);
    const { events: fine } = await read(JUNIT.replace('line ', 'a\u001b[0m&#27;b'));
    expect(resultsOf(fine)).toHaveLength(4);
    expect(rejectsOf(fine)).toEqual([]);
  });
});

describe('XML as producers write it', () => {
  it('is mended outside of CDATA, wherever its pieces end', () => {
    const written = '<a b="1 & 2">&lt; & &#27;\u0000<![CDATA[ & ]] &#27; ]]>&amp;&x<!-- ]]> & --> &';
    const mended =
      '<a b="1 &amp; 2">&lt; &amp; \ufffd\ufffd<![CDATA[ & ]] &#27; ]]>&amp;&amp;x<!-- ]]> &amp; --> &amp;';
    for (let size = 1; size <= written.length; size++) {
      const xml = new LegalXml();
      let made = '';
      for (let at = 0; at < written.length; at += size) made += xml.add(written.slice(at, at + size));
      expect(made + xml.end()).toBe(mended);
    }
  });

  it('is given up where it is none in very many places, and that is said', async () => {
    const odd = '<testcase name="a"><failure>&nbsp;</failure></testcase>\n'.repeat(60_000);
    const events = await readAs(junitImporter, `<testsuite name="s">\n${odd}</testsuite>`);
    expect(resultsOf(events).length).toBeLessThan(60_000);
    expect(rejectsOf(events)).toEqual([
      expect.stringMatching(/but none behind line \d+: it is wrong in \d+ places/),
    ]);
  });
});

describe('dialects of JUnit', () => {
  it('are known since their own times: an instant with a zone, a day without', async () => {
    const at = async (...stamps: readonly string[]) => {
      const suites = stamps.map(
        (t) => `<testsuite name="s" timestamp="${t}"><testcase name="c"/></testsuite>`,
      );
      const { events } = await read(`<testsuites>${suites.join('')}</testsuites>`, { knownAt: '2030-01-01' });
      return events[0]!.knownAt;
    };
    expect(await at('2024-01-03T12:27:15+01:00')).toBe('2024-01-03T11:27:15Z');
    expect(await at('2024-01-03T12:27:15')).toBe('2024-01-03');
    expect(await at('Tue Mar 31 05:03:00 2020')).toBe('2020-03-31');
    expect(await at('2024-01-03T12:27:15Z', '2024-01-02', '2024-01-03T12:40:00Z')).toBe(
      '2024-01-03T12:40:00Z',
    );
    expect(await at('yesterday')).toBe('2030-01-01');
  });

  it('count a suite that could not begin, a known failure, and a pass at the second try', async () => {
    const { events } = await read(
      '<testsuites><testsuite name="a"><error message="no class">trace</error></testsuite><testsuite name="b">' +
        '<testcase name="soft" status="softfail"><failure>known</failure></testcase>' +
        '<testcase name="again"><flakyFailure message="once"/></testcase></testsuite></testsuites>',
    );
    expect(resultsOf(events)).toEqual([
      ['a.init', 'error'],
      ['b.soft', 'xfail'],
      ['b.again', 'pass'],
    ]);
    expect(JSON.stringify(events)).toContain('"failedRuns":1');
    expect(JSON.stringify(events)).toContain('failed, and passed when it was run again');
    expect(JSON.stringify(events)).toContain('no class: trace');
  });

  it('of KUnit and LAVA name tests as their other formats do; what the lab says does not count', async () => {
    const kunit = await read(
      '<testsuite name="main"><testsuite name="list"><testcase name="add"/></testsuite></testsuite>',
    );
    expect(resultsOf(kunit.events)).toEqual([['kunit.list.add', 'pass']]);
    const suite = (name: string, test: string) =>
      `<testsuite name="${name}"><testcase name="${test}" classname="${name}" timestamp="2026-04-01T10:00:00+00:00"/></testsuite>`;
    const lava = await read(
      `<testsuites>${suite('lava', 'login-action')}${suite('1_kselftest-rseq', 'rseq_basic_test')}</testsuites>`,
    );
    expect(resultsOf(lava.events)).toEqual([
      ['kselftest.rseq.basic_test', 'pass'],
      ['lava.login-action', 'pass'],
    ]);
    expect(lava.events.map((e) => e.type)).toEqual(['RunObserved', 'RunObserved', 'OutcomeAttributed']);
    expect(lava.events[0]!.knownAt).toBe('2026-04-01T10:00:00Z');
  });

  it('say which kernel ran, as xfstests do', async () => {
    const property = (name: string, value: string) => `<property name="${name}" value="${value}"/>`;
    const { events } = await read(
      `<testsuite name="xfstests"><properties>${property('PLATFORM', 'Linux/aarch64 host 6.18.0-rc1 #1 SMP')}` +
        `${property('os.version', '4.4.0')}</properties><testcase classname="xfstests.global" name="generic/001">` +
        `<properties>${property('kernel', '5.1.0')}</properties></testcase></testsuite>`,
    );
    expect(events[0]).toMatchObject({ payload: { release: 'v6.18-rc1', arch: 'arm64' } });
  });

  it('are read in the letters that they declare', async () => {
    const xml = (encoding: string) =>
      `<?xml version="1.0" encoding="${encoding}"?><testsuite name="größe"><testcase name="prüfe"/></testsuite>`;
    for (const bytes of [
      Buffer.from(xml('ISO-8859-1'), 'latin1'),
      Buffer.from(xml('UTF-8')),
      Buffer.from(xml('no-such')),
    ])
      expect(JSON.stringify(await readAs(junitImporter, bytes))).toContain('prüfe');
  });
  it('with a wrong tag in the middle lose nothing, however many chunks they come in', async () => {
    const filler = `<system-out>${'x'.repeat(3_000_000)}</system-out>`;
    const { events } = await read(
      `<testsuite name="s"><testcase name="a"><b></testcase>${filler}<testcase name="b"><failure/></testcase></testsuite>`,
    );
    expect(resultsOf(events)).toEqual([
      ['s.a', 'pass'],
      ['s.b', 'fail'],
    ]);
    expect(rejectsOf(events)).toHaveLength(1);
  });
});

describe('JSON of kunit.py', () => {
  it('reads groups, and rejects what is no test case', async () => {
    const { format, events } = await read(KUNIT);
    expect(format).toBe('kunit-json');
    expect(resultsOf(events)).toEqual([
      ['kunit.list.add', 'pass'],
      ['kunit.list.del', 'fail'],
      ['kunit.list.unnamed', 'error'],
      ['kunit.hash.get', 'skip'],
      ['kunit.hash.odd', 'unknown'],
    ]);
    expect(rejectsOf(events)).toHaveLength(1);
    expect(events[0]).toMatchObject({ payload: { arch: 'x86_64' } });
  });

  it('says where what it rejects stands, by a pointer into the file', async () => {
    const none = { name: 1 };
    const group = { name: 'g', test_cases: [none], sub_groups: [] };
    const { events } = await read(JSON.stringify({ name: 'main', test_cases: [none], sub_groups: [group] }));
    expect(events.map(({ locator }) => locator.slice(locator.indexOf('#')))).toEqual([
      '#/test_cases/0',
      '#/sub_groups/0/test_cases/0',
    ]);
  });

  it('is taken as far as it came whole when it is cut, and no group before its name came', async () => {
    const cut = (text: string) => KUNIT.slice(0, KUNIT.indexOf(text));
    const within = await read(cut('"hash"'));
    expect(resultsOf(within.events).slice(0, 2)).toEqual([
      ['kunit.list.add', 'pass'],
      ['kunit.list.del', 'fail'],
    ]);
    expect(rejectsOf(within.events).at(-1)).toMatch(/^the file ends within its JSON/);
    const nameless = '{"name": "main", "sub_groups": [{"test_cases": [{"name": "a", "status": "PASS"}], "na';
    await expect(read(nameless)).rejects.toThrow('no JSON');
    const after = `{"name": "main", "test_cases": [{"name": "b", "status": "PASS"}], ${nameless.slice(16)}`;
    const { events } = await read(after);
    expect(resultsOf(events)).toEqual([['kunit.b', 'pass']]);
    expect(rejectsOf(events)).toEqual([
      'the file ends before the name of this group',
      expect.stringMatching(/^the file ends within/),
    ]);
  });

  it('cuts nesting that no report has', async () => {
    let deep: unknown = { name: 'x', test_cases: [{ name: 'bottom', status: 'PASS' }], sub_groups: [] };
    for (let i = 0; i < 2000; i++) deep = { name: 'x', test_cases: [], sub_groups: [deep] };
    const { events } = await read(JSON.stringify(deep));
    expect(resultsOf(events)).toEqual([]);
    expect(rejectsOf(events)).toEqual(['nested too deeply']);
  });
});

describe('LTP', () => {
  it("reads kirk's report: a missing program says nothing of the kernel", async () => {
    const { format, events } = await read(KIRK);
    expect(format).toBe('ltp');
    expect(resultsOf(events)).toEqual([
      ['ltp.abort01', 'pass'],
      ['ltp.bind01', 'fail'],
      ['ltp.gone', 'error'],
      ['ltp.conf', 'skip'],
      ['ltp.brok', 'error'],
    ]);
    expect(events[0]).toMatchObject({ payload: { release: 'v6.12-rc3', arch: 'x86_64' } });
    expect(rejectsOf(events)).toHaveLength(1);
  });

  it('reads a transcript of runltp, cut at its end', async () => {
    const { events } = await read(RUNLTP, { release: 'v6.1', selftests: 'v6.3' });
    expect(events[0]).toMatchObject({ payload: { release: 'v6.1', selftests: 'v6.3' } });
    expect(resultsOf(events)).toEqual([
      ['ltp.abs01', 'pass'],
      ['ltp.conf01', 'skip'],
      ['ltp.fail01', 'fail'],
      ['ltp.cut01', 'miss'],
    ]);
  });

  it('says what ran, from when and until when, as the transcript does', async () => {
    const commit = 'ab'.repeat(20);
    const { events } = await read(
      'Linux host 5.18.0-rc5-00130-gabababababab #1 SMP Thu May 12 21:45:12 CST 2022 x86_64 GNU/Linux\n' +
        `/proc/cmdline\nroot=/dev/ram0 kconfig=x86_64-rhel-8.3 commit=${commit} ARCH=x86_64\n` +
        RUNLTP.replace('tag=abs01 stime=1', 'tag=abs01 stime=1652397450').replace(
          'tag=fail01 stime=1',
          'tag=fail01 stime=1652397570',
        ),
    );
    expect(events[0]).toMatchObject({
      knownAt: '2022-05-12T23:19:30Z',
      payload: { commit, arch: 'x86_64', config: 'x86_64-rhel-8.3', startedAt: '2022-05-12T23:17:30Z' },
    });
  });

  it('is found on a console behind a whole boot, which says what ran', async () => {
    const boot = Array.from({ length: 3000 }, (_, i) => `[    ${1000 + i}.000000] usb 1-1: device ${i}`);
    const { format, events } = await read(
      ['[    0.000000] Linux version 6.1.9 (b@h) #1 SMP', ...boot, RUNLTP].join('\n'),
    );
    expect(format).toBe('ltp');
    expect(events[0]).toMatchObject({ payload: { release: 'v6.1.9' } });
    expect(resultsOf(events)).toHaveLength(4);
  });

  it("reads openQA's reports: names with their suite, the kernel of each result", async () => {
    const environment = { kernel: 'host 6.12.0-rc3 #1 SMP Fri x86_64 x86_64 GNU/Linux', arch: 'qemu,tap' };
    const { events } = await read(
      JSON.stringify({
        results: [
          { test_fqn: 'LTP:syscalls:abort01', status: 'pass', environment, test: { result: 'TPASS' } },
          { test_fqn: 'LTP:skip_01', status: 'skip', environment },
        ],
      }),
    );
    expect(resultsOf(events)).toEqual([
      ['ltp.abort01', 'pass'],
      ['ltp.skip_01', 'skip'],
    ]);
    expect(events[0]).toMatchObject({ payload: { release: 'v6.12-rc3', arch: 'x86_64' } });
  });
});

describe('damaged files', () => {
  const samples = [JUNIT, KUNIT, KIRK, RUNLTP];
  /** An error must be one of the input, with its file. */
  async function survives(content: string | Uint8Array): Promise<void> {
    try {
      for (const event of (await read(content)).events)
        expect(JSON.stringify(event).length).toBeLessThan(1e6);
    } catch (error) {
      if (error instanceof InputError) expect(error.diagnostics[0]!.place.file).not.toBe('');
      else expect((error as Error).message).toBe('not recognised');
    }
  }

  it('end at every offset without a crash', async () => {
    for (const sample of samples)
      for (let end = 1; end < sample.length; end += 7) await survives(sample.slice(0, end));
  });

  it('may hold any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.uint8Array({ maxLength: 40 }),
        async (sample, at, bytes) => {
          const content = Buffer.from(sample);
          await survives(
            Buffer.concat([
              content.subarray(0, at % content.length),
              bytes,
              content.subarray((at % content.length) + 5),
            ]),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
