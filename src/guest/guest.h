/*
 * guest.h - a guest of whatever kind: the kernel that it boots decides
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;
struct kernel;
struct qemu_image;

/**
 * struct guest_request - a guest to start; all borrowed during the call
 * @kernel: which it boots
 * @image: of a stock kernel: what QEMU loads, with the job in it; else NULL
 * @exe: our own binary, absolute path: the guest's init
 * @job: the job's file, absolute path (guest/job.h)
 * @number: which of the image's jobs that is, from 1
 * @seed: of all that the guest draws by chance
 * @owner_pidfd: ns_owner_open(): the guest dies with tcplab
 * @uid: run it as this user; (uid_t)-1: as we are
 * @gid: likewise
 */
struct guest_request {
	const struct kernel *kernel;
	const struct qemu_image *image;
	const char *exe;
	const char *job;
	size_t number;
	uint64_t seed;
	int owner_pidfd;
	uid_t uid;
	gid_t gid;
};

/** struct guest_process - a guest that runs; the caller owns it all */
struct guest_process {
	pid_t pid; /* to be waited for; SIGTERM ends the guest at once */
	int console_fd; /* what it prints, O_NONBLOCK; lines of guest/inside.h
			   among the kernel's */
	int parcels_fd; /* as struct qemu's; -1: it writes into the folders */
};

/**
 * guest_start - boot a guest
 * @request: which
 * @guest: untouched on failure
 * @err: says what was refused, and the remedy
 *
 * See uml_start() and qemu_start().
 *
 * Return: 0; negative errno of these.
 */
int guest_start(const struct guest_request *request,
		struct guest_process *guest, struct err *err);
