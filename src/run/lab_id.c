/*
 * lab_id.c - a number for a lab that no other lab alive has
 *
 * An abstract address of a unix socket (unix(7)) is a lock without a file: one
 * socket may have it, and it is free again when that is closed, however its
 * owner ends.
 */
#include "run/lab_id.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/scope.h"
#include "topo/plan.h"

/** LABS - that have addresses of their own */
#define LABS (1U << (PLAN_V4_PREFIX - 8))

static int take(int fd, unsigned int id)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int len = snprintf(at.sun_path + 1, sizeof(at.sun_path) - 1,
			   "tcplab-lab-%u", id);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				     1 + (size_t)len);

	return bind(fd, (const struct sockaddr *)&at, size) < 0 ? -errno : 0;
}

unsigned int lab_id_take(unsigned int from, int *lock)
{
	SCOPED_FD int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*lock = -1;
	for (unsigned int i = 0; fd >= 0 && i < LABS; i++) {
		unsigned int id = (from + i) % LABS;
		int rc = take(fd, id);

		if (rc == 0) {
			*lock = fd_steal(&fd);
			return id;
		}
		if (rc != -EADDRINUSE)
			break;
	}
	return from;
}
