/*
 * folder.h - results/<run>/<scenario>/: where a run leaves what it saw
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;
struct scenario;
struct str;

/**
 * struct owner - whom the files of a run belong to
 * @uid: SUDO_UID when root acts for a user; (uid_t)-1: whoever we are
 * @gid: SUDO_GID likewise
 */
struct owner {
	uid_t uid;
	gid_t gid;
};

/**
 * folder_new_run - make the folder of a run
 * @results: the results directory; made if it is not there
 * @owner: of all that is made
 * @path: "results/2026-11-22T20-10-03.412"; caller frees; untouched on failure
 * @err: says what was refused; the remedy is --results
 *
 * Runs that begin in the same millisecond get "-2", "-3" … behind.
 *
 * Return: 0; -EACCES, -ENOSPC, -ENOTDIR …
 */
int folder_new_run(const char *results, const struct owner *owner, char **path,
		   struct err *err);

/**
 * folder_new_scenario - make a scenario's folder, with its own copies of the
 * scenario and topology files, so that it can be judged with nothing else
 * @run: the run's folder
 * @scenario: as loaded
 * @repeat: 0 for a scenario run once; else 1…, and the folder is "name.N"
 * @owner: of all that is made
 * @path: caller frees; untouched on failure
 * @err: says what was refused
 *
 * Return: a descriptor of the folder, owned by the caller; negative errno.
 */
int folder_new_scenario(const char *run, const struct scenario *scenario,
			unsigned int repeat, const struct owner *owner,
			char **path, struct err *err);

/**
 * folder_put - write a whole file there, given to the folder's owner
 * @dirfd: the folder
 * @name: the file
 * @text: its content
 * @err: says what was refused
 *
 * Return: 0; -ENOSPC …
 */
int folder_put(int dirfd, const char *name, const struct str *text,
	       const struct owner *owner, struct err *err);

/** folder_own - give a file of a folder to the run's owner; 0 or negative
 * errno */
int folder_own(int dirfd, const char *name, const struct owner *owner,
	       struct err *err);
