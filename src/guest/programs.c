/*
 * programs.c - the programs that scenarios run, and all that those need
 */
#include "guest/programs.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "guest/dpkg.h"
#include "guest/initramfs.h"
#include "guest/kernel_tool.h"
#include "spec/scenario.h"

/** LOADER - of dynamic programs; the psABI's name */
#define LOADER "/lib64/ld-linux-x86-64.so.2"

/** SCRIPT_MAX - bytes of a "#!" line: BINPRM_BUF_SIZE, linux/binfmts.h */
#define SCRIPT_MAX 256

/** WORD_ENDS - what is between the words of a shell */
#define WORD_ENDS " \t\n;|&()<>'\"`$={}"

/** struct packing - for visits */
struct packing {
	struct initramfs *ramfs;
	struct err *err;
};

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	       access(path, X_OK) == 0;
}

char *programs_find(const char *name, const char *path)
{
	if (strchr(name, '/'))
		return is_program(name) ? mem_strdup(name) : NULL;
	while (*path) {
		size_t len = strcspn(path, ":");
		SCOPED_FREE char *file =
			mem_printf("%.*s/%s", (int)len, path, name);

		if (*name && len && is_program(file))
			return PTR_STEAL(file);
		path += len;
		path += *path == ':';
	}
	return NULL;
}

/* "\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f...)", or the path
 * alone; and no path at all for the vdso */
static int pack_libraries(struct initramfs *ramfs, const char *file,
			  struct err *err)
{
	const char *const argv[] = {LOADER, "--list", file, NULL};
	SCOPED_STR struct str text = {0};
	char *save = NULL;
	int rc = 0;

	/* a static program: there is nothing to list */
	if (kernel_tool_read(argv, &text) < 0)
		return 0;
	for (char *line = strtok_r(text.s, "\n", &save); rc == 0 && line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *path = strchr(line, '/');

		if (!path || !strstr(path, " (0x"))
			continue;
		*strstr(path, " (0x") = '\0';
		/* "/lib64/ld-linux-x86-64.so.2 => /lib64/ld-linux..." */
		if (strstr(path, " => "))
			path = strstr(path, " => ") + 4;
		rc = initramfs_copy(ramfs, path, err);
	}
	return rc == 0 ? initramfs_copy(ramfs, LOADER, err) : rc;
}

/* Python's modules are compiled when they are installed, so no list has the
 * outcome; and compiling takes an emulated CPU seconds */
static int pack_compiled(struct initramfs *ramfs, const char *path,
			 struct err *err)
{
	const char *slash = strrchr(path, '/');
	size_t len = strlen(path);
	SCOPED_FREE char *pattern = NULL;
	glob_t found = {0};
	int rc = 0;

	if (len < 3 || strcmp(path + len - 3, ".py") != 0)
		return 0;
	pattern = mem_printf("%.*s/__pycache__/%.*s.cpython-*.pyc",
			     (int)(slash - path), path,
			     (int)(path + len - 3 - slash - 1), slash + 1);
	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0)
		for (size_t i = 0; rc == 0 && i < found.gl_pathc; i++)
			rc = initramfs_copy(ramfs, found.gl_pathv[i], err);
	globfree(&found);
	return rc;
}

static int pack_listed(void *arg, const char *path)
{
	const struct packing *packing = arg;
	int rc;

	/* removed since, or not to be read by us: the machine's own programs
	 * do without it, too */
	if (access(path, R_OK) < 0)
		return 0;
	rc = initramfs_copy(packing->ramfs, path, packing->err);
	return rc < 0 ? rc : pack_compiled(packing->ramfs, path, packing->err);
}

/* "#!/usr/bin/env python3", "#!/bin/sh -e" */
static int pack_interpreter(struct initramfs *ramfs, char *line,
			    struct err *err)
{
	char *save = NULL;
	const char *file = strtok_r(line, " \t\n", &save);
	const char *base = file ? strrchr(file, '/') : NULL;
	SCOPED_FREE char *found = NULL;
	int rc;

	if (!base)
		return 0;
	rc = is_program(file) ? programs_pack_one(ramfs, file, err) : 0;
	if (rc < 0 || strcmp(base, "/env") != 0)
		return rc;
	file = strtok_r(NULL, " \t\n", &save);
	found = file ? programs_find(file, PROGRAMS_PATH) : NULL;
	return found ? programs_pack_one(ramfs, found, err) : 0;
}

static int pack_package(struct initramfs *ramfs, const char *file,
			struct err *err)
{
	struct packing packing = {ramfs, err};
	bool essential = false;
	SCOPED_FREE char *package = dpkg_owner(file, &essential);

	if (!package || essential)
		return 0;
	return dpkg_files(package, pack_listed, &packing);
}

int programs_pack_one(struct initramfs *ramfs, const char *file,
		      struct err *err)
{
	SCOPED_FREE char *real = realpath(file, NULL);
	SCOPED_FD int fd = open(file, O_RDONLY | O_CLOEXEC);
	char head[SCRIPT_MAX + 1] = {0};
	int rc;

	if (!real || fd < 0 || read(fd, head, SCRIPT_MAX) < 0)
		return err_sys(err, -errno, "%s", file);
	rc = initramfs_copy(ramfs, file, err);
	if (rc == 0 && strncmp(head, "#!", 2) == 0) {
		head[strcspn(head, "\n")] = '\0';
		rc = pack_interpreter(ramfs, head + 2, err);
	} else if (rc == 0 && memcmp(head, ELFMAG, SELFMAG) == 0) {
		rc = pack_libraries(ramfs, real, err);
	}
	return rc == 0 ? pack_package(ramfs, real, err) : rc;
}

/* a word that is a program's or a file's name */
static int pack_word(struct initramfs *ramfs, const char *word, struct err *err)
{
	SCOPED_FREE char *found = NULL;
	struct stat st;

	if (strchr(word, '/') && word[0] != '/')
		return 0; /* the guest's working directory is not ours */
	found = programs_find(word, PROGRAMS_PATH);
	if (found)
		return programs_pack_one(ramfs, found, err);
	if (word[0] == '/' && stat(word, &st) == 0 && S_ISREG(st.st_mode) &&
	    access(word, R_OK) == 0)
		return initramfs_copy(ramfs, word, err);
	return 0;
}

static bool is_shell(const char *program)
{
	static const char *const shells[] = {"sh",   "bash", "dash",   "env",
					     "nice", "exec", "timeout"};
	const char *base = strrchr(program, '/');

	base = base ? base + 1 : program;
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (strcmp(shells[i], base) == 0)
			return true;
	return false;
}

static int pack_argv(struct initramfs *ramfs, char *const *argv,
		     struct err *err)
{
	bool shell = argv && argv[0] && is_shell(argv[0]);
	int rc = argv && argv[0] ? pack_word(ramfs, argv[0], err) : 0;

	for (size_t i = 1; rc == 0 && argv && argv[0] && argv[i]; i++) {
		SCOPED_FREE char *words = mem_strdup(argv[i]);
		char *save = NULL;

		if (argv[i][0] == '/')
			rc = pack_word(ramfs, argv[i], err);
		for (char *word = shell ? strtok_r(words, WORD_ENDS, &save)
					: NULL;
		     rc == 0 && word; word = strtok_r(NULL, WORD_ENDS, &save))
			rc = pack_word(ramfs, word, err);
	}
	return rc;
}

static int pack_step(struct initramfs *ramfs, const struct step *step,
		     struct err *err)
{
	int rc = pack_argv(ramfs, step->act.argv, err);

	for (size_t i = 0; rc == 0 && i < step->n_together; i++)
		rc = pack_argv(ramfs, step->together[i].act.argv, err);
	return rc;
}

int programs_pack(struct initramfs *ramfs,
		  const struct scenario *const *scenarios, size_t n,
		  struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++)
		for (size_t j = 0; rc == 0 && j < scenarios[i]->n_steps; j++)
			rc = pack_step(ramfs, &scenarios[i]->steps[j], err);
	return rc;
}
