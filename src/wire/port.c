/*
 * port.c - one end of a wire: takes a host's frames, and gives it others'
 */
#include "wire/port.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/scope.h"
#include "ns/netns.h"

/** RECEIVE_BYTES - room for a burst; the kernel charges 2 KiB and more a frame,
 * and doubles the number */
#define RECEIVE_BYTES (8 * 1024 * 1024)

int port_open(int netns_fd, int ifindex, struct err *err)
{
	const struct sockaddr_ll where = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = ifindex,
	};
	const int on = 1;
	const int room = RECEIVE_BYTES;
	/* protocol 0: nothing comes before it is bound to the interface */
	SCOPED_FD int fd = netns_socket(netns_fd, AF_PACKET,
					SOCK_RAW | SOCK_NONBLOCK, 0, err);

	if (fd < 0)
		return fd;
	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
		       sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) <
		    0 ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0)
		return err_sys(err, -errno, "a socket for packets");
	/* needs CAP_NET_ADMIN on the machine; else what the limit allows */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room,
				 sizeof(room));
	if (bind(fd, (const struct sockaddr *)&where, sizeof(where)) < 0)
		return err_sys(err, -errno, "take frames of interface %d",
			       ifindex);
	return fd_steal(&fd);
}

/** struct burst - what recvmmsg(2) and sendmmsg(2) are told */
struct burst {
	struct mmsghdr messages[PORT_BURST];
	struct iovec parts[PORT_BURST];
};

static void describe(struct burst *burst, struct port_frame *const *frames,
		     size_t n)
{
	assert(n <= PORT_BURST);
	for (size_t i = 0; i < n; i++) {
		burst->parts[i].iov_base = frames[i]->bytes;
		burst->messages[i] = (struct mmsghdr){
			.msg_hdr = {.msg_iov = &burst->parts[i],
				    .msg_iovlen = 1},
		};
	}
}

/* since the kernel put it into our queue: socket(7) */
static int64_t age_ns(struct msghdr *message)
{
	struct cmsghdr *part = CMSG_FIRSTHDR(message);
	struct timespec at;
	int64_t age;

	if (!part || part->cmsg_level != SOL_SOCKET ||
	    part->cmsg_type != SCM_TIMESTAMPNS)
		return 0;
	memcpy(&at, CMSG_DATA(part), sizeof(at));
	age = clock_wall_ns() - at.tv_sec * NS_PER_S - at.tv_nsec;
	return age > 0 ? age : 0;
}

int port_take(int fd, struct port_frame *const *frames, size_t n,
	      int64_t *waited_ns)
{
	_Alignas(
		struct cmsghdr) char stamp[CMSG_SPACE(sizeof(struct timespec))];
	struct burst burst;
	int taken;

	describe(&burst, frames, n);
	for (size_t i = 0; i < n; i++)
		burst.parts[i].iov_len = PORT_FRAME_BYTES;
	/* of the others it is cut off, unread: they came later */
	burst.messages[0].msg_hdr.msg_control = stamp;
	burst.messages[0].msg_hdr.msg_controllen = sizeof(stamp);
	/* MSG_TRUNC: the length is the frame's, not that of what fitted */
	taken = recvmmsg(fd, burst.messages, (unsigned int)n, MSG_TRUNC, NULL);
	if (taken < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	for (int i = 0; i < taken; i++)
		frames[i]->len = burst.messages[i].msg_len;
	if (taken > 0 && waited_ns)
		*waited_ns = age_ns(&burst.messages[0].msg_hdr);
	return taken;
}

int port_give(int fd, struct port_frame *const *frames, size_t n)
{
	struct burst burst;
	int given;

	describe(&burst, frames, n);
	for (size_t i = 0; i < n; i++)
		burst.parts[i].iov_len = frames[i]->len;
	given = sendmmsg(fd, burst.messages, (unsigned int)n, 0);
	return given < 0 ? -errno : given;
}

uint64_t port_dropped(int fd)
{
	struct tpacket_stats stats = {0};
	socklen_t len = sizeof(stats);

	/* fails only on a bad descriptor */
	(void)getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len);
	return stats.tp_drops;
}
