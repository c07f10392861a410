import type { ToldRun } from './report.ts';

/** A build that an issue broke, as a daily summary lists it. */
export interface NewIssue {
  readonly issue: string;
  readonly comment: string;
  readonly build?: string;
  /** What is to blame, in KCIDB's words: `code`, `tool`, `harness`. */
  readonly culprit?: string;
}

const SECTION = '### NEW BUILD ISSUES';
const ISSUE = /^- Issue: (\S+)/;
const FIELD = /^ {2}(Build|Comment|Culprit): +(\S.*)$/;

/** Reads the list of issues that broke builds for the first time (kernelci/dashboard, `summary.txt.j2`). */
export function newIssuesIn(lines: readonly string[]): readonly NewIssue[] {
  const found: { issue: string; comment: string; build?: string; culprit?: string }[] = [];
  let listed = false;
  let open: (typeof found)[number] | null = null;
  for (const line of lines) {
    if (line.startsWith('### ')) listed = line.startsWith(SECTION);
    if (!listed) continue;
    const issue = ISSUE.exec(line)?.[1];
    if (issue !== undefined) found.push((open = { issue, comment: '' }));
    else if (!line.startsWith(' ')) open = null;
    const [, key, value] = FIELD.exec(line.trimEnd()) ?? [];
    if (open === null || key === undefined) continue;
    if (key === 'Comment') open.comment = value!;
    else if (key === 'Build') open.build = value!;
    else open.culprit = value!;
  }
  return found;
}

/** The builds that failed so; what is not the kernel's is an error and no failure. */
export function brokenBuilds(
  issues: readonly NewIssue[],
  common: Pick<ToldRun, 'origin' | 'tree' | 'commit'>,
): readonly ToldRun[] {
  return issues.flatMap(({ issue, build, comment, culprit = 'code' }) =>
    build === undefined
      ? []
      : [
          {
            ...common,
            build,
            results: [
              {
                test: 'build',
                outcome: culprit.split(/[\s,]+/).includes('code') ? 'fail' : 'error',
                reason: comment === '' ? issue : comment,
              },
            ],
          },
        ],
  );
}
