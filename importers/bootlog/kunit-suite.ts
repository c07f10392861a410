/** What tests of KUnit provoke on purpose, to see that the kernel reports it. A panic or an oops is provoked by none. */
const PROVOKED = new Set(['warning', 'kasan', 'kcsan', 'kmsan', 'kfence', 'ubsan', 'leak', 'locking']);

/**
 * Follows which suite of KUnit runs on a console. What the kernel reports meanwhile may be what a test asked it for
 * (`kasan`, `kfence`, `drm_rect` do): whether it is trouble, the result of that test says.
 */
export class KunitSuite {
  private name: string | null = null;

  /** Whether a line can say that a suite begins or ends. */
  wants(raw: string): boolean {
    return raw.includes('# Subtest: ') || (this.name !== null && raw.includes('ok '));
  }

  /** Reads a line without its prefix. */
  read(text: string): void {
    const begun = /^ *# Subtest: (\S+)/.exec(text)?.[1];
    // A test with parameters is named so too, deeper.
    if (begun !== undefined) this.name ??= begun;
    else if (/^(?:not )?ok \d/.test(text)) this.name = null;
  }

  /** User space runs: the suites of the boot are over, also one whose end was lost. */
  end(): void {
    this.name = null;
  }

  /** The suite that may have provoked what the kernel reports; null where none can have. */
  mayHaveProvoked(kind: string): string | null {
    return PROVOKED.has(kind) ? this.name : null;
  }
}
