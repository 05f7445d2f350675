/*
 * file.c - whole files, read bounded and written atomically
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
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

int file_write(int dirfd, const char *path, const void *text, size_t len,
	       struct err *err)
{
	SCOPED_FREE char *part = mem_printf("%s.part", path);
	/* O_NOFOLLOW: root may be writing into a folder of somebody else's */
	SCOPED_FD int fd = openat(
		dirfd, part,
		O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	int rc;

	if (fd < 0)
		return err_sys(err, -errno, "%s", part);
	rc = file_write_all(fd, text, len);
	if (rc == 0 && renameat(dirfd, part, dirfd, path) < 0)
		rc = -errno;
	if (rc < 0) {
		(void)unlinkat(dirfd, part, 0); /* best effort: rc is told */
		return err_sys(err, rc, "%s", path);
	}
	return 0;
}

static int make_dir(const char *path, uid_t uid, gid_t gid)
{
	struct stat st;

	if (mkdir(path, 0755) == 0) {
		/* as root for a sudo user; else it is ours already */
		if (uid != (uid_t)-1 && chown(path, uid, gid) < 0)
			return -errno;
		return 0;
	}
	if (errno != EEXIST)
		return -errno;
	if (stat(path, &st) < 0)
		return -errno; /* a dangling link */
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int file_mkdirs(const char *path, uid_t uid, gid_t gid, struct err *err)
{
	SCOPED_FREE char *copy = mem_strdup(path);
	char *slash = copy;
	int rc;

	if (!*path)
		return err_sys(err, -ENOENT, "empty path");
	do {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		rc = make_dir(copy, uid, gid);
		if (rc < 0)
			return err_sys(err, rc, "%s", copy);
		if (slash)
			*slash = '/';
	} while (slash && slash[1]);
	return 0;
}
