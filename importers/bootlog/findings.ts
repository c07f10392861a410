/** Messages in which a kernel says that something is wrong with it. */

export interface Finding {
  readonly kind: string;
  /** The message, without what differs from boot to boot. */
  readonly title: string;
}

interface Rule {
  readonly kind: string;
  readonly pattern: RegExp;
  /** Whether programs write such lines too: it counts only with the kernel's time stamp, or after its `cut here`. */
  readonly common?: boolean;
}

/**
 * In this order: what is told in more words comes first. The texts are those of the kernel's own sources (lib/bug.c,
 * mm/slub.c, mm/kasan/report.c, kernel/locking/lockdep.c, kernel/panic.c, kernel/watchdog.c, kernel/hung_task.c, fs/super.c,
 * net/core/dev.c, kernel/irq/spurious.c, mm/page_alloc.c, arch/.../traps.c).
 */
const RULES: readonly Rule[] = [
  { kind: 'panic', pattern: /^Kernel panic - not syncing: / },
  { kind: 'kasan', pattern: /^BUG: KASAN: / },
  { kind: 'kcsan', pattern: /^ ?BUG: KCSAN: / },
  { kind: 'kmsan', pattern: /^BUG: KMSAN: / },
  { kind: 'kfence', pattern: /^BUG: KFENCE: / },
  { kind: 'ubsan', pattern: /^UBSAN: / },
  {
    kind: 'leak',
    pattern: /^(?:kmemleak: \d+ new suspected memory leaks|unreferenced object 0x[0-9a-f]+ \(size \d+\):)/,
  },
  {
    kind: 'locking',
    pattern:
      // The heading in brackets is printed without a line end before it.
      /(?:^(?:WARNING: |INFO: )?|\[ (?:BUG|INFO): )(?:suspicious RCU usage|possible circular locking dependency detected|possible recursive locking detected|inconsistent lock state|bad unlock balance detected|held lock freed|possible irq lock inversion dependency detected|(?:HARD|SOFT)IRQ-safe -> (?:HARD|SOFT)IRQ-unsafe lock order detected|Nested lock was not taken|bad contention detected|Invalid wait context|trying to register non-static key|\S+\/\d+ still has locks held!|lock held (?:when returning to user space|at task exit time))/,
  },
  { kind: 'stall', pattern: /^(?:rcu: )?INFO: rcu_\S+ (?:self-)?detected (?:expedited )?stalls?/ },
  {
    kind: 'stall',
    pattern: /^INFO: task .{1,100} (?:blocked|can't die)(?: .{1,100})? for more than \d+ seconds/,
  },
  {
    kind: 'stall',
    pattern:
      // `NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.` is a greeting.
      /^(?:(?:NMI )?watchdog: )?(?:CPU ?\d+: )?(?:BUG: (?:soft lockup|workqueue lockup)|Watchdog detected hard LOCKUP)/,
  },
  // powerpc's own watchdog.
  {
    kind: 'stall',
    pattern:
      /^(?:watchdog: CPU \d+ (?:self-detected|detected) hard LOCKUP|Watchdog CPU:\d+ .{1,50}hard LOCKUP)/i,
  },
  { kind: 'stall', pattern: /^BUG: spinlock (?:lockup suspected|bad magic|recursion|wrong CPU)/ },
  { kind: 'stall', pattern: /^unregister_netdevice: waiting for \S+ to become free/ },
  { kind: 'bug', pattern: /^kernel BUG at \S+/ },
  // The allocators' own: `BUG kmalloc-64 (Not tainted): Poison overwritten`. KASAN of before v4.15 says so of what it has told already.
  { kind: 'bug', pattern: /^BUG \S.{0,100} \((?:Not tainted|Tainted: [^)]*)\): (?!kasan: )/ },
  { kind: 'bug', pattern: /^Slab corruption(?: \(|: )/ },
  { kind: 'bug', pattern: /^VFS: (?:Busy inodes after unmount of |Close: file count is (?:0|zero))/ },
  {
    kind: 'oops',
    pattern:
      /^(?:Oops(?: - [^:]*)?: |Oops ?\[#\d+\]|Internal error: |BUG: unable to handle |BUG: kernel NULL pointer dereference|(?:CPU \d+ )?Unable to handle kernel |general protection fault|Unhandled kernel |stack segment: |invalid opcode: |double fault: |divide error: |PANIC: (?:double fault|early exception )|[a-z][a-z0-9_ -]{2,50}: [0-9a-f]{4} (?:ilc:\d )?\[#\d+\](?: |$))/,
  },
  // kernel/irq/spurious.c: nobody handles it, and it is switched off.
  { kind: 'irq', pattern: /^irq \d+: nobody cared/ },
  // warn_alloc() in mm/page_alloc.c names the program before it.
  {
    kind: 'allocation',
    pattern:
      /^\S.{0,50}: (?:page allocation (?:failure|stalls)|vmalloc error: size \d|vmalloc: allocation failure)/,
    common: true,
  },
  { kind: 'warning', pattern: /^unchecked MSR access error: / },
  // A program's own, or the kernel's: then an oops follows.
  { kind: 'fault', pattern: /^Unhandled fault: / },
  { kind: 'bug', pattern: /^BUG: \S/, common: true },
  { kind: 'warning', pattern: /^WARNING: (?:CPU: \d+ PID: \d+ )?at \S/, common: true },
  { kind: 'warning', pattern: /^WARNING: CPU: \d+ PID: -?\d+ / },
  // So since v6.19: `WARNING: [time_after(a, b)] net/mac80211/tx.c:5024 at f+0x125d/0x1630, CPU#1: a/11907`.
  { kind: 'warning', pattern: /^WARNING: (?:\[.*\] )?\S+:\d+ at \S+, CPU#\d+: / },
  { kind: 'warning', pattern: /^WARNING: kernel stack (?:regs|frame pointer) at / },
  { kind: 'oom', pattern: /^Out of memory: Kill/ },
];

/** How the lines begin that the rules of this file look for. */
export const TROUBLE: readonly string[] = [
  ...[
    'Kernel panic',
    'BUG: ',
    'UBSAN: ',
    'kmemleak: ',
    'WARNING: ',
    'INFO: ',
    ' BUG: ',
    'PANIC: ',
    'unreferenced object',
    'segment-related',
    'irq ',
    'CPU ',
    'unchecked MSR',
    '[ BUG: ',
    'suspicious',
    'possible',
  ],
  ...[
    'inconsistent',
    'bad ',
    'held ',
    'Nested',
    'lock held',
    'rcu: INFO',
    'watchdog: ',
    'NMI watchdog',
    'Watchdog',
  ],
  ...['kernel BUG', 'Oops', 'Internal error', 'Unable to handle', 'general protection', 'Unhandled '],
  ...[
    'stack segment',
    'invalid opcode',
    'double fault',
    'divide error',
    'Out of memory',
    'Slab corruption',
    'VFS: ',
    'unregister_netdevice',
    '------',
    '---[',
    'HARDIRQ',
    'SOFTIRQ',
  ],
  ...['Freeing ', 'Run /', 'systemd[1]', 'Welcome to', 'INIT: ', 'Starting '],
];

/** Tells a message of trouble; null for nearly all lines. `own`: the line is surely the kernel's. */
export function findingIn(text: string, own: boolean): Finding | null {
  for (const { kind, pattern, common } of RULES)
    if ((own || common !== true) && pattern.test(text)) return { kind, title: text.trim().slice(0, 500) };
  return null;
}

/** The line that the kernel draws before a warning or a bug, and the one after it. */
export function isCut(text: string): boolean {
  return text.startsWith('------------[ cut here ]');
}

/** Tells where the report of a finding ends. */
export function endsReport(text: string): boolean {
  return /^---\[ end (?:trace|Kernel panic)/.test(text);
}

/** The line of an oops that leads its registers; what was the matter may stand before it. */
export function isRegisterDump(text: string): boolean {
  return /^(?:Oops(?: - [^:]*)?: |Oops ?\[#|Internal error: )/.test(text);
}

/** Whether a line that begins in no way of `TROUBLE` may be trouble: what matters stands behind a name. */
export function hasTroubleInside(raw: string): boolean {
  // Of every line: blanks are many in it, and to look from each takes three times as long.
  return (
    (raw.includes('[#') && raw.includes(' [#')) ||
    (raw.includes('alloc') && (raw.includes(' allocation ') || raw.includes(': vmalloc error')))
  );
}

/** What shows that a kernel has booted, as far as itself: it frees its initial memory, or starts the first program. */
export function hasBooted(text: string): boolean {
  return /^(?:Freeing (?:unused kernel|init(?:ial)?) (?:image |mem)|Freeing unused kernel|Run \/\S+ as init process|systemd\[1\]: )/.test(
    text,
  );
}
