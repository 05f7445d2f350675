/*
 * test_arrow_match.c - lists of arrows against segments that were seen
 */
#include "spec/scenario.h"
#include "tcp/flow.h"
#include "tcp/segment.h"
#include "test.h"

#define FIN TCP_FLAG_BIT(TCP_FLAG_FIN)
#define SYN TCP_FLAG_BIT(TCP_FLAG_SYN)
#define RST TCP_FLAG_BIT(TCP_FLAG_RST)
#define ACK TCP_FLAG_BIT(TCP_FLAG_ACK)

#define SECOND INT64_C(1000000000)

/** MOST - segments and arrows of a case */
#define MOST 8

#define NONE SIZE_MAX

static char client[] = "client";
static char server[] = "server";
static char J[] = "J";
static char K[] = "K";

#define C2S(...)                                                    \
	{                                                           \
		.from_host = client, .to_host = server, __VA_ARGS__ \
	}
#define S2C(...)                                                    \
	{                                                           \
		.from_host = server, .to_host = client, __VA_ARGS__ \
	}
#define FROM_C(f, ...)                       \
	{                                    \
		.which = {.from = client,    \
			  .to = server,      \
			  .has_flags = true, \
			  .flags = (f)},     \
		__VA_ARGS__                  \
	}
#define FROM_S(f, ...)                       \
	{                                    \
		.which = {.from = server,    \
			  .to = client,      \
			  .has_flags = true, \
			  .flags = (f)},     \
		__VA_ARGS__                  \
	}
#define ROLE(role, ...)                                              \
	{                                                            \
		.which = {.roles = FLOW_ROLE_BIT(role)}, __VA_ARGS__ \
	}
#define VAR(name, n)                                         \
	{                                                    \
		.set = true, .variable = (name), .plus = (n) \
	}
#define REL(n)                           \
	{                                \
		.set = true, .plus = (n) \
	}
#define TIMES(o, n)                                  \
	{                                            \
		.set = true, .op = (o), .value = (n) \
	}
#define WITHIN(from, until) \
	.has_at = true, .at_ns = (from), .at_until_ns = (until)

/**
 * struct match_case - a list, what was seen, and what each arrow takes
 * @took: index of the segment; NONE
 * @count: of counted arrows
 * @other: with "only", if the list is met: the first that no arrow took
 */
struct match_case {
	const char *about;
	struct arrow arrows[MOST];
	size_t n_arrows;
	struct tcp_seen seen[MOST];
	size_t n_seen;
	bool met;
	size_t took[MOST];
	uint64_t count[MOST];
	size_t next;
	size_t other;
};

static const struct match_case cases[] = {
	{.about = "three arrows whose numbers depend on each other",
	 .arrows = {FROM_C(SYN, .seq = VAR(J, 0)),
		    FROM_S(SYN | ACK, .seq = VAR(K, 0), .ack = VAR(J, 1)),
		    FROM_C(ACK, .seq = VAR(J, 1), .ack = VAR(K, 1))},
	 .n_arrows = 3,
	 .seen = {C2S(.flags = SYN, .seq = 100),
		  S2C(.flags = SYN | ACK, .seq = 500, .ack = 101),
		  C2S(.flags = ACK, .seq = 101, .ack = 501)},
	 .n_seen = 3,
	 .met = true,
	 .took = {0, 1, 2},
	 .next = 3,
	 .other = NONE},
	{.about = "numbers wrap around at 2^32",
	 .arrows = {FROM_C(SYN, .seq = VAR(J, 0)),
		    FROM_S(SYN | ACK, .seq = VAR(K, 5), .ack = VAR(J, 1)),
		    FROM_C(ACK, .seq = VAR(J, 1), .ack = VAR(K, 6))},
	 .n_arrows = 3,
	 .seen = {C2S(.flags = SYN, .seq = UINT32_MAX),
		  S2C(.flags = SYN | ACK, .seq = 3, .ack = 0),
		  C2S(.flags = ACK, .seq = 0, .ack = 4)},
	 .n_seen = 3,
	 .met = true,
	 .took = {0, 1, 2},
	 .next = 3,
	 .other = NONE},
	{.about = "a number that is one too high is refused",
	 .arrows = {FROM_C(SYN, .seq = VAR(J, 0)),
		    FROM_S(SYN | ACK, .ack = VAR(J, 1))},
	 .n_arrows = 2,
	 .seen = {C2S(.flags = SYN, .seq = 100),
		  S2C(.flags = SYN | ACK, .ack = 102)},
	 .n_seen = 2,
	 .took = {0, NONE},
	 .next = 1,
	 .other = NONE},
	{.about = "without a variable, numbers are relative",
	 .arrows = {FROM_C(ACK, .seq = REL(1), .ack = REL(2))},
	 .n_arrows = 1,
	 .seen = {C2S(.flags = ACK, .seq = 1, .ack = 2),
		  C2S(.flags = ACK, .rel_seq = 1, .rel_ack = 2)},
	 .n_seen = 2,
	 .met = true,
	 .took = {1},
	 .next = 2,
	 .other = 0},
	{.about = "no ACK, no acknowledgement number",
	 .arrows = {FROM_C(SYN, .ack = REL(0))},
	 .n_arrows = 1,
	 .seen = {C2S(.flags = SYN)},
	 .n_seen = 1,
	 .took = {NONE},
	 .next = 0,
	 .other = NONE},
	{.about = "one variable twice in one arrow",
	 .arrows = {FROM_C(ACK, .seq = VAR(J, 0), .ack = VAR(J, 1))},
	 .n_arrows = 1,
	 .seen = {C2S(.flags = ACK, .seq = 7, .ack = 9),
		  C2S(.flags = ACK, .seq = 8, .ack = 9)},
	 .n_seen = 2,
	 .met = true,
	 .took = {1},
	 .next = 2,
	 .other = 0},
	{.about = "others may lie between; the first that fits is taken",
	 .arrows = {FROM_C(FIN), FROM_S(ACK)},
	 .n_arrows = 2,
	 .seen = {S2C(.flags = ACK), C2S(.flags = FIN | ACK),
		  C2S(.flags = FIN | ACK), S2C(.flags = ACK),
		  S2C(.flags = ACK)},
	 .n_seen = 5,
	 .met = true,
	 .took = {1, 3},
	 .next = 4,
	 .other = 0},
	{.about = "order matters",
	 .arrows = {FROM_S(FIN), FROM_C(FIN)},
	 .n_arrows = 2,
	 .seen = {C2S(.flags = FIN | ACK), S2C(.flags = FIN | ACK)},
	 .n_seen = 2,
	 .took = {1, NONE},
	 .next = 2,
	 .other = NONE},
	{.about = "what is behind a missing arrow is matched all the same",
	 .arrows = {FROM_C(SYN), FROM_C(RST), FROM_S(FIN)},
	 .n_arrows = 3,
	 .seen = {C2S(.flags = SYN), S2C(.flags = FIN | ACK)},
	 .n_seen = 2,
	 .took = {0, NONE, 1},
	 .next = 2,
	 .other = NONE},
	{.about = "an optional arrow takes what comes before the next one's",
	 .arrows = {FROM_C(FIN), FROM_S(ACK, .optional = true), FROM_S(FIN)},
	 .n_arrows = 3,
	 .seen = {C2S(.flags = FIN | ACK), S2C(.flags = ACK),
		  S2C(.flags = FIN | ACK)},
	 .n_seen = 3,
	 .met = true,
	 .took = {0, 1, 2},
	 .next = 3,
	 .other = NONE},
	{.about = "an optional arrow that comes too late is passed over",
	 .arrows = {FROM_C(FIN), FROM_S(ACK, .optional = true), FROM_S(FIN)},
	 .n_arrows = 3,
	 .seen = {C2S(.flags = FIN | ACK), S2C(.flags = FIN | ACK),
		  S2C(.flags = ACK)},
	 .n_seen = 3,
	 .met = true,
	 .took = {0, NONE, 1},
	 .next = 2,
	 .other = NONE},
	{.about = "the next one's segment is not the optional one's",
	 .arrows = {FROM_C(ACK, .optional = true), FROM_C(ACK)},
	 .n_arrows = 2,
	 .seen = {C2S(.flags = ACK)},
	 .n_seen = 1,
	 .met = true,
	 .took = {NONE, 0},
	 .next = 1,
	 .other = NONE},
	{.about = "several optional ones keep their order",
	 .arrows = {FROM_C(SYN, .optional = true),
		    FROM_C(ACK, .optional = true),
		    FROM_C(FIN, .optional = true), FROM_C(RST)},
	 .n_arrows = 4,
	 .seen = {C2S(.flags = ACK), C2S(.flags = SYN), C2S(.flags = FIN | ACK),
		  C2S(.flags = RST)},
	 .n_seen = 4,
	 .met = true,
	 .took = {NONE, 0, 2, 3},
	 .next = 4,
	 .other = 1},
	{.about = "an optional arrow at the end",
	 .arrows = {FROM_C(SYN), FROM_C(FIN, .optional = true)},
	 .n_arrows = 2,
	 .seen = {C2S(.flags = SYN), C2S(.flags = ACK),
		  C2S(.flags = FIN | ACK)},
	 .n_seen = 3,
	 .met = true,
	 .took = {0, 2},
	 .next = 3,
	 .other = 1},
	{.about = "retransmissions on time",
	 .arrows = {FROM_C(SYN),
		    FROM_C(SYN, WITHIN(SECOND, SECOND + SECOND / 8)),
		    FROM_C(SYN, WITHIN(3 * SECOND, 4 * SECOND))},
	 .n_arrows = 3,
	 .seen = {C2S(.flags = SYN, .t_ns = 5),
		  C2S(.flags = SYN, .t_ns = SECOND + 5, .again = true),
		  C2S(.flags = SYN, .t_ns = 4 * SECOND + 5, .again = true)},
	 .n_seen = 3,
	 .met = true,
	 .took = {0, 1, 2},
	 .next = 3,
	 .other = NONE},
	{.about = "a nanosecond early, and a nanosecond late",
	 .arrows = {FROM_C(SYN),
		    FROM_C(SYN, WITHIN(SECOND, SECOND + SECOND / 8)),
		    FROM_C(SYN, WITHIN(3 * SECOND, 4 * SECOND))},
	 .n_arrows = 3,
	 .seen = {C2S(.flags = SYN, .t_ns = 5),
		  C2S(.flags = SYN, .t_ns = SECOND + 4),
		  C2S(.flags = SYN, .t_ns = 4 * SECOND + 6)},
	 .n_seen = 3,
	 .took = {0, NONE, NONE},
	 .next = 1,
	 .other = NONE},
	{.about = "times count from the list's first arrow: if it is missing, "
		  "nothing is on time",
	 .arrows = {FROM_C(RST), FROM_C(SYN, WITHIN(0, SECOND))},
	 .n_arrows = 2,
	 .seen = {C2S(.flags = SYN)},
	 .n_seen = 1,
	 .took = {NONE, NONE},
	 .next = 0,
	 .other = NONE},
	{.about = "what was lost, and what arrived",
	 .arrows = {FROM_C(FIN, .fate = ARROW_FATE_LOST),
		    FROM_C(FIN, .fate = ARROW_FATE_ARRIVED)},
	 .n_arrows = 2,
	 .seen = {C2S(.flags = FIN, .fate = SEEN_FATE_ARRIVED),
		  C2S(.flags = FIN, .fate = SEEN_FATE_LOST),
		  C2S(.flags = FIN, .fate = SEEN_FATE_LOST),
		  C2S(.flags = FIN, .fate = SEEN_FATE_ARRIVED)},
	 .n_seen = 4,
	 .met = true,
	 .took = {1, 3},
	 .next = 4,
	 .other = 0},
	{.about = "what is under way may be lost, but has not arrived",
	 .arrows = {FROM_C(FIN, .fate = ARROW_FATE_LOST),
		    FROM_C(FIN, .fate = ARROW_FATE_ARRIVED)},
	 .n_arrows = 2,
	 .seen = {C2S(.flags = FIN, .fate = SEEN_FATE_UNDER_WAY),
		  C2S(.flags = FIN, .fate = SEEN_FATE_UNDER_WAY)},
	 .n_seen = 2,
	 .took = {0, NONE},
	 .next = 1,
	 .other = NONE},
	{.about = "what nobody sent is for arrows that ask for it, and only "
		  "for those",
	 .arrows = {FROM_C(FIN), FROM_C(FIN, .fate = ARROW_FATE_FORGED)},
	 .n_arrows = 2,
	 .seen = {C2S(.flags = FIN, .forged = true), C2S(.flags = FIN),
		  C2S(.flags = FIN), C2S(.flags = FIN, .forged = true)},
	 .n_seen = 4,
	 .met = true,
	 .took = {1, 3},
	 .next = 4,
	 .other = 2},
	{.about = "roles, any of which will do",
	 .arrows = {ROLE(FLOW_WAVE_2), ROLE(FLOW_WAVE_4)},
	 .n_arrows = 2,
	 .seen = {S2C(.roles = FLOW_ROLE_BIT(FLOW_ACK)),
		  S2C(.roles = FLOW_ROLE_BIT(FLOW_WAVE_2) |
			       FLOW_ROLE_BIT(FLOW_WAVE_3)),
		  C2S(.roles = FLOW_ROLE_BIT(FLOW_WAVE_4))},
	 .n_seen = 3,
	 .met = true,
	 .took = {1, 2},
	 .next = 3,
	 .other = 0},
	{.about = "so many retransmissions, wherever they are",
	 .arrows = {{.which = {.roles = FLOW_ROLE_BIT(FLOW_WAVE_3),
			       .again = PATTERN_AGAIN_ONLY},
		     .count = TIMES(COMPARE_EQ, 2)},
		    FROM_C(ACK)},
	 .n_arrows = 2,
	 .seen = {S2C(.roles = FLOW_ROLE_BIT(FLOW_WAVE_3)),
		  S2C(.roles = FLOW_ROLE_BIT(FLOW_WAVE_3), .again = true),
		  C2S(.flags = ACK),
		  S2C(.roles = FLOW_ROLE_BIT(FLOW_WAVE_3), .again = true)},
	 .n_seen = 4,
	 .met = true,
	 .took = {1, 2},
	 .count = {2, 1},
	 .next = 3,
	 .other = 0},
	{.about = "one too many",
	 .arrows = {FROM_C(SYN, .count = TIMES(COMPARE_LE, 1))},
	 .n_arrows = 1,
	 .seen = {C2S(.flags = SYN), C2S(.flags = SYN)},
	 .n_seen = 2,
	 .took = {0},
	 .count = {2},
	 .next = 0,
	 .other = NONE},
	{.about = "none at all",
	 .arrows = {FROM_C(RST, .count = TIMES(COMPARE_EQ, 0))},
	 .n_arrows = 1,
	 .seen = {C2S(.flags = SYN)},
	 .n_seen = 1,
	 .met = true,
	 .took = {NONE},
	 .next = 0,
	 .other = NONE},
	{.about = "the first time only",
	 .arrows = {{.which = {.again = PATTERN_AGAIN_FIRST}}},
	 .n_arrows = 1,
	 .seen = {C2S(.again = true), C2S(.flags = ACK)},
	 .n_seen = 2,
	 .met = true,
	 .took = {1},
	 .next = 2,
	 .other = 0},
	{.about = "payload",
	 .arrows = {{.len = TIMES(COMPARE_GT, 10)},
		    {.len = TIMES(COMPARE_EQ, 0)}},
	 .n_arrows = 2,
	 .seen = {C2S(.len = 10), C2S(.len = 11), C2S(.len = 1), C2S()},
	 .n_seen = 4,
	 .met = true,
	 .took = {1, 3},
	 .next = 4,
	 .other = 0},
	{.about = "nobody sent what is forged",
	 .arrows = {FROM_C(RST)},
	 .n_arrows = 1,
	 .seen = {C2S(.flags = RST, .forged = true), C2S(.flags = RST)},
	 .n_seen = 2,
	 .met = true,
	 .took = {1},
	 .next = 2,
	 .other = NONE},
	{.about = "a host that nobody knows is not the one that is meant",
	 .arrows = {FROM_C(RST)},
	 .n_arrows = 1,
	 .seen = {{.flags = RST, .to_host = server}},
	 .n_seen = 1,
	 .took = {NONE},
	 .next = 0,
	 .other = NONE},
	{.about = "no arrows are met by anything",
	 .seen = {C2S(.flags = RST)},
	 .n_seen = 1,
	 .met = true,
	 .next = 0,
	 .other = NONE},
};

START_TEST(test_match)
{
	const struct match_case *c = &cases[_i];
	struct arrow_state state = {0};
	struct arrow_hit hits[MOST];
	bool met = arrows_match(c->arrows, c->n_arrows, c->seen, c->n_seen,
				&state, hits);

	ck_assert_msg(met == c->met, "%s", c->about);
	ck_assert_msg(state.next == c->next, "%s: next %zu", c->about,
		      state.next);
	for (size_t i = 0; i < c->n_arrows; i++) {
		ck_assert_msg(hits[i].first == c->took[i],
			      "%s: arrow %zu took %zu", c->about, i,
			      hits[i].first);
		if (c->count[i])
			ck_assert_msg(hits[i].count == c->count[i],
				      "%s: arrow %zu counts", c->about, i);
	}
	if (met)
		ck_assert_msg(arrows_only(c->arrows, c->n_arrows, c->seen, 0,
					  &state, hits) == c->other,
			      "%s: only", c->about);
}
END_TEST

/* A step later the window has moved on, and variables stay what they are */
/* what may still arrive is not lost, and the next that is, is taken */
START_TEST(test_lost_before)
{
	const struct tcp_seen seen[] = {
		C2S(.flags = ACK, .t_ns = SECOND, .fate = SEEN_FATE_UNDER_WAY),
		C2S(.flags = ACK, .t_ns = 2 * SECOND, .fate = SEEN_FATE_LOST),
	};
	const struct arrow lost = FROM_C(ACK, .fate = ARROW_FATE_LOST);
	static const struct {
		int64_t before_ns;
		size_t took;
	} rows[] = {{0, 0}, {SECOND, 1}, {SECOND + 1, 0}, {INT64_MIN, 1}};
	struct arrow_hit hit;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arrow_state state = {.lost_before_ns =
						    rows[i].before_ns};

		ck_assert(arrows_match(&lost, 1, seen, 2, &state, &hit));
		ck_assert_uint_eq(hit.first, rows[i].took);
	}
}
END_TEST

START_TEST(test_steps)
{
	static const struct tcp_seen seen[] = {
		C2S(.flags = SYN, .seq = 7),
		S2C(.flags = SYN | ACK, .seq = 90, .ack = 8),
		C2S(.flags = ACK, .seq = 9, .ack = 91),
		C2S(.flags = ACK, .seq = 8, .ack = 91),
	};
	struct arrow syn = FROM_C(SYN, .seq = VAR(J, 0));
	struct arrow any_syn = FROM_C(SYN);
	struct arrow ack = FROM_C(ACK, .seq = VAR(J, 1));
	struct expect first = {.arrows = &syn, .n_arrows = 1, .only = true};
	struct expect second = {.arrows = &ack, .n_arrows = 1};
	struct arrow_state state = {0};

	ck_assert(!expect_arrows_hold(&first, seen, 0, &state));
	ck_assert(expect_arrows_hold(&first, seen, 1, &state));
	ck_assert_uint_eq(state.next, 0);
	expect_arrows_end(&first, seen, 2, &state);
	ck_assert_uint_eq(state.next, 1);
	ck_assert_uint_eq(state.n_bound, 1);
	ck_assert(!expect_arrows_hold(&second, seen, 3, &state));
	ck_assert(expect_arrows_hold(&second, seen, 4, &state));
	second.only = true; /* but there are two others before it */
	ck_assert(!expect_arrows_hold(&second, seen, 4, &state));
	second = (struct expect){.arrows = &any_syn, .n_arrows = 1};
	ck_assert(!expect_arrows_hold(&second, seen, 4, &state));
	second = (struct expect){0};
	expect_arrows_end(&second, seen, 4, &state);
	ck_assert_uint_eq(state.next, 1);
}
END_TEST

/* What must not be is looked for from the begin */
START_TEST(test_never)
{
	static const struct tcp_seen seen[] = {
		C2S(.flags = SYN, .seq = 7),
		C2S(.flags = RST, .forged = true),
		S2C(.flags = RST | ACK, .ack = 8),
		C2S(.flags = ACK, .seq = 8),
	};
	const struct arrow any_rst = {
		.which = {.has_flags = true, .flags = RST}};
	const struct arrow from_client = FROM_C(RST);
	const struct arrow before = FROM_C(ACK, .seq = VAR(J, -1));
	const struct arrow unbound = FROM_C(ACK, .seq = VAR(K, 0));
	const struct arrow_state state = {
		.next = 4, .bound = {{.name = J, .value = 9}}, .n_bound = 1};

	ck_assert_uint_eq(arrow_never(&any_rst, seen, 4, &state), 2);
	ck_assert_uint_eq(arrow_never(&any_rst, seen, 2, &state), NONE);
	ck_assert_uint_eq(arrow_never(&from_client, seen, 4, &state), NONE);
	ck_assert_uint_eq(arrow_never(&before, seen, 4, &state), 3);
	ck_assert(arrow_is_bound(&any_rst, &state));
	ck_assert(arrow_is_bound(&before, &state));
	ck_assert(!arrow_is_bound(&unbound, &state));
	ck_assert_uint_eq(arrow_never(&unbound, seen, 4, &state), NONE);
}
END_TEST

static const struct {
	struct arrow arrow;
	struct tcp_seen seen[3];
	size_t near;
} nears[] = {
	/* the right kind, with a wrong number, rather than the right flags */
	{ROLE(FLOW_WAVE_1, .seq = REL(5)),
	 {C2S(.flags = ACK), C2S(.roles = FLOW_ROLE_BIT(FLOW_WAVE_1)),
	  C2S(.flags = ACK)},
	 1},
	/* the right hosts and flags */
	{{.which = {.from = client,
		    .has_flags = true,
		    .flags = FIN,
		    .again = PATTERN_AGAIN_ONLY}},
	 {C2S(.flags = ACK), S2C(.flags = FIN), C2S(.flags = FIN)},
	 2},
	/* nothing like it */
	{FROM_C(RST), {C2S(.flags = ACK), S2C(.flags = RST), C2S()}, NONE},
};

START_TEST(test_near)
{
	struct arrow_state state = {0};
	struct arrow_hit hit;

	ck_assert(!arrows_match(&nears[_i].arrow, 1, nears[_i].seen, 3, &state,
				&hit));
	ck_assert_uint_eq(hit.near, nears[_i].near);
}
END_TEST

/* The table of variables is full: what would bind one more is refused */
START_TEST(test_full)
{
	static const struct tcp_seen seen = C2S(.flags = SYN, .seq = 7);
	const struct arrow arrow = FROM_C(SYN, .seq = VAR(J, 0));
	struct arrow_state state = {.n_bound = ARROW_VARIABLES};
	struct arrow_hit hit;

	for (size_t i = 0; i < ARROW_VARIABLES; i++)
		state.bound[i].name = K;
	ck_assert(!arrows_match(&arrow, 1, &seen, 1, &state, &hit));
	state.bound[ARROW_VARIABLES - 1] =
		(struct arrow_binding){.name = J, .value = 7};
	ck_assert(arrows_match(&arrow, 1, &seen, 1, &state, &hit));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("arrow_match");
	TCase *tc = tcase_create("arrow_match");

	tcase_add_loop_test(tc, test_match, 0,
			    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, test_lost_before);
	tcase_add_test(tc, test_steps);
	tcase_add_test(tc, test_never);
	tcase_add_loop_test(tc, test_near, 0, sizeof(nears) / sizeof(nears[0]));
	tcase_add_test(tc, test_full);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
