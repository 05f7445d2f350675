/*
 * test_history_merge.c - however the observers' tales are interleaved, and
 * however their clocks err, the history is the same
 */
#include <stdlib.h>

#include "folded.h"
#include "held.h"
#include "tcp/segment.h"
#include "told.h"

/** CLOCK_MS - so far apart may two observers' clocks be */
#define CLOCK_MS 0.8

/** LAG_MS - so late may one be heard */
#define LAG_MS 40

/** enum source - who tells: each in its own order, by its own clock */
enum source {
	CAPTURE_C,
	CAPTURE_S,
	TRACE,
	DUMPS_C,
	DUMPS_S,
	CALLS_C,
	CALLS_S,
	SOURCES
};

/** struct tale - one thing that a source tells of; @from: where there are two
 * times, the first */
struct tale {
	enum source by;
	const char *what;
	double from;
	double at;
	const char *rest;
};

/* A life from connect() to TIME_WAIT. What does not cause each other is 5 ms
 * apart, and what does is told of as close together as it happens */
static const struct tale life[] = {
	{CALLS_C, "call", 9, 31, "c connect"},
	{TRACE, "trace", 0, 9.98, "c CLOSED SYN_SENT"},
	{CAPTURE_C, "lost", 0, 10, "c SYN 0 0 0"},
	{CAPTURE_S, "forged", 0, 20, "c SYN 0 0 0"},
	{CAPTURE_S, "lost", 0, 20.01, "s SYN,ACK 0 1 0"},
	{CAPTURE_C, "forged", 0, 30, "s SYN,ACK 0 1 0"},
	{TRACE, "trace", 0, 30.01, "c SYN_SENT ESTABLISHED"},
	{CAPTURE_C, "lost", 0, 30.02, "c ACK 1 1 0"},
	{CAPTURE_S, "forged", 0, 40, "c ACK 1 1 0"},
	{TRACE, "trace", 0, 40.01, "s LISTEN SYN_RECV"},
	{TRACE, "trace", 0, 40.02, "s SYN_RECV ESTABLISHED"},
	{DUMPS_C, "dump", 1, 50, "c ESTABLISHED held"},
	{DUMPS_S, "dump", 1, 51, "s ESTABLISHED held"},
	{CAPTURE_C, "lost", 0, 60, "c PSH,ACK 1 1 5"},
	{CAPTURE_S, "forged", 0, 70, "c PSH,ACK 1 1 5"},
	{CAPTURE_S, "lost", 0, 70.01, "s ACK 1 6 0"},
	{CAPTURE_C, "forged", 0, 80, "s ACK 1 6 0"},
	{CALLS_C, "call", 99, 100.5, "c close"},
	{TRACE, "trace", 0, 99.98, "c ESTABLISHED FIN_WAIT1"},
	{CAPTURE_C, "lost", 0, 100, "c FIN,ACK 6 1 0"},
	{CAPTURE_S, "forged", 0, 110, "c FIN,ACK 6 1 0"},
	{TRACE, "trace", 0, 110.01, "s ESTABLISHED CLOSE_WAIT"},
	{CAPTURE_S, "lost", 0, 110.02, "s ACK 1 7 0"},
	{CAPTURE_C, "forged", 0, 120, "s ACK 1 7 0"},
	{TRACE, "trace", 0, 120.01, "c FIN_WAIT1 FIN_WAIT2"},
	{TRACE, "trace", 0, 120.02, "c FIN_WAIT2 CLOSED"},
	{DUMPS_C, "dump", 90, 130, "c FIN_WAIT2 mini"},
	{DUMPS_S, "dump", 90, 131, "s CLOSE_WAIT held"},
	{CALLS_S, "call", 199, 200.5, "s close"},
	{TRACE, "trace", 0, 199.98, "s CLOSE_WAIT LAST_ACK"},
	{CAPTURE_S, "lost", 0, 200, "s FIN,ACK 1 7 0"},
	{CAPTURE_C, "forged", 0, 210, "s FIN,ACK 1 7 0"},
	{CAPTURE_C, "lost", 0, 210.01, "c ACK 7 2 0"},
	{CAPTURE_S, "forged", 0, 220, "c ACK 7 2 0"},
	{TRACE, "trace", 0, 220.01, "s LAST_ACK CLOSED"},
	{DUMPS_C, "dump", 190, 230, "c TIME_WAIT mini"},
	{DUMPS_S, "gone", 190, 231, "s"},
};

#define TALES (sizeof(life) / sizeof(*life))

/** struct heard - a tale when it was heard, by whose clock */
struct heard {
	const struct tale *tale;
	double heard_ms;
	double clock_ms;
	size_t order;
};

static int by_hearing(const void *a, const void *b)
{
	const struct heard *x = a;
	const struct heard *y = b;

	if (x->heard_ms < y->heard_ms || x->heard_ms > y->heard_ms)
		return x->heard_ms < y->heard_ms ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static void hear(struct told *t, const struct heard *heard)
{
	const struct tale *tale = heard->tale;
	double from = tale->from + heard->clock_ms;
	double at = tale->at + heard->clock_ms;
	char line[96];

	if (tale->from > 0)
		(void)snprintf(line, sizeof(line), "%s %.4f %.4f %s",
			       tale->what, from, at, tale->rest);
	else
		(void)snprintf(line, sizeof(line), "%s %.4f %s", tale->what, at,
			       tale->rest);
	told_line(t, line);
}

static void tell_segment(struct str *out, enum history_what what,
			 const struct tcp_seen *row)
{
	const char *comma = " ";

	str_add(out, what == HISTORY_SENT ? "sent" : "come");
	for (int flag = 0; flag < TCP_FLAGS; flag++) {
		if (!(row->flags & TCP_FLAG_BIT(flag)))
			continue;
		str_addf(out, "%s%s", comma, tcp_flag_names[flag]);
		comma = ",";
	}
	str_addf(out, " %u", row->rel_seq);
}

/* The order of all that happened, without the times of it */
static char *tell_order(const struct timeline *tl)
{
	struct history *history = history_new(tl);
	struct str out = {0};
	size_t n;
	size_t n_c;
	size_t n_rows;
	const struct history_connection *c = history_connections(history, &n_c);
	const struct history_item *items = history_items(history, &n);
	const struct tcp_seen *rows = timeline_segments(tl, &n_rows);

	for (size_t i = 0; i < n; i++) {
		const struct history_item *item = &items[i];

		if (item->connection == SIZE_MAX)
			continue;
		str_addf(&out, "%zu.%d ", item->connection, item->end);
		if (item->what == HISTORY_STATE)
			str_add(&out,
				tcp_state_names[c[item->connection]
							.ends[item->end]
							.states[item->index %
								65536]
							.state]);
		else if (item->what == HISTORY_CALL)
			str_add(&out, "call");
		else
			tell_segment(&out, item->what, &rows[item->index]);
		str_add(&out, "\n");
	}
	history_free(history);
	return str_steal(&out);
}

/* As it is told if each source is heard by @lags, and its clock errs by @errs,
 * but for those that are @missing */
static char *tell(const double lags[SOURCES], const double errs[SOURCES],
		  const bool missing[SOURCES])
{
	struct heard all[TALES];
	struct told t = told_new();
	char *order;
	size_t n = 0;

	for (size_t i = 0; i < TALES; i++) {
		if (missing[life[i].by])
			continue;
		all[n] = (struct heard){
			.tale = &life[i],
			.heard_ms = life[i].at + lags[life[i].by],
			.clock_ms = errs[life[i].by],
			.order = i,
		};
		n++;
	}
	qsort(all, n, sizeof(*all), by_hearing);
	for (size_t i = 0; i < n; i++)
		hear(&t, &all[i]);
	told_line(&t, "end");
	order = tell_order(t.tl);
	check_history(t.tl, true, true);
	timeline_free(t.tl);
	return order;
}

/* No two sources have one clock: let all err, and be heard late, by as much as
 * they may */
START_TEST(test_clocks_and_interleavings_change_nothing)
{
	static const double none[SOURCES] = {0};
	static const bool all[SOURCES] = {false};
	struct dice dice = {.state = (uint64_t)_i + 1};
	double lags[SOURCES];
	double errs[SOURCES];
	SCOPED_FREE char *wanted = tell(none, none, all);
	SCOPED_FREE char *got = NULL;

	for (int s = 0; s < SOURCES; s++) {
		lags[s] = roll(&dice, LAG_MS * 10) / 10.0;
		errs[s] = (roll(&dice, 1001) / 1000.0 - 0.5) * CLOCK_MS;
	}
	got = tell(lags, errs, all);
	ck_assert_str_eq(wanted, got);
}
END_TEST

/* One witness less tells of the same. (Whose calls the server's are, only its
 * dumps tell.) */
START_TEST(test_fewer_witnesses_change_nothing)
{
	static const double none[SOURCES] = {0};
	static const enum source may_miss[] = {TRACE, DUMPS_C};
	bool missing[SOURCES] = {false};
	SCOPED_FREE char *wanted = tell(none, none, missing);
	SCOPED_FREE char *got = NULL;

	for (int i = 0; i < 2; i++)
		missing[may_miss[i]] = _i & (1 << i);
	got = tell(none, none, missing);
	ck_assert_str_eq(wanted, got);
}
END_TEST

START_TEST(test_what_the_order_is)
{
	static const double none[SOURCES] = {0};
	static const bool all[SOURCES] = {false};
	SCOPED_FREE char *got = tell(none, none, all);

	ck_assert_str_eq(got, "0.0 call\n"
			      "0.0 CLOSED\n0.0 SYN_SENT\n0.0 sent SYN 0\n"
			      "0.1 come SYN 0\n0.1 SYN_RECV\n"
			      "0.1 sent SYN,ACK 0\n"
			      "0.0 come SYN,ACK 0\n0.0 ESTABLISHED\n"
			      "0.0 sent ACK 1\n"
			      "0.1 come ACK 1\n0.1 ESTABLISHED\n"
			      "0.0 sent PSH,ACK 1\n0.1 come PSH,ACK 1\n"
			      "0.1 sent ACK 1\n0.0 come ACK 1\n"
			      "0.0 call\n0.0 FIN_WAIT1\n0.0 sent FIN,ACK 6\n"
			      "0.1 come FIN,ACK 6\n0.1 CLOSE_WAIT\n"
			      "0.1 sent ACK 1\n0.0 come ACK 1\n0.0 FIN_WAIT2\n"
			      "0.1 call\n0.1 LAST_ACK\n0.1 sent FIN,ACK 1\n"
			      "0.0 come FIN,ACK 1\n0.0 TIME_WAIT\n"
			      "0.0 sent ACK 7\n0.1 come ACK 7\n0.1 CLOSED\n");
}
END_TEST

/** struct late - an event of a journal, and when it was heard */
struct late {
	const struct event *event;
	int64_t heard_ns;
	size_t order;
};

static int by_lateness(const void *a, const void *b)
{
	const struct late *x = a;
	const struct late *y = b;

	if (x->heard_ns != y->heard_ns)
		return x->heard_ns < y->heard_ns ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* Whose lag an event has: of a capture's, the tracepoint's; -1: what the lab
 * itself does is written down at once */
static int lag_of(const struct event *e)
{
	if (e->kind == EVENT_SEGMENT)
		return strcmp(e->host, "client") == 0;
	return e->kind == EVENT_STATE ? 2 : -1;
}

/* A journal of a guest's, whose clock does not err: computing takes no time */
START_TEST(test_late_observers_change_nothing)
{
	struct dice dice = {.state = (uint64_t)_i + 1};
	struct journal *journal = folded_load("whole");
	struct timeline *tl = folded_until(journal, INT64_MAX);
	struct late *late = mem_new(struct late, journal->n);
	SCOPED_FREE char *wanted = tell_order(tl);
	SCOPED_FREE char *got = NULL;
	int64_t lags[3];
	int64_t last_ns = 0;

	timeline_free(tl);
	for (size_t i = 0; i < 3; i++)
		lags[i] = roll(&dice, LAG_MS) * TOLD_MS;
	for (size_t i = 0; i < journal->n; i++) {
		const struct event *e = &journal->events[i];
		int lag = lag_of(e);

		if (lag < 0 && e->t_ns > last_ns)
			last_ns = e->t_ns;
		late[i] = (struct late){
			.event = e,
			.heard_ns = lag < 0 ? last_ns : e->t_ns + lags[lag],
			.order = i,
		};
	}
	qsort(late, journal->n, sizeof(*late), by_lateness);
	tl = timeline_new();
	for (size_t i = 0; i < journal->n; i++) {
		struct event e = *late[i].event;

		e.n = i + 1;
		timeline_feed(tl, &e);
	}
	got = tell_order(tl);
	ck_assert_uint_gt(strlen(got), 300);
	ck_assert_str_eq(wanted, got);
	timeline_free(tl);
	journal_free(journal);
	free(late);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("history-merge");
	TCase *tc = tcase_create("history-merge");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_what_the_order_is);
	tcase_add_loop_test(tc, test_clocks_and_interleavings_change_nothing, 0,
			    300);
	tcase_add_loop_test(tc, test_fewer_witnesses_change_nothing, 0, 4);
	tcase_add_loop_test(tc, test_late_observers_change_nothing, 0, 50);
	suite_add_tcase(s, tc);
	return test_run(s);
}
