/*
 * job.h - what a guest is told to run, in a file that both sides read
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;

/**
 * struct job_item - one scenario for a guest
 * @name: "close/client-first"; a results folder does not tell it
 * @folder: absolute path of its results folder, with its copies of the
 *	scenario and the topology
 */
struct job_item {
	char *name;
	char *folder;
};

/**
 * struct job - a guest's work, item after item
 * @results: absolute path of the run's folder: all that is writable
 * @channel: device that each item's results are sent to, a parcel each
 *	(guest/parcel.h), for the guest sees no folder of the machine's; NULL:
 *	it does
 * @command_line: for the manifests
 * @seed: for all
 * @uid: whom user programs run as
 * @gid: likewise
 * @items: @n_items of them
 * @n_items: their number
 */
struct job {
	char *results;
	char *channel;
	char *command_line;
	uint64_t seed;
	uid_t uid;
	gid_t gid;
	struct job_item *items;
	size_t n_items;
};

/**
 * job_save - write a job's file
 * @job: what is to be done
 * @path: the file; replaced
 * @err: says what was refused
 *
 * Return: 0; -ENOSPC …
 */
int job_save(const struct job *job, const char *path, struct err *err);

/**
 * job_load - read it back
 * @path: the file
 * @out: caller releases with job_done(); untouched on failure
 * @err: says what is wrong
 *
 * Return: 0; -ENOENT …; -EBADMSG if it is no job.
 */
int job_load(const char *path, struct job *out, struct err *err);

/** job_done - release what job_load() allocated */
void job_done(struct job *job);
