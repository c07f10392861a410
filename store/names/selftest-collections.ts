/**
 * Collections of kselftest (folders of tools/testing/selftests) whose name means nothing else, so that a test that begins
 * with one is known without its suite: LKFT's mails of 2021 and 2022 say `rseq.basic_test`. Others, `net` or `core`, may
 * be anybody's.
 */
export const SELFTEST_COLLECTIONS: ReadonlySet<string> = new Set(
  (
    'amd-pstate breakpoints cachestat cgroup clone3 cpu-hotplug damon dmabuf-heaps efivarfs fchmodat2 ftrace futex kcmp ' +
    'kmod landlock livepatch lkdtm membarrier memfd memory-hotplug mincore mount_setattr move_mount_set_group mqueue ' +
    'openat2 perf_events pid_namespace pidfd prctl pstore ptrace rcutorture resctrl rlimits rseq safesetid sched_ext ' +
    'seccomp sgx sigaltstack splice static_keys syscall_user_dispatch tc-testing timens tpm2 ublk uevent user_events ' +
    'vDSO zram'
  ).split(' '),
);

/** Collections whose names are words of many others: they are known only behind the suite, `kselftest.x86_amx_64`. */
export const COLLECTIONS_IN_SUITE: ReadonlySet<string> = new Set([
  ...SELFTEST_COLLECTIONS,
  ...(
    'acct alsa android arm64 bpf capabilities connector core coredump cpufreq devices dma drivers dt exec filesystems firmware fpu ' +
    'gpio hid intel_pstate iommu ipc ir kexec kselftest_harness kvm lib lsm media_tests mm mount nci net nolibc nsfs ntb ' +
    'pci_endpoint pcie_bwctrl power_supply powerpc proc ptp ring-buffer riscv rtc signal size sparc64 sync sysctl tdx ' +
    'thermal timers tmpfs tty turbostat user vdso vfio vm watchdog x86'
  ).split(' '),
]);

/** Programs of kselftest whose own name begins with that of their collection: there it does not stand twice. */
export const NAMED_LIKE_COLLECTION: ReadonlySet<string> = new Set(
  (
    'acct_syscall clone3_cap_checkpoint_restore clone3_clear_sighand clone3_set_tid coredump_socket_protocol_test ' +
    'coredump_socket_test coredump_test damon_nr_regions.py dma_map_benchmark hid_bpf ir_loopback kcmp_test ' +
    'kvm_binary_stats_test kvm_clock_test kvm_create_max_vcpus kvm_page_table_test lsm_get_self_attr_test ' +
    'lsm_list_modules_test lsm_set_self_attr_test membarrier_test membarrier_test_multi_thread membarrier_test_single_thread memfd_test ' +
    'mincore_selftest mount_setattr_test move_mount_set_group_test nci_dev openat2_test pidfd_bind_mount ' +
    'pidfd_fdinfo_test pidfd_file_handle_test pidfd_getfd_test pidfd_info_test pidfd_open_test pidfd_poll_test ' +
    'pidfd_setns_test pidfd_test pidfd_wait pidfd_xattr_test pstore_crash_test ' +
    'pstore_post_reboot_tests pstore_tests resctrl_tests seccomp_benchmark seccomp_bpf sync_test tdx_guest_test ' +
    'uevent_filtering vfio_dma_mapping_test vfio_pci_device_test vfio_pci_driver_test'
  ).split(' '),
);
