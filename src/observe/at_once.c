/*
 * at_once.c - make many waits one
 */
#include "observe/at_once.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

/** THREADS - at most so many */
#define THREADS 32

/** struct share - what one thread does: every nth item */
struct share {
	struct at_once *calls;
	size_t first;
	pthread_t thread;
};

struct at_once {
	void (*work)(void *item);
	void **items;
	size_t n;
	size_t n_shares;
	size_t n_threads; /* of the shares, the first */
	struct share shares[THREADS];
};

static void *do_share(void *arg)
{
	const struct share *share = arg;
	const struct at_once *calls = share->calls;

	for (size_t i = share->first; i < calls->n; i += calls->n_shares)
		calls->work(calls->items[i]);
	return NULL;
}

/* as many threads as there may be, and no signal for them */
static void start(struct at_once *calls)
{
	sigset_t all;
	sigset_t before;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	while (calls->n_threads < calls->n_shares) {
		struct share *share = &calls->shares[calls->n_threads];

		if (pthread_create(&share->thread, NULL, do_share, share) != 0)
			break;
		calls->n_threads++;
	}
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct at_once *at_once_begin(void (*work)(void *item), void **items, size_t n)
{
	struct at_once *calls = mem_new(struct at_once, 1);

	calls->work = work;
	calls->items = items;
	calls->n = n;
	calls->n_shares = n < THREADS ? n : THREADS;
	for (size_t i = 0; i < calls->n_shares; i++)
		calls->shares[i] = (struct share){.calls = calls, .first = i};
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		start(calls);
	for (size_t i = calls->n_threads; i < calls->n_shares; i++)
		(void)do_share(&calls->shares[i]);
	return calls;
}

void at_once_end(struct at_once *calls)
{
	if (!calls)
		return;
	for (size_t i = 0; i < calls->n_threads; i++)
		(void)pthread_join(calls->shares[i].thread, NULL);
	free(calls);
}
