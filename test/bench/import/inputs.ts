import { closeSync, openSync, writeSync } from 'node:fs';

/** Writes a block again and again until a file has this size; `vary` makes each copy its own. */
export function writeRepeated(path: string, sizeBytes: number, block: (number: number) => string): void {
  const file = openSync(path, 'w');
  for (let size = 0, number = 0; size < sizeBytes; number++) size += writeSync(file, block(number));
  closeSync(file);
}

/** A run of kselftest: twenty programs that print much, among messages of the kernel. */
export function kselftestRun(): string {
  const lines = ['TAP version 13', '1..20'];
  for (let i = 1; i <= 20; i++) {
    lines.push(`# selftests: net: case_${i}.sh`, `[  ${100 + i}.114218] usb 1-1: new device found`);
    for (let j = 0; j < 20; j++)
      lines.push(`# step ${j} of case ${i}: 1500 packets sent, 1500 received, 0 lost`);
    const verdict = i % 7 === 0 ? 'not ok' : 'ok';
    lines.push(`${verdict} ${i} selftests: net: case_${i}.sh${i % 7 === 0 ? ' # exit=1' : ''}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A patch as it stands in an archive of a list: headers, words, trailers, a diff. */
export function mail(number: number): string {
  const lines = [
    'From mboxrd@z Thu Jan  1 00:00:00 1970',
    'Received: from mail.example.org (mail.example.org [192.0.2.1]) by lists.example.org with ESMTPS; Mon, 2 Mar 2026 10:00:00 +0000',
    `From: Ann Example <ann@example.org>`,
    'To: linux-kernel@example.org',
    'Cc: stable@example.org, Bob Example <bob@example.org>',
    `Subject: [PATCH] net: example ${number}: do not lose the last packet`,
    'Date: Mon, 2 Mar 2026 10:00:00 +0000',
    `Message-ID: <example-${number}@example.org>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    'When the queue is full, the last packet of a burst is lost, as',
    'the counter is read before the lock is taken.',
    '',
    'Fixes: 39a167560a61 ("net: count packets without the lock")',
    'Reported-by: Bob Example <bob@example.org>',
    'Signed-off-by: Ann Example <ann@example.org>',
    '---',
    ' net/example.c | 4 ++--',
    '',
    'diff --git a/net/example.c b/net/example.c',
  ];
  for (let i = 0; i < 40; i++)
    lines.push(`+\tif (queue->length[${i}] > limit) /* line ${i} of the change */`);
  return `${lines.join('\n')}\n\n`;
}

/** A submission to KCIDB with so many tests of one build. */
export function submission(number: number, tests: number): string {
  return JSON.stringify({
    version: { major: 5, minor: 3 },
    checkouts: [],
    builds: [],
    issues: [],
    incidents: [],
    tests: Array.from({ length: tests }, (_, i) => testOf(number, i)),
  });
}

/** The text of a submission in blocks, for a file of any size; `]}` ends it. */
export function submissionBlock(number: number): string {
  const tests = Array.from({ length: 100 }, (_, i) => JSON.stringify(testOf(number, i))).join(',');
  return number === 0 ? `{"version":{"major":5,"minor":3},"tests":[${tests}` : `,${tests}`;
}

function testOf(number: number, i: number): object {
  return {
    build_id: `lab:build-${number}`,
    id: `lab:test-${number}-${i}`,
    origin: 'lab',
    start_time: '2026-03-02T10:00:00.348+00:00',
    environment: { misc: { platform: 'qemu-arm64' } },
    log_url: `https://storage.example.org/public/tests/${number}/${i}/logs.txt`,
    status: i % 50 === 0 ? 'FAIL' : 'PASS',
    path: `ltp.case${i}`,
    log_excerpt: `[2026-03-02T11:44:40.443734] <8>[  601.926911] <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=case${i} RESULT=pass>`,
  };
}

/** A console of a lab's board: signals of LAVA among what the kernel and the programs print. */
export function lavaConsole(): string {
  const lines: string[] = [];
  for (let i = 0; i < 50; i++) {
    for (let j = 0; j < 10; j++) lines.push(`[  ${i}.${100_000 + j}] usb 1-${j}: new high-speed device`);
    lines.push(`<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=case-${i} RESULT=${i % 9 === 0 ? 'fail' : 'pass'}>`);
  }
  return `${lines.join('\n')}\n`;
}

/** A boot as its console shows it. */
export function boot(): string {
  const lines = ['[    0.000000] Linux version 6.18.1 (a@example.org) (aarch64-linux-gnu-gcc 13) #1 SMP'];
  for (let i = 0; i < 500; i++)
    lines.push(`[    ${i % 90}.${100_000 + i}] pci 0000:00:${i}.0: BAR 0 assigned`);
  lines.push(
    '[   91.000000] WARNING: CPU: 1 PID: 7 at net/example.c:12 example+0x10/0x20',
    '[   92.000000] Run /sbin/init as init process',
  );
  return `${lines.join('\n')}\n`;
}

/** The suites of a report in JUnit XML, for a file of any size; `</testsuites>` ends it. One test in ten fails. */
export function junitSuite(number: number): string {
  const lines = number === 0 ? ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>'] : [];
  lines.push(`<testsuite name="suite ${number}" tests="100">`);
  for (let i = 0; i < 100; i++) {
    const test = `<testcase classname="example.suite_${number}" name="test_${i}" time="0.025"`;
    if (i % 10 === 0)
      lines.push(
        `${test}><failure message="${i} is not ${i + 1}">example.c:${i}: assertion failed`,
        '</failure></testcase>',
      );
    else lines.push(`${test}/>`);
  }
  lines.push('</testsuite>');
  return `${lines.join('\n')}\n`;
}
