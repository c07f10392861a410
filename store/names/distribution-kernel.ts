/** What the name of a distribution's kernel says of it. */
export interface DistributionKernel {
  /** `ubuntu`, `debian`, … */
  readonly distribution: string;
  /** `6.19`: the release of mainline that its numbers begin with. */
  readonly series: string;
  /** The upstream release that it is built on, `v6.12.48`; null where the name does not say. */
  readonly upstream: string | null;
}

/** How a distribution writes its kernels' names, behind the three numbers that each begins with. */
interface Habit {
  readonly distribution: string;
  readonly tail: RegExp;
  /**
   * What the three numbers are: the upstream release itself; its base, with more on top that no number tells (the third is
   * always 0); or an interface that stays while what is below it moves on, and that says nothing of upstream.
   */
  readonly numbers: 'release' | 'base' | 'interface';
}

const UBUNTU =
  'generic(?:-\\w+)?|lowlatency(?:-\\w+)?|azure(?:-\\w+)*|aws(?:-\\w+)?|gcp(?:-\\w+)?|gke|gkeop|oracle(?:-\\w+)?|ibm|kvm|oem|raspi|nvidia(?:-\\w+)*|realtime|virtual|fips';

/** The first that fits; most special first. */
const HABITS: readonly Habit[] = [
  { distribution: 'oracle', tail: /^-\d+(?:\.\d+)*\.el\d+uek/, numbers: 'base' },
  // CentOS Stream, Alma and Rocky take these names over with what they name.
  { distribution: 'rhel', tail: /^-\d+(?:\.\d+)*\.el\d+(?:_\d+)?/, numbers: 'base' },
  { distribution: 'fedora', tail: /^-0\.rc\d+\.[\w.]*fc\d+|^-\d+(?:\.\d+)*\.fc\d+/, numbers: 'release' },
  { distribution: 'amazon', tail: /^-\d+(?:\.\d+)*\.amzn\d+/, numbers: 'release' },
  { distribution: 'openeuler', tail: /^-\d+(?:\.\d+)*\.oe\d+/, numbers: 'base' },
  { distribution: 'azurelinux', tail: /^[.-]\d+(?:\.\d+)*(?:-\d*)?\.(?:azl|cm)\d+/, numbers: 'release' },
  { distribution: 'android', tail: /^-android\d+-/, numbers: 'release' },
  { distribution: 'raspberrypi', tail: /^\+rpt-/, numbers: 'release' },
  { distribution: 'debian', tail: /^\+deb\d+/, numbers: 'release' },
  {
    distribution: 'debian',
    tail: /^-\d+(?:-(?:amd64|arm64|686(?:-pae)?|armmp|cloud|rt|s390x|powerpc64le|riscv64))/,
    numbers: 'interface',
  },
  { distribution: 'arch', tail: /^-(?:arch|zen|hardened)\d+-\d+/, numbers: 'release' },
  { distribution: 'arch', tail: /^-\d+-lts$/, numbers: 'release' },
  { distribution: 'proxmox', tail: /^-\d+-pve/, numbers: 'release' },
  { distribution: 'wsl', tail: /^(?:\.\d+)?-microsoft-standard/, numbers: 'release' },
  { distribution: 'suse', tail: /^-\d{5,6}\.\d+/, numbers: 'base' },
  {
    distribution: 'suse',
    tail: /^-\d+(?:\.g[0-9a-f]+)?-(?:default|kvmsmall|64kb)$/,
    numbers: 'release',
  },
  { distribution: 'ubuntu', tail: new RegExp(`^-\\d+(?:\\.\\d+)*-(?:${UBUNTU})$`), numbers: 'interface' },
];

/** Names of packages, which say whose they are only by the word before them. */
const PACKAGES: ReadonlyMap<string, Habit['numbers']> = new Map(
  Object.entries({
    debian: 'release',
    arch: 'release',
    ubuntu: 'interface',
  }),
);

const NAME = /^(\d+)\.(\d+)\.(\d+)([.+-][\w.+~-]*)$/;

/**
 * Reads the name of a distribution's kernel, as `uname -r` or its package shows it; null for any other name. Nothing is guessed:
 * where the numbers are no upstream release (`6.19.0-12-generic` may be built on 6.19.3, or on 6.19-rc5), it stays unknown.
 *
 * @param owner whose kernel it is, where somebody has said so: package versions such as `6.12.48-1` do not say it.
 */
export function distributionKernel(name: string, owner: string | null = null): DistributionKernel | null {
  const match = NAME.exec(name);
  if (!match) return null;
  const [, major, minor, patch, tail] = match as unknown as [string, string, string, string, string];
  const series = `${major}.${minor}`;
  const habit = HABITS.find((h) => (owner === null || h.distribution === owner) && h.tail.test(tail));
  const numbers =
    habit?.numbers ?? (owner !== null && /^[-+]\d/.test(tail) ? PACKAGES.get(owner) : undefined);
  if (numbers === undefined) return null;
  const distribution = habit?.distribution ?? owner!;
  const candidate = /^-0\.rc(\d+)\./.exec(tail)?.[1];
  const upstream =
    numbers === 'interface' || (numbers === 'base' && patch !== '0')
      ? null
      : candidate !== undefined
        ? `v${series}-rc${candidate}`
        : patch === '0'
          ? `v${series}`
          : `v${series}.${patch}`;
  return { distribution, series, upstream };
}
