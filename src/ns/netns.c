/*
 * netns.c - network namespaces held by descriptors, and things born inside
 */
#include "ns/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/log.h"
#include "base/scope.h"
#include "ns/refusal.h"

/* /proc/self would be the main thread's namespace, whoever asks */
static const char own_ns[] = "/proc/thread-self/ns/net";

int netns_self(struct err *err)
{
	int fd = open(own_ns, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, -errno, "%s", own_ns);
	return fd;
}

int netns_enter(int nsfd, struct err *err)
{
	if (setns(nsfd, CLONE_NEWNET) < 0)
		return err_sys(err, -errno, "enter a network namespace");
	return 0;
}

int netns_visit_begin(struct netns_visit *visit, int nsfd, struct err *err)
{
	SCOPED_FD int home = netns_self(err);
	int rc;

	if (home < 0)
		return home;
	rc = netns_enter(nsfd, err);
	if (rc < 0)
		return rc;
	visit->home = fd_steal(&home);
	return 0;
}

void netns_visit_end(struct netns_visit *visit)
{
	int saved = errno;

	if (setns(visit->home, CLONE_NEWNET) < 0) {
		log_err("return to the own network namespace: %s",
			strerrordesc_np(errno) ?: "unknown error");
		abort();
	}
	fd_close(&visit->home);
	errno = saved;
}

int netns_new(struct err *err)
{
	struct netns_visit visit = {.home = netns_self(err)};
	int fd;

	if (visit.home < 0)
		return visit.home;
	if (unshare(CLONE_NEWNET) < 0) {
		int rc = refusal_explain(err, -errno, CLONE_NEWNET);

		fd_close(&visit.home);
		return rc;
	}
	fd = netns_self(err);
	netns_visit_end(&visit);
	return fd;
}

int netns_socket(int nsfd, int domain, int type, int protocol, struct err *err)
{
	struct netns_visit visit;
	int rc = netns_visit_begin(&visit, nsfd, err);
	int fd;

	if (rc < 0)
		return rc;
	fd = socket(domain, type | SOCK_CLOEXEC, protocol);
	netns_visit_end(&visit);
	if (fd < 0)
		return err_sys(err, -errno,
			       "socket (domain %d, type %d, protocol %d)",
			       domain, type, protocol);
	return fd;
}

int netns_open(int nsfd, const char *path, int flags, struct err *err)
{
	struct netns_visit visit;
	int rc = netns_visit_begin(&visit, nsfd, err);
	int fd;

	if (rc < 0)
		return rc;
	fd = open(path, flags | O_CLOEXEC);
	netns_visit_end(&visit);
	if (fd < 0)
		return err_sys(err, -errno, "%s", path);
	return fd;
}

uint64_t netns_inode(int nsfd)
{
	struct stat st;

	if (fstat(nsfd, &st) < 0)
		return 0;
	return st.st_ino;
}
