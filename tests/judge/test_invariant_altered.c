/*
 * test_invariant_altered.c - a real journal in which one thing is otherwise
 * than TCP would have it: the invariants find it, and point at it
 */
#include <string.h>

#include "base/mem.h"
#include "event/journal.h"
#include "judge/moves.h"
#include "judge/verdict.h"
#include "judged.h"
#include "otherwise.h"
#include "spec/scenario.h"
#include "test.h"

#define SENT(who, what)                                            \
	{                                                          \
		.kind = EVENT_SEGMENT, .host = (who), .out = true, \
		.role = (what)                                     \
	}
#define CAME(who, what)                                              \
	{                                                            \
		.kind = EVENT_SEGMENT, .host = (who), .role = (what) \
	}
#define TOLD(who, to)                                                       \
	{                                                                   \
		.kind = EVENT_STATE, .host = (who), .state = TCP_STATE_##to \
	}
#define ROW(who, is)                                                       \
	{                                                                  \
		.kind = EVENT_SOCK, .host = (who), .state = TCP_STATE_##is \
	}

static const struct altering cases[] = {
	{.name = "SYN,ACK does not arrive",
	 .how = DROPPED,
	 .pick = CAME("client", "handshake-2"),
	 .says = "ESTABLISHED after an ACK of its SYN",
	 .at = TOLD("client", ESTABLISHED)},
	{.name = "the third segment was never there",
	 .how = DROPPED,
	 .pick = SENT("client", "handshake-3"),
	 .also = CAME("server", "handshake-3"),
	 .says = "ESTABLISHED after an ACK of its SYN",
	 .at = TOLD("server", ESTABLISHED)},
	{.name = "data does not arrive, and is acknowledged",
	 .how = DROPPED,
	 .pick = CAME("server", "data"),
	 .says = "acknowledges nothing that has not come",
	 .at = SENT("server", "ack")},
	{.name = "the first FIN does not arrive",
	 .how = DROPPED,
	 .pick = CAME("client", "wave-1"),
	 .says = "CLOSE_WAIT after a FIN",
	 .at = TOLD("client", CLOSE_WAIT)},
	{.name = "its ACK was never there",
	 .how = DROPPED,
	 .pick = SENT("client", "wave-2"),
	 .also = CAME("server", "wave-2"),
	 .says = "FIN_WAIT2 after an ACK of its FIN",
	 .at = TOLD("server", FIN_WAIT2)},
	{.name = "the second FIN does not arrive",
	 .how = DROPPED,
	 .pick = CAME("server", "wave-3"),
	 .says = "TIME_WAIT after a FIN",
	 .at = ROW("server", TIME_WAIT)},
	{.name = "the last ACK was never there",
	 .how = DROPPED,
	 .pick = SENT("server", "wave-4"),
	 .also = CAME("client", "wave-4"),
	 .says = "CLOSED after an ACK of its FIN",
	 .at = TOLD("client", LAST_ACK)},
	{.name = "what arrives was never sent",
	 .how = DROPPED,
	 .pick = SENT("client", "data"),
	 .says = "gets nothing that client did not send",
	 .at = CAME("server", "data")},
	{.name = "the data leaves a number out",
	 .how = SEQ_LATER,
	 .pick = SENT("client", "data"),
	 .also = CAME("server", "data"),
	 .says = "leaves no number out",
	 .here = true},
	{.name = "an ACK of one byte more",
	 .how = ACK_LATER,
	 .pick = SENT("client", "wave-2"),
	 .also = CAME("server", "wave-2"),
	 .says = "acknowledges nothing that has not come",
	 .here = true},
	{.name = "an ACK of one byte less, as of before the SYN",
	 .how = ACK_EARLIER,
	 .pick = SENT("client", "handshake-3"),
	 .also = CAME("server", "handshake-3"),
	 .says = "ESTABLISHED after an ACK of its SYN",
	 .at = TOLD("server", ESTABLISHED)},
	{.name = "an ACK that takes back the FIN",
	 .how = ACK_EARLIER,
	 .pick = SENT("client", "wave-3"),
	 .also = CAME("server", "wave-3"),
	 .says = "takes back nothing that it acknowledged",
	 .here = true},
	{.name = "the kernel tells of a transition that is none",
	 .how = STATE_IS,
	 .to = TCP_STATE_FIN_WAIT1,
	 .pick = TOLD("client", LAST_ACK),
	 .says = "CLOSE_WAIT to FIN_WAIT1",
	 .here = true},
	{.name = "the kernel tells of another end's transition",
	 .how = STATE_IS,
	 .to = TCP_STATE_CLOSE_WAIT,
	 .pick = TOLD("server", FIN_WAIT1),
	 .says = "CLOSE_WAIT after a FIN",
	 .here = true},
	{.name = "a dump shows a state from which there is no way back",
	 .how = STATE_IS,
	 .to = TCP_STATE_LAST_ACK,
	 .pick = ROW("server", FIN_WAIT1),
	 .says = "LAST_ACK to FIN_WAIT2",
	 .at = ROW("server", FIN_WAIT2)},
	{.name = "a dump shows what the kernel does not tell of",
	 .how = STATE_IS,
	 .to = TCP_STATE_LAST_ACK,
	 .pick = ROW("server", TIME_WAIT),
	 .says = "TIME_WAIT to LAST_ACK",
	 .here = true},
	{.name = "a dump shows an end open again",
	 .how = STATE_IS,
	 .to = TCP_STATE_ESTABLISHED,
	 .pick = ROW("server", TIME_WAIT),
	 .says = "FIN_WAIT2 to ESTABLISHED",
	 .here = true},
	{.name = "a socket is left over",
	 .how = STAYS,
	 .to = TCP_STATE_LAST_ACK,
	 .pick = {.kind = EVENT_SOCK, .host = "client", .gone = true},
	 .says = "LAST_ACK for 3",
	 .here = true},
	{.name = "a socket of a closed program is left open",
	 .how = STAYS,
	 .to = TCP_STATE_CLOSE_WAIT,
	 .pick = {.kind = EVENT_SOCK, .host = "client", .gone = true},
	 .says = "CLOSE_WAIT for 3",
	 .here = true},
	{.name = "one byte too many",
	 .how = BYTES_MORE,
	 .pick = {.kind = EVENT_OP_END, .host = "server", .verb = "recv"},
	 .says = "6 bytes",
	 .here = true},
	{.name = "one byte too few, at the end of the file",
	 .how = BYTES_LESS,
	 .pick = {.kind = EVENT_OP_END, .host = "client", .verb = "recv"},
	 .says = "12 bytes",
	 .at = {.kind = EVENT_OP_END, .host = "server", .verb = "send"}},
	{.name = "a RST where nothing was closed",
	 .how = RST_BEHIND,
	 .pick = CAME("client", "data"),
	 .says = "no RST of client, where nothing was closed",
	 .here = true},
	{.name = "a RST of an end that lives on",
	 .how = RST_BEHIND,
	 .pick = SENT("server", "wave-1"),
	 .says = "has no socket left whose RST it sent",
	 .here = true},
	{.name = "a RST of an end that has closed, and lives on",
	 .how = RST_BEHIND,
	 .pick = SENT("server", "wave-4"),
	 .says = "and still TIME_WAIT",
	 .here = true},
	{.name = "a RST of nobody",
	 .how = RST_COMES,
	 .pick = CAME("client", "data"),
	 .says = "gets nothing that server did not send",
	 .here = true},
	{.name = "data is sent again that was acknowledged",
	 .how = AGAIN_BEHIND,
	 .pick = SENT("server", "data"),
	 .says = "its acknowledgement had come",
	 .here = true},
};

static bool cites(const struct finding *f, uint64_t n)
{
	for (size_t i = 0; i < f->n_evidence; i++)
		if (f->evidence[i] == n)
			return true;
	return false;
}

static bool is_broken(const struct finding *f)
{
	return f->verdict == VERDICT_FAIL && strcmp(f->rule, "invariant") == 0;
}

static void check_found(const struct altering *a, const struct judgement *j,
			uint64_t n)
{
	for (size_t i = 0; i < j->n_findings; i++) {
		const struct finding *f = &j->findings[i];

		if (is_broken(f) && cites(f, n) &&
		    (strstr(f->saw, a->says) || strstr(f->expected, a->says)))
			return;
	}
	for (size_t i = 0; i < j->n_findings; i++)
		if (is_broken(&j->findings[i]))
			(void)fprintf(stderr, "%s; %s\n",
				      j->findings[i].expected,
				      j->findings[i].saw);
	ck_abort_msg("%s: no finding says \"%s\" of #%llu", a->name, a->says,
		     (unsigned long long)n);
}

START_TEST(test_what_is_otherwise_is_found)
{
	const struct altering *a = &cases[_i];
	struct scenario *scenario = judged_scenario("real");
	struct journal *journal = judged_journal("real");
	struct journal j = copy(journal);
	struct judgement *judgement;
	size_t changed;

	changed = alter(&j, &a->pick, a);
	if (a->also.host)
		(void)alter(&j, &a->also, a);
	number(&j);
	judgement = judge(scenario, &j);
	ck_assert_int_eq(judgement->verdict, VERDICT_FAIL);
	check_found(a, judgement, a->here ? changed + 1 : find(&j, &a->at) + 1);
	judgement_free(judgement);
	free(j.events);
	journal_free(journal);
	scenario_free(scenario);
}
END_TEST

START_TEST(test_what_is_as_it_was_passes)
{
	struct scenario *scenario = judged_scenario("real");
	struct journal *journal = judged_journal("real");
	struct judgement *judgement = judge(scenario, journal);

	ck_assert_int_eq(judgement->verdict, VERDICT_PASS);
	for (size_t i = 0; i < judgement->n_findings; i++)
		ck_assert_str_ne(judgement->findings[i].rule, "invariant");
	judgement_free(judgement);
	journal_free(journal);
	scenario_free(scenario);
}
END_TEST

static bool fails(const struct scenario *scenario, struct journal *j)
{
	struct judgement *judgement = judge(scenario, j);
	bool found = false;

	for (size_t i = 0; i < judgement->n_findings; i++)
		found |= is_broken(&judgement->findings[i]);
	judgement_free(judgement);
	return found;
}

/* The arrival of what left at @at: the next of the same frame's numbers */
static size_t arrival_of(const struct journal *j, size_t at)
{
	const struct event_segment *sent = &j->events[at].segment;

	for (size_t i = at + 1; i < j->n; i++) {
		const struct event_segment *s = &j->events[i].segment;

		if (j->events[i].kind == EVENT_SEGMENT && !s->out &&
		    s->seq == sent->seq && s->ack == sent->ack &&
		    strcmp(s->flags, sent->flags) == 0)
			return i;
	}
	ck_abort_msg("it never arrived");
}

/* Whichever segment it is: its numbers cannot be others */
START_TEST(test_each_number_counts)
{
	static const enum change changes[] = {SEQ_LATER, ACK_LATER,
					      ACK_EARLIER};
	struct scenario *scenario = judged_scenario("real");
	struct journal *journal = judged_journal("real");
	size_t n = 0;

	for (size_t i = 0; i < journal->n; i++) {
		const struct event *e = &journal->events[i];
		struct journal j;

		if (e->kind != EVENT_SEGMENT || !e->segment.out ||
		    (_i > 0 && !strstr(e->segment.flags, "ACK")))
			continue;
		/* one less may be of part of the data */
		if (changes[_i] == ACK_EARLIER &&
		    !strstr(e->segment.roles, "handshake") &&
		    !strstr(e->segment.roles, "wave"))
			continue;
		j = copy(journal);
		shift(&j.events[arrival_of(journal, i)], changes[_i]);
		shift(&j.events[i], changes[_i]);
		ck_assert_msg(fails(scenario, &j), "#%llu %s, change %d",
			      (unsigned long long)e->n, e->segment.flags, _i);
		free(j.events);
		n++;
	}
	ck_assert_uint_ge(n, 5);
	journal_free(journal);
	scenario_free(scenario);
}
END_TEST

/* Whatever the kernel tells of: it cannot be what no table has */
START_TEST(test_each_transition_counts)
{
	struct scenario *scenario = judged_scenario("real");
	struct journal *journal = judged_journal("real");
	size_t n = 0;

	for (size_t i = 0; i < journal->n; i++) {
		const struct event *e = &journal->events[i];

		for (enum tcp_state s = 0;
		     e->kind == EVENT_STATE && s < TCP_STATES; s++) {
			struct journal j;

			if (move_is_legal(e->state.was, s))
				continue;
			j = copy(journal);
			j.events[i].state.state = s;
			ck_assert_msg(fails(scenario, &j), "#%llu: %s",
				      (unsigned long long)e->n,
				      tcp_state_names[s]);
			free(j.events);
			n++;
		}
	}
	ck_assert_uint_ge(n, 50);
	journal_free(journal);
	scenario_free(scenario);
}
END_TEST

/* Where nothing that the client sent was captured, all that arrives of it seems
 * to come out of nowhere: that is told, but not each time */
START_TEST(test_many_of_a_kind_are_few)
{
	struct scenario *scenario = judged_scenario("real");
	struct journal *journal = judged_journal("real");
	struct journal j = copy(journal);
	struct judgement *judgement;
	size_t told = 0;
	size_t n = 0;

	for (size_t i = 0; i < j.n; i++)
		if (j.events[i].kind != EVENT_SEGMENT ||
		    !j.events[i].segment.out ||
		    strcmp(j.events[i].host, "client") != 0)
			j.events[n++] = j.events[i];
	ck_assert_uint_gt(j.n - n, 3);
	j.n = n;
	number(&j);
	judgement = judge(scenario, &j);
	for (size_t i = 0; i < judgement->n_findings; i++)
		told += strstr(judgement->findings[i].expected,
			       "gets nothing that client did not send") != NULL;
	ck_assert_uint_eq(told, 3);
	judgement_free(judgement);
	free(j.events);
	journal_free(journal);
	scenario_free(scenario);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("invariant-altered");
	TCase *tc = tcase_create("invariant-altered");

	tcase_add_test(tc, test_what_is_as_it_was_passes);
	tcase_add_loop_test(tc, test_what_is_otherwise_is_found, 0,
			    sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(tc, test_each_number_counts, 0, 3);
	tcase_add_test(tc, test_each_transition_counts);
	tcase_add_test(tc, test_many_of_a_kind_are_few);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
