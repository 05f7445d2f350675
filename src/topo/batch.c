/*
 * batch.c - many rtnetlink requests in one system call, each error named
 */
/**
 * DOC: Theory of operation
 *
 * netlink_rcv_skb() (net/netlink/af_netlink.c) walks over every message of a
 * datagram before sendmsg(2) returns. It always answers a message that failed,
 * and one that succeeded only if it bears NLM_F_ACK. So we ask for one
 * acknowledgement, of the last message: once that is read, whatever failed
 * before it has been read too. A thousand acknowledgements would not fit into
 * a receive buffer that an unprivileged caller may have, and the kernel drops
 * what does not fit without a word (netlink_ack, netlink_unicast with
 * MSG_DONTWAIT).
 *
 * Sequence numbers are positions in the batch, from 1, which names the failed
 * request.
 */
#include "topo/batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/netlink.h>
#include <netlink/msg.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "ns/netns.h"
#include "topo/plan.h"

/* below the default net.core.wmem_max, which bounds one datagram */
#define BUFFER_BYTES 65536
#define MAX_REQUESTS 512
#define ANSWER_BYTES 32768

/** struct failure - the first request that the kernel refused */
struct failure {
	int code; /* negative errno, 0 if none */
	size_t request; /* index into batch->requests */
	char words[256]; /* the kernel's; empty if it had none */
	bool acknowledged; /* the last request was answered */
};

int batch_socket(int netns_fd, struct err *err)
{
	SCOPED_FD int fd = netns_socket(netns_fd, AF_NETLINK, SOCK_RAW,
					NETLINK_ROUTE, err);
	const int on = 1;

	if (fd < 0)
		return fd;
	/* words with an error; no copy of our request in it. Without either
	 * an error is poorer, but no less an error */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return fd_steal(&fd);
}

static const char *host_name(const struct batch *batch)
{
	return batch->host == BATCH_WIRE
		       ? "(wire)"
		       : batch->plan->spec->hosts[batch->host].name;
}

void batch_begin(struct batch *batch, size_t host, int fd)
{
	if (!batch->buf)
		batch->buf = mem_new(char, BUFFER_BYTES);
	batch->host = host;
	batch->fd = fd;
	batch->len = 0;
	batch->requests.n = 0;
	batch->max_requests = MAX_REQUESTS;
	batch->answer = NULL;
}

int batch_add(struct batch *batch, struct nl_msg *msg, const char *doing,
	      size_t port, struct err *err)
{
	struct nlmsghdr *header;
	size_t len;
	int rc = 0;

	if (!msg)
		abort(); /* as mem_new() does */
	header = nlmsg_hdr(msg);
	len = NLMSG_ALIGN(header->nlmsg_len);
	if (batch->len + len > BUFFER_BYTES ||
	    batch->requests.n == batch->max_requests)
		rc = batch_flush(batch, err);
	if (rc == 0) {
		vec_push(&batch->requests,
			 (struct batch_request){.doing = doing, .port = port});
		header->nlmsg_seq = (uint32_t)batch->requests.n;
		header->nlmsg_pid = 0;
		header->nlmsg_flags |= NLM_F_REQUEST;
		memcpy(batch->buf + batch->len, header, header->nlmsg_len);
		batch->last = batch->len;
		batch->len += len;
	}
	nlmsg_free(msg);
	return rc;
}

static int send_all(const struct batch *batch)
{
	struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	struct nlmsghdr *last = (void *)(batch->buf + batch->last);

	last->nlmsg_flags |= NLM_F_ACK;
	while (sendto(batch->fd, batch->buf, batch->len, 0, (void *)&kernel,
		      sizeof(kernel)) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

/* the kernel's words in an NLMSG_ERROR (NLMSGERR_ATTR_MSG), if any */
static void copy_words(const struct nlmsghdr *header, char *words, size_t size)
{
	int fixed = (int)sizeof(struct nlmsgerr);
	const struct nlattr *attr;

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	/* with NETLINK_CAP_ACK our header is echoed, and not its payload */
	if (!(header->nlmsg_flags & NLM_F_CAPPED)) {
		const struct nlmsgerr *e = nlmsg_data(header);

		fixed += nlmsg_datalen(&e->msg);
	}
	if (nlmsg_datalen(header) < fixed)
		return;
	attr = nlmsg_find_attr((struct nlmsghdr *)header, fixed,
			       NLMSGERR_ATTR_MSG);
	if (attr)
		(void)nla_strlcpy(words, attr, size);
}

static void note_result(const struct batch *batch,
			const struct nlmsghdr *header, struct failure *failure)
{
	const struct nlmsgerr *e = nlmsg_data(header);
	size_t seq = header->nlmsg_seq;

	if (nlmsg_datalen(header) < (int)sizeof(*e) || seq < 1 ||
	    seq > batch->requests.n)
		return;
	if (seq == batch->requests.n)
		failure->acknowledged = true;
	if (e->error >= 0 || failure->code)
		return;
	failure->code = e->error;
	failure->request = seq - 1;
	copy_words(header, failure->words, sizeof(failure->words));
}

static int read_answers(const struct batch *batch, struct failure *failure)
{
	SCOPED_FREE char *buf = mem_new(char, ANSWER_BYTES);

	for (;;) {
		ssize_t got = recv(batch->fd, buf, ANSWER_BYTES,
				   MSG_DONTWAIT | MSG_TRUNC);
		struct nlmsghdr *header = (void *)buf;
		int left = (int)got;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno == EAGAIN ? 0 : -errno;
		if (got > ANSWER_BYTES)
			return -EMSGSIZE;
		for (; nlmsg_ok(header, left);
		     header = nlmsg_next(header, &left)) {
			if (header->nlmsg_type == NLMSG_ERROR)
				note_result(batch, header, failure);
			else if (batch->answer)
				batch->answer(batch->arg, header);
		}
	}
}

static void add_remedy(const struct failure *failure, struct err *err)
{
	switch (-failure->code) {
	case EPERM:
		err_remedy(err, "run it under sudo, or inside a lab's user "
				"namespace");
		break;
	case EOPNOTSUPP:
		err_remedy(err, "load the modules: modprobe -a veth bridge; "
				"or build CONFIG_VETH and CONFIG_BRIDGE");
		break;
	case EACCES:
		err_remedy(err, "if a sysctl of this host turns IPv6 off, "
				"leave IPv6 out of the topology instead");
		break;
	default:
		break;
	}
}

static int report(const struct batch *batch, const struct failure *failure,
		  struct err *err)
{
	const struct batch_request *request =
		&batch->requests.v[failure->request];
	const char *host = host_name(batch);
	SCOPED_STR struct str what = {0};

	str_add(&what, request->doing);
	if (request->port != BATCH_NO_PORT) {
		const struct plan_port *port =
			&batch->plan->ports[request->port];
		char name[PLAN_NAME];

		str_addf(&what, " (%s on ", plan_print_name(port, name));
		plan_print_link(batch->plan, port->link, &what);
		str_add(&what, ")");
	}
	if (failure->words[0])
		(void)err_sys(err, failure->code, "host %s: %s: %s", host,
			      str_text(&what), failure->words);
	else
		(void)err_sys(err, failure->code, "host %s: %s", host,
			      str_text(&what));
	add_remedy(failure, err);
	return failure->code;
}

int batch_flush(struct batch *batch, struct err *err)
{
	struct failure failure = {0};
	int rc;

	if (batch->requests.n == 0)
		return 0;
	rc = send_all(batch);
	if (rc == 0)
		rc = read_answers(batch, &failure);
	if (rc == 0 && failure.code == 0 && !failure.acknowledged)
		rc = -ENOBUFS;
	if (rc < 0)
		rc = err_sys(err, rc, "host %s: talk to rtnetlink",
			     host_name(batch));
	else if (failure.code < 0)
		rc = report(batch, &failure, err);
	batch->len = 0;
	batch->requests.n = 0;
	return rc;
}

void batch_done(struct batch *batch)
{
	free(batch->buf);
	batch->buf = NULL;
	vec_done(&batch->requests);
}
