/*
 * refusal.c - why the kernel refused a namespace, and what to do about it
 */
#include "ns/refusal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/scope.h"
#include "base/str.h"

/** struct ns_limit - a kind of namespace and the sysctl that limits it */
struct ns_limit {
	unsigned long flag;
	const char *kind;
	const char *sysctl;
};

static const struct ns_limit limits[] = {
	{CLONE_NEWUSER, "user", "user.max_user_namespaces"},
	{CLONE_NEWNET, "network", "user.max_net_namespaces"},
	{CLONE_NEWPID, "PID", "user.max_pid_namespaces"},
	{CLONE_NEWNS, "mount", "user.max_mnt_namespaces"},
	{CLONE_NEWIPC, "IPC", "user.max_ipc_namespaces"},
};

#define N_LIMITS (sizeof(limits) / sizeof(limits[0]))

/* the number in /proc/sys, or @otherwise where there is no such sysctl */
static long sysctl_number(const char *path, long otherwise)
{
	SCOPED_FREE char *text = NULL;

	if (file_read(AT_FDCWD, path, 64, &text, NULL, NULL) < 0)
		return otherwise;
	return strtol(text, NULL, 10);
}

static bool apparmor_restricts(void)
{
	return sysctl_number("/proc/sys/kernel/"
			     "apparmor_restrict_unprivileged_userns",
			     0) == 1;
}

/* user_namespaces(7): none may be made by a process in a chroot */
static bool is_chrooted(void)
{
	struct stat own;
	struct stat init;

	return stat("/", &own) == 0 && stat("/proc/1/root/", &init) == 0 &&
	       (own.st_ino != init.st_ino || own.st_dev != init.st_dev);
}

static void remedy_eperm(struct err *err, unsigned long flags)
{
	if (!(flags & CLONE_NEWUSER))
		err_remedy(err, "run it under sudo, or inside a lab's user "
				"namespace");
	else if (sysctl_number("/proc/sys/kernel/unprivileged_userns_clone",
			       1) == 0)
		err_remedy(err, "sysctl kernel.unprivileged_userns_clone=1, "
				"or run it under sudo");
	else if (apparmor_restricts())
		err_remedy(err, "sysctl kernel.apparmor_restrict_unprivileged_"
				"userns=0, or run it under sudo");
	else if (is_chrooted())
		err_remedy(err, "leave the chroot: no user namespace can be "
				"made in one (user_namespaces(7))");
	else
		err_remedy(err, "a container's seccomp filter or a kernel "
				"without CONFIG_USER_NS refuses; run it under "
				"sudo, outside the container, or give the "
				"container --cap-add SYS_ADMIN");
}

static void remedy_enospc(struct err *err, unsigned long flags)
{
	SCOPED_STR struct str names = {0};

	for (size_t i = 0; i < N_LIMITS; i++) {
		if (!(flags & limits[i].flag))
			continue;
		str_addf(&names, "%s%s", names.len ? ", " : "",
			 limits[i].sysctl);
	}
	err_remedy(err, "raise %s (sysctl -w), or run fewer labs at once",
		   str_text(&names));
}

int refusal_explain(struct err *err, int code, unsigned long flags)
{
	SCOPED_STR struct str kinds = {0};

	for (size_t i = 0; i < N_LIMITS; i++) {
		if (flags & limits[i].flag)
			str_addf(&kinds, "%s%s", kinds.len ? ", " : "",
				 limits[i].kind);
	}
	(void)err_sys(err, code, "make namespaces (%s)", str_text(&kinds));
	switch (-code) {
	case EPERM:
	case EACCES:
		remedy_eperm(err, flags);
		break;
	case ENOSPC:
	case EUSERS: /* ENOSPC's name before Linux 4.9 */
		remedy_enospc(err, flags);
		break;
	case EINVAL:
		err_remedy(err, "the kernel lacks CONFIG_%s_NS",
			   flags & CLONE_NEWUSER ? "USER" : "NET");
		break;
	case EAGAIN:
		err_remedy(err, "raise the limit of processes: ulimit -u");
		break;
	default:
		break;
	}
	return code;
}

int refusal_explain_mount(struct err *err, int code, const char *what)
{
	(void)err_sys(err, code, "%s", what);
	if (code != -EPERM && code != -EACCES)
		return code;
	if (apparmor_restricts())
		err_remedy(err, "sysctl kernel.apparmor_restrict_unprivileged_"
				"userns=0, or run it under sudo");
	else
		err_remedy(err, "a security module or a container refuses "
				"mounts; run it under sudo, outside the "
				"container");
	return code;
}
