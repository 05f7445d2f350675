/*
 * qemu_image.h - what QEMU loads to boot a stock kernel: it, and its root
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct err;
struct kernel;
struct scenario;

/** QEMU_IMAGE_INIT - our own binary, in the guest */
#define QEMU_IMAGE_INIT "/tcplab/tcplab"

/** QEMU_IMAGE_JOB - the file of job N, from 1, in the guest; a format */
#define QEMU_IMAGE_JOB "/tcplab/job-%zu.json"

/**
 * struct qemu_image - one serves all guests of a run
 * @kernel_fd: a bzImage
 * @initrd_fd: the initramfs; both are files in memory, gone with the last
 *	process that has them open
 */
struct qemu_image {
	int kernel_fd;
	int initrd_fd;
};

/**
 * struct qemu_image_request - what to put into it; all borrowed
 * @kernel: of KERNEL_KIND_STOCK
 * @exe: our own binary, absolute path
 * @jobs: absolute paths of the jobs' files (guest/job.h), @n_jobs of them; what
 *	is in their items' folders is put there as well
 * @n_jobs: their number
 * @scenarios: those that the jobs are about, @n_scenarios of them
 * @n_scenarios: their number
 * @uid: read files as this user; (uid_t)-1: as we are
 * @gid: likewise
 */
struct qemu_image_request {
	const struct kernel *kernel;
	const char *exe;
	char *const *jobs;
	size_t n_jobs;
	const struct scenario *const *scenarios;
	size_t n_scenarios;
	uid_t uid;
	gid_t gid;
};

/**
 * qemu_image_pack - make it
 * @request: of what
 * @image: released by qemu_image_done(); untouched on failure
 * @err: says what is missing or refused
 *
 * Takes a second or three, in a process of its own that is @uid's. What is in
 * it: see guest/modules.h, guest/programs.h.
 *
 * Return: 0; -EBADMSG for a damaged kernel package; negative errno of what
 * could not be read.
 */
int qemu_image_pack(const struct qemu_image_request *request,
		    struct qemu_image *image, struct err *err);

/** qemu_image_done - let go of it */
void qemu_image_done(struct qemu_image *image);
