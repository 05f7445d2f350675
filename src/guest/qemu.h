/*
 * qemu.h - a stock kernel under QEMU, in virtual time, on no hardware at all
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;
struct qemu_image;

/** QEMU_CHANNEL - a guest's device to send results to */
#define QEMU_CHANNEL "/dev/vport0p1"

/**
 * struct qemu_request - a guest to start; all borrowed during the call
 * @image: its kernel and root
 * @job: which of the image's jobs, from 1
 * @seed: of all that the guest draws by chance
 * @owner_pidfd: ns_owner_open(): the guest dies with tcplab
 * @uid: run it as this user; (uid_t)-1: as we are
 * @gid: likewise
 */
struct qemu_request {
	const struct qemu_image *image;
	size_t job;
	uint64_t seed;
	int owner_pidfd;
	uid_t uid;
	gid_t gid;
};

/** struct qemu - a guest that runs; the caller owns it all */
struct qemu {
	pid_t pid; /* to be waited for; SIGTERM ends the guest at once */
	int console_fd; /* what it prints, O_NONBLOCK; lines of guest/inside.h
			   among the kernel's */
	int parcels_fd; /* a file in memory, which grows by a parcel before
			   the end of each item is told (guest/parcel.h) */
};

/**
 * qemu_find - where the program is
 * @program: its path; caller frees; untouched on failure
 * @err: names the package to install
 *
 * Return: 0; -ENOENT if PATH has none.
 */
int qemu_find(char **program, struct err *err);

/**
 * qemu_start - boot a guest
 * @request: which
 * @qemu: untouched on failure
 * @err: says what was refused, and the remedy
 *
 * Instructions are emulated (TCG) and counted: each takes a nanosecond of the
 * guest's time, and when all wait its clock jumps to the next timer. So it
 * needs neither KVM nor any privilege. It has no disk and no network.
 *
 * Return: 0; -ENOENT if there is no QEMU; others of fork(2), pipe(2).
 */
int qemu_start(const struct qemu_request *request, struct qemu *qemu,
	       struct err *err);
