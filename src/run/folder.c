/*
 * folder.c - results/<run>/<scenario>/: where a run leaves what it saw
 */
#include "run/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "spec/scenario.h"

/** RUNS_A_MS - so many runs may begin in the same millisecond */
#define RUNS_A_MS 1000

static void run_name(struct str *name)
{
	int64_t now_ns = clock_wall_ns();
	time_t now = (time_t)(now_ns / NS_PER_S);
	char day[32];
	struct tm tm;

	(void)localtime_r(&now, &tm); /* fails only past the year 2^31 */
	(void)strftime(day, sizeof(day), "%Y-%m-%dT%H-%M-%S", &tm);
	str_addf(name, "%s.%03d", day, (int)(now_ns % NS_PER_S / NS_PER_MS));
}

/* "latest" is for people; a run does not fail for the want of it */
static void point_latest(const char *results, const char *name,
			 const struct owner *owner)
{
	SCOPED_FREE char *latest = mem_printf("%s/latest", results);
	SCOPED_FREE char *next = mem_printf("%s/.latest-%s", results, name);

	if (symlink(name, next) < 0)
		return;
	(void)folder_own(AT_FDCWD, next, owner, NULL); /* as said above */
	if (rename(next, latest) < 0)
		(void)unlink(next);
}

int folder_new_run(const char *results, const struct owner *owner, char **path,
		   struct err *err)
{
	SCOPED_STR struct str name = {0};
	int rc;

	rc = file_mkdirs(results, owner->uid, owner->gid, err);
	if (rc < 0) {
		err_remedy(err, "choose another place: --results DIR");
		return err_within(err, "cannot make the results folder");
	}
	run_name(&name);
	for (int i = 1; i < RUNS_A_MS; i++) {
		SCOPED_FREE char *dir = NULL;

		dir = i == 1 ? mem_printf("%s/%s", results, name.s)
			     : mem_printf("%s/%s-%d", results, name.s, i);
		if (mkdir(dir, 0755) == 0) {
			point_latest(results, strrchr(dir, '/') + 1, owner);
			*path = PTR_STEAL(dir);
			return 0;
		}
		if (errno != EEXIST) {
			rc = err_sys(err, -errno, "%s", dir);
			err_remedy(err, "choose another place: --results DIR");
			return rc;
		}
	}
	return err_set(err, -EEXIST, "%s/%s: too many runs at once", results,
		       name.s);
}

int folder_own(int dirfd, const char *name, const struct owner *owner,
	       struct err *err)
{
	if (owner->uid == (uid_t)-1)
		return 0;
	if (fchownat(dirfd, name, owner->uid, owner->gid, AT_SYMLINK_NOFOLLOW) <
	    0)
		return err_sys(err, -errno, "%s", name);
	return 0;
}

int folder_put(int dirfd, const char *name, const struct str *text,
	       const struct owner *owner, struct err *err)
{
	return file_write_for(dirfd, name, str_text(text), text->len,
			      owner->uid, owner->gid, err);
}

static int give(int dirfd, const struct owner *owner);

/* What is not ours any more has been given away, and whatever its owner has
 * put there is not for us to touch */
static int give_entry(int dirfd, const char *name, const struct owner *owner)
{
	SCOPED_FD int fd = -1;
	struct stat st;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return 0;
	fd = openat(dirfd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (st.st_uid != geteuid())
		return 0;
	if (S_ISDIR(st.st_mode))
		return give(fd, owner);
	return fchownat(fd, "", owner->uid, owner->gid, AT_EMPTY_PATH) < 0
		       ? -errno
		       : 0;
}

/* What is below first, the folder itself last: nobody can put anything into
 * it before */
static int give(int dirfd, const struct owner *owner)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int rc = dir ? 0 : -errno;

	if (!dir)
		fd_close(&fd);
	while (dir && rc == 0 && (entry = readdir(dir)))
		rc = give_entry(dirfd, entry->d_name, owner);
	if (dir)
		(void)closedir(dir); /* read only */
	if (rc == 0 &&
	    fchownat(dirfd, "", owner->uid, owner->gid, AT_EMPTY_PATH) < 0)
		rc = -errno;
	return rc;
}

int folder_give(const char *path, const struct owner *owner, struct err *err)
{
	SCOPED_FD int fd = -1;
	struct stat st;
	int rc = 0;

	if (owner->uid == (uid_t)-1)
		return 0;
	fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		rc = -errno;
	else if (st.st_uid == geteuid())
		rc = give(fd, owner);
	return rc < 0 ? err_sys(err, rc, "cannot give %s to user %u", path,
				(unsigned int)owner->uid)
		      : 0;
}

/* what was read, not the file: that may have changed, or been a pipe */
static int put_specs(const struct scenario *scenario, int dirfd,
		     struct err *err)
{
	int rc = file_write(dirfd, "scenario.yaml", scenario->source,
			    scenario->source_len, err);

	if (rc == 0 && scenario->topology_source)
		rc = file_write(dirfd, "topology.yaml",
				scenario->topology_source,
				scenario->topology_source_len, err);
	return rc;
}

static char *path_of(const char *run, const struct scenario *scenario,
		     unsigned int repeat)
{
	return repeat ? mem_printf("%s/%s.%u", run, scenario->name, repeat)
		      : mem_printf("%s/%s", run, scenario->name);
}

/* out of the last try's folder, to where it is one of several */
static int move_tries(const char *last, const char *dir, unsigned int tries)
{
	SCOPED_FREE char *own = mem_printf("%s/" FOLDER_TRY "%u", dir, tries);

	for (unsigned int i = 1; i < tries; i++) {
		SCOPED_FREE char *from =
			mem_printf("%s/" FOLDER_TRY "%u", last, i);
		SCOPED_FREE char *to =
			mem_printf("%s/" FOLDER_TRY "%u", dir, i);

		if (rename(from, to) < 0)
			return -errno;
	}
	return rename(last, own) < 0 ? -errno : 0;
}

int folder_new_try(const char *run, const struct scenario *scenario,
		   unsigned int repeat, unsigned int tries, char **path,
		   struct err *err)
{
	SCOPED_FREE char *dir = path_of(run, scenario, repeat);
	SCOPED_FREE char *last = mem_printf("%s." FOLDER_TRY "%u", dir, tries);
	SCOPED_FREE char *made = NULL;
	SCOPED_FD int fd = -1;
	int rc;

	if (rename(dir, last) < 0)
		return err_sys(err, -errno, "set %s aside", dir);
	fd = folder_new_scenario(run, scenario, repeat, &made, err);
	if (fd < 0)
		return fd;
	rc = move_tries(last, dir, tries);
	if (rc < 0)
		return err_sys(err, rc, "move %s into %s", last, dir);
	*path = PTR_STEAL(made);
	return fd_steal(&fd);
}

unsigned int folder_tries(const char *path)
{
	for (unsigned int n = 1;; n++) {
		SCOPED_FREE char *earlier =
			mem_printf("%s/" FOLDER_TRY "%u", path, n);

		if (access(earlier, F_OK) < 0)
			return n;
	}
}

bool folder_is_try(const char *path)
{
	static const char prefix[] = FOLDER_TRY;
	const char *name = strrchr(path, '/');
	SCOPED_FREE char *above = NULL;

	if (!name || strncmp(name + 1, prefix, strlen(prefix)) != 0)
		return false;
	/* a scenario may be called so, too */
	above = mem_printf("%.*s/scenario.yaml", (int)(name - path), path);
	return access(above, F_OK) == 0;
}

int folder_new_scenario(const char *run, const struct scenario *scenario,
			unsigned int repeat, char **path, struct err *err)
{
	SCOPED_FREE char *dir = path_of(run, scenario, repeat);
	SCOPED_FD int fd = -1;
	int rc;

	rc = file_mkdirs(dir, (uid_t)-1, (gid_t)-1, err);
	if (rc == 0) {
		fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			rc = err_sys(err, -errno, "%s", dir);
		else if (faccessat(fd, "scenario.yaml", F_OK, 0) == 0)
			rc = err_set(err, -EEXIST,
				     "another scenario's results are there");
		else
			rc = put_specs(scenario, fd, err);
	}
	if (rc < 0) {
		err_remedy(err, "make room, or choose another place: "
				"--results DIR");
		return err_within(err, "%s", dir);
	}
	*path = PTR_STEAL(dir);
	return fd_steal(&fd);
}
