/*
 * bench_snapshot.c - what a snapshot of very many sockets costs, as ratios
 *
 * bench_snapshot [SOCKETS]; prints one line a comparison and exits 0 when both
 * targets are met, 1 when one is not, 77 where it cannot run.
 */
#include <inttypes.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/err.h"
#include "event/event.h"
#include "observe/own_ns.h"
#include "observe/sampler.h"
#include "observe/sock_table.h"

#define SOCKETS_DEFAULT 70000
#define ROUNDS		21
#define SS_ROUNDS	5
#define EXIT_SKIPPED	77

extern char **environ;

static int64_t events;

static void count_event(void *arg, struct event *event)
{
	(void)arg;
	(void)event;
	events++;
}

/* the floor: ask, receive until the end, look at nothing. Each read is one
 * chunk; NLMSG_DONE comes last, alone or at the end of the last chunk */
static int64_t bare_dump(int fd, char *buf, size_t size)
{
	struct {
		struct nlmsghdr nlh;
		struct inet_diag_req req;
	} ask = {
		.nlh = {.nlmsg_len = sizeof(ask),
			.nlmsg_type = TCPDIAG_GETSOCK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.req = {.idiag_ext = 1 << (INET_DIAG_INFO - 1),
			.idiag_states = 0x3ffe},
	};
	int64_t begin_ns = clock_now_ns();

	if (send(fd, &ask, sizeof(ask), 0) < 0)
		return -1;
	for (;;) {
		ssize_t len = recv(fd, buf, size, 0);
		const struct nlmsghdr *last;

		if (len < (ssize_t)NLMSG_LENGTH(sizeof(int)))
			return -1;
		last = (const struct nlmsghdr *)(buf + len -
						 NLMSG_LENGTH(sizeof(int)));
		if (last->nlmsg_type == NLMSG_DONE &&
		    last->nlmsg_len == NLMSG_LENGTH(sizeof(int)))
			return clock_now_ns() - begin_ns;
	}
}

static int64_t sampler_round(struct sampler *s)
{
	int64_t begin_ns = clock_now_ns();
	struct err err = {0};

	if (sampler_take(s, NULL, &err) < 0) {
		(void)fprintf(stderr, "%s\n", err.text);
		return -1;
	}
	return clock_now_ns() - begin_ns;
}

static int64_t ss_round(void)
{
	char *const argv[] = {"ss", "-Htan", "state", "time-wait", NULL};
	posix_spawn_file_actions_t to_null;
	int64_t begin_ns = clock_now_ns();
	int status = -1;
	pid_t pid;

	if (posix_spawn_file_actions_init(&to_null) ||
	    posix_spawn_file_actions_addopen(&to_null, 1, "/dev/null", O_WRONLY,
					     0) ||
	    posix_spawnp(&pid, "ss", &to_null, NULL, argv, environ))
		return -1;
	if (waitpid(pid, &status, 0) != pid || status != 0)
		return -1;
	(void)posix_spawn_file_actions_destroy(&to_null);
	return clock_now_ns() - begin_ns;
}

/* the least: whatever else the machine does only ever adds */
static double least_ms(const int64_t *ns, int n)
{
	int64_t least = ns[0];

	for (int i = 1; i < n; i++)
		if (ns[i] < least)
			least = ns[i];
	return (double)least / (double)NS_PER_MS;
}

static bool ratio(const char *what, double ours_ms, double theirs_ms,
		  double factor, double limit, bool at_most)
{
	bool ok = at_most ? factor <= limit : factor >= limit;

	printf("%-34s %8.1f ms %8.1f ms %6.2fx  %s %.1fx  %s\n", what, ours_ms,
	       theirs_ms, factor, at_most ? "at most" : "at least", limit,
	       ok ? "ok" : "MISSED");
	return ok;
}

static int measure(struct sampler *s, int diagfd)
{
	static char buf[256 * 1024];
	int64_t bare[ROUNDS], ours[ROUNDS], ss[SS_ROUNDS];
	double bare_ms, ours_ms, ss_ms;
	bool ok;

	/* twice: both snapshots' storage is then there */
	if (sampler_round(s) < 0 || sampler_round(s) < 0)
		return EXIT_FAILURE;
	for (int i = 0; i < ROUNDS; i++) {
		bare[i] = bare_dump(diagfd, buf, sizeof(buf));
		ours[i] = sampler_round(s);
		if (i < SS_ROUNDS)
			ss[i] = ss_round();
		if (bare[i] < 0 || ours[i] < 0)
			return EXIT_FAILURE;
	}
	bare_ms = least_ms(bare, ROUNDS);
	ours_ms = least_ms(ours, ROUNDS);
	ss_ms = least_ms(ss, SS_ROUNDS);
	ok = ratio("snapshot / bare dump", ours_ms, bare_ms, ours_ms / bare_ms,
		   1.5, true);
	if (ss[0] < 0)
		(void)fprintf(stderr, "ss(8) is not here: not compared\n");
	else
		ok = ratio("ss -Htan / snapshot", ss_ms, ours_ms,
			   ss_ms / ours_ms, 3, false) &&
		     ok;
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	int sockets = argc > 1 ? atoi(argv[1]) : SOCKETS_DEFAULT;
	const struct event_sink sink = {.emit = count_event};
	SCOPED_SAMPLER struct sampler *s = NULL;
	int netns = own_ns_enter(), bytes = 1024 * 1024, diagfd;
	const struct sock_table *rows;
	struct err err = {0};
	int64_t begin_ns;
	int ret;

	if (netns < 0)
		return EXIT_SKIPPED;
	begin_ns = clock_now_ns();
	if (!own_ns_time_waits(sockets)) {
		perror("make timewait sockets");
		return EXIT_FAILURE;
	}
	s = sampler_new(&sink);
	if (sampler_add_host(s, "host", netns, &err) < 0) {
		(void)fprintf(stderr, "%s\n", err.text);
		return EXIT_FAILURE;
	}
	diagfd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (diagfd < 0 || setsockopt(diagfd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes,
				     sizeof(bytes)) < 0)
		(void)setsockopt(diagfd, SOL_SOCKET, SO_RCVBUF, &bytes,
				 sizeof(bytes));
	ret = measure(s, diagfd);
	rows = sampler_rows(s, "host");
	printf("%zu sockets, made in %.1f s; %" PRId64 " events\n", rows->n,
	       (double)(clock_now_ns() - begin_ns) / (double)NS_PER_S, events);
	close(diagfd);
	close(netns);
	return ret;
}
