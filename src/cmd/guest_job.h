/*
 * guest_job.h - what goes into a guest, and what comes out of it
 */
#pragma once

#include <stddef.h>

#include "base/vec.h"

struct err;
struct jobs;
struct qemu_image;

/**
 * struct guest_share - the jobs that one guest runs
 * @jobs: their numbers
 * @folders: the results folder of each
 * @dirfds: likewise, open
 * @path: of the job's file; absolute
 * @parcels_at: bytes of the parcels that were taken (guest/parcel.h)
 */
struct guest_share {
	VEC(size_t) jobs;
	VEC(char *) folders;
	VEC(int) dirfds;
	char *path;
	size_t parcels_at;
};

/** guest_share_done - release it */
void guest_share_done(struct guest_share *share);

/**
 * guest_share_add - one job more: makes its folder
 *
 * Return: 0 or negative errno.
 */
int guest_share_add(struct guest_share *share, struct jobs *jobs, size_t job,
		    struct err *err);

/**
 * guest_share_save - write the job's file: guest-N.json in the run's folder
 * @share: @path is set
 * @number: N
 *
 * Return: 0 or negative errno.
 */
int guest_share_save(struct guest_share *share, const struct jobs *jobs,
		     size_t number, struct err *err);

/**
 * guest_share_take - take an item's parcel out of those that came
 * @share: whose item is the next one
 * @parcels_fd: of a struct guest_process; -1: there are none, all is in its
 *	folder
 * @item: which
 * @err: says if it was cut short, or is damaged
 *
 * Return: 0; -ENODATA, -EBADMSG as parcel_open(); -EBADMSG also for another
 * item's.
 */
int guest_share_take(struct guest_share *share, const struct jobs *jobs,
		     int parcels_fd, size_t item, struct err *err);

/**
 * guest_share_pack - make the image of some guests
 * @paths: of the jobs' files, @n of them
 * @n: their number
 * @image: see qemu_image_pack()
 *
 * Return: 0 or negative errno.
 */
int guest_share_pack(const struct jobs *jobs, char *const *paths, size_t n,
		     struct qemu_image *image, struct err *err);
