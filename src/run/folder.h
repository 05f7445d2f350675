/*
 * folder.h - results/<run>/<scenario>/: where a run leaves what it saw
 */
#pragma once

#include <stdbool.h>
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
 * @owner: of the results directory, if it is made, and of its "latest"; the
 *	run's folder stays ours until folder_give()
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
 * @path: caller frees; untouched on failure
 * @err: says what was refused, and the remedy
 *
 * It is written from what was read when the scenario was loaded, and is ours
 * until folder_give(): programs of the lab run as the user, and may not touch
 * the evidence.
 *
 * Return: a descriptor of the folder, owned by the caller; -EEXIST if results
 * of another scenario are there; other negative errnos.
 */
int folder_new_scenario(const char *run, const struct scenario *scenario,
			unsigned int repeat, char **path, struct err *err);

/** FOLDER_TRY - of a scenario that was run again: in its folder a folder for
 * each time before, "try-1" … */
#define FOLDER_TRY "try-"

/**
 * folder_new_try - make a scenario's folder anew, with the last one in it
 * @run: as for folder_new_scenario()
 * @scenario: likewise
 * @repeat: likewise
 * @tries: how often it was run before, from 1
 * @path: likewise
 * @err: likewise
 *
 * What is there becomes FOLDER_TRY @tries, and what that has of earlier ones
 * moves beside it.
 *
 * Return: as folder_new_scenario().
 */
int folder_new_try(const char *run, const struct scenario *scenario,
		   unsigned int repeat, unsigned int tries, char **path,
		   struct err *err);

/** folder_tries - how often the scenario of a folder was run, at least once */
unsigned int folder_tries(const char *path);

/** folder_is_try - is that a folder's earlier try, and not a scenario's own */
bool folder_is_try(const char *path);

/**
 * folder_give - give a folder and all that is below to the run's owner
 * @path: the folder; nothing that is in it is followed
 * @owner: whose it will be; nothing is done if that is nobody
 * @err: says what was refused
 *
 * What belongs to somebody else already is left alone, with all below.
 *
 * Return: 0; -EPERM …
 */
int folder_give(const char *path, const struct owner *owner, struct err *err);

/**
 * folder_put - write a whole file there, given to the folder's owner
 * @dirfd: the folder
 * @name: the file
 * @text: its content
 * @owner: whose the file will be
 * @err: says what was refused
 *
 * Return: 0; -ENOSPC …
 */
int folder_put(int dirfd, const char *name, const struct str *text,
	       const struct owner *owner, struct err *err);

/**
 * folder_own - give a file to the run's owner
 * @dirfd: the folder, or AT_FDCWD
 * @name: the file; a symlink is not followed
 * @owner: whose it will be; nothing is done if that is nobody
 * @err: says what was refused
 *
 * Return: 0; -ENOENT, -EPERM …
 */
int folder_own(int dirfd, const char *name, const struct owner *owner,
	       struct err *err);
