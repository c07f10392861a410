/* Asks the running kernel what restartable sequences really do, and prints KTAP: `import probe` reads it. */
#define _GNU_SOURCE
#include "probe.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define TUNABLES "GLIBC_TUNABLES"
#define OFF "glibc.pthread.rseq=0"

/*
 * glibc has registered the main thread before main() runs, and a thread registers once. It is told not to, and the
 * program begins anew. Another libc does not know the word, and starts once more for nothing.
 */
static void without_registration_of_libc(char **argv)
{
	const char *has = getenv(TUNABLES);
	char more[4096];

	if (has != NULL && strstr(has, OFF) != NULL)
		return;
	snprintf(more, sizeof(more), "%s%s%s", has == NULL ? "" : has, has == NULL || *has == '\0' ? "" : ":", OFF);
	if (setenv(TUNABLES, more, 1) == 0)
		execv((const char *)getauxval(AT_EXECFN), argv);
	/* Where that fails it goes on: the first registration then says what is in the way. */
}

const char *debugging;

static void tell_lines(FILE *file)
{
	char line[512];

	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, "RSEQ") != NULL)
			value("config", "%s", line);
		if (strcmp(line, "CONFIG_DEBUG_RSEQ=y") == 0)
			debugging = "CONFIG_DEBUG_RSEQ == y";
	}
}

/* Says how the kernel was configured and booted, where it lets anybody read that. */
static void tell_configuration(const char *release)
{
	char path[512], line[4096];
	FILE *file;

	snprintf(path, sizeof(path), "/boot/config-%s", release);
	file = fopen(path, "r");
	if (file != NULL) {
		tell_lines(file);
		fclose(file);
	} else if (access("/proc/config.gz", R_OK) == 0) {
		file = popen("gzip -dc /proc/config.gz 2>/dev/null", "r");
		if (file != NULL) {
			tell_lines(file);
			pclose(file);
		}
	} else
		value("config", "not readable");
	file = fopen("/proc/cmdline", "r");
	if (file == NULL)
		return;
	if (fgets(line, sizeof(line), file) != NULL && strstr(line, "rseq_debug=") != NULL &&
	    strstr(line, "rseq_debug=0") == NULL && strstr(line, "rseq_debug=off") == NULL)
		debugging = "rseq_debug == on";
	fclose(file);
}

static void tell_machine(void)
{
	struct utsname machine;
	char now[32];
	time_t at = time(NULL);
	struct tm utc;

	uname(&machine);
	strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &utc));
	value("program", "rseq");
	value("kernel", "%s", machine.release);
	value("build", "%s", machine.version);
	value("arch", "%s", ARCH);
	value("machine", "%s", machine.machine);
	value("at", "%s", now);
	value("cpus", "%ld", sysconf(_SC_NPROCESSORS_ONLN));
	tell_configuration(machine.release);
}

int main(int argc, char **argv)
{
	int error;

	(void)argc;
	without_registration_of_libc(argv);
	/* KTAP as selftests print it: the other version line is that of tests inside the kernel. */
	printf("TAP version 13\n");
	tell_machine();
	error = registration_error();
	if (error != 0) {
		printf("1..1\n");
		if (error == EINVAL)
			skip("register", "not supported here: something else has registered this thread");
		else
			skip_error("register", error);
		return 0;
	}
	probe_registration();
	probe_ids();
	probe_critical_sections();
	probe_features();
	end();
	return 0;
}
