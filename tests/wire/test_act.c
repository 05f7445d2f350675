/*
 * test_act.c - what faults do to the frames that they meet
 */
#include "wire/story.h"

#define MANY 3000

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

/* more than any queue on the way holds: none is lost, and all keep their order
 */
static int release_many(void *arg, struct ns_runner *self)
{
	const struct fault_spec spec = {.action = FAULT_HOLD};
	struct crossing *crossing =
		crossing_new(self, (struct relay_wire){0}, &spec, 1);
	struct relay_count count;

	(void)arg;
	for (uint32_t n = 0; n < MANY; n++) {
		const struct arrow arrow = {0, A, n, 0, 1400};
		struct port_frame frame = frame_of(&arrow, 0);

		crossing_send(crossing, 0, &frame);
	}
	lab_check(relay_release(crossing->relay, 0) == MANY, "not all");
	for (uint32_t n = 0; n < MANY; n++) {
		struct port_frame frame;
		struct segment s = next_segment(crossing, 1, &frame);

		lab_check(s.seq == n, "%u instead of %u", s.seq, n);
	}
	count = relay_counts(crossing->relay, 0, LINK_A_TO_B);
	lab_check(count.gone == MANY && count.missed == 0 &&
			  count.under_way == 0,
		  "%lu are gone, %lu missed", count.gone, count.missed);
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
	{"release many", release_many, 0},
	{"armed later", armed_later, 0},
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
