/* When the kernel writes the ids: on every resume, or only when they change. tcmalloc lives on the first. */
#define _GNU_SOURCE
#include "probe.h"
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define RESUMES 20
/* No CPU has this number; tcmalloc marks the field in the same way. */
#define SENTINEL 0x80001234u

/* A resume: the thread sleeps and wakes up again on the same CPU. */
static void be_resumed(void)
{
	struct timespec moment = { 0, 2000000 };

	nanosleep(&moment, NULL);
}

static int register_as(long size, struct area **area, struct answer *answer)
{
	*area = new_area(size == ORIGINAL_SIZE ? 32 : larger_align(), 0);
	if (rseq_register(*area, size, 0, SIGNATURE) == 0)
		return 1;
	answer->error = errno;
	return 0;
}

/* number[0]: how many of RESUMES wrote the field again. */
static void count_rewrites(struct answer *answer, long size)
{
	struct area *area;
	int cpus[2];

	/* A thread that wakes up on another CPU is written to by any kernel. */
	if (allowed_cpus(cpus) < 1 || pin_to(0, cpus[0]) != 0) {
		answer->error = errno;
		return;
	}
	if (!register_as(size, &area, answer))
		return;
	be_resumed();
	for (int i = 0; i < RESUMES; i++) {
		volatile uint32_t *field = &area->cpu_id_start;

		*field = SENTINEL;
		be_resumed();
		if (*field != SENTINEL)
			answer->number[0]++;
	}
}

static enum rewrite rewrites_of(uint32_t size, int *error)
{
	struct answer answer;
	int killed = in_child(count_rewrites, size, &answer);
	char key[64];

	*error = answer.error;
	snprintf(key, sizeof(key), "ids.rewritten.size-%u", size);
	if (killed) {
		value(key, "killed by signal %d", killed);
		return killed == SIGSEGV ? KILLED : UNCLEAR;
	}
	if (answer.error != 0)
		return UNCLEAR;
	value(key, "%ld of %d resumes", answer.number[0], RESUMES);
	/* Something else may write now and then, and a write may go unseen. */
	if (answer.number[0] >= RESUMES - 2)
		return EVERY_RESUME;
	return answer.number[0] <= 2 ? ON_CHANGE : UNCLEAR;
}

static const char *const words[] = { "every-resume", "on-change" };

static void tell_rewrites(const char *test, enum rewrite found, int error, const char *when)
{
	if (error != 0)
		skip_error(test, error);
	else if (found == KILLED)
		skip(test, "not supported here: the kernel kills whoever writes the field");
	else if (found == UNCLEAR)
		skip(test, "sometimes, which says nothing");
	else {
		behaviour("rseq.ids.rewrite", words[found], when);
		ok(test, 1);
	}
}

static void probe_mode(enum rewrite original, enum rewrite larger, const char *as_original, const char *as_larger)
{
	const char *modes[2] = { NULL, NULL };

	if (original == ON_CHANGE && larger == ON_CHANGE)
		modes[0] = modes[1] = "single-optimized";
	else if (original == EVERY_RESUME && larger == EVERY_RESUME)
		modes[0] = modes[1] = "single";
	else if (original == EVERY_RESUME && (larger == ON_CHANGE || larger == KILLED)) {
		modes[0] = "legacy";
		modes[1] = "optimized";
	}
	if (modes[0] == NULL) {
		skip("mode", "not supported here: one of the two registrations cannot be tried");
		return;
	}
	behaviour("rseq.mode", modes[0], as_original);
	behaviour("rseq.mode", modes[1], as_larger);
	behaviour("rseq.mode.selector", modes[0] == modes[1] ? "none" : "size", NULL);
	ok("mode", 1);
}

/* Moves to the other CPU and back: number[0] moves, number[1] times that the ids were wrong after one. */
static void count_stale(struct answer *answer, long unused)
{
	struct area *area;
	int cpus[2];

	(void)unused;
	if (allowed_cpus(cpus) < 2) {
		answer->number[2] = 1;
		return;
	}
	if (!register_as(ORIGINAL_SIZE, &area, answer))
		return;
	for (int i = 0; i < RESUMES; i++) {
		volatile struct area *seen = area;
		int cpu = cpus[i % 2];

		if (pin_to(0, cpu) != 0) {
			answer->error = errno;
			return;
		}
		answer->number[0]++;
		if ((int)seen->cpu_id != cpu || (int)seen->cpu_id_start != cpu)
			answer->number[1]++;
	}
}

static void probe_migration(void)
{
	struct answer answer;
	int killed = in_child(count_stale, 0, &answer);

	if (killed)
		bail_out_of("ids.migrate", killed);
	else if (answer.number[2])
		skip("ids.migrate", "not supported here: only one CPU may be used");
	else if (answer.error)
		skip_error("ids.migrate", answer.error);
	else {
		value("ids.wrong-after-migration", "%ld of %ld", answer.number[1], answer.number[0]);
		behaviour("rseq.ids.migrate", answer.number[1] == 0 ? "updated" : "stale", NULL);
		ok("ids.migrate", answer.number[1] == 0);
	}
}

/* Which of the newer fields the kernel writes: number[0] node_id, number[1] mm_cid. */
static void look_at_fields(struct answer *answer, long unused)
{
	struct area *area = new_area(32, 0xa5);

	(void)unused;
	area->critical_section = 0;
	area->flags = 0;
	area->cpu_id_start = 0;
	area->cpu_id = (uint32_t)-1;
	if (rseq_register(area, ORIGINAL_SIZE, 0, SIGNATURE) != 0) {
		answer->error = errno;
		return;
	}
	be_resumed();
	answer->number[0] = ((volatile struct area *)area)->node_id != 0xa5a5a5a5u;
	answer->number[1] = ((volatile struct area *)area)->mm_cid != 0xa5a5a5a5u;
}

static void probe_fields(void)
{
	static const char *const names[] = { "node_id", "mm_cid" };
	struct answer answer;
	int killed = in_child(look_at_fields, 0, &answer);

	for (int i = 0; i < 2; i++) {
		char name[32];

		snprintf(name, sizeof(name), "rseq.%s", names[i]);
		if (killed)
			bail_out_of(names[i], killed);
		else if (answer.error)
			skip_error(names[i], answer.error);
		else {
			behaviour(name, answer.number[i] ? "present" : "absent", NULL);
			ok(names[i], 1);
		}
	}
}

void probe_ids(void)
{
	uint32_t size = larger_size(), align = larger_align();
	int errors[2];
	enum rewrite original = rewrites_of(ORIGINAL_SIZE, &errors[0]);
	enum rewrite larger = rewrites_of(size, &errors[1]);
	const char *as_original = "registration.size == 32 and registration.align == 32";
	char as_larger[80];

	snprintf(as_larger, sizeof(as_larger), "registration.size == %u and registration.align == %u", size, align);
	tell_rewrites("ids.rewrite.original_size", original, errors[0], as_original);
	tell_rewrites("ids.rewrite.larger_size", larger, errors[1], as_larger);
	probe_mode(original, larger, as_original, as_larger);
	probe_migration();
	probe_fields();
}
