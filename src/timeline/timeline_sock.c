/*
 * timeline_sock.c - what sockets are and were
 */
#include "timeline/timeline.h"

#include <string.h>

#include "timeline/fold.h"

const struct sock_life *timeline_sock(const struct timeline *tl,
				      const char *host, const char *socket)
{
	const struct life *life = life_named(&tl->lives, host, socket);

	return life ? &life->pub : NULL;
}

const struct tcp_sock *timeline_sock_now(const struct sock_life *life)
{
	const struct sock_span *last;

	if (!life || !life->n_spans)
		return NULL;
	last = &life->spans[life->n_spans - 1];
	return last->present ? &last->sock : NULL;
}

const struct sock_span *timeline_sock_at(const struct sock_life *life,
					 int64_t t_ns)
{
	size_t i = life->n_spans;

	while (i > 0 && life->spans[i - 1].hi_ns > t_ns)
		i--;
	return i ? &life->spans[i - 1] : NULL;
}

const struct sock_life *timeline_sock_next(const struct timeline *tl, size_t *i)
{
	return *i < tl->lives.all.n ? &tl->lives.all.v[(*i)++]->pub : NULL;
}

int64_t timeline_sock_count(const struct timeline *tl, const char *host,
			    int64_t t_ns,
			    bool (*wanted)(const struct tcp_sock *sock,
					   const void *arg),
			    const void *arg)
{
	const struct sock_life *life;
	int64_t count = 0;
	size_t i = 0;

	while ((life = timeline_sock_next(tl, &i))) {
		const struct sock_span *span = timeline_sock_at(life, t_ns);

		if (span && span->present && strcmp(life->host, host) == 0 &&
		    wanted(&span->sock, arg))
			count++;
	}
	return count;
}
