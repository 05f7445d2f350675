/*
 * courier.c - datagrams with a number and a time, and what became of them
 *
 * usage: courier take PORT N
 *        courier give HOST PORT N GAP_NS
 *
 * "take" prints what came as one object of JSON: how many different ones, how
 * many twice, how many behind a later one, how many were not delayed at all,
 * how long the others took, and a digest of which came. Giver and taker are on
 * one kernel, so that they have one clock.
 */
#include <errno.h>
#include <math.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#define NS_PER_S INT64_C(1000000000)

/** ENDS - datagrams that say that it is over; some may be lost */
#define ENDS 64

/** BURST - so many are sent at once: to wake up costs a guest more */
#define BURST 10

/** PROMPT_NS - what took less was not delayed */
#define PROMPT_NS (NS_PER_S / 1000)

/** SILENCE_S - nothing more will come */
#define SILENCE_S 20

/** struct letter - what each datagram holds */
struct letter {
	int64_t sent_ns;
	uint32_t number;
	uint32_t is_end;
};

/** MISSING - it did not come yet */
#define MISSING (-1)

/** TWICE - it came again: of two, the first says nothing of the rest */
#define TWICE (-2)

/** struct tally - what came */
struct tally {
	int64_t *took_ns; /* by number; or one of these */
	uint32_t n;
	uint32_t came;
	uint32_t twice;
	uint32_t behind; /* a later one was there already */
	uint32_t latest;
};

static int64_t now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts); /* cannot fail */
	return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static void note(struct tally *tally, const struct letter *letter,
		 int64_t at_ns)
{
	uint32_t i = letter->number;

	if (i >= tally->n)
		return;
	if (tally->took_ns[i] != MISSING) {
		tally->twice++;
		tally->took_ns[i] = TWICE;
		return;
	}
	tally->took_ns[i] = at_ns - letter->sent_ns;
	tally->came++;
	if (i < tally->latest)
		tally->behind++;
	else
		tally->latest = i;
}

static void print(const struct tally *tally)
{
	double sum = 0;
	double squares = 0;
	uint32_t prompt = 0;
	uint32_t late = 0;
	uint32_t which = 0;

	for (uint32_t i = 0; i < tally->n; i++) {
		double took = (double)tally->took_ns[i];

		if (tally->took_ns[i] != MISSING)
			which = which * 31 + i;
		if (took < 0)
			continue;
		if (took < PROMPT_NS) {
			prompt++;
			continue;
		}
		late++;
		sum += took;
		squares += took * took;
	}
	sum /= late ?: 1;
	squares /= late ?: 1;
	(void)printf("{\"came\": %u, \"twice\": %u, \"behind\": %u, "
		     "\"prompt\": %u, \"late\": %u, \"mean_ns\": %.1f, "
		     "\"deviation_ns\": %.1f, \"which\": %u}\n",
		     tally->came, tally->twice, tally->behind, prompt, late,
		     sum, sqrt(fmax(0, squares - sum * sum)), which);
}

static int take(const char *port, uint32_t n)
{
	const struct addrinfo hints = {.ai_family = AF_INET,
				       .ai_socktype = SOCK_DGRAM,
				       .ai_flags = AI_PASSIVE};
	const struct timeval silence = {.tv_sec = SILENCE_S};
	struct tally tally = {.n = n};
	struct addrinfo *own;
	int fd;

	tally.took_ns = malloc(n * sizeof(*tally.took_ns));
	if (!tally.took_ns || getaddrinfo(NULL, port, &hints, &own) != 0)
		return fail("getaddrinfo");
	for (uint32_t i = 0; i < n; i++)
		tally.took_ns[i] = MISSING;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, own->ai_addr, own->ai_addrlen) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof(silence)) <
		    0)
		return fail("bind");
	freeaddrinfo(own);
	for (;;) {
		struct letter letter;
		ssize_t got = recv(fd, &letter, sizeof(letter), 0);

		if (got < 0 && errno != EAGAIN)
			return fail("recv");
		if (got < 0 || letter.is_end)
			break;
		if (got == sizeof(letter))
			note(&tally, &letter, now_ns());
	}
	if (tally.came)
		print(&tally);
	free(tally.took_ns);
	return tally.came ? 0 : 1;
}

static void wait_until(int64_t ns)
{
	const struct timespec at = {.tv_sec = ns / NS_PER_S,
				    .tv_nsec = ns % NS_PER_S};

	/* sleeps: a datagram each so often is what was asked for */
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) ==
	       EINTR)
		;
}

static int give(const char *host, const char *port, uint32_t n, int64_t gap_ns)
{
	const struct addrinfo hints = {.ai_family = AF_INET,
				       .ai_socktype = SOCK_DGRAM};
	struct addrinfo *to;
	int64_t at_ns;
	int fd;

	if (getaddrinfo(host, port, &hints, &to) != 0)
		return fail("getaddrinfo");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || connect(fd, to->ai_addr, to->ai_addrlen) < 0)
		return fail("connect");
	freeaddrinfo(to);
	at_ns = now_ns() + NS_PER_S; /* the taker starts, too */
	for (uint32_t i = 0; i < n + ENDS; i++) {
		struct letter letter = {.number = i, .is_end = i >= n};

		/* the last ones are behind whatever is under way */
		at_ns += i < n ? gap_ns : NS_PER_S;
		if (i % BURST == 0 || i >= n)
			wait_until(at_ns);
		letter.sent_ns = now_ns();
		/* nobody listens any more: the first end has come */
		if (send(fd, &letter, sizeof(letter), 0) < 0)
			return i >= n ? 0 : fail("send");
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "take") == 0)
		return take(argv[2], (uint32_t)strtoul(argv[3], NULL, 10));
	if (argc == 6 && strcmp(argv[1], "give") == 0)
		return give(argv[2], argv[3],
			    (uint32_t)strtoul(argv[4], NULL, 10),
			    strtoll(argv[5], NULL, 10));
	(void)fprintf(stderr, "usage: courier take PORT N | "
			      "give HOST PORT N GAP_NS\n");
	return 2;
}
