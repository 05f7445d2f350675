/*
 * test_relay.c - frames cross a relay whole, in order, and when they should
 *
 * a and b are hosts, the wire is between them: it relays from its eth0 to its
 * eth1. Frames are of an EtherType that no protocol stack takes.
 */
#include "wire/relay.h"

#include <poll.h>
#include <net/ethernet.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "topo/built.h"
#include "wire/port.h"

#define FRAMES	    5000
#define PATIENCE_MS 5000
#define SEED	    4711
#define LATE_NS	    (30 * NS_PER_MS)

/** struct bench - a relay between two hosts */
struct bench {
	struct built built;
	struct relay *relay;
	int a_fd;
	int b_fd;
	struct port_frame *room[PORT_BURST];
};

static struct bench bench_new(struct ns_runner *self,
			      const struct impair_rules *rules)
{
	struct bench bench = {
		.built = built_new(self, "a w b; a-w w-b", IP_FAMILIES_V4),
	};
	size_t w = shape_host(bench.built.shape, "w");
	struct relay_wire wire = {
		.netns_fd = topo_host_netns(bench.built.topo, w),
		.ifindex = {topo_port(bench.built.topo, w, 0).ifindex,
			    topo_port(bench.built.topo, w, 1).ifindex},
		.rules = {*rules, *rules},
		.seed = SEED,
	};
	const struct relay_config config = {0};
	struct err err = {0};

	lab_check(relay_new(&config, &bench.relay, &err) == 0, "%s", err.text);
	lab_check(relay_add(bench.relay, &wire, &err) == 0, "%s", err.text);
	bench.a_fd = port_open(built_netns(&bench.built, "a"),
			       topo_port(bench.built.topo,
					 shape_host(bench.built.shape, "a"), 0)
				       .ifindex,
			       &err);
	bench.b_fd = port_open(built_netns(&bench.built, "b"),
			       topo_port(bench.built.topo,
					 shape_host(bench.built.shape, "b"), 0)
				       .ifindex,
			       &err);
	lab_check(bench.a_fd >= 0 && bench.b_fd >= 0, "%s", err.text);
	for (size_t i = 0; i < PORT_BURST; i++)
		bench.room[i] = mem_new(struct port_frame, 1);
	return bench;
}

static void bench_done(struct bench *bench)
{
	for (size_t i = 0; i < PORT_BURST; i++)
		free(bench->room[i]);
	fd_close(&bench->a_fd);
	fd_close(&bench->b_fd);
	relay_free(bench->relay);
	built_done(&bench->built);
}

/* the n-th frame: its number, a length and bytes that follow from it */
static void fill(struct port_frame *frame, uint32_t n)
{
	struct dice dice;

	dice_init(&dice, SEED, n);
	frame->len = 60 + (uint32_t)(dice_u64(&dice) % 1455);
	for (uint32_t i = 0; i < frame->len; i++)
		frame->bytes[i] = (uint8_t)dice_u64(&dice);
	/* to nobody; from nobody; "local experimental" of IEEE 802 */
	memset(frame->bytes, 0x06, 2 * ETHER_ADDR_LEN);
	frame->bytes[12] = 0x88;
	frame->bytes[13] = 0xb5;
	memcpy(frame->bytes + ETHER_HDR_LEN, &n, sizeof(n));
}

static bool is_ours(const struct port_frame *frame)
{
	return frame->len > ETHER_HDR_LEN && frame->bytes[12] == 0x88 &&
	       frame->bytes[13] == 0xb5;
}

static void send_one(const struct bench *bench, uint32_t n)
{
	struct port_frame frame;
	struct port_frame *one = &frame;

	fill(&frame, n);
	lab_check(port_give(bench->a_fd, &one, 1) == 1, "errno %d", errno);
}

/* let the relay work until it sleeps or a frame of ours is at b's door */
static bool turn_until_there(struct bench *bench)
{
	struct pollfd fds[] = {
		{.fd = bench->b_fd, .events = POLLIN},
		{.fd = relay_fd(bench->relay), .events = POLLIN},
	};

	for (;;) {
		lab_check(poll(fds, 2, PATIENCE_MS) > 0, "nothing comes");
		if (fds[1].revents)
			relay_turn(bench->relay);
		if (fds[0].revents)
			return true;
	}
}

/* the number of the next frame that comes out at b, which must be whole */
static uint32_t next_number(struct bench *bench)
{
	for (;;) {
		struct port_frame wanted;
		uint32_t n;

		(void)turn_until_there(bench);
		if (port_take(bench->b_fd, bench->room, 1, NULL) != 1 ||
		    !is_ours(bench->room[0]))
			continue;
		memcpy(&n, bench->room[0]->bytes + ETHER_HDR_LEN, sizeof(n));
		fill(&wanted, n);
		lab_check(wanted.len == bench->room[0]->len &&
				  memcmp(wanted.bytes, bench->room[0]->bytes,
					 wanted.len) == 0,
			  "frame %u is not as it was sent", n);
		return n;
	}
}

static int whole_and_in_order(void *arg, struct ns_runner *self)
{
	const struct impair_rules none = {0};
	struct bench bench = bench_new(self, &none);
	struct relay_count count;

	(void)arg;
	for (uint32_t n = 0; n < FRAMES; n++) {
		uint32_t got;

		send_one(&bench, n);
		got = next_number(&bench);
		lab_check(got == n, "frame %u instead of %u", got, n);
	}
	count = relay_counts(bench.relay, 0, LINK_A_TO_B);
	lab_check(count.gone == count.came && count.came >= FRAMES &&
			  count.missed == 0 && count.under_way == 0,
		  "%lu came, %lu gone", count.came, count.gone);
	bench_done(&bench);
	return 0;
}

/* the relay loses just those that its dice lose, and no other */
static int loses_what_was_asked(void *arg, struct ns_runner *self)
{
	const struct impair_rules rules = {.loss = 0.3};
	struct bench bench = bench_new(self, &rules);
	struct relay_count before = relay_counts(bench.relay, 0, LINK_A_TO_B);
	struct relay_count after;
	struct impair twin;
	uint64_t lost = 0;

	(void)arg;
	impair_init(&twin, &rules, SEED, 0);
	for (uint64_t i = 0; i < before.came; i++)
		(void)impair_frame(&twin, 60, 0, 0);
	for (uint32_t n = 0; n < FRAMES; n++) {
		bool gone = impair_frame(&twin, 60, 0, 0).fate == IMPAIR_LOST;
		uint32_t got;

		send_one(&bench, n);
		lost += gone;
		if (gone)
			continue;
		got = next_number(&bench);
		lab_check(got == n, "frame %u instead of %u", got, n);
	}
	while (relay_counts(bench.relay, 0, LINK_A_TO_B).came < FRAMES)
		relay_turn(bench.relay);
	after = relay_counts(bench.relay, 0, LINK_A_TO_B);
	lab_check(after.lost == lost && after.missed == 0, "%lu lost, not %lu",
		  after.lost, lost);
	bench_done(&bench);
	return 0;
}

static int never_early(void *arg, struct ns_runner *self)
{
	const struct impair_rules rules = {.delay_ns = 20 * NS_PER_MS};
	struct bench bench = bench_new(self, &rules);

	(void)arg;
	for (uint32_t n = 0; n < 20; n++) {
		int64_t began_ns = clock_now_ns();
		int64_t took_ns;

		send_one(&bench, n);
		lab_check(next_number(&bench) == n, "not frame %u", n);
		took_ns = clock_now_ns() - began_ns;
		lab_check(took_ns >= rules.delay_ns, "early: %ld ns", took_ns);
	}
	bench_done(&bench);
	return 0;
}

/* the limit holds, and what it drops is counted apart */
static int overflows(void *arg, struct ns_runner *self)
{
	const struct impair_rules rules = {.delay_ns = 200 * NS_PER_MS,
					   .limit = 10};
	struct bench bench = bench_new(self, &rules);
	struct relay_count count;

	(void)arg;
	for (uint32_t n = 0; n < 50; n++)
		send_one(&bench, n);
	for (uint32_t n = 0; n < 10; n++)
		(void)next_number(&bench);
	count = relay_counts(bench.relay, 0, LINK_A_TO_B);
	lab_check(count.overflow >= 40 && count.lost == 0 && count.missed == 0,
		  "%lu too many", count.overflow);
	bench_done(&bench);
	return 0;
}

/* nothing was to wait, and it waited: nobody was there to take it */
static int tells_that_it_was_late(void *arg, struct ns_runner *self)
{
	const struct impair_rules none = {0};
	struct bench bench = bench_new(self, &none);
	int64_t latest_ns = 0;

	(void)arg;
	/* a kernel begins to stamp in its own time (net/core/dev.c,
	 * net_enable_timestamp) */
	for (uint32_t n = 0; n < 10 && latest_ns < LATE_NS; n++) {
		const struct timespec late = {.tv_nsec = LATE_NS};

		send_one(&bench, n);
		(void)nanosleep(&late, NULL); /* sleeps: so late it is */
		lab_check(next_number(&bench) == n, "not frame %u", n);
		latest_ns = relay_counts(bench.relay, 0, LINK_A_TO_B).latest_ns;
	}
	lab_check(latest_ns >= LATE_NS, "%ld ns, it says", latest_ns);
	bench_done(&bench);
	return 0;
}

static int idle(void *arg, struct ns_runner *self)
{
	const struct impair_rules none = {0};
	struct bench bench = bench_new(self, &none);
	struct pollfd fd = {.fd = relay_fd(bench.relay), .events = POLLIN};

	(void)arg;
	send_one(&bench, 1);
	lab_check(next_number(&bench) == 1, "not frame 1");
	/* whatever the hosts' kernels say by themselves passes, too */
	while (poll(&fd, 1, 100) > 0)
		relay_turn(bench.relay);
	lab_check(poll(&fd, 1, 0) == 0, "it has nothing to do, and wakes up");
	bench_done(&bench);
	return 0;
}

static const struct {
	const char *name;
	int (*body)(void *arg, struct ns_runner *self);
} bodies[] = {
	{"whole and in order", whole_and_in_order},
	{"loses what was asked", loses_what_was_asked},
	{"never early", never_early},
	{"overflows", overflows},
	{"tells that it was late", tells_that_it_was_late},
	{"idle", idle},
};

#define N_BODIES ((int)(sizeof(bodies) / sizeof(bodies[0])))

START_TEST(test_relay)
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
	Suite *suite = suite_create("relay");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, test_relay, 0, N_BODIES * LAB_USERS);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
