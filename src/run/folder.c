/*
 * folder.c - results/<run>/<scenario>/: where a run leaves what it saw
 */
#include "run/folder.h"

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

/** SPEC_MAX - the loader's own limit on a file's size, in bytes */
#define SPEC_MAX (1024 * 1024)

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

static int own(const char *path, const struct owner *owner, struct err *err)
{
	if (owner->uid == (uid_t)-1)
		return 0;
	if (lchown(path, owner->uid, owner->gid) < 0)
		return err_sys(err, -errno, "%s", path);
	return 0;
}

/* "latest" is for people; a run does not fail for the want of it */
static void point_latest(const char *results, const char *name,
			 const struct owner *owner)
{
	SCOPED_FREE char *latest = mem_printf("%s/latest", results);
	SCOPED_FREE char *next = mem_printf("%s/.latest-%s", results, name);

	if (symlink(name, next) < 0)
		return;
	(void)own(next, owner, NULL); /* as said above */
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
			rc = own(dir, owner, err);
			if (rc < 0)
				return rc;
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
	int rc = file_write(dirfd, name, str_text(text), text->len, err);

	return rc < 0 ? rc : folder_own(dirfd, name, owner, err);
}

static int copy_spec(const char *from, int dirfd, const char *name,
		     const struct owner *owner, struct err *err)
{
	SCOPED_STR struct str text = {0};
	int rc;

	rc = file_read(AT_FDCWD, from, SPEC_MAX, &text.s, &text.len, err);
	if (rc < 0)
		return rc;
	return folder_put(dirfd, name, &text, owner, err);
}

int folder_new_scenario(const char *run, const struct scenario *scenario,
			unsigned int repeat, const struct owner *owner,
			char **path, struct err *err)
{
	SCOPED_FREE char *dir = NULL;
	SCOPED_FD int fd = -1;
	int rc;

	dir = repeat ? mem_printf("%s/%s.%u", run, scenario->name, repeat)
		     : mem_printf("%s/%s", run, scenario->name);
	rc = file_mkdirs(dir, owner->uid, owner->gid, err);
	if (rc < 0)
		return rc;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, -errno, "%s", dir);
	rc = copy_spec(scenario->path, fd, "scenario.yaml", owner, err);
	if (rc == 0 && scenario->topology_path)
		rc = copy_spec(scenario->topology_path, fd, "topology.yaml",
			       owner, err);
	if (rc < 0)
		return err_within(err, "%s", dir);
	*path = PTR_STEAL(dir);
	return fd_steal(&fd);
}
