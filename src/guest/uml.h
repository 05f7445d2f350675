/*
 * uml.h - a User-Mode Linux guest with virtual time: a kernel as a process
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

struct err;

/**
 * struct uml_request - a guest to start; all borrowed during the call
 * @kernel: the kernel's binary, absolute path
 * @exe: our own binary, absolute path: the guest's init
 * @job: the job's file, absolute path (guest/job.h)
 * @seed: of all that the guest draws by chance
 * @cpu: which processor it stays on, counted round: pin_to()
 * @owner_pidfd: ns_owner_open(): the guest dies with tcplab
 * @uid: run it as this user; (uid_t)-1: as we are
 * @gid: likewise
 */
struct uml_request {
	const char *kernel;
	const char *exe;
	const char *job;
	uint64_t seed;
	unsigned int cpu;
	int owner_pidfd;
	uid_t uid;
	gid_t gid;
};

/** struct uml - a guest that runs; the caller owns it all */
struct uml {
	pid_t pid; /* to be waited for; SIGTERM ends the guest at once */
	int console_fd; /* what it prints, O_NONBLOCK; lines of guest/inside.h
			   among the kernel's */
};

/**
 * uml_start - boot a guest
 * @request: which
 * @uml: untouched on failure
 * @err: says what was refused, and the remedy
 *
 * Its clock jumps to the next timer whenever it would wait
 * (time-travel=inf-cpu, Documentation/virt/uml). Its root is ours through
 * hostfs, read-only. It lives in a PID namespace of its own where that is
 * allowed, so that none of its processes outlives it; where not, the kernel is
 * told to kill it with us (PR_SET_PDEATHSIG). Needs no privilege.
 *
 * Given the same kernel, init and seed it does the same each time, to the
 * nanosecond of its clock: see chance.c.
 *
 * Return: 0; -ENOENT, -EACCES for the kernel; others of fork(2), pipe(2).
 */
int uml_start(const struct uml_request *request, struct uml *uml,
	      struct err *err);
