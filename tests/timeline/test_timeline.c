/*
 * test_timeline.c - looks, counters, gaps, programs, actions and steps
 */
#include "folded.h"

static struct journal *journal;
static struct timeline *tl;

static void setup(void)
{
	journal = folded_load("the-rest");
	tl = folded_until(journal, INT64_MAX);
}

static void teardown(void)
{
	timeline_free(tl);
	journal_free(journal);
}

START_TEST(test_counters)
{
	const struct timeline_look *readings;
	uint64_t n;
	size_t n_readings;

	readings = timeline_readings(tl, "server", &n_readings);
	ck_assert_uint_eq(n_readings, 3);
	ck_assert_str_eq(readings[1].why, "expect");
	ck_assert_int_eq(readings[1].step, 1);
	ck_assert_int_eq(timeline_counter(tl, "server", "Tcp.OutRsts", 49, &n),
			 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(timeline_counter(tl, "server", "Tcp.OutRsts", 50, &n),
			 2);
	ck_assert_uint_eq(n, 11);
	ck_assert_int_eq(
		timeline_counter(tl, "server", "Tcp.OutRsts", INT64_MAX, NULL),
		3);
	ck_assert_int_eq(
		timeline_counter(tl, "client", "Tcp.OutRsts", INT64_MAX, NULL),
		0);
	ck_assert_ptr_null(timeline_readings(tl, "client", &n_readings));
	ck_assert_uint_eq(n_readings, 0);
}
END_TEST

static const struct {
	const char *source;
	const char *host;
	int64_t from_ns;
	int64_t to_ns;
	bool covers;
} gaps[] = {
	{"sockets", "server", 0, 61, false},
	{"sockets", "server", 0, 62, true},
	{"sockets", "server", 65, 66, true},
	{"sockets", "server", 69, 100, true},
	{"sockets", "server", 70, 100, false},
	{"sockets", "client", 0, 100, false},
	{"counters", "server", 0, 100, false},
};

START_TEST(test_gap_covers)
{
	ck_assert_int_eq(timeline_gap_covers(tl, gaps[_i].source, gaps[_i].host,
					     gaps[_i].from_ns,
					     gaps[_i].to_ns) != NULL,
			 gaps[_i].covers);
}
END_TEST

START_TEST(test_programs)
{
	const struct timeline_proc *procs;
	const struct timeline_proc *now = timeline_proc(tl, "server", "web");
	size_t n;

	procs = timeline_procs(tl, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert(procs[0].exited);
	ck_assert_int_eq(procs[0].status, 1);
	ck_assert_int_eq(procs[0].exit_step, 1);
	ck_assert_uint_ne(procs[0].ready_n, 0);
	ck_assert_ptr_eq(now, &procs[1]);
	ck_assert(!now->exited);
	ck_assert_ptr_null(timeline_proc(tl, "client", "web"));
}
END_TEST

START_TEST(test_output_is_searched_stream_by_stream)
{
	const struct timeline_proc *procs;
	const struct timeline_output *piece;
	size_t n;

	procs = timeline_procs(tl, &n);
	piece = timeline_proc_wrote(&procs[0], "Address already in use");
	ck_assert_ptr_nonnull(piece);
	ck_assert_int_eq(piece->t_ns, 37);
	piece = timeline_proc_wrote(&procs[0], "in use");
	ck_assert_int_eq(piece->t_ns, 36);
	ck_assert_ptr_null(timeline_proc_wrote(&procs[0], "in useAddress"));
	ck_assert_ptr_null(timeline_proc_wrote(&procs[1], "in use"));
}
END_TEST

START_TEST(test_steps_and_end)
{
	const struct timeline_step *step = timeline_step(tl, 0);
	const struct timeline_whole *whole = timeline_whole(tl);

	ck_assert_ptr_nonnull(step);
	ck_assert_int_eq(step->begin_ns, 30);
	ck_assert_int_eq(step->end_ns, 40);
	ck_assert(step->done);
	ck_assert_ptr_null(timeline_step(tl, 1));
	ck_assert_ptr_null(timeline_step(tl, -1));
	ck_assert_uint_eq(whole->begin_n, 1);
	ck_assert_uint_eq(whole->end_n, whole->last_n);
	ck_assert_int_eq(whole->last_ns, 90);
	ck_assert(!whole->complete);
	ck_assert_str_eq(whole->why, "given up");
}
END_TEST

START_TEST(test_actions)
{
	struct journal *other = folded_load("never-seen");
	struct timeline *then = folded_until(other, INT64_MAX);
	const struct timeline_op *op = timeline_op(then, 1);
	size_t n;

	ck_assert_ptr_eq(timeline_ops(then, &n), op);
	ck_assert_uint_eq(n, 2);
	ck_assert(op->ended);
	ck_assert_int_eq(op->begin_ns, 100);
	ck_assert_int_eq(op->end_ns, 150);
	ck_assert_str_eq(op->end.call, "connect");
	ck_assert(!timeline_op(then, 2)->ended);
	ck_assert_ptr_null(timeline_op(then, 3));
	timeline_free(then);
	journal_free(other);
}
END_TEST

/* It copies what it needs: events may be overwritten after each feed */
START_TEST(test_nothing_is_borrowed)
{
	struct timeline *copy = timeline_new();
	const struct timeline_step *step;

	for (size_t i = 0; i < journal->n; i++) {
		char text[] = "a text that is gone soon";
		struct event event = journal->events[i];

		if (event.kind == EVENT_STEP_END)
			event.step_of.why = text;
		timeline_feed(copy, &event);
		memset(text, 'x', sizeof(text) - 1);
	}
	step = timeline_step(copy, 0);
	ck_assert_str_eq(step->why, "a text that is gone soon");
	timeline_free(copy);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("timeline");
	TCase *tc = tcase_create("timeline");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_counters);
	tcase_add_loop_test(tc, test_gap_covers, 0,
			    sizeof(gaps) / sizeof(gaps[0]));
	tcase_add_test(tc, test_programs);
	tcase_add_test(tc, test_output_is_searched_stream_by_stream);
	tcase_add_test(tc, test_steps_and_end);
	tcase_add_test(tc, test_actions);
	tcase_add_test(tc, test_nothing_is_borrowed);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
