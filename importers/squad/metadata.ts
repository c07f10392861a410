import { configOfAddress } from '../results/address.ts';
import { toKnownAt } from '../../store/events/known-at.ts';
import { parseReleaseName } from '../../store/names/release-name.ts';
import { archOf } from '../../store/names/arch-name.ts';
import { factsOfUname } from '../console/kernel-facts.ts';
import { firstText, isObject, type JsonObject } from '../results/json-shape.ts';
import type { RunFacts } from '../results/result-run.ts';

/**
 * Reads what SQUAD's metadata say of a run. SQUAD fixes only `job_id` and `datetime` (doc/api.rst); LKFT, TuxSuite and
 * LAVA's jobs add what they like, in several spellings: `git describe`, `git_describe`, `git.describe`.
 */
export function factsOfMetadata(metadata: JsonObject): RunFacts {
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(metadata))
    fields[key.toLowerCase().replace(/[^a-z0-9]+/g, '_')] = Array.isArray(value)
      ? (value[0] as unknown)
      : value;
  const text = (...keys: readonly string[]) => firstText(fields, ...keys);
  const described = text('git_describe', 'kernel_version', 'build_version', 'version');
  const kernel = text('make_kernelversion', 'kernel_release', 'uname', 'kernel_version');
  const arch = text('arch', 'architecture', 'kernel_arch', 'target_arch', 'build_arch', 'job_arch');
  const at = text('datetime', 'end_date', 'completed_at', 'finished_time', 'end_time');
  const config = text('kernel_defconfig', 'defconfig', 'kconfig', 'kernel_config', 'config', 'build_name');
  return {
    ...(kernel === undefined ? {} : factsOfUname(kernel)),
    ...known({
      release: described !== undefined && namesUpstream(described) ? described : undefined,
      commit: text('git_commit', 'git_sha', 'commit', 'git_rev')?.toLowerCase(),
      arch: arch === undefined ? undefined : (archOf(arch) ?? arch),
      config: config === undefined ? undefined : lastOfAddress(config),
      platform: text('device', 'device_type', 'environment', 'board', 'job_device_type'),
      tree: text('git_repo', 'git_url', 'tree', 'kernel_tree', 'git_tree'),
      url: text('job_url', 'test_url', 'build_url', 'download_url'),
      selftests: text('kselftest_version', 'kselftests_version', 'selftests_version'),
      id: text('job_id', 'uid'),
      build: text('build_uid', 'waiting_for'),
      knownAt: at === undefined ? undefined : timeOf(at),
    }),
  };
}

/** A time of SQUAD or TuxSuite: ISO 8601; without a zone it is UTC. */
export function timeOf(text: string): string | undefined {
  const iso = text.trim();
  return toKnownAt(iso) ?? toKnownAt(`${iso.replace(' ', 'T')}Z`) ?? undefined;
}

/** Whether a name is one that kernel.org gives: a build's id is free text, usually what `git describe` says. */
export function namesUpstream(text: string): boolean {
  const kind = parseReleaseName(text.trim())?.kind;
  return kind !== undefined && kind !== 'other';
}

/** A configuration is told by name; an address of one says its last part that is no file. */
function lastOfAddress(config: string): string | undefined {
  return /^\w+:\/\//.test(config) ? configOfAddress(config) : config;
}

function known(facts: RunFacts): RunFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** Reads TuxRun's metadata: the architecture of the job; the rest is about its files. */
export function factsOfArtefacts(metadata: JsonObject): RunFacts {
  const arch = firstText(metadata, 'arch', 'job_arch');
  const version = isObject(metadata.kernel) ? firstText(metadata.kernel, 'version') : undefined;
  return {
    ...(version === undefined ? {} : factsOfUname(version)),
    ...(arch === undefined ? {} : { arch: archOf(arch) ?? arch }),
  };
}
