/*
 * bench_observe.c - what it costs a scenario to be observed
 *
 * The acts of a scenario, without its expectations, in labs that are observed
 * by all sources, by one less, and by none, turn by turn. Once one lab after
 * the other: what a scenario takes; and once many abreast: what it adds to a
 * suite.
 *
 * The goal is missed on a wire without delay: the scenario itself is a dozen
 * system calls, and a lone lab waits for two grace periods of the kernel's when
 * it lets go of a packet socket's ring (net/packet/af_packet.c,
 * synchronize_net). Many abreast do something else meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/scope.h"
#include "ns/init.h"
#include "run/run.h"
#include "run/tracing.h"
#include "spec/errors.h"
#include "spec/scenario.h"

#define ROUNDS	25
#define ABREAST 8

/** enum way - what is left out */
enum way {
	WAY_ALL, /* nothing is */
	WAY_UNTRACED,
	WAY_UNCAPTURED,
	WAY_UNSAMPLED,
	WAY_NONE, /* all is */
	WAYS
};

static const char *const way_names[WAYS] = {
	[WAY_ALL] = "all sources",
	[WAY_UNTRACED] = "no tracepoints",
	[WAY_UNCAPTURED] = "no segments",
	[WAY_UNSAMPLED] = "no sockets, no counters",
	[WAY_NONE] = "none",
};

static const bool blind[WAYS][RUN_SOURCES] = {
	[WAY_UNTRACED] = {[RUN_SOURCE_TRACE] = true},
	[WAY_UNCAPTURED] = {[RUN_SOURCE_SEGMENTS] = true},
	[WAY_UNSAMPLED] =
		{[RUN_SOURCE_SOCKETS] = true, [RUN_SOURCE_COUNTERS] = true},
	[WAY_NONE] = {true, true, true, true},
};

/** GOAL - all sources cost less than this share of what a scenario takes */
#define GOAL 0.10

#define PAIR(link)                                      \
	"title: to be measured\n"                       \
	"why: to be measured\n"                         \
	"topology:\n"                                   \
	"  hosts: {client: , server: }\n"               \
	"  links: [" link "]\n"                         \
	"steps:\n"                                      \
	"  - server: {listen: 7788, as: L}\n"           \
	"  - client: {connect: 'server:7788', as: c}\n" \
	"  - server: {accept: L, as: s}\n"
#define CLOSE                                \
	"  - client: {close: c}\n"           \
	"  - server: {recv: s, eof: true}\n" \
	"  - server: {close: s}\n"

/** struct story - a scenario to be measured */
struct story {
	const char *name;
	const char *text;
};

static const struct story stories[] = {
	{"handshake", PAIR("[client, server]")},
	{"handshake and close", PAIR("[client, server]") CLOSE},
	{"handshake and close, 20 ms away",
	 PAIR("{ends: [client, server], delay: 10ms}") CLOSE},
};

#define STORIES (sizeof(stories) / sizeof(stories[0]))

/** struct bench - what labs need */
struct bench {
	struct scenario *scenario;
	char folder[32]; /* of all results; empty at the end */
	int exe_fd; /* agents are started from it */
	int owner_pidfd;
	bool kept[ABREAST]; /* the tracer's instance of that number is there */
};

/** struct room - a lab, while it is alive */
struct room {
	pid_t pid;
	int dirfd;
	char folder[64];
};

static void must(bool holds, const char *what, const struct err *err)
{
	if (holds)
		return;
	(void)fprintf(stderr, "bench: %s: %s\n", what,
		      err ? err->text : strerror(errno));
	exit(2);
}

static struct scenario *load(const struct story *story)
{
	struct spec_errors errors = {0};
	struct scenario *scenario = scenario_parse(
		"bench.yaml", story->text, strlen(story->text), NULL, &errors);

	must(scenario, story->name, &(struct err){.text = "it is no scenario"});
	spec_errors_done(&errors);
	return scenario;
}

static struct room enter(struct bench *bench, unsigned int id, enum way way)
{
	struct room room;
	struct err err = {0};
	struct run_request request = {
		.scenario = bench->scenario,
		.lab_id = id,
		.command_line = "bench",
		.owner = {.uid = (uid_t)-1, .gid = (gid_t)-1},
		.exe_fd = bench->exe_fd,
		.owner_pidfd = bench->owner_pidfd,
		.instance_made = bench->kept[id],
		.keep_instance = true,
	};

	memcpy(request.blind, blind[way], sizeof(request.blind));
	(void)snprintf(room.folder, sizeof(room.folder), "%s/%u", bench->folder,
		       id);
	must(mkdir(room.folder, 0700) == 0, room.folder, NULL);
	room.dirfd = open(room.folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	must(room.dirfd >= 0, room.folder, NULL);
	request.dirfd = room.dirfd;
	room.pid = run_start(&request, &err);
	must(room.pid > 0, "a lab", &err);
	return room;
}

static void leave(struct bench *bench, unsigned int id, const struct room *room)
{
	static const char *const files[] = {RUN_JOURNAL, RUN_CAPTURE,
					    RUN_MANIFEST};
	int status;

	must(waitpid(room->pid, &status, 0) == room->pid, "waitpid", NULL);
	must(WIFEXITED(status) && WEXITSTATUS(status) == RUN_STATUS_COMPLETE,
	     "a lab did not come to its end", NULL);
	bench->kept[id] = true;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		(void)unlinkat(room->dirfd, files[i], 0); /* or not made */
	(void)close(room->dirfd);
	must(rmdir(room->folder) == 0, room->folder, NULL);
}

/* Return: ms from the first lab's begin to the last one's end, a lab. */
static double live(struct bench *bench, unsigned int n, enum way way)
{
	struct room rooms[ABREAST];
	int64_t begun_ns = clock_now_ns();

	for (unsigned int i = 0; i < n; i++)
		rooms[i] = enter(bench, i, way);
	for (unsigned int i = 0; i < n; i++)
		leave(bench, i, &rooms[i]);
	return (double)(clock_now_ns() - begun_ns) / NS_PER_MS / n;
}

static int compare_doubles(const void *a, const void *b)
{
	const double *x = a;
	const double *y = b;

	return (*x > *y) - (*x < *y);
}

/* turn by turn, so that what else the machine does hits all alike */
static void measure(struct bench *bench, unsigned int n, double medians[WAYS])
{
	double ms[WAYS][ROUNDS];

	for (enum way way = 0; way < WAYS; way++)
		(void)live(bench, n, way); /* the first is dearer */
	for (size_t i = 0; i < ROUNDS; i++)
		for (enum way way = 0; way < WAYS; way++)
			ms[way][i] = live(bench, n, way);
	for (enum way way = 0; way < WAYS; way++) {
		qsort(ms[way], ROUNDS, sizeof(double), compare_doubles);
		medians[way] = ms[way][ROUNDS / 2];
	}
}

static bool print(const char *name, unsigned int n, const double ms[WAYS])
{
	double cost = ms[WAY_ALL] / ms[WAY_NONE] - 1;

	(void)printf("%s, %u at once, a lab\n", name, n);
	for (enum way way = WAY_ALL; way < WAYS; way++)
		(void)printf("  %-24s %8.2f ms  %+6.1f %%\n", way_names[way],
			     ms[way], (ms[way] / ms[WAY_NONE] - 1) * 100);
	(void)printf("  all against none < %.0f %%  %s\n", GOAL * 100,
		     cost < GOAL ? "ok" : "MISSED");
	(void)fflush(stdout);
	return cost < GOAL;
}

int main(int argc, char **argv)
{
	struct bench bench = {.folder = "/tmp/bench-observe-XXXXXX"};
	struct scenario *scenarios[STORIES];
	struct err err = {0};
	bool kept = true;

	must(argc == 2, "usage", &(struct err){.text = "bench_observe TCPLAB"});
	bench.exe_fd = open(argv[1], O_PATH | O_CLOEXEC);
	must(bench.exe_fd >= 0, argv[1], NULL);
	bench.owner_pidfd = ns_owner_open(&err);
	must(bench.owner_pidfd >= 0, "bench", &err);
	for (size_t i = 0; i < STORIES; i++)
		scenarios[i] = load(&stories[i]);
	must(mkdtemp(bench.folder), bench.folder, NULL);
	for (size_t i = 0; i < STORIES; i++) {
		bench.scenario = scenarios[i];
		for (unsigned int n = 1; n <= ABREAST; n += ABREAST - 1) {
			double ms[WAYS];

			measure(&bench, n, ms);
			kept &= print(stories[i].name, n, ms);
		}
		scenario_free(bench.scenario);
	}
	for (unsigned int i = 0; i < ABREAST; i++)
		(void)waitpid(tracing_forget(i), NULL, 0);
	must(rmdir(bench.folder) == 0, bench.folder, NULL);
	return kept ? 0 : 1;
}
