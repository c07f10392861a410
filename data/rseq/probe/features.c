/* What else the kernel has: the auxiliary vector, slice extension, read-only fields, membarrier, ptrace. */
#define _GNU_SOURCE
#include "probe.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void probe_auxiliary_vector(void)
{
	static const struct {
		unsigned long type;
		const char *name, *test;
	} entries[] = {
		{ AT_RSEQ_FEATURE_SIZE, "rseq.feature_size", "auxv.feature_size" },
		{ AT_RSEQ_ALIGN, "rseq.align", "auxv.align" },
	};

	for (int i = 0; i < 2; i++) {
		char text[32];

		errno = 0;
		snprintf(text, sizeof(text), "%lu", getauxval(entries[i].type));
		behaviour(entries[i].name, errno == ENOENT || strcmp(text, "0") == 0 ? "absent" : text, NULL);
		ok(entries[i].test, 1);
	}
}

/* number[0]: prctl, an errno; number[1]: the kernel says that it has the extension. */
static void enable_slice(struct answer *answer, long original)
{
	struct area *area = new_area(larger_align(), 0);

	if (rseq_register(area, original ? ORIGINAL_SIZE : larger_size(), 0, SIGNATURE) != 0) {
		answer->error = errno;
		return;
	}
	answer->number[1] = (area->flags & SLICE_AVAILABLE) != 0;
	if (prctl(PR_SLICE_EXTENSION, PR_SLICE_EXTENSION_SET, PR_SLICE_ENABLE, 0, 0) != 0)
		answer->number[0] = errno;
}

static void probe_slice(void)
{
	struct answer original, larger;
	int killed = in_child(enable_slice, 1, &original);

	if (killed == 0)
		killed = in_child(enable_slice, 0, &larger);
	if (killed) {
		bail_out_of("slice", killed);
		return;
	}
	if (original.error || larger.error) {
		skip_error("slice", original.error ? original.error : larger.error);
		return;
	}
	value("slice.original-size", "%s", error_name(original.number[0]));
	value("slice.larger-size", "%s", error_name(larger.number[0]));
	value("slice.available", "%s", larger.number[1] ? "yes" : "no");
	if (larger.number[0] == EPERM || larger.number[0] == ENOSYS) {
		skip_error("slice", larger.number[0]);
		return;
	}
	if (larger.number[0] == 0)
		behaviour("rseq.slice", original.number[0] == 0 ? "any-registration" : "optimized-only", NULL);
	else if (larger.number[0] == EINVAL)
		behaviour("rseq.slice", "absent", NULL);
	/* When it is enabled, a kernel that always says so cannot be told from one that says so rightly. */
	if (larger.number[0] == EINVAL && !larger.number[1])
		behaviour("rseq.slice.advertised", "absent", NULL);
	else if (larger.number[0] != 0)
		behaviour("rseq.slice.advertised", larger.number[1] ? "always" : "when-enabled", "rseq_slice_ext == off");
	ok("slice", 1);
}

static void write_read_only(struct answer *answer, long larger)
{
	struct area *area = new_area(larger_align(), 0);
	struct timespec moment = { 0, 2000000 };

	if (rseq_register(area, larger ? larger_size() : ORIGINAL_SIZE, 0, SIGNATURE) != 0) {
		answer->error = errno;
		return;
	}
	for (int i = 0; i < 5; i++) {
		((volatile struct area *)area)->cpu_id = 0x7ffffff0u;
		/* Moved back and forth, so that the kernel has to write the ids, and may look at them first. */
		int cpus[2];

		if (allowed_cpus(cpus) == 2)
			pin_to(0, cpus[i % 2]);
		nanosleep(&moment, NULL);
	}
}

static void probe_read_only(void)
{
	static const char *const tests[] = { "read_only.original_size", "read_only.larger_size" };

	for (long larger = 0; larger < 2; larger++) {
		struct answer answer;
		int killed = in_child(write_read_only, larger, &answer);
		char when[128];

		snprintf(when, sizeof(when), "registration.size == %u and registration.align == %u%s%s",
			 larger ? larger_size() : ORIGINAL_SIZE, larger_align(), debugging == NULL ? "" : " and ",
			 debugging == NULL ? "" : debugging);
		if (killed != 0 && killed != SIGSEGV)
			bail_out_of(tests[larger], killed);
		else if (answer.error)
			skip_error(tests[larger], answer.error);
		else {
			behaviour("rseq.ro.enforcement", killed == SIGSEGV ? "fatal" : "unchecked", when);
			ok(tests[larger], 1);
		}
	}
}

#define MEMBARRIER_QUERY 0
#define MEMBARRIER_PRIVATE_EXPEDITED_RSEQ (1 << 7)
#define MEMBARRIER_REGISTER_PRIVATE_EXPEDITED_RSEQ (1 << 8)

static void use_membarrier(struct answer *answer, long unused)
{
	long has = syscall(SYS_membarrier, MEMBARRIER_QUERY, 0, 0);

	(void)unused;
	if (has < 0) {
		answer->error = errno;
		return;
	}
	answer->number[0] = (has & MEMBARRIER_PRIVATE_EXPEDITED_RSEQ) != 0;
	if (!answer->number[0])
		return;
	if (syscall(SYS_membarrier, MEMBARRIER_REGISTER_PRIVATE_EXPEDITED_RSEQ, 0, 0) != 0 ||
	    syscall(SYS_membarrier, MEMBARRIER_PRIVATE_EXPEDITED_RSEQ, 0, 0) != 0)
		answer->number[1] = errno;
}

static void probe_membarrier(void)
{
	struct answer answer;
	int killed = in_child(use_membarrier, 0, &answer);

	if (killed)
		bail_out_of("membarrier", killed);
	else if (answer.error)
		skip_error("membarrier", answer.error);
	else {
		behaviour("rseq.membarrier", answer.number[0] ? "present" : "absent", NULL);
		value("membarrier", "%s", answer.number[0] ? error_name(answer.number[1]) : "absent");
		ok("membarrier", answer.number[1] == 0);
	}
}

struct configuration {
	uint64_t address;
	uint32_t size, signature, flags, padding;
};

/* number[0]: what ptrace gave, an errno; number[1..3]: whether address, size and signature are those registered. */
static void trace_a_child(struct answer *answer, long unused)
{
	struct area *area = new_area(32, 0);
	struct configuration found;
	pid_t child;
	int status;

	(void)unused;
	memset(&found, 0, sizeof(found));
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 ||
		    rseq_register(area, ORIGINAL_SIZE, 0, SIGNATURE) != 0)
			_exit(errno);
		raise(SIGSTOP);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		answer->error = EIO;
		return;
	}
	if (!WIFSTOPPED(status)) {
		answer->error = WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
		return;
	}
	if (ptrace(PTRACE_GET_CONFIGURATION, child, sizeof(found), &found) < 0)
		answer->number[0] = errno;
	answer->number[1] = found.address == (uint64_t)(uintptr_t)area;
	answer->number[2] = found.size == ORIGINAL_SIZE;
	answer->number[3] = found.signature == SIGNATURE;
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

static void probe_ptrace(void)
{
	const char *test = "ptrace.configuration";
	struct answer answer;
	int killed = in_child(trace_a_child, 0, &answer);

	if (killed)
		bail_out_of(test, killed);
	else if (answer.error)
		skip_error(test, answer.error);
	else if (answer.number[0] == EPERM || answer.number[0] == ENOSYS)
		skip_error(test, answer.number[0]);
	else if (answer.number[0] == 0) {
		behaviour("rseq.ptrace.configuration", "present", NULL);
		ok(test, answer.number[1] && answer.number[2] && answer.number[3]);
	} else {
		/* A request that the kernel does not know is EIO. */
		if (answer.number[0] == EIO)
			behaviour("rseq.ptrace.configuration", "absent", NULL);
		value("ptrace.configuration", "%s", error_name(answer.number[0]));
		ok(test, 1);
	}
}

void probe_features(void)
{
	probe_auxiliary_vector();
	probe_slice();
	probe_read_only();
	probe_membarrier();
	probe_ptrace();
}
