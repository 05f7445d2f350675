/*
 * test_way.c - a wire that is cut, forgets, goes down, or says what nobody said
 */
#include <net/if.h>
#include <sys/ioctl.h>

#include "wire/story.h"

/* one way or the other; what is on its way arrives */
static int cut(void *arg, struct ns_runner *self)
{
	struct relay_wire wire = {
		.rules = {{.delay_ns = 20 * NS_PER_MS}},
	};
	struct crossing *crossing = crossing_new(self, wire, NULL, 0);
	struct relay_count count;

	(void)arg;
	tell(crossing, 0, 3);
	relay_cut(crossing->relay, 0, LINK_A_TO_B, true);
	tell(crossing, 3, 8);
	relay_cut(crossing->relay, 0, LINK_A_TO_B, false);
	relay_cut(crossing->relay, 0, LINK_B_TO_A, true);
	tell(crossing, 8, N_STORY);
	expect(crossing, 1, "0 2 10 ");
	relay_cut(crossing->relay, 0, LINK_B_TO_A, false);
	expect(crossing, 0, "1 6 ");
	count = relay_counts(crossing->relay, 0, LINK_A_TO_B);
	lab_check(count.cut == 4, "%lu were cut", count.cut);
	crossing_free(crossing);
	return 0;
}

/* Return: whether all that was sent before the wire was cut went on. */
static bool all_went_on(struct ns_runner *self)
{
	struct crossing *crossing =
		crossing_new(self, (struct relay_wire){0}, NULL, 0);
	struct port_frame frame = crossing_mark();
	struct port_frame *frames[] = {&frame};
	struct relay_count count;

	for (int i = 0; i < 5 * PORT_BURST; i++)
		lab_check(port_give(crossing->fds[0], frames, 1) == 1,
			  "errno %d", errno);
	relay_catch_up(crossing->relay);
	relay_cut(crossing->relay, 0, LINK_A_TO_B, true);
	relay_catch_up(crossing->relay);
	count = relay_counts(crossing->relay, 0, LINK_A_TO_B);
	crossing_free(crossing);
	return count.gone == 5 * PORT_BURST;
}

/* they came before, and were not taken yet. On a busy machine the kernel may
 * hand some over later; one that takes a burst at a time never has them all */
static int cut_behind(void *arg, struct ns_runner *self)
{
	(void)arg;
	for (int i = 0; i < 5; i++)
		if (all_went_on(self))
			return 0;
	lab_check(false, "an order overtakes frames");
	return 1;
}

static int forget(void *arg, struct ns_runner *self)
{
	bool resets = *(int *)arg;
	struct relay_wire wire = {.nat_resets = resets};
	struct crossing *crossing = crossing_new(self, wire, NULL, 0);
	struct port_frame frame;
	struct segment s;

	tell(crossing, 0, 3);
	expect(crossing, 1, "0 2 ");
	relay_forget(crossing->relay, 0);
	tell(crossing, 3, 4);
	if (resets) {
		s = next_segment(crossing, 0, &frame);
		lab_check(s.flags == SA, "not the SYN,ACK");
		s = next_segment(crossing, 0, &frame);
		lab_check(s.flags == FLAG(RST) && s.seq == 501 &&
				  s.checksum_good && s.to.port == 5000,
			  "flags %x, seq %u", s.flags, s.seq);
	}
	lab_check(relay_counts(crossing->relay, 0, LINK_A_TO_B).forgotten == 1,
		  "it was not dropped");
	tell(crossing, 0, 4);
	expect(crossing, 1, "0 2 3 ");
	expect(crossing, 0, resets ? "1 " : "1 1 ");
	crossing_free(crossing);
	return 0;
}

/* an injection as seen where it arrives; numbers of the connection */
static int inject(void *arg, struct ns_runner *self)
{
	const struct inject_spec spec = {
		.on = (char *)"c",
		.flags = A,
		.seq = {.set = true, .base = INJECT_BASE_NEXT, .plus = -1},
		.window = 99,
		.text = (char *)"x",
		.times = 2,
	};
	struct fault_spec drop = {.action = FAULT_DROP, .disarmed = true};
	struct relay_injection injection = {.spec = &spec, .wire = 0};
	struct crossing *crossing =
		crossing_new(self, (struct relay_wire){0}, &drop, 1);
	struct relay_hit made;
	struct port_frame frame;
	struct segment s;
	struct err err = {0};

	(void)arg;
	(void)endpoint_parse("10.9.0.1:5000", &injection.from);
	(void)endpoint_parse("10.9.0.2:80", &injection.to);
	lab_check(relay_inject(crossing->relay, &injection, &made, &err) ==
			  -ENOTCONN,
		  "there is no connection yet");
	tell(crossing, 0, 4);
	expect(crossing, 1, "0 2 3 ");
	relay_arm(crossing->relay, 0, true);
	lab_check(relay_inject(crossing->relay, &injection, &made, &err) == 0,
		  "%s", err.text);
	lab_check(made.rel_seq == 10 && made.rel_ack == 1 && made.len == 1 &&
			  made.again && made.roles == ROLE(DATA),
		  "rel_seq %u, roles %x", made.rel_seq, made.roles);
	for (int i = 0; i < 2; i++) {
		s = next_segment(crossing, 1, &frame);
		lab_check(s.window == 99 && s.checksum_good && s.seq == 110 &&
				  s.ack == 501 && *s.payload == 'x' &&
				  frame_digest(frame.bytes, frame.len) ==
					  made.digest,
			  "window %u, seq %u", s.window, s.seq);
		/* as frames between these two were addressed */
		lab_check(frame.bytes[0] == 2 && frame.bytes[5] == 1,
			  "to another host");
	}
	lab_check(relay_counts(crossing->relay, 0, LINK_A_TO_B).gone == 4,
		  "forged ones do not count");
	crossing_free(crossing);
	return 0;
}

/* a host takes it though no frame has ever passed: a SYN is answered */
static int inject_first(void *arg, struct ns_runner *self)
{
	const struct inject_spec spec = {.flags = S, .times = 1};
	struct relay_injection injection = {.spec = &spec};
	struct crossing *crossing =
		crossing_new(self, (struct relay_wire){0}, NULL, 0);
	struct topo *topo = crossing->built.topo;
	size_t a = shape_host(crossing->built.shape, "a");
	size_t b = shape_host(crossing->built.shape, "b");
	struct port_frame frame;
	struct relay_hit made;
	struct segment s;
	struct err err = {0};

	(void)arg;
	lab_check(topo_address(topo, b, a, AF_INET, &injection.from) == 0 &&
			  topo_address(topo, a, b, AF_INET, &injection.to) == 0,
		  "no addresses");
	injection.from.port = 7;
	injection.to.port = 8;
	lab_check(relay_inject(crossing->relay, &injection, &made, &err) == 0,
		  "%s", err.text);
	/* it refuses: nobody listens */
	s = next_segment(crossing, 1, &frame);
	lab_check(s.flags == S, "not the SYN");
	while (relay_counts(crossing->relay, 0, LINK_B_TO_A).came == 0) {
		struct pollfd fd = {.fd = relay_fd(crossing->relay),
				    .events = POLLIN};

		lab_check(poll(&fd, 1, CROSSING_MS) > 0, "it is not answered");
		relay_turn(crossing->relay);
	}
	crossing_free(crossing);
	return 0;
}

static void set_up(const struct topo_wire *wire, int end, bool up)
{
	struct ifreq request = {.ifr_ifindex = wire->ifindex[end]};
	struct err err = {0};
	SCOPED_FD int fd =
		netns_socket(wire->netns_fd, AF_INET, SOCK_DGRAM, 0, &err);

	lab_check(fd >= 0, "%s", err.text);
	lab_check(ioctl(fd, SIOCGIFNAME, &request) == 0, "errno %d", errno);
	lab_check(ioctl(fd, SIOCGIFFLAGS, &request) == 0, "errno %d", errno);
	request.ifr_flags = (short)(up ? request.ifr_flags | IFF_UP
				       : request.ifr_flags & ~IFF_UP);
	lab_check(ioctl(fd, SIOCSIFFLAGS, &request) == 0, "errno %d", errno);
}

/* an interface that goes away is an error of its socket: it must wake us once,
 * and not for ever; and when it is back, frames pass */
static int down_and_up(void *arg, struct ns_runner *self)
{
	struct crossing *crossing =
		crossing_new(self, (struct relay_wire){0}, NULL, 0);
	struct pollfd fd = {.fd = relay_fd(crossing->relay), .events = POLLIN};
	struct topo_wire wire;

	(void)arg;
	lab_check(topo_wire(crossing->built.topo, 0, &wire), "no wire");
	tell(crossing, 0, 3);
	expect(crossing, 1, "0 2 ");
	for (int end = 0; end < 2; end++) {
		int turns = 0;

		set_up(&wire, end, false);
		while (poll(&fd, 1, 0) > 0) {
			lab_check(turns++ < 100, "it never sleeps again");
			relay_turn(crossing->relay);
		}
		set_up(&wire, end, true);
	}
	tell(crossing, 3, N_STORY);
	expect(crossing, 1, "3 4 5 7 10 ");
	expect(crossing, 0, "1 6 8 9 ");
	crossing_free(crossing);
	return 0;
}

static const struct {
	const char *name;
	int (*body)(void *arg, struct ns_runner *self);
	int arg;
} bodies[] = {
	{"cut", cut, 0},
	{"cut behind what came", cut_behind, 0},
	{"forget, silently", forget, 0},
	{"forget, and reset", forget, 1},
	{"down and up", down_and_up, 0},
	{"inject", inject, 0},
	{"inject first", inject_first, 0},
};

START_TEST(test_body)
{
	int user = _i % LAB_USERS;
	int which = _i / LAB_USERS;
	int arg = bodies[which].arg;

	if (lab_can_be(user))
		lab_assert(bodies[which].name, user, .main = bodies[which].body,
			   .arg = &arg);
}
END_TEST

#define N(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("way");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, test_body, 0, N(bodies) * LAB_USERS);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
