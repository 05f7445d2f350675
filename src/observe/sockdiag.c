/*
 * sockdiag.c - ask one network namespace's kernel for all its TCP sockets
 *
 * DOC: Theory of operation
 *
 * The request is the old TCPDIAG_GETSOCK, not SOCK_DIAG_BY_FAMILY: the kernel
 * turns it into the same dump with family AF_UNSPEC
 * (inet_diag_dump_compat()), which no newer request can ask for. Both families
 * thus come from one walk of the tables. That matters twice: the walk visits
 * every bucket of a hash table that all namespaces share (half a millisecond
 * for 262,144 empty buckets), and one walk is closer to one moment than two.
 *
 * A dump that was asked for must be read to its end, whatever goes wrong on
 * the way, or the next request on this socket is refused with EBUSY. So errors
 * are remembered and the rest is read and dropped.
 *
 * The order of a walk is listeners, bound sockets (6.8 and later), all others.
 * A socket that connects meanwhile moves forward and is seen twice, never
 * missed.
 */
#include "observe/sockdiag.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/err.h"
#include "base/mem.h"
#include "ns/netns.h"
#include "observe/decode.h"
#include "observe/sock_table.h"

/* room for many of the kernel's 32 KiB chunks, so that it need not wait */
#define RECEIVE_BUFFER_BYTES (1024 * 1024)

/* one read; the kernel makes its chunks as large as the largest read it saw,
 * up to a limit of its own */
#define READ_BYTES ((size_t)256 * 1024)

/* the kernel answers while we ask: this only ends a wait that would never end
 */
#define ANSWER_TIMEOUT_S 5

#define DUMP_TRIES 3

/* include/net/tcp_states.h: 1 ESTABLISHED … 11 CLOSING, 12 NEW_SYN_RECV,
 * 13 BOUND_INACTIVE; a kernel ignores the bits it does not know */
#define ALL_STATES UINT32_C(0x3ffe)

struct sockdiag {
	struct mnl_socket *nl;
	unsigned int portid;
	uint32_t seq; /* of the last request */
	char *buf; /* READ_BYTES */
};

/** struct walk - one dump under way */
struct walk {
	sockdiag_fn *fn;
	void *arg;
	bool done;
	bool interrupted; /* NLM_F_DUMP_INTR was seen */
	bool overrun; /* messages were dropped */
	int error; /* first error, of @fn or of the kernel */
};

static int set_buffer(int fd, struct err *err)
{
	struct timeval timeout = {.tv_sec = ANSWER_TIMEOUT_S};
	int bytes = RECEIVE_BUFFER_BYTES;

	/* FORCE goes past net.core.rmem_max, but asks for CAP_NET_ADMIN in the
	 * initial user namespace; rootless, the smaller buffer costs only
	 * system calls, as a dump waits for its reader */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) <
		    0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)) < 0)
		return err_sys(err, -errno, "set netlink receive buffer");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) <
	    0)
		return err_sys(err, -errno, "set netlink receive timeout");
	return 0;
}

int sockdiag_open(int netns_fd, struct sockdiag **out, struct err *err)
{
	SCOPED_SOCKDIAG struct sockdiag *diag = NULL;
	SCOPED_FD int fd = -1;
	int ret;

	fd = netns_socket(netns_fd, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
			  NETLINK_SOCK_DIAG, err);
	if (fd < 0)
		return fd;
	ret = set_buffer(fd, err);
	if (ret < 0)
		return ret;
	diag = mem_new(struct sockdiag, 1);
	diag->nl = mnl_socket_fdopen(fd);
	if (!diag->nl)
		return err_sys(err, -errno, "open socket diagnostics");
	(void)fd_steal(&fd); /* closed by mnl_socket_close() */
	if (mnl_socket_bind(diag->nl, 0, MNL_SOCKET_AUTOPID) < 0)
		return err_sys(err, -errno, "bind socket diagnostics");
	diag->portid = mnl_socket_get_portid(diag->nl);
	diag->buf = mem_zalloc(READ_BYTES, 1);
	*out = PTR_STEAL(diag);
	return 0;
}

void sockdiag_close(struct sockdiag *diag)
{
	if (!diag)
		return;
	if (diag->nl)
		/* close(2)'s result is of no use */
		(void)mnl_socket_close(diag->nl);
	free(diag->buf);
	free(diag);
}

void sockdiag_scope(struct sockdiag **diag)
{
	sockdiag_close(*diag);
}

static void walk_fail(struct walk *walk, int error)
{
	if (walk->error == 0)
		walk->error = error;
}

/* NLMSG_ERROR and, since 4.20, NLMSG_DONE carry an errno */
static int answer_errno(const struct nlmsghdr *nlh)
{
	int code;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(code))
		return nlh->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
	code = *(const int *)mnl_nlmsg_get_payload(nlh);
	return code > 0 ? -EBADMSG : code;
}

static void walk_message(struct walk *walk, const struct nlmsghdr *nlh)
{
	int ret;

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		walk->interrupted = true;
	switch (nlh->nlmsg_type) {
	case NLMSG_NOOP:
		return;
	case NLMSG_OVERRUN:
		walk->overrun = true;
		return;
	case NLMSG_ERROR:
	case NLMSG_DONE:
		walk->done = true;
		ret = answer_errno(nlh);
		if (ret < 0)
			walk_fail(walk, ret);
		return;
	case TCPDIAG_GETSOCK:
	case SOCK_DIAG_BY_FAMILY:
		if (walk->error || !walk->fn)
			return;
		ret = walk->fn(nlh, walk->arg);
		if (ret < 0)
			walk_fail(walk, ret);
		return;
	}
	walk_fail(walk, -EPROTO);
}

/* all messages of one read; what answers an older request is skipped */
static void walk_chunk(struct sockdiag *diag, struct walk *walk, size_t len)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)diag->buf;
	int left = (int)len;

	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_seq != diag->seq ||
		    nlh->nlmsg_pid != diag->portid)
			continue;
		walk_message(walk, nlh);
		if (walk->done)
			return;
	}
	if (left > 0)
		walk_fail(walk, -EBADMSG);
}

static int walk_read(struct sockdiag *diag, struct walk *walk, struct err *err)
{
	while (!walk->done) {
		ssize_t len =
			mnl_socket_recvfrom(diag->nl, diag->buf, READ_BYTES);

		if (len > 0) {
			walk_chunk(diag, walk, (size_t)len);
		} else if (len == 0 || errno == EAGAIN) {
			return err_set(err, -EIO,
				       "socket dump: the kernel stopped "
				       "answering");
		} else if (errno == ENOBUFS) {
			walk->overrun = true;
		} else if (errno == ENOSPC) {
			walk_fail(walk, -EBADMSG); /* longer than our buffer */
		} else if (errno != EINTR) {
			return err_sys(err, -errno, "socket dump: receive");
		}
	}
	return 0;
}

static int walk_verdict(const struct walk *walk, struct err *err)
{
	if (walk->error)
		return err_sys(err, walk->error, "socket dump");
	if (walk->overrun)
		return err_set(err, -ENOBUFS,
			       "socket dump: receive buffer overran");
	if (walk->interrupted)
		return err_set(err, -EINTR,
			       "socket dump: sockets changed while it was "
			       "taken");
	return 0;
}

int sockdiag_walk(struct sockdiag *diag, uint32_t states, sockdiag_fn *fn,
		  void *arg, struct err *err)
{
	struct {
		struct nlmsghdr nlh;
		struct inet_diag_req req;
	} ask = {
		.nlh = {.nlmsg_len = sizeof(ask),
			.nlmsg_type = TCPDIAG_GETSOCK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			.nlmsg_seq = ++diag->seq},
		.req = {.idiag_ext = 1 << (INET_DIAG_INFO - 1),
			.idiag_states = states},
	};
	struct walk walk = {.fn = fn, .arg = arg};
	int ret;

	if (mnl_socket_sendto(diag->nl, &ask, sizeof(ask)) < 0)
		return err_sys(err, -errno, "socket dump: ask");
	ret = walk_read(diag, &walk, err);
	if (ret < 0)
		return ret;
	return walk_verdict(&walk, err);
}

static int keep_row(const struct nlmsghdr *nlh, void *arg)
{
	struct sock_table *table = arg;
	int ret = decode_diag(nlh, nlh->nlmsg_len, sock_table_grow(table));

	if (ret == 0)
		table->n++;
	return ret;
}

int sockdiag_dump(struct sockdiag *diag, struct sock_table *out,
		  struct err *err)
{
	int ret = -EINTR;

	for (int try = 0; try < DUMP_TRIES; try++) {
		out->n = 0;
		ret = sockdiag_walk(diag, ALL_STATES, keep_row, out, err);
		if (ret != -EINTR && ret != -ENOBUFS)
			break;
	}
	if (ret < 0)
		out->n = 0;
	return ret;
}

int sockdiag_request(struct sockdiag *diag, struct nlmsghdr *nlh)
{
	struct walk walk = {0};
	int ret;

	nlh->nlmsg_seq = ++diag->seq;
	if (mnl_socket_sendto(diag->nl, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	ret = walk_read(diag, &walk, NULL);
	return ret < 0 ? ret : walk_verdict(&walk, NULL);
}
