/*
 * test_coverage.c - the table of transitions, and who took them
 */
#include <stdio.h>
#include <string.h>

#include "event/journal.h"
#include "judge/coverage.h"
#include "judged.h"
#include "test.h"

static size_t find(const char *id)
{
	size_t i = 0;

	while (i < moves_count() && strcmp(moves_at(i)->id, id) != 0)
		i++;
	ck_assert_msg(i < moves_count(), "no transition %s", id);
	return i;
}

START_TEST(test_each_row_says_what_and_where)
{
	for (size_t i = 0; i < moves_count(); i++) {
		const struct move *m = moves_at(i);

		ck_assert_uint_eq(find(m->id), i);
		ck_assert_uint_ne(m->from, 0);
		ck_assert_uint_ne(m->to, 0);
		ck_assert_uint_gt(strlen(m->what), 3);
		ck_assert_msg(strstr(m->source, "RFC ") ||
				      strstr(m->source, "net/") ||
				      strstr(m->source, "ip-sysctl"),
			      "%s: %s", m->id, m->source);
		/* by a path or by the whole run, not by both */
		ck_assert(!(m->on_path && m->on_run));
	}
}
END_TEST

static const struct {
	enum tcp_state from;
	enum tcp_state to;
	bool legal;
	bool way; /* with others in between */
} pairs[] = {
	{TCP_STATE_CLOSED, TCP_STATE_SYN_SENT, true, true},
	{TCP_STATE_SYN_SENT, TCP_STATE_ESTABLISHED, true, true},
	{TCP_STATE_SYN_SENT, TCP_STATE_CLOSE_WAIT, false, true},
	{TCP_STATE_LISTEN, TCP_STATE_SYN_RECV, true, false},
	{TCP_STATE_LISTEN, TCP_STATE_SYN_SENT, false, false},
	{TCP_STATE_LISTEN, TCP_STATE_CLOSED, true, true},
	{TCP_STATE_FIN_WAIT2, TCP_STATE_SYN_SENT, true, false},
	{TCP_STATE_FIN_WAIT2, TCP_STATE_ESTABLISHED, false, false},
	{TCP_STATE_ESTABLISHED, TCP_STATE_LAST_ACK, false, true},
	{TCP_STATE_ESTABLISHED, TCP_STATE_LISTEN, false, false},
	{TCP_STATE_CLOSE_WAIT, TCP_STATE_FIN_WAIT1, false, false},
	{TCP_STATE_CLOSE_WAIT, TCP_STATE_ESTABLISHED, false, false},
	{TCP_STATE_LAST_ACK, TCP_STATE_TIME_WAIT, false, false},
	{TCP_STATE_LAST_ACK, TCP_STATE_CLOSED, true, true},
	{TCP_STATE_CLOSING, TCP_STATE_FIN_WAIT2, false, false},
	{TCP_STATE_TIME_WAIT, TCP_STATE_TIME_WAIT, true, true},
	{TCP_STATE_TIME_WAIT, TCP_STATE_SYN_SENT, true, false},
};

START_TEST(test_what_is_no_row_is_not_legal)
{
	ck_assert_int_eq(move_is_legal(pairs[_i].from, pairs[_i].to),
			 pairs[_i].legal);
	ck_assert_int_eq(move_is_way(pairs[_i].from, pairs[_i].to),
			 pairs[_i].way);
}
END_TEST

START_TEST(test_nothing_was_taken_in_no_run)
{
	struct coverage *c = coverage_new();
	struct coverage_sum rfc = coverage_sum(c, false);
	struct coverage_sum own = coverage_sum(c, true);

	ck_assert_uint_eq(rfc.taken, 0);
	ck_assert_uint_eq(rfc.of, 25);
	ck_assert_uint_eq(own.taken, 0);
	ck_assert_uint_eq(own.of, 39);
	coverage_free(c);
	coverage_free(NULL);
}
END_TEST

START_TEST(test_runs_add_up)
{
	struct journal *journal = judged_journal("invariant-pass-numbers");
	struct coverage *c = coverage_new();
	const struct coverage_row *rows = coverage_rows(c);

	coverage_add(c, "one", journal);
	coverage_add(c, "two", journal);
	ck_assert_uint_eq(rows[find("7")].count, 2);
	ck_assert_uint_eq(rows[find("7")].n_scenarios, 2);
	ck_assert_str_eq(rows[find("7")].scenarios[0], "one");
	ck_assert_str_eq(rows[find("7")].scenarios[1], "two");
	coverage_free(c);
	journal_free(journal);
}
END_TEST

/** @taken: by whatever the journal tells of, and nothing else was */
static const struct {
	const char *journal;
	const char *taken;
} runs[] = {
	/* of listen() it has no call */
	{"invariant-pass-numbers", " 2 3 7 9 L1 L2 "},
	/* in virtual time, where the FIN comes 60 us after the handshake but
	 * does not complete it */
	{"real", " 1 2 3 7 9 12 13 14 17 18 20 L1 L2 L12 L16 "},
};

START_TEST(test_what_a_run_shows_and_no_more)
{
	struct journal *journal = judged_journal(runs[_i].journal);
	struct coverage *c = coverage_new();
	const struct coverage_row *rows = coverage_rows(c);

	coverage_add(c, "one", journal);
	for (size_t i = 0; i < moves_count(); i++) {
		char id[16];

		(void)snprintf(id, sizeof(id), " %s ", rows[i].move->id);
		ck_assert_msg((rows[i].count > 0) ==
				      (strstr(runs[_i].taken, id) != NULL),
			      "%s: %s: %llu", runs[_i].journal, id,
			      (unsigned long long)rows[i].count);
	}
	coverage_free(c);
	journal_free(journal);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("coverage");
	TCase *tc = tcase_create("coverage");

	tcase_add_test(tc, test_each_row_says_what_and_where);
	tcase_add_loop_test(tc, test_what_is_no_row_is_not_legal, 0,
			    sizeof(pairs) / sizeof(pairs[0]));
	tcase_add_test(tc, test_nothing_was_taken_in_no_run);
	tcase_add_test(tc, test_runs_add_up);
	tcase_add_loop_test(tc, test_what_a_run_shows_and_no_more, 0,
			    sizeof(runs) / sizeof(runs[0]));
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
