/* Asks the running kernel what restartable sequences really do. Needs a C compiler and the headers of a libc. */
#ifndef PROBE_H
#define PROBE_H

#include <stdint.h>
#include <sys/types.h>

/* The interface of the kernel, written down here because the headers of a machine may be older than its kernel. */
#ifndef AT_RSEQ_FEATURE_SIZE
#define AT_RSEQ_FEATURE_SIZE 27
#define AT_RSEQ_ALIGN 28
#endif
#if defined(__x86_64__)
#define ARCH "x86_64"
#define NR_RSEQ 334
#define SIGNATURE 0x53053053u
#elif defined(__aarch64__)
#define ARCH "arm64"
#define NR_RSEQ 293
#define SIGNATURE 0xd428bc00u
#else
#error "the probe knows x86_64 and arm64"
#endif

#define ORIGINAL_SIZE 32
#define FLAG_UNREGISTER 1
#define FLAG_SLICE_DEFAULT_ON 2
/* In the field flags of the structure. */
#define SLICE_AVAILABLE (1u << 4)
#define PR_SLICE_EXTENSION 79
#define PR_SLICE_EXTENSION_SET 2
#define PR_SLICE_ENABLE 1
#define PTRACE_GET_CONFIGURATION 0x420f
/* What the kernel answers inside for a thing that is switched off; it has no name in user space. */
#define ENOTSUPP_OF_THE_KERNEL 524

/* The structure that a thread shares with the kernel, with room for what newer kernels add. */
struct area {
	uint32_t cpu_id_start;
	uint32_t cpu_id;
	uint64_t critical_section;
	uint32_t flags;
	uint32_t node_id;
	uint32_t mm_cid;
	uint32_t slice_ctrl;
	uint8_t more[480];
};

/* probe.c: the switch by which the kernel checks more than it does by itself, as a condition; NULL: none is seen. */
extern const char *debugging;

/* report.c: what a check found out, written in the memory that a child shares with its parent. */
struct answer {
	long number[8];
	int error; /* an errno, where the thing could not be tried */
	int told;  /* the child came to its end */
};

typedef void check(struct answer *answer, long argument);

/* How a child ended: 0 when it told its answer, else the signal that killed it (SIGALRM: it hung). */
int in_child(check *run, long argument, struct answer *answer);
/* Gives `for example EINVAL`; of static memory. */
const char *error_name(int error);

void value(const char *key, const char *format, ...) __attribute__((format(printf, 2, 3)));
void behaviour(const char *name, const char *value, const char *when);
void ok(const char *test, int holds);
void skip(const char *test, const char *format, ...) __attribute__((format(printf, 2, 3)));
void skip_error(const char *test, int error);
void bail_out_of(const char *test, int signal);
void end(void);

/* registration.c */
long rseq_register(struct area *area, uint32_t size, int flags, uint32_t signature);
/* An area with this alignment and no higher one, with `fill` in all bytes; never freed, for the kernel writes to it. */
struct area *new_area(uint32_t align, int fill);
/* A registration of more than the original size, with all features of the kernel: the optimized one where there is one. */
uint32_t larger_size(void);
uint32_t larger_align(void);
/* Why nothing can be registered here: an errno, or 0. */
int registration_error(void);
void probe_registration(void);

/* ids.c */
enum rewrite { EVERY_RESUME, ON_CHANGE, KILLED, UNCLEAR };
void probe_ids(void);

/* critical-section.c */
int pin_to(pid_t thread, int cpu);
/* The first CPUs that the process may use; how many there are, at most 2. */
int allowed_cpus(int cpus[2]);
void probe_critical_sections(void);

/* features.c */
void probe_features(void);

#endif
