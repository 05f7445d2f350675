/*
 * kernel.c - which kernel a guest boots: what "uml:6.12" means here
 */
#include "guest/kernel.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "guest/kernel_cache.h"
#include "guest/kernel_config.h"
#include "guest/kernel_source.h"
#include "guest/kernel_stock.h"

/** RELEASE_MAX - __NEW_UTS_LEN of the kernel: linux/utsname.h */
#define RELEASE_MAX 64

void kernel_done(struct kernel *kernel)
{
	free(kernel->path);
	free(kernel->modules);
	free(kernel->key);
	free(kernel->release);
	free(kernel->source);
	free(kernel->fragment);
	free(kernel->config);
	free(kernel->compiler);
	*kernel = (struct kernel){0};
}

/* "6.12", "6.12.43", "6.12-rc3"; a lone "6" is a folder */
static bool is_version(const char *s)
{
	size_t dots = 0;

	for (;; s++) {
		size_t digits = strspn(s, "0123456789");

		if (!digits)
			return false;
		s += digits;
		if (*s != '.')
			break;
		dots++;
	}
	if (strncmp(s, "-rc", 3) == 0 && s[3])
		s += 3 + strspn(s + 3, "0123456789");
	return dots && !*s;
}

int kernel_spec_parse(const char *text, struct kernel_spec *spec,
		      struct err *err)
{
	const char *what = text;

	if (strcmp(text, "uml") == 0) {
		*spec = (struct kernel_spec){KERNEL_SPEC_ANY, ""};
		return 0;
	}
	if (!*text || strcmp(text, "uml:") == 0)
		return err_set(err, -EINVAL,
			       "'%s' names no kernel: uml, uml:VERSION, "
			       "uml:FILE, uml:DIR or FILE",
			       text);
	if (strncmp(text, "uml:", 4) != 0) {
		*spec = (struct kernel_spec){KERNEL_SPEC_FILE, what};
		return 0;
	}
	what += 4;
	if (is_version(what))
		*spec = (struct kernel_spec){KERNEL_SPEC_VERSION, what};
	else if (strncmp(what, "uml-", 4) == 0 && !strchr(what, '/'))
		*spec = (struct kernel_spec){KERNEL_SPEC_KEY, what};
	else
		*spec = (struct kernel_spec){KERNEL_SPEC_PATH, what};
	return 0;
}

/* all strings anew, for the list they came from goes */
static struct kernel copy(const struct kernel *from)
{
	struct kernel to = *from;

	to.path = mem_strdup(from->path);
	to.modules = mem_strdup(from->modules);
	to.key = mem_strdup(from->key);
	to.release = mem_strdup(from->release);
	to.source = mem_strdup(from->source);
	to.fragment = mem_strdup(from->fragment);
	to.config = mem_strdup(from->config);
	to.compiler = mem_strdup(from->compiler);
	return to;
}

static int find_version(const char *dir, const char *version,
			struct kernel *out, struct err *err)
{
	struct kernel_list list = {0};
	const struct kernel *best;
	int rc;

	rc = kernel_cache_list(dir, &list, err);
	if (rc < 0)
		return rc;
	best = kernel_cache_pick(&list, version);
	if (best)
		*out = copy(best);
	kernel_list_done(&list);
	if (best)
		return 0;
	if (!*version) {
		rc = err_set(err, -ENOENT,
			     "no User-Mode Linux kernel is built yet: none "
			     "in %s",
			     dir);
		err_remedy(err, "tcplab kernel build (takes a few minutes)");
		return rc;
	}
	rc = err_set(err, -ENOENT,
		     "no User-Mode Linux kernel %s is built yet: none in %s",
		     version, dir);
	err_remedy(err,
		   "tcplab kernel build --version %s, or --source "
		   "TARBALL or DIR (takes a few minutes)",
		   version);
	return rc;
}

/* the kernel that was built from a tree as the tree is now */
static int find_tree(const char *cache, const char *tree, struct kernel *out,
		     struct err *err)
{
	struct kernel_source source = {0};
	struct kernel_config config = {0};
	struct kernel_list list = {0};
	SCOPED_FREE char *id = NULL;
	const struct kernel *built;
	int rc;

	rc = kernel_source_open(tree, NULL, &source, err);
	if (rc == 0)
		rc = kernel_config_parse(kernel_config_ours, "uml.config",
					 &config, err);
	if (rc == 0)
		rc = kernel_cache_list(cache, &list, err);
	if (rc == 0) {
		id = kernel_source_id(&source, &config);
		built = kernel_cache_by_id(&list, id);
		if (built)
			*out = copy(built);
		else
			rc = err_set(err, -ESTALE,
				     "the tree %s is not built as it is now",
				     tree);
	}
	if (rc == -ESTALE)
		err_remedy(err, "tcplab kernel build --source %s", tree);
	kernel_list_done(&list);
	kernel_config_done(&config);
	kernel_source_done(&source);
	return rc;
}

/* arch/um/kernel/um_arch.c, usage_string: no other program has it */
static const char uml_mark[] = "User Mode Linux v";

/* init/version-timestamp.c, linux_banner, which begins with the release */
static const char banner[] = "Linux version ";

/* the release of the User-Mode Linux in @fd, caller frees; NULL if there is
 * none: a vmlinux or a bzImage is a kernel, too, and nothing to execute */
static char *uml_release(int fd)
{
	struct stat st;
	char *release = NULL;
	const char *end;
	const char *at;
	char *map;

	if (fstat(fd, &st) < 0 || st.st_size <= 0)
		return NULL;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return NULL;
	end = map + st.st_size;
	at = memmem(map, (size_t)st.st_size, banner, strlen(banner));
	if (at && memmem(map, (size_t)st.st_size, uml_mark, strlen(uml_mark))) {
		at += strlen(banner);
		release = mem_strndup(at, (size_t)(end - at) > RELEASE_MAX
						  ? RELEASE_MAX
						  : (size_t)(end - at));
		release[strcspn(release, " ")] = '\0';
	}
	(void)munmap(map, (size_t)st.st_size); /* was mapped */
	return release;
}

/* what the user typed is wrong: nothing has to be built or installed */
static int no_such(struct err *err, const char *path)
{
	(void)err_sys(err, -errno, "%s", path);
	if (err)
		err->code = -EINVAL;
	return -EINVAL;
}

static int find_program(const char *path, struct kernel *out, struct err *err)
{
	SCOPED_FREE char *real = realpath(path, NULL);
	SCOPED_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	SCOPED_FREE char *release = NULL;
	int rc;

	if (fd < 0 || !real || access(real, X_OK) < 0)
		return no_such(err, path);
	release = uml_release(fd);
	if (!release) {
		rc = err_set(err, -EINVAL, "%s is no User-Mode Linux kernel",
			     path);
		err_remedy(err, "name the program 'linux' that a build with "
				"ARCH=um makes");
		return rc;
	}
	*out = (struct kernel){
		.kind = KERNEL_KIND_UML,
		.path = PTR_STEAL(real),
		.release = PTR_STEAL(release),
	};
	return 0;
}

static int find_path(const char *cache, const char *path, struct kernel *out,
		     struct err *err)
{
	SCOPED_FREE char *inside = mem_printf("%s/linux", path);
	struct stat st;
	int rc;

	if (stat(path, &st) < 0)
		return no_such(err, path);
	if (!S_ISDIR(st.st_mode))
		return find_program(path, out, err);
	/* as the user built it, in the tree or aside */
	if (access(inside, X_OK) == 0)
		return find_program(inside, out, err);
	if (kernel_source_is_tree(path))
		return find_tree(cache, path, out, err);
	rc = err_set(err, -EINVAL,
		     "%s has neither a kernel, 'linux', nor the source of one",
		     path);
	err_remedy(err, "name a folder of tcplab kernel list, or a build's");
	return rc;
}

static int find_file(const char *path, struct kernel *out, struct err *err)
{
	char magic[SELFMAG] = {0};
	SCOPED_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	/* what is too short to be anything, stock will say */
	if (fd >= 0 && pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
	    memcmp(magic, ELFMAG, SELFMAG) == 0)
		return find_program(path, out, err);
	return kernel_stock_find(path, out, err);
}

int kernel_find(const char *text, struct kernel *out, struct err *err)
{
	struct kernel_spec spec;
	SCOPED_FREE char *dir = NULL;
	int rc;

	rc = kernel_spec_parse(text, &spec, err);
	if (rc < 0)
		return rc;
	rc = kernel_cache_dir(&dir, err);
	if (rc < 0)
		return rc;
	switch (spec.kind) {
	case KERNEL_SPEC_ANY:
	case KERNEL_SPEC_VERSION:
		return find_version(dir, spec.what, out, err);
	case KERNEL_SPEC_KEY:
		rc = kernel_cache_load(dir, spec.what, out, err);
		err_remedy(rc < 0 ? err : NULL, "see tcplab kernel list");
		return rc;
	case KERNEL_SPEC_PATH:
		return find_path(dir, spec.what, out, err);
	case KERNEL_SPEC_FILE:
		return find_file(spec.what, out, err);
	case KERNEL_SPECS:
		break;
	}
	return err_set(err, -EINVAL, "'%s' names no kernel", text);
}
