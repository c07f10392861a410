/* Which registrations the kernel takes, and what taking one back leaves behind. */
#define _GNU_SOURCE
#include "probe.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>
#include <sys/syscall.h>

long rseq_register(struct area *area, uint32_t size, int flags, uint32_t signature)
{
	return syscall(NR_RSEQ, area, size, flags, signature);
}

struct area *new_area(uint32_t align, int fill)
{
	uint8_t *memory = NULL;

	if (posix_memalign((void **)&memory, 4096, 8192) != 0)
		abort();
	memset(memory, fill, 8192);
	return (struct area *)(memory + align);
}

uint32_t larger_size(void)
{
	uint32_t size = getauxval(AT_RSEQ_FEATURE_SIZE);

	return size > ORIGINAL_SIZE ? size : ORIGINAL_SIZE + 1;
}

uint32_t larger_align(void)
{
	uint32_t align = getauxval(AT_RSEQ_ALIGN);

	return align > 64 ? align : 64;
}

struct attempt {
	uint32_t size, align;
	int flags;
};

static const struct attempt attempts[] = {
	{ 0, 32, 0 },  { 20, 32, 0 }, { 24, 32, 0 }, { 28, 32, 0 }, { 31, 32, 0 },
	{ 32, 16, 0 }, { 32, 32, 0 }, { 32, 64, 0 }, { 33, 32, 0 }, { 33, 64, 0 },
	{ 40, 64, 0 }, { 64, 32, 0 }, { 64, 64, 0 }, { 64, 128, 0 }, { 256, 256, 0 },
	{ 32, 32, FLAG_UNREGISTER }, { 32, 32, FLAG_SLICE_DEFAULT_ON }, { 64, 64, FLAG_SLICE_DEFAULT_ON },
	{ 32, 32, 4 }, { 32, 32, 8 },
};

#define ATTEMPTS (sizeof(attempts) / sizeof(attempts[0]))

static void attempt_one(struct answer *answer, long index)
{
	const struct attempt *a = &attempts[index];

	if (rseq_register(new_area(a->align, 0), a->size, a->flags, SIGNATURE) != 0)
		answer->error = errno;
}

static void attempt_features(struct answer *answer, long unused)
{
	uint32_t size = getauxval(AT_RSEQ_FEATURE_SIZE), align = getauxval(AT_RSEQ_ALIGN);

	(void)unused;
	/* As the documentation tells everybody to do it: the size that is advertised, or the original one if that is more. */
	if (rseq_register(new_area(align > 32 ? align : 32, 0), size > ORIGINAL_SIZE ? size : ORIGINAL_SIZE, 0,
			  SIGNATURE) != 0)
		answer->error = errno;
}

static void attempt_plain(struct answer *answer, long unused)
{
	(void)unused;
	if (rseq_register(new_area(32, 0), ORIGINAL_SIZE, 0, SIGNATURE) != 0)
		answer->error = errno;
}

int registration_error(void)
{
	static int known = -1;
	struct answer answer;

	if (known == -1)
		known = in_child(attempt_plain, 0, &answer) == 0 ? answer.error : EIO;
	return known;
}

/* What registering a second time, in three ways, and taking back with a wrong signature answer. */
static void attempt_again(struct answer *answer, long unused)
{
	struct area *area = new_area(32, 0);

	(void)unused;
	if (rseq_register(area, ORIGINAL_SIZE, 0, SIGNATURE) != 0) {
		answer->error = errno;
		return;
	}
	answer->number[0] = rseq_register(area, ORIGINAL_SIZE, 0, SIGNATURE) == 0 ? 0 : errno;
	answer->number[1] = rseq_register(new_area(64, 0), ORIGINAL_SIZE, 0, SIGNATURE) == 0 ? 0 : errno;
	answer->number[2] = rseq_register(area, ORIGINAL_SIZE, 0, SIGNATURE + 1) == 0 ? 0 : errno;
	answer->number[3] = rseq_register(area, ORIGINAL_SIZE, FLAG_UNREGISTER, SIGNATURE + 1) == 0 ? 0 : errno;
	answer->number[4] = rseq_register(area, ORIGINAL_SIZE, FLAG_UNREGISTER, SIGNATURE) == 0 ? 0 : errno;
	answer->number[5] = area->cpu_id_start;
	answer->number[6] = area->cpu_id;
	answer->number[7] = rseq_register(area, ORIGINAL_SIZE, 0, SIGNATURE) == 0 ? 0 : errno;
}

static void probe_again(void)
{
	struct answer answer;
	int killed = in_child(attempt_again, 0, &answer);

	if (killed != 0) {
		bail_out_of("register.again", killed);
		return;
	}
	value("register.again", "%s", error_name(answer.number[0]));
	value("register.elsewhere", "%s", error_name(answer.number[1]));
	value("register.other-signature", "%s", error_name(answer.number[2]));
	value("unregister.other-signature", "%s", error_name(answer.number[3]));
	value("unregister", "%s", error_name(answer.number[4]));
	value("unregister.cpu_id_start", "%ld", (long)(int32_t)answer.number[5]);
	value("unregister.cpu_id", "%ld", (long)(int32_t)answer.number[6]);
	ok("register.again", answer.number[0] == EBUSY);
	ok("register.elsewhere", answer.number[1] == EINVAL);
	ok("register.other_signature", answer.number[2] == EPERM);
	ok("unregister.other_signature", answer.number[3] == EPERM);
	ok("unregister", answer.number[4] == 0);
	if (answer.number[4] == 0) {
		if ((uint32_t)answer.number[5] == 0)
			behaviour("rseq.unregister.cpu_id_start", "0", NULL);
		else if ((int32_t)answer.number[5] == -1)
			behaviour("rseq.unregister.cpu_id_start", "uninitialized", NULL);
	}
	ok("register.after_unregister", answer.number[7] == 0);
}

static int errors[ATTEMPTS];

static int error_of(uint32_t size, uint32_t align, int flags)
{
	for (size_t i = 0; i < ATTEMPTS; i++)
		if (attempts[i].size == size && attempts[i].align == align && attempts[i].flags == flags)
			return errors[i];
	return -1;
}

void probe_registration(void)
{
	struct answer answer;
	int killed;

	for (size_t i = 0; i < ATTEMPTS; i++) {
		const struct attempt *a = &attempts[i];
		char key[64];

		killed = in_child(attempt_one, (long)i, &answer);
		errors[i] = killed ? -killed : answer.error;
		snprintf(key, sizeof(key), "register.size-%u.align-%u.flags-%d", a->size, a->align, a->flags);
		if (killed)
			value(key, "killed by signal %d", killed);
		else
			value(key, "%s", error_name(errors[i]));
	}
	ok("register.original_size", error_of(32, 32, 0) == 0);
	ok("register.refuses_less", error_of(20, 32, 0) == EINVAL && error_of(31, 32, 0) == EINVAL);
	ok("register.refuses_misaligned", error_of(32, 16, 0) == EINVAL);
	ok("register.refuses_unknown_flags", error_of(32, 32, 4) == EINVAL && error_of(32, 32, 8) == EINVAL);
	killed = in_child(attempt_features, 0, &answer);
	if (killed)
		bail_out_of("register.feature_size", killed);
	else {
		value("register.feature-size", "%s", error_name(answer.error));
		ok("register.feature_size", answer.error == 0);
	}
	if (error_of(20, 32, 0) == EINVAL)
		behaviour("rseq.mode", "rejected", "registration.size == 20 and registration.align == 32");
	if (error_of(33, 32, 0) == EINVAL)
		behaviour("rseq.mode", "rejected", "registration.size == 33 and registration.align == 32");
	if (error_of(64, 64, 0) == EINVAL)
		behaviour("rseq.mode", "rejected", "registration.size == 64 and registration.align == 64");
	probe_again();
}
