/* KTAP on standard output, and children that cannot hurt whoever asks. */
#define _GNU_SOURCE
#include "probe.h"
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* No check takes a second; one that takes so long hangs. */
#define PATIENCE_S 5

static int tests;

int in_child(check *run, long argument, struct answer *answer)
{
	struct answer *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0;
	pid_t child;

	memset(answer, 0, sizeof(*answer));
	if (shared == MAP_FAILED)
		return SIGABRT;
	fflush(stdout);
	child = fork();
	if (child == 0) {
		struct rlimit none = { 0, 0 };

		/* A check may be killed by the kernel: that is an answer, and no reason for a core file. */
		setrlimit(RLIMIT_CORE, &none);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(PATIENCE_S);
		run(shared, argument);
		shared->told = 1;
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		status = SIGABRT;
	*answer = *shared;
	munmap(shared, sizeof(*shared));
	if (answer->told)
		return 0;
	return WIFSIGNALED(status) ? WTERMSIG(status) : SIGABRT;
}

const char *error_name(int error)
{
	static char other[32];

	switch (error) {
	case 0: return "accepted";
	case EINVAL: return "EINVAL";
	case EPERM: return "EPERM";
	case EBUSY: return "EBUSY";
	case EFAULT: return "EFAULT";
	case ENOSYS: return "ENOSYS";
	case ENXIO: return "ENXIO";
	case EIO: return "EIO";
	case ENOTSUPP_OF_THE_KERNEL: return "ENOTSUPP";
	default:
		snprintf(other, sizeof(other), "errno %d", error);
		return other;
	}
}

void value(const char *key, const char *format, ...)
{
	va_list rest;

	printf("# regline probe: %s=", key);
	va_start(rest, format);
	vprintf(format, rest);
	va_end(rest);
	putchar('\n');
}

void behaviour(const char *name, const char *is, const char *when)
{
	printf("# behaviour %s = %s%s%s\n", name, is, when == NULL ? "" : " when ", when == NULL ? "" : when);
}

void ok(const char *test, int holds)
{
	printf("%sok %d - rseq_probe.%s\n", holds ? "" : "not ", ++tests, test);
}

void skip(const char *test, const char *format, ...)
{
	va_list rest;

	printf("ok %d - rseq_probe.%s # SKIP ", ++tests, test);
	va_start(rest, format);
	vprintf(format, rest);
	va_end(rest);
	putchar('\n');
}

void skip_error(const char *test, int error)
{
	/* A sandbox answers EPERM, or ENOSYS, for what it forbids: neither says anything of the kernel. */
	skip(test, "not supported here: %s", error_name(error));
}

void bail_out_of(const char *test, int signal)
{
	if (signal == SIGALRM)
		skip(test, "not supported here: it took longer than %d s", PATIENCE_S);
	else
		skip(test, "not supported here: killed by signal %d", signal);
}

void end(void)
{
	printf("1..%d\n", tests);
}
