/*
 * parcel.h - a scenario's results on their way out of a guest, known whole
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;

/** PARCEL_NAME_MAX - a file's name is not longer */
#define PARCEL_NAME_MAX 255

/**
 * struct parcel - the files of one scenario's results folder
 * @item: which of its job
 * @n_files: how many
 * @size: bytes of the whole parcel: the next one begins behind
 * @body: the files; borrowed from what parcel_open() was given
 */
struct parcel {
	uint32_t item;
	uint32_t n_files;
	size_t size;
	const unsigned char *body;
};

/**
 * parcel_send - send a folder's files, but for scenario.yaml and topology.yaml
 * @fd: a channel out of the guest
 * @item: which of its job
 * @folder: the folder; what is in it and no regular file is left out
 * @err: says what was refused
 *
 * Return: 0; negative errno of the files, or of write(2).
 */
int parcel_send(int fd, uint32_t item, const char *folder, struct err *err);

/**
 * parcel_open - the first of some parcels, if it is whole
 * @bytes: what came out
 * @n: so many
 * @out: untouched on failure
 * @err: says how it is not: "cut short", or "damaged"
 *
 * Nothing in it is believed before length, hash, names and sizes are checked:
 * a guest's programs may have written to the channel.
 *
 * Return: 0; -ENODATA if it is not all there; -EBADMSG if it is no parcel.
 */
int parcel_open(const void *bytes, size_t n, struct parcel *out,
		struct err *err);

/**
 * parcel_save - write its files
 * @parcel: as parcel_open() gave it
 * @dirfd: the folder, where they replace what is there
 * @uid: their owner; (uid_t)-1: us
 * @gid: likewise
 * @err: says what was refused
 *
 * Return: 0; -ENOSPC …
 */
int parcel_save(const struct parcel *parcel, int dirfd, uid_t uid, gid_t gid,
		struct err *err);
