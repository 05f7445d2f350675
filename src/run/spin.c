/*
 * spin.c - find programs that wait by reading the clock over and over
 */
#include "run/spin.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/scope.h"
#include "base/units.h"
#include "run/lab.h"

/** ANCESTORS - so many parents are asked for a program that we know */
#define ANCESTORS 16

/** struct stat_line - of /proc/PID/stat what is read here */
struct stat_line {
	char comm[32];
	pid_t parent;
};

/* all threads of a process; 0 if it is gone */
static int64_t cpu_ns(pid_t pid)
{
	struct timespec ts = {0};
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 ||
	    clock_gettime(clock, &ts) < 0)
		return 0;
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static bool read_stat(pid_t pid, struct stat_line *out)
{
	SCOPED_FREE char *path = mem_printf("/proc/%d/stat", pid);
	SCOPED_FILE FILE *file = fopen(path, "re");
	char line[512];
	char *open, *close;

	if (!file || !fgets(line, sizeof(line), file))
		return false;
	/* a name may hold anything, also a parenthesis: proc(5) */
	open = strchr(line, '(');
	close = strrchr(line, ')');
	if (!open || !close || strlen(close) < 5)
		return false;
	*close = '\0';
	(void)snprintf(out->comm, sizeof(out->comm), "%s", open + 1);
	out->parent = (pid_t)strtol(close + 4, NULL, 10); /* ") S 12" */
	return true;
}

static const struct program *program_of(const struct lab *lab, pid_t pid)
{
	struct stat_line stat;

	for (int i = 0; i < ANCESTORS && pid > 1; i++) {
		vec_foreach(&lab->programs, p)
			if (p->alive && p->agent.pid == pid)
				return p;
		if (!read_stat(pid, &stat))
			return NULL;
		pid = stat.parent;
	}
	return NULL;
}

static void tell(struct lab *lab, pid_t pid, int64_t spent_ns)
{
	const struct program *program = program_of(lab, pid);
	struct stat_line stat = {.comm = "?"};
	char spent[UNITS_TEXT];
	SCOPED_FREE char *why = NULL;
	struct event event = {
		.kind = EVENT_PROC_SPIN,
		.host = program ? lab_host(lab, program->host) : NULL,
		.proc = {.pid = pid},
	};

	(void)read_stat(pid, &stat); /* then its name is not known */
	event.proc.program = program ? program->name : stat.comm;
	why = mem_printf("%s used %s of CPU time, which passes here only "
			 "while the clock is read",
			 stat.comm, duration_print(spent_ns, spent));
	event.proc.why = why;
	lab_emit(lab, &event);
	progress_say(&lab->says, "spins %s (pid %d)", event.proc.program, pid);
}

static bool is_told(const struct lab *lab, pid_t pid)
{
	vec_foreach(&lab->spinners, p)
		if (*p == pid)
			return true;
	return false;
}

void spin_look_at(struct lab *lab, pid_t pid)
{
	int64_t spent_ns;

	if (!lab->cpu_is_free || pid <= 1 || pid == getpid() ||
	    (lab->wires.alive && pid == lab->wires.pid))
		return;
	spent_ns = cpu_ns(pid);
	if (spent_ns < SPIN_NS || is_told(lab, pid))
		return;
	vec_push(&lab->spinners, pid);
	tell(lab, pid, spent_ns);
}

/* half of how long the step had lasted at the last look: a step of two hours
 * needs no look every 30 ms */
static bool is_due(const struct lab *lab, int64_t now_ns)
{
	int64_t lasted_ns = lab->spin_ns - lab->sink.epoch_ns - lab->step_ns;
	int64_t pause_ns = lasted_ns / 2 > SPIN_NS ? lasted_ns / 2 : SPIN_NS;

	return now_ns >= lab->spin_ns + pause_ns;
}

void spin_look(struct lab *lab, int64_t now_ns)
{
	SCOPED_DIR DIR *proc = NULL;
	const struct dirent *entry;

	if (!lab->cpu_is_free || !is_due(lab, now_ns))
		return;
	lab->spin_ns = now_ns;
	proc = opendir("/proc"); /* the lab's own, with its processes only */
	while (proc && (entry = readdir(proc)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]))
			spin_look_at(lab,
				     (pid_t)strtol(entry->d_name, NULL, 10));
}
