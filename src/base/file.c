/*
 * file.c - whole files, read bounded and written atomically
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"

/*
 * Files of /proc say size 0, so read until end of file rather than st_size.
 */
static int read_all(int fd, size_t max, char **text, size_t *len)
{
	SCOPED_FREE char *buf = NULL;
	size_t cap = 4096;
	size_t n = 0;

	buf = mem_resize(NULL, cap, 1);
	for (;;) {
		ssize_t got = read(fd, buf + n, cap - n - 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		n += (size_t)got;
		if (n > max)
			return -EFBIG;
		if (cap - n < 2) {
			cap *= 2;
			buf = mem_resize(buf, cap, 1);
		}
	}
	buf[n] = '\0';
	*text = PTR_STEAL(buf);
	if (len)
		*len = n;
	return 0;
}

int file_read(int dirfd, const char *path, size_t max, char **text, size_t *len,
	      struct err *err)
{
	SCOPED_FD int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return err_sys(err, -errno, "%s", path);
	rc = read_all(fd, max, text, len);
	if (rc < 0)
		return err_sys(err, rc, "%s", path);
	return 0;
}

int file_write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t put = write(fd, p, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -errno;
		p += put;
		len -= (size_t)put;
	}
	return 0;
}

/* no name that somebody could have put a trap at; a poor one is not unsafe,
 * only in the way: O_EXCL */
static char *part_name(const char *path)
{
	uint64_t salt = 0;

	(void)getrandom(&salt, sizeof(salt), GRND_NONBLOCK);
	return mem_printf("%s.part-%016llx", path, (unsigned long long)salt);
}

int file_write_for(int dirfd, const char *path, const void *text, size_t len,
		   uid_t uid, gid_t gid, struct err *err)
{
	SCOPED_FREE char *part = part_name(path);
	/* root may be writing into a folder of somebody else's, who may have
	 * left a FIFO or a link there: O_EXCL takes none of these */
	SCOPED_FD int fd = openat(dirfd, part,
				  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
					  O_NONBLOCK | O_CLOEXEC,
				  0644);
	int rc;

	if (fd < 0)
		return err_sys(err, -errno, "%s", path);
	rc = file_write_all(fd, text, len);
	if (rc == 0 && uid != (uid_t)-1 && fchown(fd, uid, gid) < 0)
		rc = -errno;
	if (rc == 0 && renameat(dirfd, part, dirfd, path) < 0)
		rc = -errno;
	if (rc < 0) {
		(void)unlinkat(dirfd, part, 0); /* best effort: rc is told */
		return err_sys(err, rc, "%s", path);
	}
	return 0;
}

int file_write(int dirfd, const char *path, const void *text, size_t len,
	       struct err *err)
{
	return file_write_for(dirfd, path, text, len, (uid_t)-1, (gid_t)-1,
			      err);
}

/*
 * Step from *at into the folder @name, made if it is not there. A folder that
 * we made is opened without following, then given away by descriptor: its
 * name may mean something else by then. One that was there may be a link.
 */
static int step_into(int *at, const char *name, uid_t uid, gid_t gid)
{
	bool made = mkdirat(*at, name, 0755) == 0;
	int fd;

	if (!made && errno != EEXIST)
		return -errno;
	fd = openat(*at, name,
		    O_PATH | O_DIRECTORY | O_CLOEXEC | (made ? O_NOFOLLOW : 0));
	if (fd < 0)
		return -errno;
	fd_close(at);
	*at = fd;
	/* as root for a sudo user; else it is ours already */
	if (made && uid != (uid_t)-1 &&
	    fchownat(fd, "", uid, gid, AT_EMPTY_PATH) < 0)
		return -errno;
	return 0;
}

int file_mkdirs(const char *path, uid_t uid, gid_t gid, struct err *err)
{
	SCOPED_FREE char *copy = mem_strdup(path);
	SCOPED_FD int at = open(*path == '/' ? "/" : ".",
				O_PATH | O_DIRECTORY | O_CLOEXEC);
	char *name = copy;

	if (!*path)
		return err_sys(err, -ENOENT, "empty path");
	if (at < 0)
		return err_sys(err, -errno, "%s", path);
	for (;;) {
		char *end;
		char was;
		int rc;

		name += strspn(name, "/");
		if (!*name)
			return 0;
		end = name + strcspn(name, "/");
		was = *end;
		*end = '\0';
		rc = step_into(&at, name, uid, gid);
		if (rc < 0)
			return err_sys(err, rc, "%s", copy);
		*end = was;
		name = end;
	}
}
