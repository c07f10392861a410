import {
  addressIn,
  archOfEnvironment,
  field,
  noReport,
  ownLines,
  releaseNamed,
  testNamed,
  type Report,
} from './report.ts';

/** Reads a report of KernelCI's bisection (until 2023): start, culprit, machine, and whether it was checked. */
export function kernelciBisection(text: string): Report {
  if (
    !text.includes('This automated bisection') ||
    !/^\* This automated bisection report was sent/m.test(text)
  )
    return noReport;
  const lines = ownLines(text);
  const change = commitBelow(lines, 'Breaking commit found:');
  const arch = archOfEnvironment(field(lines, 'cpu arch') ?? '');
  const start = /^[0-9a-f]{12,40}/.exec(field(lines, 'start') ?? '')?.[0];
  const named = testNamed(field(lines, 'test case', 'test suite') ?? 'boot');
  const describe = /storage\.kernelci\.org\/+[^/]+\/[^/]+\/([^/]+)\//.exec(
    field(lines, 'plain log') ?? '',
  )?.[1];
  const verified = [field(lines, 'verify'), field(lines, 'revert')].every(
    (v) => v?.startsWith('PASS') === true,
  );
  return {
    ...noReport,
    runs: [
      {
        origin: 'kernelci',
        commit: start,
        release: releaseNamed(describe),
        kernel: describe,
        arch,
        platform: field(lines, 'target'),
        config: field(lines, 'config'),
        tool: field(lines, 'compiler'),
        tree: field(lines, 'tree'),
        url: addressIn(field(lines, 'plain log')),
        results: [{ ...named, outcome: 'fail' }],
      },
    ],
    culprits:
      change === undefined
        ? []
        : [
            {
              change,
              role: 'culprit',
              note: verified
                ? 'bisected by KernelCI; verified, and reverting it helps'
                : 'bisected by KernelCI',
              ...(arch === undefined ? {} : { archs: [arch] }),
            },
          ],
  };
}

/** The first commit that a line of its own names somewhere below a heading. */
function commitBelow(lines: readonly string[], heading: string): string | undefined {
  const from = lines.indexOf(heading);
  if (from === -1) return undefined;
  const named = lines.slice(from).map((line) => /^commit ([0-9a-f]{40})$/.exec(line)?.[1]);
  return named.find((hash) => hash !== undefined);
}
