/*
 * sockdiag_destroy.c - the last rites: leave no socket that holds a namespace
 */
#include "observe/sockdiag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/scope.h"
#include "base/vec.h"

/* a round misses what a SYN or an accept made behind the dump; with every
 * process of the lab dead there is nobody to make a third */
#define ROUNDS 5

/* include/net/tcp_states.h: all but TIME_WAIT (6), CLOSE (7) and request
 * sockets (12) */
#define HOLDING_STATES UINT32_C(0x0f3e)

/* timer 3: a timewait mini-socket, which may report FIN_WAIT2 */
#define TIMER_TIMEWAIT 3

/** struct doomed - what a round is to destroy */
struct doomed {
	VEC(struct inet_diag_req_v2) reqs;
};

static void doomed_done(struct doomed *doomed)
{
	vec_done(&doomed->reqs);
}

/* the identity is echoed as the kernel gave it: with its interface, which a
 * socket bound to a device must match, and its cookie, so that a successor on
 * the same ports is spared */
static int doom(const struct nlmsghdr *nlh, void *arg)
{
	struct doomed *doomed = arg;
	struct inet_diag_msg msg;

	if (nlh->nlmsg_len < NLMSG_LENGTH(sizeof(msg)))
		return -EBADMSG;
	memcpy(&msg, (const char *)nlh + NLMSG_HDRLEN, sizeof(msg));
	if (msg.idiag_timer == TIMER_TIMEWAIT)
		return 0;
	vec_push(&doomed->reqs, (struct inet_diag_req_v2){
					.sdiag_family = msg.idiag_family,
					.sdiag_protocol = IPPROTO_TCP,
					.idiag_states = HOLDING_STATES,
					.id = msg.id,
				});
	return 0;
}

static int destroy_one(struct sockdiag *diag,
		       const struct inet_diag_req_v2 *req)
{
	struct {
		struct nlmsghdr nlh;
		struct inet_diag_req_v2 req;
	} ask = {
		.nlh = {.nlmsg_len = sizeof(ask),
			.nlmsg_type = SOCK_DESTROY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
		.req = *req,
	};

	return sockdiag_request(diag, &ask.nlh);
}

static int refused(int code, struct err *err)
{
	if (code == -EOPNOTSUPP) {
		(void)err_set(err, code,
			      "this kernel cannot destroy sockets: an orphan "
			      "may keep its namespace for 100 s");
		err_remedy(err, "use a kernel with CONFIG_INET_DIAG_DESTROY");
		return code;
	}
	return err_sys(err, code, "destroy a socket");
}

/* Return: sockets that were there, or what was refused. */
static int destroy_round(struct sockdiag *diag, struct err *err)
{
	SCOPED(doomed_done) struct doomed doomed = {0};
	int ret;

	ret = sockdiag_walk(diag, HOLDING_STATES, doom, &doomed, err);
	/* an incomplete list is still a list; the next round has the rest */
	if (ret < 0 && ret != -EINTR && ret != -ENOBUFS)
		return ret;
	vec_foreach(&doomed.reqs, req) {
		int code = destroy_one(diag, req);

		/* gone, or another socket by now: what we wanted */
		if (code < 0 && code != -ENOENT && code != -ESTALE)
			return refused(code, err);
	}
	return doomed.reqs.n || ret < 0 ? 1 : 0;
}

int sockdiag_destroy_all(int netns_fd, struct err *err)
{
	SCOPED_SOCKDIAG struct sockdiag *diag = NULL;
	int ret;

	ret = sockdiag_open(netns_fd, &diag, err);
	for (int round = 0; ret >= 0 && round < ROUNDS; round++) {
		ret = destroy_round(diag, err);
		if (ret == 0)
			return 0;
	}
	if (ret < 0)
		return ret;
	return err_set(err, -EBUSY,
		       "sockets are left after destroying them %d times",
		       ROUNDS);
}
