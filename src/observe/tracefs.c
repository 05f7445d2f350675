/*
 * tracefs.c - an instance of the kernel's tracer, of a lab's own
 *
 * DOC: Theory of operation
 *
 * An instance is a directory: made by mkdir(2), it has buffers, a clock and
 * switches for events of its own, which nobody else sees (ftrace.rst,
 * "Instances"). It outlives whoever made it, so its name tells who that was.
 */
#include "observe/tracefs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"

#define INSTANCES TRACEFS_ROOT "/instances"

/** PREFIX - of names: tcplab-<PID namespace>-<PID>-<start>-<n> */
#define PREFIX "tcplab-"

/** FILE_MAX - the longest format, kfree_skb's, has 10 kB */
#define FILE_MAX 262144

/** STAT_MAX - /proc/PID/stat is a line */
#define STAT_MAX 4096

/** STAT_START - proc(5): starttime is field 22, and ')' ends the second */
#define STAT_START 20

/* in clock ticks since boot; 0 if there is no such process */
static unsigned long long start_of(long pid)
{
	SCOPED_FREE char *path = mem_printf("/proc/%ld/stat", pid);
	SCOPED_FREE char *text = NULL;
	char *rest = NULL;
	char *word;

	if (file_read(AT_FDCWD, path, STAT_MAX, &text, NULL, NULL) < 0 ||
	    !strrchr(text, ')'))
		return 0;
	word = strtok_r(strrchr(text, ')') + 1, " ", &rest);
	for (int i = 1; word && i < STAT_START; i++)
		word = strtok_r(NULL, " ", &rest);
	return word ? strtoull(word, NULL, 10) : 0;
}

static unsigned long pid_namespace(void)
{
	struct stat st = {0};

	(void)stat("/proc/self/ns/pid", &st); /* 0 is nobody's */
	return st.st_ino;
}

char *tracefs_name(unsigned int n)
{
	long pid = getpid();

	return mem_printf(PREFIX "%lu-%ld-%llu-%u", pid_namespace(), pid,
			  start_of(pid), n);
}

static bool is_dead(const char *name, unsigned long ours)
{
	unsigned long long start;
	unsigned long ns;
	long pid;

	/* NOLINTNEXTLINE(cert-err34-c): we wrote it, or it is not ours */
	return sscanf(name, PREFIX "%lu-%ld-%llu-", &ns, &pid, &start) == 3 &&
	       ns == ours && start_of(pid) != start;
}

void tracefs_sweep(void)
{
	unsigned long ours = pid_namespace();
	SCOPED_DIR DIR *dir = opendir(INSTANCES);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (is_dead(entry->d_name, ours))
			tracefs_remove(entry->d_name);
}

int tracefs_mount(struct err *err)
{
	int rc;

	if (access(INSTANCES, F_OK) == 0 || errno != ENOENT)
		return 0;
	if (mount("none", TRACEFS_ROOT, "tracefs", MS_NOSUID | MS_NOEXEC,
		  NULL) == 0)
		return 0;
	rc = -errno;
	(void)err_sys(err, rc, "mount tracefs on %s", TRACEFS_ROOT);
	if (rc == -EPERM)
		err_remedy(err, "run tcplab as root");
	return rc;
}

int tracefs_make(const char *name, struct err *err)
{
	SCOPED_FREE char *path = mem_printf(INSTANCES "/%s", name);
	int rc = tracefs_mount(err);

	if (rc < 0 || mkdir(path, 0700) == 0)
		return rc;
	rc = -errno;
	(void)err_sys(err, rc, "%s", INSTANCES);
	if (rc == -EACCES || rc == -EPERM)
		err_remedy(err, "run tcplab as root");
	return rc;
}

void tracefs_remove(const char *name)
{
	SCOPED_FREE char *path = mem_printf(INSTANCES "/%s", name);

	(void)rmdir(path); /* or it is gone, or never was */
}

bool tracefs_has(const char *name)
{
	SCOPED_FREE char *path = mem_printf(INSTANCES "/%s", name);

	return tracefs_mount(NULL) == 0 && access(path, F_OK) == 0;
}

void tracefs_remove_all(const char *name)
{
	SCOPED_FREE char *owner = mem_strdup(name);
	SCOPED_DIR DIR *dir = opendir(INSTANCES);
	struct dirent *entry;

	*strrchr(owner, '-') = '\0'; /* as tracefs_name() has put it there */
	while (dir && (entry = readdir(dir)))
		if (strncmp(entry->d_name, owner, strlen(owner)) == 0 &&
		    entry->d_name[strlen(owner)] == '-')
			tracefs_remove(entry->d_name);
}

static char *path_of(const char *name, const char *file)
{
	return mem_printf(INSTANCES "/%s/%s", name, file);
}

int tracefs_write(const char *name, const char *file, const char *text)
{
	SCOPED_FREE char *path = path_of(name, file);
	SCOPED_FD int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return file_write_all(fd, text, strlen(text));
}

int tracefs_read(const char *name, const char *file, char **text, size_t *len)
{
	SCOPED_FREE char *path = path_of(name, file);

	return file_read(AT_FDCWD, path, FILE_MAX, text, len, NULL);
}

int tracefs_open(const char *name, const char *file)
{
	SCOPED_FREE char *path = path_of(name, file);
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}
