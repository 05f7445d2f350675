/*
 * hold.c - hand descriptors from the runner to init, each acknowledged
 */
#include "ns/hold.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/err.h"
#include "ns/init.h"

/** union fd_control - room for one SCM_RIGHTS descriptor, aligned */
union fd_control {
	char room[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

static int send_fd(int channel, int fd)
{
	union fd_control control = {0};
	char byte = 0;
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	while (sendmsg(channel, &msg, MSG_NOSIGNAL) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

int ns_runner_hold(struct ns_runner *self, int netns_fd, struct err *err)
{
	int rc = send_fd(self->channel, netns_fd);
	int answer = -EPIPE;
	ssize_t got;

	if (rc == 0) {
		do
			got = recv(self->channel, &answer, sizeof(answer), 0);
		while (got < 0 && errno == EINTR);
		rc = got < 0 ? -errno : got == 0 ? -EPIPE : answer;
	}
	if (rc < 0) {
		(void)err_sys(err, rc, "hand a network namespace to init");
		if (rc == -EMFILE)
			err_remedy(err, "raise the limit of descriptors: "
					"ulimit -n");
	}
	return rc;
}

bool ns_runner_proc_is_ours(const struct ns_runner *self)
{
	return self->proc_is_ours;
}

/* the descriptor in a received message; the kernel installs none, and says
 * MSG_CTRUNC, when the table of descriptors is full (net/core/scm.c) */
static int fd_of(struct msghdr *msg)
{
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg);
	int fd;

	if (!cmsg || cmsg->cmsg_level != SOL_SOCKET ||
	    cmsg->cmsg_type != SCM_RIGHTS ||
	    cmsg->cmsg_len != CMSG_LEN(sizeof(int)))
		return msg->msg_flags & MSG_CTRUNC ? -EMFILE : -EBADMSG;
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

int hold_take(int channel)
{
	union fd_control control = {0};
	char byte;
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t got;
	int answer;
	int fd;

	do
		got = recvmsg(channel, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	if (got == 0)
		return -EPIPE;
	fd = fd_of(&msg);
	answer = fd < 0 ? fd : 0;
	/* a runner that was killed meanwhile reads no answer */
	(void)send(channel, &answer, sizeof(answer),
		   MSG_NOSIGNAL | MSG_DONTWAIT);
	return fd;
}
