/*
 * decode.c - one sock_diag message to one row
 */
#include "observe/decode.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/names.h"
#include "tcp/sock.h"

/* NLA_ALIGNTO and NLA_TYPE_MASK of linux/netlink.h, without its signed int */
#define ATTR_ALIGN     ((size_t)4)
#define ATTR_TYPE_MASK 0x3fffU

/* past this an idiag_expires is a timer that is overdue: kernels before 5.4
 * subtracted jiffies without looking at the sign */
#define EXPIRES_MAX_MS UINT32_C(0x7fffffff)

/* shortest tcp_info that has all the fields we read; it only ever grows */
#define INFO_MIN_BYTES                                   \
	(offsetof(struct tcp_info, tcpi_total_retrans) + \
	 sizeof(((struct tcp_info *)NULL)->tcpi_total_retrans))

/* include/net/tcp_states.h; NEW_SYN_RECV (12) is reported as SYN_RECV, and
 * BOUND_INACTIVE (13) asks for sockets that report CLOSE. 0 is nothing. */
static const int8_t states[] = {
	[0] = -1,
	[1] = TCP_STATE_ESTABLISHED,
	[2] = TCP_STATE_SYN_SENT,
	[3] = TCP_STATE_SYN_RECV,
	[4] = TCP_STATE_FIN_WAIT1,
	[5] = TCP_STATE_FIN_WAIT2,
	[6] = TCP_STATE_TIME_WAIT,
	[7] = TCP_STATE_CLOSED,
	[8] = TCP_STATE_CLOSE_WAIT,
	[9] = TCP_STATE_LAST_ACK,
	[10] = TCP_STATE_LISTEN,
	[11] = TCP_STATE_CLOSING,
	[12] = TCP_STATE_SYN_RECV,
	[13] = TCP_STATE_CLOSED,
};

bool decode_state(uint64_t number, enum tcp_state *state)
{
	if (number >= sizeof(states) || states[number] < 0)
		return false;
	*state = (enum tcp_state)states[number];
	return true;
}

/* bare numbers in net/ipv4/inet_diag.c */
static const int8_t timers[] = {
	[0] = TCP_TIMER_OFF,	   [1] = TCP_TIMER_ON,
	[2] = TCP_TIMER_KEEPALIVE, [3] = TCP_TIMER_TIMEWAIT,
	[4] = TCP_TIMER_PERSIST,
};
TABLE_COVERS(timers, TCP_TIMERS);

/* the kernel fills four words for either family; AF_INET uses the first */
static int decode_endpoint(struct endpoint *e, uint8_t family, uint16_t port_be,
			   const uint32_t ip_be[4])
{
	*e = (struct endpoint){.family = family, .port = ntohs(port_be)};
	if (family == AF_INET)
		e->ip.v4.s_addr = ip_be[0];
	else if (family == AF_INET6)
		memcpy(&e->ip.v6, ip_be, sizeof(e->ip.v6));
	else
		return -EPROTO;
	return 0;
}

/* [::]:80 beside an end that is IPv4 is 0.0.0.0:80 */
static void wildcard_unmap(struct endpoint *e, const struct endpoint *other)
{
	if (e->family == AF_INET6 && other->family == AF_INET &&
	    endpoint_is_wildcard(e))
		e->family = AF_INET; /* its bytes are zero already */
}

/* an IPv6 socket that carries IPv4: both ends are mapped, or one is and the
 * other still the wildcard */
static void unmap_both(struct tcp_sock *out)
{
	endpoint_unmap(&out->local);
	endpoint_unmap(&out->remote);
	wildcard_unmap(&out->local, &out->remote);
	wildcard_unmap(&out->remote, &out->local);
}

static int decode_body(const struct inet_diag_msg *msg, struct tcp_sock *out)
{
	int ret;

	enum tcp_state state;

	if (!decode_state(msg->idiag_state, &state))
		return -EPROTO;
	if (msg->idiag_timer >= sizeof(timers))
		return -EPROTO;
	out->state = state;
	out->timer = (enum tcp_timer)timers[msg->idiag_timer];
	if (out->timer != TCP_TIMER_OFF && msg->idiag_expires <= EXPIRES_MAX_MS)
		out->timer_ns = (int64_t)msg->idiag_expires * NS_PER_MS;
	ret = decode_endpoint(&out->local, msg->idiag_family,
			      msg->id.idiag_sport, msg->id.idiag_src);
	if (ret == 0)
		ret = decode_endpoint(&out->remote, msg->idiag_family,
				      msg->id.idiag_dport, msg->id.idiag_dst);
	if (ret < 0)
		return ret;
	unmap_both(out);
	out->retrans = msg->idiag_retrans;
	out->recv_q = msg->idiag_rqueue;
	out->send_q = msg->idiag_wqueue;
	out->uid = msg->idiag_uid;
	out->inode = msg->idiag_inode;
	out->cookie = (uint64_t)msg->id.idiag_cookie[1] << 32 |
		      msg->id.idiag_cookie[0];
	return 0;
}

static void decode_info(const char *data, size_t len, struct tcp_sock *out)
{
	struct tcp_info info = {0};

	/* on a listener the kernel stores the accept queue's lengths in there
	 * and leaves the rest empty (tcp_get_info()) */
	if (len < INFO_MIN_BYTES || out->state == TCP_STATE_LISTEN)
		return;
	memcpy(&info, data, len < sizeof(info) ? len : sizeof(info));
	out->has_info = true;
	out->rto_us = info.tcpi_rto;
	out->rtt_us = info.tcpi_rtt;
	out->snd_cwnd = info.tcpi_snd_cwnd;
	out->unacked = info.tcpi_unacked;
	out->total_retrans = info.tcpi_total_retrans;
}

static int decode_attrs(const char *data, size_t len, struct tcp_sock *out)
{
	struct nlattr attr;

	while (len >= sizeof(attr)) {
		size_t padded;

		memcpy(&attr, data, sizeof(attr));
		if (attr.nla_len < sizeof(attr) || attr.nla_len > len)
			return -EBADMSG;
		if ((attr.nla_type & ATTR_TYPE_MASK) == INET_DIAG_INFO)
			decode_info(data + sizeof(attr),
				    attr.nla_len - sizeof(attr), out);
		padded = (attr.nla_len + ATTR_ALIGN - 1) & ~(ATTR_ALIGN - 1);
		if (padded >= len)
			return 0;
		data += padded;
		len -= padded;
	}
	return 0;
}

int decode_diag(const struct nlmsghdr *nlh, size_t len, struct tcp_sock *out)
{
	struct tcp_sock sock = {0};
	struct inet_diag_msg msg;
	const char *data;
	int ret;

	if (len < sizeof(*nlh) || nlh->nlmsg_len > len ||
	    nlh->nlmsg_len < NLMSG_LENGTH(sizeof(msg)))
		return -EBADMSG;
	data = (const char *)nlh + NLMSG_HDRLEN;
	memcpy(&msg, data, sizeof(msg));
	ret = decode_body(&msg, &sock);
	if (ret == 0)
		ret = decode_attrs(data + NLMSG_ALIGN(sizeof(msg)),
				   nlh->nlmsg_len - NLMSG_LENGTH(sizeof(msg)),
				   &sock);
	if (ret == 0)
		*out = sock;
	return ret;
}
