/** What LAVA's shell prints for a result. */
export const SIGNAL = '<LAVA_SIGNAL_TESTCASE ';

const CALLBACK_KEYS = [
  'submitter_username',
  'submit_time',
  'status_string',
  'lab_name',
  'actual_device_id',
  'failure_comment',
  'boot_log_html',
];

/** Tells the JSON that LAVA sends when a job has ended. */
export function isCallback(head: string): boolean {
  const text = head.trimStart();
  if (!text.startsWith('{')) return false;
  if (/"log"\s*:\s*"- \{\\"dt\\"|"results"\s*:\s*\{\s*"[^"]{1,200}"\s*:\s*"- /.test(text)) return true;
  return CALLBACK_KEYS.filter((key) => text.includes(`"${key}"`)).length >= 2;
}

/** Tells a list of YAML with entries of a log, or with results. */
export function isItems(head: string): boolean {
  const text = head.replace(/^(?:\s*---\s*\n)?\s*/, '');
  const start = text.slice(0, 5000);
  // Entries of a log are told by any of them: the first line may be damaged.
  if (/^- \{\s*"dt": "/m.test(start)) return true;
  if (!text.startsWith('- ')) return false;
  if (/^- \{\s*"?dt"?\s*:/m.test(start) || /^- (?:dt|lvl): /m.test(start)) return true;
  return (
    /\bsuite["']?\s*: /.test(start) && /\bresult["']?\s*: /.test(start) && /\bname["']?\s*: /.test(start)
  );
}
