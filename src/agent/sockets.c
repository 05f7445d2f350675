/*
 * sockets.c - an agent's sockets, by the names that the scenario gave them
 */
#include "agent/sockets.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void sockets_init(struct sockets *sockets)
{
	*sockets = (struct sockets){.lock = PTHREAD_MUTEX_INITIALIZER};
}

void sockets_done(struct sockets *sockets)
{
	vec_done(&sockets->list);
	(void)pthread_mutex_destroy(&sockets->lock); /* nobody holds it */
}

void sockets_lock(struct sockets *sockets)
{
	(void)pthread_mutex_lock(&sockets->lock); /* fails on misuse only */
}

void sockets_unlock(struct sockets *sockets)
{
	(void)pthread_mutex_unlock(&sockets->lock); /* fails on misuse only */
}

/* the lock is held */
static int find(const struct sockets *sockets, const char *name)
{
	vec_foreach(&sockets->list, it)
		if (name && name[0] && strcmp(it->name, name) == 0)
			return it->fd;
	return -EBADF;
}

int sockets_add(struct sockets *sockets, const char *name, int fd)
{
	struct named_socket *socket;
	int rc = -EEXIST;

	sockets_lock(sockets);
	if (find(sockets, name) < 0) {
		socket = vec_grow(&sockets->list);
		/* agent_cmd_decode() lets no longer name in */
		(void)snprintf(socket->name, sizeof(socket->name), "%s",
			       name ? name : "");
		socket->fd = fd;
		rc = 0;
	}
	sockets_unlock(sockets);
	return rc;
}

int sockets_fd(struct sockets *sockets, const char *name)
{
	int fd;

	sockets_lock(sockets);
	fd = find(sockets, name);
	sockets_unlock(sockets);
	return fd;
}

void sockets_forget(struct sockets *sockets, int fd)
{
	sockets_lock(sockets);
	for (size_t i = 0; i < sockets->list.n; i++)
		if (sockets->list.v[i].fd == fd) {
			sockets->list.v[i] = sockets->list.v[--sockets->list.n];
			break;
		}
	sockets_unlock(sockets);
}
