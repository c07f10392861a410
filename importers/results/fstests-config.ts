/**
 * Names the configuration that a run of xfstests had: its section of the configuration (`ext4_4k`), else its file system, and before it the
 * kernel's configuration where that is known. A test that fails on one file system and passes on another is not flaky.
 */
export function fstestsConfig(
  kernelConfig: string | undefined,
  section: string | undefined,
  fileSystem: string | undefined,
): string | undefined {
  const own = section === undefined || section === '-no-sections-' ? fileSystem : section;
  const parts = [kernelConfig, own].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? undefined : parts.join('+');
}
