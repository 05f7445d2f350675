/*
 * dpkg.c - which files a program of the distribution comes with
 *
 * DOC: Theory of operation
 *
 * /var/lib/dpkg/status has a paragraph a package (deb-control(5)), and
 * info/NAME.list or info/NAME:ARCH.list a path a line (dpkg(1), FILES). Paths
 * of before the merge of /bin into /usr/bin are still in there, so a leading
 * "/usr" counts for nothing when paths are compared.
 */
#include "guest/dpkg.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/vec.h"

#define STATUS "/var/lib/dpkg/status"
#define INFO   "/var/lib/dpkg/info"

/** TEXT_MAX - bytes of the status, or of a list */
#define TEXT_MAX (256UL << 20)

/** struct walk - packages, those visited first */
struct walk {
	char *status;
	VEC(char *) packages;
};

/* its value begins behind the name, if the paragraph has such a field */
static const char *field(const char *paragraph, const char *name)
{
	const char *end = strstr(paragraph, "\n\n");
	size_t len = strlen(name);

	for (const char *line = paragraph; line && (!end || line < end);
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (strncmp(line, name, len) == 0 && line[len] == ':')
			return line + len + 1 + strspn(line + len + 1, " ");
	return NULL;
}

static const char *paragraph_of(const char *status, const char *package)
{
	SCOPED_FREE char *mark = mem_printf("\nPackage: %s\n", package);
	const char *at = strstr(status, mark);

	if (at)
		return at + 1;
	/* the very first has no line before it */
	return strstr(status, mark + 1) == status ? status : NULL;
}

static bool is_essential(const char *status, const char *package)
{
	const char *paragraph = paragraph_of(status, package);
	const char *value = paragraph ? field(paragraph, "Essential") : NULL;

	return value && strncmp(value, "yes", 3) == 0;
}

/* *@text stays NULL for a package that has no files, or is not installed */
static void read_list(const char *name, char **text)
{
	SCOPED_FD int fd = open(INFO, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)file_read(fd, name, TEXT_MAX, text, NULL, NULL); /* see above */
}

static const char *without_usr(const char *path)
{
	return strncmp(path, "/usr/", 5) == 0 ? path + 4 : path;
}

static bool lists(const char *list, const char *path)
{
	size_t len = strlen(path);

	for (const char *at = strstr(list, path); at; at = strstr(at + 1, path))
		if (at[len] == '\n' &&
		    (at == list || at[-1] == '\n' ||
		     (at - 4 >= list && strncmp(at - 4, "/usr", 4) == 0)))
			return true;
	return false;
}

/* "libc6:amd64.list", "python3.11.list": dots are of the name */
static char *package_of(const char *list)
{
	const char *colon = strchr(list, ':');
	const char *dot = strrchr(list, '.');

	return mem_strndup(list, (size_t)((colon ? colon : dot) - list));
}

char *dpkg_owner(const char *path, bool *essential)
{
	SCOPED_DIR DIR *dir = opendir(INFO);
	SCOPED_FREE char *status = NULL;
	const struct dirent *entry;
	char *found = NULL;

	while (!found && dir && (entry = readdir(dir))) {
		const char *dot = strrchr(entry->d_name, '.');
		SCOPED_FREE char *list = NULL;

		if (!dot || strcmp(dot, ".list") != 0)
			continue;
		read_list(entry->d_name, &list);
		if (list && lists(list, without_usr(path)))
			found = package_of(entry->d_name);
	}
	if (found && essential) {
		(void)file_read(AT_FDCWD, STATUS, TEXT_MAX, &status, NULL,
				NULL);
		*essential = status && is_essential(status, found);
	}
	return found;
}

static void meet(struct walk *walk, const char *name, size_t len)
{
	SCOPED_FREE char *package = mem_strndup(name, len);

	vec_foreach(&walk->packages, p)
		if (strcmp(*p, package) == 0)
			return;
	/* a virtual package has no paragraph */
	if (len == 0 || !paragraph_of(walk->status, package) ||
	    is_essential(walk->status, package) ||
	    strcmp(package, "libc6") == 0)
		return;
	vec_push(&walk->packages, PTR_STEAL(package));
}

/* "python3.11-minimal" has the program, "python3.11" the library that one
 * expects to come with it, and it is the latter that depends on the former */
static void meet_whole(struct walk *walk, const char *package)
{
	static const char minimal[] = "-minimal";
	size_t len = strlen(package);

	if (len > strlen(minimal) &&
	    strcmp(package + len - strlen(minimal), minimal) == 0)
		meet(walk, package, len - strlen(minimal));
}

/* "a (>= 1), b:any | c, d": all alternatives that are installed */
static void meet_needs(struct walk *walk, const char *paragraph,
		       const char *name)
{
	const char *s = field(paragraph, name);

	while (s && *s && *s != '\n') {
		size_t len;

		s += strspn(s, " ,|");
		len = strcspn(s, " ,|:(\n");
		meet(walk, s, len);
		s += len;
		s += strcspn(s, ",|\n");
	}
}

static bool is_of_use(const char *path)
{
	static const char *const left_out[] = {
		"/usr/share/doc/",  "/usr/share/man/",	   "/usr/share/locale/",
		"/usr/share/info/", "/usr/share/lintian/", "/usr/share/bug/",
	};

	for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
		if (strncmp(path, left_out[i], strlen(left_out[i])) == 0)
			return false;
	return path[0] == '/' && path[1] != '.';
}

static int visit_files(const char *package,
		       int (*visit)(void *arg, const char *path), void *arg)
{
	SCOPED_FREE char *plain = mem_printf("%s.list", package);
	SCOPED_FREE char *native = mem_printf("%s:amd64.list", package);
	SCOPED_FREE char *list = NULL;
	char *save = NULL;
	int rc = 0;

	read_list(plain, &list);
	if (!list)
		read_list(native, &list);
	if (!list)
		return 0;
	for (char *path = strtok_r(list, "\n", &save); rc == 0 && path;
	     path = strtok_r(NULL, "\n", &save))
		if (is_of_use(path))
			rc = visit(arg, path);
	return rc;
}

int dpkg_files(const char *package, int (*visit)(void *arg, const char *path),
	       void *arg)
{
	struct walk walk = {0};
	int rc =
		file_read(AT_FDCWD, STATUS, TEXT_MAX, &walk.status, NULL, NULL);

	if (rc == 0)
		meet(&walk, package, strlen(package));
	/* grows while it is walked */
	for (size_t i = 0; rc == 0 && i < walk.packages.n; i++) {
		const char *paragraph =
			paragraph_of(walk.status, walk.packages.v[i]);

		meet_whole(&walk, walk.packages.v[i]);
		meet_needs(&walk, paragraph, "Depends");
		meet_needs(&walk, paragraph, "Pre-Depends");
		rc = visit_files(walk.packages.v[i], visit, arg);
	}
	vec_foreach(&walk.packages, p)
		free(*p);
	vec_done(&walk.packages);
	free(walk.status);
	return rc;
}
