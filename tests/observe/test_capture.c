/*
 * test_capture.c - what was sent comes before what arrived, and can be found
 *
 * A child connects to a closed port over and over, on its own CPU if there are
 * two: each time a SYN and an RST cross the wire, while the capture looks.
 */
#include "observe/capture.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/vec.h"
#include "event/event.h"
#include "observe/pcapng.h"
#include "tcp/digest.h"
#include "topo/built.h"

#define CONNECTS    3000
#define PATIENCE_MS 5000
#define ROOM	    (4 * CONNECTS)

/** struct told - what the capture told */
struct told {
	VEC(uint32_t) sent[2]; /* numbers of segments, by host: a, b */
	size_t arrived;
	size_t unsent; /* arrived, and not sent so far */
	size_t gaps;
	int64_t gap_until_ns; /* the last one */
	int64_t latest_ns;
	int64_t backward_ns; /* the most that an event was before another */
};

/** struct bench - two hosts and what is seen of them */
struct bench {
	struct built built;
	struct told told;
	struct pcapng *file;
	struct capture *capture;
	char folder[32];
	int dirfd;
};

/* the initial sequence number of the connect */
static uint32_t number(const struct event_segment *s)
{
	return strcmp(s->flags, "SYN") == 0 ? s->seq : s->ack - 1;
}

static bool is_sent(const struct told *told, size_t host, uint32_t n)
{
	for (size_t i = told->sent[host].n; i > 0; i--)
		if (told->sent[host].v[i - 1] == n)
			return true;
	return false;
}

static void tell(void *arg, struct event *event)
{
	struct told *told = arg;
	size_t host = event->host && *event->host == 'b';

	if (event->kind == EVENT_GAP) {
		(void)fprintf(stderr, "gap: %s\n", event->gap.why);
		told->gaps++;
		told->gap_until_ns = event->gap.to_ns;
		return;
	}
	lab_check(event->kind == EVENT_SEGMENT, "%d", event->kind);
	if (told->latest_ns - event->t_ns > told->backward_ns)
		told->backward_ns = told->latest_ns - event->t_ns;
	told->latest_ns = event->t_ns;
	if (event->segment.out) {
		vec_push(&told->sent[host], number(&event->segment));
		return;
	}
	told->arrived++;
	told->unsent += !is_sent(told, !host, number(&event->segment));
}

static void add_port(struct bench *bench, const char *host, const char *to,
		     unsigned int room)
{
	size_t index = shape_host(bench->built.shape, host);
	struct topo_port port = topo_port(bench->built.topo, index, 0);
	const struct capture_port tapped = {
		.host = host,
		.name = port.name,
		.to = to,
		.netns_fd = topo_host_netns(bench->built.topo, index),
		.ifindex = port.ifindex,
		.frames = room,
	};
	struct err err = {0};

	lab_check(capture_add(bench->capture, &tapped, &err) == 0, "%s",
		  err.text);
}

/* one port is looked at before the other: a trap for one of the two ways */
static void bench_add(struct bench *bench, unsigned int room)
{
	const struct event_sink sink = {
		.emit = tell,
		.arg = &bench->told,
		.epoch_ns = clock_now_ns(),
	};
	struct err err = {0};

	lab_check(capture_new(&sink, bench->file, &bench->capture, &err) == 0,
		  "%s", err.text);
	add_port(bench, "a", "b", room);
	add_port(bench, "b", "a", room);
}

static void bench_build(struct bench *bench, struct ns_runner *self)
{
	struct err err = {0};

	*bench = (struct bench){
		.built = built_new(self, "a b; a-b", IP_FAMILIES_V4),
		.folder = "/tmp/tcplab-capture-XXXXXX",
	};
	bench->dirfd = mkdtemp(bench->folder)
			       ? open(bench->folder, O_DIRECTORY | O_CLOEXEC)
			       : -1;
	lab_check(bench->dirfd >= 0, "errno %d", errno);
	lab_check(pcapng_create(bench->dirfd, "c", NULL, &bench->file, &err) ==
			  0,
		  "%s", err.text);
}

static void bench_init(struct bench *bench, struct ns_runner *self,
		       unsigned int room)
{
	bench_build(bench, self);
	bench_add(bench, room);
	capture_prepare(bench->capture);
	capture_start(bench->capture);
}

static void bench_done(struct bench *bench)
{
	capture_free(bench->capture);
	lab_check(pcapng_close(bench->file, NULL) == 0, "not written");
	(void)unlinkat(bench->dirfd, "c", 0);
	fd_close(&bench->dirfd);
	lab_check(rmdir(bench->folder) == 0, "files are left over");
	built_done(&bench->built);
	vec_done(&bench->told.sent[0]);
	vec_done(&bench->told.sent[1]);
}

/* connect from a to b, where nobody listens */
static void be_refused(const struct bench *bench, int times)
{
	size_t a = shape_host(bench->built.shape, "a");
	size_t b = shape_host(bench->built.shape, "b");
	struct endpoint to;
	struct sockaddr_storage ss;
	socklen_t len;

	lab_check(topo_address(bench->built.topo, a, b, AF_INET, &to) == 0,
		  "no address");
	to.port = 7788;
	len = endpoint_to_sockaddr(&to, &ss);
	for (int i = 0; i < times; i++) {
		SCOPED_FD int fd =
			built_socket(&bench->built, a, AF_INET, SOCK_STREAM, 0);

		lab_check(connect(fd, (void *)&ss, len) < 0 &&
				  errno == ECONNREFUSED,
			  "errno %d", errno);
	}
}

static int sent_before_arrived(void *arg, struct ns_runner *self)
{
	struct bench bench;
	struct pollfd fds[2];
	pid_t child;
	int ends[2];

	(void)arg;
	bench_init(&bench, self, ROOM);
	lab_check(pipe2(ends, O_CLOEXEC) == 0, "errno %d", errno);
	child = fork();
	if (child == 0) {
		be_refused(&bench, CONNECTS);
		_exit(0);
	}
	fd_close(&ends[1]);
	fds[0] = (struct pollfd){.fd = ends[0]};
	fds[1] = (struct pollfd){.fd = capture_fd(bench.capture),
				 .events = POLLIN};
	do {
		lab_check(poll(fds, 2, PATIENCE_MS) > 0, "nothing comes");
		capture_take(bench.capture);
	} while (!fds[0].revents);
	lab_check(lab_wait(child) == 0, "the child failed");
	fd_close(&ends[0]);
	capture_end(bench.capture);
	lab_check(bench.told.sent[0].n == CONNECTS &&
			  bench.told.sent[1].n == CONNECTS &&
			  bench.told.arrived == 2 * (size_t)CONNECTS,
		  "%zu and %zu sent, %zu arrived", bench.told.sent[0].n,
		  bench.told.sent[1].n, bench.told.arrived);
	lab_check(bench.told.unsent == 0, "%zu arrived before they were sent",
		  bench.told.unsent);
	lab_check(bench.told.gaps == 0, "%zu gaps", bench.told.gaps);
	bench_done(&bench);
	return 0;
}

/* more than it takes at a time: its descriptor says so until all is there */
static int bit_by_bit(void *arg, struct ns_runner *self)
{
	struct bench bench;
	struct pollfd fd;
	int takes = 0;

	(void)arg;
	bench_init(&bench, self, ROOM);
	be_refused(&bench, CONNECTS);
	fd = (struct pollfd){.fd = capture_fd(bench.capture), .events = POLLIN};
	for (; poll(&fd, 1, 0) == 1; takes++)
		capture_take(bench.capture);
	lab_check(takes > 1 && takes < 10, "%d takes", takes);
	lab_check(bench.told.arrived == 2 * (size_t)CONNECTS, "%zu arrived",
		  bench.told.arrived);
	lab_check(bench.told.unsent == 0 && bench.told.backward_ns <= 0,
		  "out of order");
	bench_done(&bench);
	return 0;
}

/* a ring too small: a gap a host, and what is there is told */
static int lost(void *arg, struct ns_runner *self)
{
	struct bench bench;

	(void)arg;
	bench_init(&bench, self, 32);
	be_refused(&bench, 100);
	capture_end(bench.capture);
	lab_check(bench.told.gaps == 2, "%zu gaps", bench.told.gaps);
	lab_check(bench.told.sent[0].n == 16, "%zu sent", bench.told.sent[0].n);
	bench_done(&bench);
	return 0;
}

/** struct block - a packet of the file */
struct block {
	uint32_t type;
	uint32_t len;
	uint32_t interface;
	uint32_t stamp[2];
	uint32_t caplen;
	uint32_t whole;
	uint8_t bytes[];
};

/* the packet of that number, and how many there are; NULL if there is none */
static const struct block *packet(const char *file, size_t len, uint64_t n)
{
	for (size_t at = 0; at < len;) {
		const struct block *block = (const void *)(file + at);

		lab_check(block->len && block->len <= len - at, "at %zu", at);
		if (block->type == 6 && --n == 0)
			return block;
		at += block->len;
	}
	return NULL;
}

static char *contents(const struct bench *bench, size_t *len)
{
	char *file = NULL;
	struct err err = {0};

	lab_check(file_read(bench->dirfd, "c", 1 << 20, &file, len, &err) == 0,
		  "%s", err.text);
	return file;
}

static int found_and_commented(void *arg, struct ns_runner *self)
{
	SCOPED_FREE char *plain = NULL;
	SCOPED_FREE char *commented = NULL;
	const struct block *third;
	struct bench bench;
	uint64_t digest;
	size_t len;

	(void)arg;
	bench_init(&bench, self, ROOM);
	capture_watch_digests(bench.capture);
	be_refused(&bench, 3);
	capture_take(bench.capture);
	lab_check(pcapng_flush(bench.file) == 0, "not written");
	plain = contents(&bench, &len);
	/* a's SYN: it is sent, and arrives */
	third = packet(plain, len, 1);
	lab_check(third && packet(plain, len, 12) && !packet(plain, len, 13),
		  "not 12 frames");
	digest = frame_digest(third->bytes, third->caplen);
	lab_check(capture_find(bench.capture, "b", false, digest) == 2,
		  "not there where it arrived");
	lab_check(capture_find(bench.capture, "b", true, digest) == 0,
		  "b did not send it");
	lab_check(capture_find(bench.capture, "c", true, digest) == 0,
		  "nor did c");
	lab_check(capture_find(bench.capture, "a", true, digest + 1) == 0,
		  "found what is not there");
	lab_check(capture_find(bench.capture, "a", true, digest) == 1,
		  "not there where it was sent");
	lab_check(capture_find(bench.capture, "a", true, digest) == 0,
		  "found twice");
	capture_comment(bench.capture, 3, "three");
	capture_comment(bench.capture, 1, "one");
	capture_comment(bench.capture, 0, "nothing");
	capture_comment(bench.capture, 1, "and one more");
	capture_end(bench.capture);
	lab_check(capture_annotate(bench.capture, NULL) == 0, "not annotated");
	commented = contents(&bench, &len);
	lab_check(memmem(packet(commented, len, 1),
			 packet(commented, len, 1)->len,
			 "\1\0\3\0one\0\1\0\14\0and one more", 24),
		  "no comments on the first");
	lab_check(memmem(packet(commented, len, 3),
			 packet(commented, len, 3)->len, "\1\0\5\0three", 9),
		  "no comment on the third");
	lab_check(!memmem(commented, len, "nothing", 7), "a comment too many");
	bench_done(&bench);
	return 0;
}

/* the right to listen is given up, for the time being */
static void allow_raw(bool allowed)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	lab_check(syscall(SYS_capget, &head, data) == 0, "errno %d", errno);
	if (allowed)
		data[0].effective |= 1U << CAP_NET_RAW;
	else
		data[0].effective &= ~(1U << CAP_NET_RAW);
	lab_check(syscall(SYS_capset, &head, data) == 0, "errno %d", errno);
}

/* an interface that may not be listened to, and one that is not there: the
 * others are */
static int refused(void *arg, struct ns_runner *self)
{
	struct capture_port port = {
		.host = "a",
		.name = "eth1",
		.to = "c",
		.ifindex = 4711,
		.frames = 32,
	};
	struct bench bench;
	struct err err = {0};

	(void)arg;
	bench_build(&bench, self);
	bench_add(&bench, ROOM);
	port.netns_fd = built_netns(&bench.built, "a");
	allow_raw(false);
	lab_check(capture_add(bench.capture, &port, &err) == -EPERM, "%s",
		  err.text);
	allow_raw(true);
	lab_check(strncmp(err.text, "capture a:eth1: ", 16) == 0, "%s",
		  err.text);
	lab_check(capture_add(bench.capture, &port, &err) == 0, "%s", err.text);
	capture_prepare(bench.capture);
	capture_start(bench.capture);
	lab_check(bench.told.gaps == 1, "%zu gaps", bench.told.gaps);
	lab_check(bench.told.gap_until_ns == INT64_MAX,
		  "it is deaf until the end");
	be_refused(&bench, 10);
	capture_end(bench.capture);
	lab_check(bench.told.arrived == 20 && bench.told.unsent == 0,
		  "%zu arrived, %zu unsent", bench.told.arrived,
		  bench.told.unsent);
	/* nothing comes of what comes later */
	be_refused(&bench, 1);
	capture_take(bench.capture);
	lab_check(bench.told.arrived == 20, "%zu arrived", bench.told.arrived);
	bench_done(&bench);
	return 0;
}

static const struct {
	const char *name;
	int (*body)(void *arg, struct ns_runner *self);
} bodies[] = {
	{"sent before arrived", sent_before_arrived},
	{"bit by bit", bit_by_bit},
	{"lost", lost},
	{"found and commented", found_and_commented},
	{"refused", refused},
};

#define N_BODIES ((int)(sizeof(bodies) / sizeof(bodies[0])))

START_TEST(test_capture)
{
	int user = _i % LAB_USERS;
	int body = _i / LAB_USERS;

	if (!lab_can_be(user))
		return;
	lab_assert(bodies[body].name, user, .main = bodies[body].body);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, test_capture, 0, N_BODIES * LAB_USERS);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
