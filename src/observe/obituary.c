/*
 * obituary.c - hear at once that a host's kernel has destroyed a TCP socket
 */
#include "observe/obituary.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/scope.h"
#include "ns/netns.h"

/** READS - how many are taken at once */
#define READS 64

#define GROUP(group) (UINT32_C(1) << ((group)-1))

int obituary_open(int netns_fd, struct err *err)
{
	const struct sockaddr_nl groups = {
		.nl_family = AF_NETLINK,
		.nl_groups = GROUP(SKNLGRP_INET_TCP_DESTROY) |
			     GROUP(SKNLGRP_INET6_TCP_DESTROY),
	};
	SCOPED_FD int fd = -1;
	int bytes = 0; /* as little as there is: one message is enough */

	fd = netns_socket(netns_fd, AF_NETLINK,
			  SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			  NETLINK_SOCK_DIAG, err);
	if (fd < 0)
		return fd;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)) < 0)
		return err_sys(err, -errno, "set netlink receive buffer");
	if (bind(fd, (const struct sockaddr *)&groups, sizeof(groups)) < 0)
		return err_sys(err, -errno, "listen for destroyed sockets");
	return fd_steal(&fd);
}

bool obituary_read(int fd)
{
	bool heard = false;
	char byte;

	for (int i = 0; i < READS; i++) {
		/* ENOBUFS: there were more than the buffer holds */
		if (recv(fd, &byte, sizeof(byte), MSG_TRUNC) >= 0 ||
		    errno == ENOBUFS)
			heard = true;
		else if (errno != EINTR)
			break;
	}
	return heard;
}
