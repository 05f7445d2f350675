/*
 * kernel_stock.c - kernels as distributions ship them: an image, or a package
 */
#include "guest/kernel_stock.h"

#include <ar.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "guest/bzimage.h"
#include "guest/deb.h"
#include "guest/kernel.h"

/** MD5SUMS_MAX - bytes of a package's list of files; 130,000 are usual */
#define MD5SUMS_MAX (16UL << 20)

static int read_md5sums(void *arg, const struct deb_file *file, struct err *err)
{
	char **text = arg;

	if (strcmp(file->name, "md5sums") != 0)
		return 0;
	return deb_read(file, MD5SUMS_MAX, text, NULL, err);
}

/* "<md5>  boot/vmlinuz-<release>" */
static char *listed_release(const char *md5sums)
{
	static const char mark[] = "  boot/vmlinuz-";
	const char *at = strstr(md5sums, mark);

	if (!at)
		return NULL;
	at += strlen(mark);
	return mem_strndup(at, strcspn(at, "\n"));
}

static int find_package(const char *path, char **real, struct kernel *out,
			struct err *err)
{
	SCOPED_FREE char *md5sums = NULL;
	SCOPED_FREE char *release = NULL;
	int rc = deb_walk(path, DEB_CONTROL, read_md5sums, &md5sums, err);

	if (rc == 0 && md5sums)
		release = listed_release(md5sums);
	if (!release) {
		if (rc == 0)
			(void)err_set(err, -EINVAL,
				      "%s is a package without a kernel", path);
		err_remedy(err, "apt-get download linux-image-VERSION-cloud-"
				"amd64, as in apt-cache search linux-image");
		return -EINVAL;
	}
	*out = (struct kernel){
		.kind = KERNEL_KIND_STOCK,
		.is_package = true,
		.path = PTR_STEAL(*real),
		.release = PTR_STEAL(release),
	};
	return 0;
}

static int find_image(const char *path, const char *head, size_t n, char **real,
		      struct kernel *out, struct err *err)
{
	SCOPED_FREE char *release = bzimage_release(head, n);
	SCOPED_FREE char *modules = NULL;

	if (!release)
		return err_set(err, -EINVAL,
			       "%s is a bzImage that does not tell its release",
			       path);
	modules = mem_printf("/lib/modules/%s", release);
	*out = (struct kernel){
		.kind = KERNEL_KIND_STOCK,
		.path = PTR_STEAL(*real),
		.modules = realpath(modules, NULL), /* or none */
		.release = PTR_STEAL(release),
	};
	return 0;
}

static int unreadable(const char *path, struct err *err)
{
	(void)err_sys(err, -errno, "%s", path);
	if (err)
		err->code = -EINVAL;
	return -EINVAL;
}

int kernel_stock_find(const char *path, struct kernel *out, struct err *err)
{
	SCOPED_FREE char *real = realpath(path, NULL);
	SCOPED_FREE char *head = mem_new(char, BZIMAGE_HEAD_MAX);
	/* a FIFO must not make us wait */
	SCOPED_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t n;

	if (!real || fd < 0 || fstat(fd, &st) < 0)
		return unreadable(path, err);
	n = S_ISREG(st.st_mode) ? read(fd, head, BZIMAGE_HEAD_MAX) : 0;
	if (n < 0)
		return unreadable(path, err);
	if (n >= SARMAG && memcmp(head, ARMAG, SARMAG) == 0)
		return find_package(path, &real, out, err);
	if (bzimage_is(head, (size_t)n))
		return find_image(path, head, (size_t)n, &real, out, err);
	(void)err_set(err, -EINVAL, "%s is no kernel", path);
	err_remedy(err, "name a bzImage such as /boot/vmlinuz-..., a Debian "
			"package linux-image-..., or a User-Mode Linux");
	return -EINVAL;
}
