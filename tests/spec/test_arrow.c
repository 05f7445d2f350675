/*
 * test_arrow.c - a line of "segments" means what it says
 */
#include "base/mem.h"
#include "base/str.h"
#include "spec/errors.h"
#include "spec/scenario.h"
#include "tcp/flow.h"
#include "tcp/segment.h"
#include "test.h"

#define MS INT64_C(1000000)

#define HEAD                                                      \
	"title: t\nwhy: w\n"                                      \
	"topology: {hosts: {client: , server: , at: , r: {kind: " \
	"router}}, links: [[client, server]]}\n"                  \
	"steps:\n"

static struct spec_errors errors;
static struct scenario *scenario;

static void setup(void)
{
	errors = (struct spec_errors){0};
	scenario = NULL;
}

static void teardown(void)
{
	scenario_free(scenario);
	spec_errors_done(&errors);
}

static const struct expect *parse(const char *steps)
{
	SCOPED_FREE char *text = mem_printf("%s%s", HEAD, steps);
	SCOPED_STR struct str told = {0};

	scenario = scenario_parse("lab/t/s.yaml", text, strlen(text), NULL,
				  &errors);
	spec_errors_text(&errors, &told);
	ck_assert_msg(scenario != NULL, "%s", str_text(&told));
	return &scenario->steps[scenario->n_steps - 1].expect;
}

#define F(flag) TCP_FLAG_BIT(TCP_FLAG_##flag)
#define R(role) FLOW_ROLE_BIT(FLOW_##role)
#define SEQ(name, n)                                         \
	{                                                    \
		.set = true, .variable = (name), .plus = (n) \
	}
#define HOSTS(a, b) .from = (a), .to = (b)
#define FLAGS(f)    .has_flags = true, .flags = (f)
#define IS(operator, n)                                            \
	{                                                          \
		.set = true, .op = COMPARE_##operator, .value =(n) \
	}

/* lines, and what is read of each: the second of a list, behind one that binds
 * J and K */
static struct {
	const char *line;
	struct arrow arrow;
} rows[] = {
	{"client > server SYN",
	 {.which = {HOSTS("client", "server"), FLAGS(F(SYN))}}},
	{"client>server SYN,ACK",
	 {.which = {HOSTS("client", "server"), FLAGS(F(SYN) | F(ACK))}}},
	/* a router has addresses too; and any word may be a host's name */
	{"r > at", {.which = {HOSTS("r", "at")}}},
	{"at > client len>0",
	 {.which = {HOSTS("at", "client")}, .len = IS(GT, 0)}},
	{"RST", {.which = {FLAGS(F(RST))}}},
	{"wave-4", {.which = {.roles = R(WAVE_4)}}},
	{"data", {.which = {.roles = R(DATA)}}},
	{"ack", {.which = {.roles = R(ACK)}}},
	{"keepalive", {.which = {.roles = R(KEEPALIVE)}}},
	{"window-probe", {.which = {.roles = R(WINDOW_PROBE)}}},
	{"rst", {.which = {.roles = R(RST)}}},
	{"retransmission", {.which = {.again = PATTERN_AGAIN_ONLY}}},
	{"data retransmitted",
	 {.which = {.roles = R(DATA), .again = PATTERN_AGAIN_ONLY}}},
	{"first wave-1",
	 {.which = {.roles = R(WAVE_1), .again = PATTERN_AGAIN_FIRST}}},
	/* parts in any order */
	{"wave-1 FIN client > server lost",
	 {.which = {HOSTS("client", "server"), FLAGS(F(FIN)),
		    .roles = R(WAVE_1)},
	  .fate = ARROW_FATE_LOST}},
	{"arrived data",
	 {.which = {.roles = R(DATA)}, .fate = ARROW_FATE_ARRIVED}},
	{"RST forged", {.which = {FLAGS(F(RST))}, .fate = ARROW_FATE_FORGED}},
	{"seq=1", {.seq = SEQ(NULL, 1)}},
	{"seq=4294967295", {.seq = SEQ(NULL, UINT32_MAX)}},
	{"seq=N ack=J", {.seq = SEQ("N", 0), .ack = SEQ("J", 0)}},
	{"seq=N ack=N+1", {.seq = SEQ("N", 0), .ack = SEQ("N", 1)}},
	{"ACK seq=J+1 ack=K-20",
	 {.which = {FLAGS(F(ACK))}, .seq = SEQ("J", 1), .ack = SEQ("K", -20)}},
	{"ACK len=0", {.which = {FLAGS(F(ACK))}, .len = IS(EQ, 0)}},
	{"ACK len==7", {.which = {FLAGS(F(ACK))}, .len = IS(EQ, 7)}},
	{"data len>=100", {.which = {.roles = R(DATA)}, .len = IS(GE, 100)}},
	{"data len!=1", {.which = {.roles = R(DATA)}, .len = IS(NE, 1)}},
	{"data len<10", {.which = {.roles = R(DATA)}, .len = IS(LT, 10)}},
	/* a tick less; an eighth for the timer wheel, and slack */
	{"RST at=800ms",
	 {.which = {FLAGS(F(RST))},
	  .has_at = true,
	  .at_ns = 800 * MS - ARROW_TICK_NS,
	  .at_until_ns = 900 * MS + ARROW_SLACK_NS}},
	{"RST at=0s",
	 {.which = {FLAGS(F(RST))},
	  .has_at = true,
	  .at_until_ns = ARROW_SLACK_NS}},
	{"RST at=1s..1.2s",
	 {.which = {FLAGS(F(RST))},
	  .has_at = true,
	  .at_ns = 1000 * MS,
	  .at_until_ns = 1200 * MS}},
	{"RST at>=1s",
	 {.which = {FLAGS(F(RST))},
	  .has_at = true,
	  .at_ns = 1000 * MS,
	  .at_until_ns = INT64_MAX}},
	{"RST at<=2s",
	 {.which = {FLAGS(F(RST))}, .has_at = true, .at_until_ns = 2000 * MS}},
	{"\"? RST\"", {.which = {FLAGS(F(RST))}, .optional = true}},
	{"RST optional", {.which = {FLAGS(F(RST))}, .optional = true}},
	{"'?RST'", {.which = {FLAGS(F(RST))}, .optional = true}},
	{"? RST len=0",
	 {.which = {FLAGS(F(RST))}, .len = IS(EQ, 0), .optional = true}},
	{"wave-3 retransmitted 2 times",
	 {.which = {.roles = R(WAVE_3), .again = PATTERN_AGAIN_ONLY},
	  .count = IS(EQ, 2)}},
	{"wave-3 1 time", {.which = {.roles = R(WAVE_3)}, .count = IS(EQ, 1)}},
	{"wave-3 at least 2 times",
	 {.which = {.roles = R(WAVE_3)}, .count = IS(GE, 2)}},
	{"at most 10 times wave-3",
	 {.which = {.roles = R(WAVE_3)}, .count = IS(LE, 10)}},
	{"RST never", {.which = {FLAGS(F(RST))}, .count = IS(EQ, 0)}},
	{"ACK ack=J 3 times",
	 {.which = {FLAGS(F(ACK))}, .ack = SEQ("J", 0), .count = IS(EQ, 3)}},
};

static void same_text(const char *a, const char *b, const char *what)
{
	ck_assert_msg((!a && !b) || (a && b && strcmp(a, b) == 0), "%s: %s, %s",
		      what, a ?: "NULL", b ?: "NULL");
}

static void same_number(const struct arrow_number *a,
			const struct arrow_number *b)
{
	ck_assert(a->set == b->set);
	same_text(a->variable, b->variable, "variable");
	ck_assert_int_eq(a->plus, b->plus);
}

static void same_compare(const struct compare *a, const struct compare *b)
{
	ck_assert(a->set == b->set);
	ck_assert_int_eq(a->op, b->op);
	ck_assert_int_eq(a->value, b->value);
}

static void same_arrow(const struct arrow *a, const struct arrow *b)
{
	same_text(a->which.from, b->which.from, "from");
	same_text(a->which.to, b->which.to, "to");
	ck_assert(a->which.has_flags == b->which.has_flags);
	ck_assert_uint_eq(a->which.flags, b->which.flags);
	ck_assert_uint_eq(a->which.roles, b->which.roles);
	ck_assert_int_eq(a->which.again, b->which.again);
	same_number(&a->seq, &b->seq);
	same_number(&a->ack, &b->ack);
	same_compare(&a->len, &b->len);
	ck_assert_int_eq(a->fate, b->fate);
	ck_assert(a->optional == b->optional);
	ck_assert(a->has_at == b->has_at);
	ck_assert_int_eq(a->at_ns, b->at_ns);
	ck_assert_int_eq(a->at_until_ns, b->at_until_ns);
	same_compare(&a->count, &b->count);
}

START_TEST(a_line_means_what_it_says)
{
	SCOPED_FREE char *steps = mem_printf("  - expect:\n"
					     "      segments:\n"
					     "        - SYN,ACK seq=J ack=K\n"
					     "        - %s\n",
					     rows[_i].line);
	const struct expect *e = parse(steps);

	ck_assert_uint_eq(e->n_arrows, 2);
	ck_assert_int_eq(e->arrows[1].pos.line, 8);
	same_arrow(&e->arrows[1], &rows[_i].arrow);
}
END_TEST

START_TEST(the_text_is_one_line_with_single_spaces)
{
	const struct expect *e = parse("  - expect:\n"
				       "      segments:\n"
				       "        - client>server   SYN seq=J\n"
				       "        - ? client > server ACK\n"
				       "        - >-\n"
				       "          wave-1\n"
				       "          lost\n");

	ck_assert_uint_eq(e->n_arrows, 3);
	ck_assert_str_eq(e->arrows[0].text, "client > server SYN seq=J");
	ck_assert_str_eq(e->arrows[1].text, "? client > server ACK");
	ck_assert_str_eq(e->arrows[2].text, "wave-1 lost");
}
END_TEST

START_TEST(never_is_a_list_or_stands_beside_sockets)
{
	const struct expect *e = parse(
		"  - expect: {never: [RST, retransmission, data lost]}\n");

	ck_assert_uint_eq(e->n_never_arrows, 3);
	ck_assert_uint_eq(e->n_arrows, 0);
	ck_assert_uint_eq(e->never_arrows[0].which.flags, F(RST));
	ck_assert_int_eq(e->never_arrows[1].which.again, PATTERN_AGAIN_ONLY);
	ck_assert_int_eq(e->never_arrows[2].fate, ARROW_FATE_LOST);
	teardown();
	setup();
	e = parse(
		"  - expect:\n"
		"      never: {sockets: [{host: client}], segments: [RST]}\n");
	ck_assert_uint_eq(e->n_never_arrows, 1);
	ck_assert_uint_eq(e->n_never_counts, 1);
}
END_TEST

/* how long a list may take to come true, unless the file says */
static const struct {
	const char *rest;
	int64_t within_ms;
	bool only;
} lists[] = {
	{"segments: [SYN]", 1000, false},
	{"segments: [SYN], only: true", 1000, true},
	{"segments: [SYN, RST at=1s..2s]", 3000, false},
	{"segments: [SYN, RST at=1s..2s, RST at=1s..1.5s]", 3000, false},
	{"segments: [SYN, RST at>=5s]", 6000, false},
	{"segments: [SYN, RST at=1s..2s], within: 4s", 4000, false},
	{"never: [RST]", 1000, false},
};

START_TEST(a_list_has_the_time_that_its_arrows_take)
{
	SCOPED_FREE char *steps =
		mem_printf("  - expect: {%s}\n", lists[_i].rest);
	const struct expect *e = parse(steps);

	ck_assert_int_eq(e->within_ns, lists[_i].within_ms * MS);
	ck_assert(e->only == lists[_i].only);
}
END_TEST

START_TEST(a_variable_is_known_in_later_steps)
{
	const struct expect *e =
		parse("  - expect: {segments: [FIN seq=M]}\n"
		      "  - wait: 1s\n"
		      "  - expect: {segments: [ACK ack=M+1], never: [RST "
		      "seq=M]}\n");

	ck_assert_str_eq(e->arrows[0].ack.variable, "M");
	ck_assert_str_eq(e->never_arrows[0].seq.variable, "M");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("arrows");
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, a_line_means_what_it_says, 0,
			    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tcase, the_text_is_one_line_with_single_spaces);
	tcase_add_test(tcase, never_is_a_list_or_stands_beside_sockets);
	tcase_add_loop_test(tcase, a_list_has_the_time_that_its_arrows_take, 0,
			    (int)(sizeof(lists) / sizeof(lists[0])));
	tcase_add_test(tcase, a_variable_is_known_in_later_steps);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
