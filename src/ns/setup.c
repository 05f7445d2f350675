/*
 * setup.c - furnish a lab from inside: users, mounts, descriptors, signals
 */
#include "ns/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "ns/refusal.h"

/* file_write() renames a new file into place: not for files of /proc */
static int write_proc(const char *path, const char *text, struct err *err)
{
	SCOPED_FD int fd = open(path, O_WRONLY | O_CLOEXEC);
	int rc = fd < 0 ? -errno : file_write_all(fd, text, strlen(text));

	if (rc < 0)
		return err_sys(err, rc, "write %s", path);
	return 0;
}

int setup_user(uid_t uid, gid_t gid, struct err *err)
{
	SCOPED_FREE char *users = mem_printf("%u %u 1", uid, uid);
	SCOPED_FREE char *groups = mem_printf("%u %u 1", gid, gid);
	int rc = write_proc("/proc/self/setgroups", "deny", err);

	if (rc == 0)
		rc = write_proc("/proc/self/uid_map", users, err);
	if (rc == 0)
		rc = write_proc("/proc/self/gid_map", groups, err);
	if (rc == -EACCES)
		err_remedy(err, "this process may not be dumped "
				"(PR_SET_DUMPABLE): start it anew as the "
				"user, or run it under sudo");
	if (rc == -EPERM)
		err_remedy(err, "root of a container needs CAP_SETFCAP to be "
				"root of a user namespace: give it that, or "
				"run it as another user");
	return rc;
}

/*
 * Private, so that nothing mounted here appears outside. In a user namespace
 * that came by its mounts from a shared tree, slave is as far as we may go.
 */
static int seclude(struct err *err)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0)
		return 0;
	if (errno == EINVAL) {
		(void)err_sys(err, -EINVAL, "make mounts private");
		err_remedy(err, "/ is no mount point here: leave the chroot");
		return -EINVAL;
	}
	return refusal_explain_mount(err, -errno, "make mounts private");
}

int setup_mounts(bool *proc_is_ours, struct err *err)
{
	const unsigned long safe = MS_NOSUID | MS_NODEV | MS_NOEXEC;
	int rc = seclude(err);
	bool ours = true;

	if (rc < 0)
		return rc;
	if (mount("proc", "/proc", "proc", safe, NULL) < 0) {
		if (errno != EPERM)
			return refusal_explain_mount(err, -errno,
						     "mount /proc");
		ours = false;
	}
	if (mount("tcplab", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV,
		  "mode=1777") < 0)
		return refusal_explain_mount(err, -errno, "mount /dev/shm");
	*proc_is_ours = ours;
	return 0;
}

static int compare_ints(const void *a, const void *b)
{
	const int *x = a;
	const int *y = b;

	return (*x > *y) - (*x < *y);
}

void setup_close_others(const int *keep, size_t n)
{
	SCOPED_FREE int *sorted = mem_new(int, n + 1);
	unsigned int from = STDERR_FILENO + 1;

	if (n)
		memcpy(sorted, keep, n * sizeof(*keep));
	qsort(sorted, n, sizeof(*sorted), compare_ints);
	for (size_t i = 0; i < n; i++) {
		unsigned int fd = (unsigned int)sorted[i];

		if (sorted[i] < 0 || fd < from)
			continue;
		/* fails only for an empty range, which is no harm */
		if (fd > from)
			(void)close_range(from, fd - 1, 0);
		from = fd + 1;
	}
	(void)close_range(from, UINT_MAX, 0); /* cannot fail */
}

void setup_signals_default(void)
{
	static const int faults[] = {SIGSEGV, SIGBUS,  SIGFPE,
				     SIGILL,  SIGABRT, SIGTRAP};
	sigset_t keep;

	(void)sigemptyset(&keep);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		(void)sigaddset(&keep, faults[i]);
	for (int sig = 1; sig < NSIG; sig++) {
		struct sigaction old;

		if (sigismember(&keep, sig) == 1)
			continue;
		/* fails for SIGKILL, SIGSTOP and the C library's own */
		if (sigaction(sig, NULL, &old) < 0 ||
		    old.sa_handler == SIG_IGN || old.sa_handler == SIG_DFL)
			continue;
		(void)signal(sig, SIG_DFL);
	}
}
