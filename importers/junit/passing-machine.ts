/** Letters and digits of the names that Kubernetes makes up: no vowels, and nothing that looks like one. */
const MADE_UP = '[bcdfghjklmnpqrstvwxz2456789]';

/** Names that are given anew to each machine or container that comes up for a run, and goes with it. */
const PASSING: readonly RegExp[] = [
  // A container's id, short and long.
  /^[0-9a-f]{12}$/,
  /^[0-9a-f]{64}$/,
  // GitHub's runners, and those of macOS.
  /^fv-az\d+(?:-\d+)?$/,
  /^runnervm[0-9a-z]+$/,
  /^mac-\d{10,}$/,
  // GitLab's jobs.
  /^runner-.+-project-\d+-concurrent-\d+/,
  // Pods: those of a deployment, and agents that are named after a template.
  new RegExp(`-${MADE_UP}{8,10}-${MADE_UP}{5}$`),
  new RegExp(`-(?=[a-z]*\\d)${MADE_UP}{5}$`),
  // Amazon's machines, by their addresses.
  /^ip-\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}$/,
  // UUIDs, also with a word before.
  /(?:^|-)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
];

/**
 * Tells whether a machine is gone after the run by which it is named. Its name says nothing of where a test ran: taken for a platform, no
 * result of the next run would be compared with one of this.
 */
export function isPassingMachine(hostname: string): boolean {
  const host = hostname.trim().toLowerCase().split('.')[0]!;
  return PASSING.some((form) => form.test(host));
}
