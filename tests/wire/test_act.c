/*
 * test_act.c - what faults, cuts, a NAT and injections do to frames on a wire
 */
#include "tcp/digest.h"
#include "tcp/flow.h"
#include "wire/crossing.h"

#define FLAG(name) TCP_FLAG_BIT(TCP_FLAG_##name)
#define ROLE(name) FLOW_ROLE_BIT(FLOW_##name)
#define TEXT	   200

/** struct arrow - a segment of the story; its index is its window */
struct arrow {
	int end; /* that sends it: 0 is a */
	uint8_t flags;
	uint32_t seq;
	uint32_t ack;
	uint32_t len;
};

#define S  FLAG(SYN)
#define A  FLAG(ACK)
#define F  FLAG(FIN)
#define SA (S | A)
#define FA (F | A)

/* a opens, sends, sends again, closes */
static const struct arrow story[] = {
	{0, S, 100, 0, 0},    {1, SA, 500, 101, 0}, {0, A, 101, 501, 0},
	{0, A, 101, 501, 10}, {0, A, 111, 501, 20}, {0, A, 111, 501, 20},
	{1, A, 501, 131, 0},  {0, FA, 131, 501, 0}, {1, A, 501, 132, 0},
	{1, FA, 501, 132, 0}, {0, A, 132, 502, 0},
};

#define N_STORY ((int)(sizeof(story) / sizeof(story[0])))

static struct port_frame frame_of(const struct arrow *arrow, int index)
{
	struct forge forge = {
		.flags = arrow->flags,
		.seq = arrow->seq,
		.ack = arrow->ack,
		.payload_len = arrow->len,
		.window = (uint16_t)index,
		.mac_from = {2, 9, 9, 9, 9, (uint8_t)arrow->end},
		.mac_to = {2, 9, 9, 9, 9, (uint8_t)!arrow->end},
	};
	struct port_frame frame;

	(void)endpoint_parse(arrow->end ? "10.9.0.2:80" : "10.9.0.1:5000",
			     &forge.from);
	(void)endpoint_parse(arrow->end ? "10.9.0.1:5000" : "10.9.0.2:80",
			     &forge.to);
	lab_check(forge_frame(&forge, &frame) == 0, "it cannot be built");
	return frame;
}

static void tell(struct crossing *crossing, int begin, int end)
{
	for (int i = begin; i < end; i++) {
		struct port_frame frame = frame_of(&story[i], i);

		crossing_send(crossing, story[i].end, &frame);
	}
}

/* what came out at one end up to a mark sent now: "0 2 4! ", with a sign where
 * the checksum is wrong; at least @least of them */
static const char *heard(struct crossing *crossing, int end, int least,
			 char text[TEXT])
{
	struct port_frame frame = crossing_mark();
	size_t len = 0;
	bool marked = false;

	text[0] = '\0';
	crossing_send(crossing, !end, &frame);
	for (int n = 0; !marked || n < least;) {
		struct segment s;

		crossing_take(crossing, end, &frame);
		if (crossing_is_mark(&frame))
			marked = true;
		if (segment_parse(frame.bytes, frame.len, &s) < 0)
			continue;
		n++;
		len += (size_t)snprintf(text + len, TEXT - len, "%u%s ",
					s.window, s.checksum_good ? "" : "!");
		lab_check(len < TEXT - 10, "too much: %s", text);
	}
	return text;
}

static void expect(struct crossing *crossing, int end, const char *wanted)
{
	char text[TEXT];
	int least = 0;

	for (const char *p = wanted; *p; p++)
		least += *p == ' ';
	(void)heard(crossing, end, least, text);
	lab_check(strcmp(text, wanted) == 0, "at %c: \"%s\", not \"%s\"",
		  'a' + end, text, wanted);
}

/* "4 5", the windows of those hit; each as it came */
static void expect_hits(const struct crossing *crossing, const char *wanted,
			const char *name)
{
	char text[TEXT] = "";
	size_t len = 0;

	vec_foreach(&crossing->hits, hit)
		for (int i = 0; i < N_STORY; i++) {
			struct port_frame frame = frame_of(&story[i], i);

			if (frame_digest(frame.bytes, frame.len) != hit->digest)
				continue;
			len += (size_t)snprintf(text + len, TEXT - len, "%d%s ",
						i, hit->released ? "r" : "");
			lab_check(hit->seq == story[i].seq &&
					  hit->ack == story[i].ack &&
					  hit->len == story[i].len &&
					  hit->flags == story[i].flags &&
					  (int)hit->way == story[i].end,
				  "%s: not segment %d", name, i);
		}
	lab_check(strcmp(text, wanted) == 0, "%s: hits \"%s\", not \"%s\"",
		  name, text, wanted);
}

static const struct {
	const char *name;
	struct fault_spec spec;
	const char *at_b;
	const char *at_a;
	const char *hits;
} acts[] = {
	{"nothing", {.disarmed = true}, "0 2 3 4 5 7 10 ", "1 6 8 9 ", ""},
	{"drop data once",
	 {.action = FAULT_DROP, .which = {.roles = ROLE(DATA)}, .times = 1},
	 "0 2 4 5 7 10 ",
	 "1 6 8 9 ",
	 "3 "},
	{"drop the second data, and what repeats it",
	 {.action = FAULT_DROP, .which = {.roles = ROLE(DATA)}, .skip = 1},
	 "0 2 3 7 10 ",
	 "1 6 8 9 ",
	 "4 5 "},
	{"drop retransmissions",
	 {.action = FAULT_DROP, .which = {.again = PATTERN_AGAIN_ONLY}},
	 "0 2 3 4 7 10 ",
	 "1 6 8 9 ",
	 "5 "},
	{"drop wave-4",
	 {.action = FAULT_DROP, .which = {.roles = ROLE(WAVE_4)}},
	 "0 2 3 4 5 7 ",
	 "1 6 8 9 ",
	 "10 "},
	{"drop SYN,ACK",
	 {.action = FAULT_DROP, .which = {.has_flags = true, .flags = SA}},
	 "0 2 3 4 5 7 10 ",
	 "6 8 9 ",
	 "1 "},
	{"delay handshake-3",
	 {.action = FAULT_DELAY,
	  .which = {.roles = ROLE(HANDSHAKE_3)},
	  .by_ns = 300 * NS_PER_MS},
	 "0 3 4 5 7 10 2 ",
	 "1 6 8 9 ",
	 "2 "},
	{"duplicate wave-1 at once",
	 {.action = FAULT_DUPLICATE, .which = {.roles = ROLE(WAVE_1)}},
	 "0 2 3 4 5 7 7 10 ",
	 "1 6 8 9 ",
	 "7 "},
	{"duplicate wave-1 later",
	 {.action = FAULT_DUPLICATE,
	  .which = {.roles = ROLE(WAVE_1)},
	  .by_ns = 300 * NS_PER_MS},
	 "0 2 3 4 5 7 10 7 ",
	 "1 6 8 9 ",
	 "7 "},
	{"corrupt a checksum",
	 {.action = FAULT_CORRUPT,
	  .which = {.roles = ROLE(WAVE_3)},
	  .field = FAULT_FIELD_CHECKSUM},
	 "0 2 3 4 5 7 10 ",
	 "1 6 8 9! ",
	 "9 "},
	{"corrupt a payload",
	 {.action = FAULT_CORRUPT,
	  .which = {.roles = ROLE(DATA)},
	  .times = 1,
	  .field = FAULT_FIELD_PAYLOAD},
	 "0 2 3! 4 5 7 10 ",
	 "1 6 8 9 ",
	 "3 "},
	{"reorder the first data",
	 {.action = FAULT_REORDER, .which = {.roles = ROLE(DATA)}, .times = 1},
	 "0 2 4 3 5 7 10 ",
	 "1 6 8 9 ",
	 "3 "},
	{"reorder two in a row: both go behind the next",
	 {.action = FAULT_REORDER, .which = {.roles = ROLE(DATA)}, .times = 2},
	 "0 2 5 3 4 7 10 ",
	 "1 6 8 9 ",
	 "3 4 "},
	/* the mark behind it is no segment; who waits for nothing stays */
	{"reorder the last",
	 {.action = FAULT_REORDER, .which = {.roles = ROLE(WAVE_4)}},
	 "0 2 3 4 5 7 ",
	 "1 6 8 9 ",
	 "10 "},
	{"hold what is never released",
	 {.action = FAULT_HOLD, .which = {.roles = ROLE(WAVE_2)}},
	 "0 2 3 4 5 7 10 ",
	 "1 6 9 ",
	 "8 "},
};

static int act(void *arg, struct ns_runner *self)
{
	int i = *(int *)arg;
	struct crossing *crossing =
		crossing_new(self, (struct relay_wire){0}, &acts[i].spec, 1);
	/* for a segment behind it: there is none */
	uint64_t waits = strcmp(acts[i].name, "reorder the last") == 0;
	struct relay_count count;

	tell(crossing, 0, N_STORY);
	expect(crossing, 1, acts[i].at_b);
	expect(crossing, 0, acts[i].at_a);
	expect_hits(crossing, acts[i].hits, acts[i].name);
	for (int way = 0; way < LINK_WAYS; way++) {
		count = relay_counts(crossing->relay, 0, (enum link_way)way);
		lab_check(count.missed == 0 &&
				  count.under_way ==
					  (way == LINK_A_TO_B ? waits : 0),
			  "%s: %lu missed, %lu under way", acts[i].name,
			  count.missed, count.under_way);
	}
	crossing_free(crossing);
	return 0;
}

/* what is held goes on in the order of its coming, once; and is held no more */
static int release(void *arg, struct ns_runner *self)
{
	const struct fault_spec specs[] = {
		{.action = FAULT_DROP, .which = {.roles = ROLE(WAVE_1)}},
		{.action = FAULT_HOLD, .which = {.roles = ROLE(DATA)}},
	};
	struct crossing *crossing =
		crossing_new(self, (struct relay_wire){0}, specs, 2);
	struct relay_count count;

	(void)arg;
	tell(crossing, 0, 5);
	expect(crossing, 1, "0 2 ");
	count = relay_counts(crossing->relay, 0, LINK_A_TO_B);
	lab_check(count.held == 2 && count.under_way == 0, "%lu are held",
		  count.held);
	lab_check(relay_release(crossing->relay, 0) == 0, "a drop holds none");
	lab_check(relay_release(crossing->relay, 1) == 2, "not two");
	lab_check(relay_release(crossing->relay, 1) == 0, "once more");
	tell(crossing, 5, 7);
	expect(crossing, 1, "3 4 5 ");
	relay_arm(crossing->relay, 0, true);
	relay_arm(crossing->relay, 1, true);
	tell(crossing, 3, 5);
	tell(crossing, 7, 8);
	expect(crossing, 1, "");
	lab_check(relay_release(crossing->relay, 1) == 2, "not two");
	expect(crossing, 1, "3 4 ");
	expect_hits(crossing, "3 4 3r 4r 3 4 7 3r 4r ", "release");
	count = relay_counts(crossing->relay, 0, LINK_A_TO_B);
	lab_check(count.held == 0 && count.under_way == 0 && count.faulted == 1,
		  "%lu are held", count.held);
	crossing_free(crossing);
	return 0;
}

static int armed_later(void *arg, struct ns_runner *self)
{
	const struct fault_spec spec = {
		.action = FAULT_DROP,
		.which = {.from = (char *)"a"},
		.disarmed = true,
		.times = 2,
	};
	struct crossing *crossing =
		crossing_new(self, (struct relay_wire){0}, &spec, 1);

	(void)arg;
	tell(crossing, 0, 3);
	relay_arm(crossing->relay, 0, true);
	tell(crossing, 3, 4);
	relay_arm(crossing->relay, 0, false);
	tell(crossing, 4, 5);
	relay_arm(crossing->relay, 0, true);
	tell(crossing, 5, N_STORY);
	expect(crossing, 1, "0 2 4 7 10 ");
	crossing_free(crossing);
	return 0;
}

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

/* the next that comes out at @end */
static struct segment next_segment(struct crossing *crossing, int end,
				   struct port_frame *frame)
{
	struct segment s = {0};

	do
		crossing_take(crossing, end, frame);
	while (segment_parse(frame->bytes, frame->len, &s) < 0);
	return s;
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

START_TEST(test_act)
{
	int user = _i % LAB_USERS;
	int which = _i / LAB_USERS;

	if (lab_can_be(user))
		lab_assert(acts[which].name, user, .main = act, .arg = &which);
}
END_TEST

static const struct {
	const char *name;
	int (*body)(void *arg, struct ns_runner *self);
	int arg;
} bodies[] = {
	{"release", release, 0},
	{"armed later", armed_later, 0},
	{"cut", cut, 0},
	{"forget, silently", forget, 0},
	{"forget, and reset", forget, 1},
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
	Suite *suite = suite_create("act");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, test_act, 0, N(acts) * LAB_USERS);
	tcase_add_loop_test(tcase, test_body, 0, N(bodies) * LAB_USERS);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
