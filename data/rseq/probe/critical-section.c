/* What makes the kernel abort a critical section: being preempted, a signal, being moved to another CPU. */
#define _GNU_SOURCE
#include "probe.h"
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Long enough to be interrupted, short enough to look at the clock between two. */
#define LOOPS 2000000ul
#define TRY_FOR_MS 600

static struct area *area;
/* Set while the loop runs; after an abort it is still set, so that a signal handler can tell where it struck. */
static volatile uint32_t inside;

/* What the kernel is told of the section: it begins at 1, ends at 2, and is aborted to 4. */
#define DESCRIPTION                                    \
	".pushsection .data.rseq_probe, \"aw\"\n\t"    \
	".balign 32\n"                                 \
	"3:\n\t"                                       \
	".long 0, 0\n\t"                               \
	".quad 1f, 2f - 1f, 4f\n\t"                    \
	".popsection\n\t"

#define OPERANDS                                                                           \
	: [aborted] "+&r"(aborted), [loops] "+&r"(loops), [scratch] "=&r"(scratch)         \
	: [area] "r"(area), [inside] "r"(&inside), [signature] "i"(SIGNATURE)              \
	: "memory", "cc"

/* Runs a loop as a critical section. Gives 1 when the kernel aborted it, 0 when it came to its end. */
static int run_critical_section(unsigned long loops)
{
	uint32_t aborted = 0;
	uintptr_t scratch;

	inside = 0;
#if defined(__x86_64__)
	__asm__ volatile(DESCRIPTION
			 "leaq 3b(%%rip), %[scratch]\n\t"
			 "movq %[scratch], 8(%[area])\n"
			 "1:\n\t"
			 "movl $1, (%[inside])\n"
			 "5:\n\t"
			 "decq %[loops]\n\t"
			 "jnz 5b\n"
			 "2:\n\t"
			 "jmp 6f\n\t"
			 /* The kernel goes only where the signature stands before. */
			 ".byte 0x0f, 0xb9, 0x3d\n\t"
			 ".long %c[signature]\n"
			 "4:\n\t"
			 "movl $1, %[aborted]\n"
			 "6:\n\t"
			 "movq $0, 8(%[area])\n\t"
			 OPERANDS);
#elif defined(__aarch64__)
	__asm__ volatile(DESCRIPTION
			 "adrp %[scratch], 3b\n\t"
			 "add %[scratch], %[scratch], :lo12:3b\n\t"
			 "str %[scratch], [%[area], #8]\n"
			 "1:\n\t"
			 "mov %w[scratch], #1\n\t"
			 "str %w[scratch], [%[inside]]\n"
			 "5:\n\t"
			 "subs %[loops], %[loops], #1\n\t"
			 "b.ne 5b\n"
			 "2:\n\t"
			 "b 6f\n\t"
			 /* The kernel goes only where the signature stands before. */
			 ".inst %c[signature]\n"
			 "4:\n\t"
			 "mov %w[aborted], #1\n"
			 "6:\n\t"
			 "str xzr, [%[area], #8]\n\t"
			 OPERANDS);
#endif
	inside = 0;
	return (int)aborted;
}

int pin_to(pid_t thread, int cpu)
{
	cpu_set_t only;

	CPU_ZERO(&only);
	CPU_SET(cpu, &only);
	return sched_setaffinity(thread, sizeof(only), &only);
}

int allowed_cpus(int cpus[2])
{
	cpu_set_t may;
	int found = 0;

	if (sched_getaffinity(0, sizeof(may), &may) != 0)
		return 0;
	for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++)
		if (CPU_ISSET(cpu, &may))
			cpus[found++] = cpu;
	return found;
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A second process that does `work` again and again until it is killed. */
static pid_t helper(void (*work)(pid_t other))
{
	pid_t tested = getpid();
	pid_t child = fork();

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(5);
		for (;;)
			work(tested);
	}
	return child;
}

static void stop(pid_t child)
{
	if (child > 0)
		kill(child, SIGKILL);
}

/* In each of the three: number[0] aborts, number[1] interruptions of the kind that did not abort. */

static void burn(pid_t other)
{
	(void)other;
}

static void be_preempted(struct answer *answer)
{
	long until = now_ms() + TRY_FOR_MS;
	struct rusage before, after;
	pid_t rival;
	int cpus[2];

	if (allowed_cpus(cpus) < 1 || pin_to(0, cpus[0]) != 0) {
		answer->error = errno;
		return;
	}
	rival = helper(burn);
	while (now_ms() < until && answer->number[0] < 3) {
		getrusage(RUSAGE_SELF, &before);
		if (run_critical_section(LOOPS)) {
			answer->number[0]++;
			continue;
		}
		getrusage(RUSAGE_SELF, &after);
		/* Some of these were between the two calls and the section: one alone proves nothing. */
		answer->number[1] += after.ru_nivcsw - before.ru_nivcsw;
	}
	stop(rival);
}

static volatile sig_atomic_t struck;

static void on_signal(int signal)
{
	(void)signal;
	if (inside)
		struck++;
}

static void be_signalled(struct answer *answer)
{
	struct itimerval every = { { 0, 3000 }, { 0, 3000 } };
	long until = now_ms() + TRY_FOR_MS;

	signal(SIGVTALRM, on_signal);
	if (setitimer(ITIMER_VIRTUAL, &every, NULL) != 0) {
		answer->error = errno;
		return;
	}
	while (now_ms() < until && answer->number[0] < 3) {
		int before = struck;

		if (run_critical_section(LOOPS))
			answer->number[0] += struck != before;
		else
			answer->number[1] += struck != before;
	}
}

static void move(pid_t other)
{
	static int turn;
	int cpus[2];

	if (allowed_cpus(cpus) == 2)
		pin_to(other, cpus[turn++ % 2]);
	usleep(2000);
}

static void be_migrated(struct answer *answer)
{
	long until = now_ms() + TRY_FOR_MS;
	pid_t mover;
	int cpus[2];

	if (allowed_cpus(cpus) < 2) {
		answer->number[2] = 1;
		return;
	}
	/* The helper begins while both CPUs may be used, and keeps them. */
	mover = helper(move);
	while (now_ms() < until && answer->number[0] < 3) {
		int before = sched_getcpu();
		int aborted = run_critical_section(LOOPS);

		if (sched_getcpu() == before)
			continue;
		answer->number[aborted ? 0 : 1]++;
	}
	stop(mover);
}

static void (*const trials[])(struct answer *) = { be_preempted, be_signalled, be_migrated };
static const char *const names[] = { "preempt", "signal", "migrate" };

static void one_trial(struct answer *answer, long index)
{
	area = new_area(32, 0);
	if (rseq_register(area, ORIGINAL_SIZE, 0, SIGNATURE) != 0)
		answer->error = errno;
	else
		trials[index](answer);
}

void probe_critical_sections(void)
{
	int seen = 0, aborted = 0;

	for (int i = 0; i < 3; i++) {
		struct answer answer;
		int killed = in_child(one_trial, i, &answer);
		char test[32], key[32];

		snprintf(test, sizeof(test), "cs.abort.%s", names[i]);
		snprintf(key, sizeof(key), "cs.%s", names[i]);
		if (killed)
			bail_out_of(test, killed);
		else if (answer.error)
			skip_error(test, answer.error);
		else if (answer.number[2])
			skip(test, "not supported here: only one CPU may be used");
		else if (answer.number[0] == 0 && answer.number[1] < 3)
			skip(test, "it did not happen in %d ms", TRY_FOR_MS);
		else {
			value(key, "%ld aborted, %ld not", answer.number[0], answer.number[1]);
			seen++;
			aborted += answer.number[0] > 0;
			ok(test, answer.number[0] > 0);
		}
	}
	/* The value speaks of all three; one that could not be tried leaves it open. */
	if (seen == 3 && aborted == 3)
		behaviour("rseq.cs.abort", "preempt+signal+migrate", NULL);
	else if (seen == 3 && aborted == 0)
		behaviour("rseq.cs.abort", "none", NULL);
}
