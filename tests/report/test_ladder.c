/*
 * test_ladder.c - ladders fit, hold every segment, and look as they should
 *
 * UPDATE_GOLDEN=1 writes the golden files anew: read the diff then.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "report/ladder_draw.h"
#include "report/page.h"
#include "report/utf8.h"
#include "scene.h"
#include "spec/scenario.h"
#include "test.h"

static void draw(const struct scene *s, size_t cols, bool ascii,
		 struct str *out)
{
	struct page page = {.out = out};
	struct ladder_look look = {
		.cols = cols,
		.ascii = ascii,
		.names = {"client.c 10.0.0.1:40312", "server.s 10.0.0.2:7788"}};
	struct ladder_sheet sheet = ladder_sheet_new(&s->of);

	ladder_draw(&sheet, &look, &page);
	ladder_sheet_done(&sheet);
}

static size_t flight(struct scene *s, int end, double t, unsigned int flags,
		     uint32_t seq, uint32_t ack)
{
	size_t i = scene_send(s, end, MS(t), flags, seq, ack, 0);

	scene_arrive(s, i, MS(t + 10));
	return i;
}

/* the client closes first, on a link of 10 ms each way */
static struct scene *slow(void)
{
	struct scene *s = scene_new();
	size_t i = scene_send(s, 0, MS(1), SYN, 0, 0, 0);

	scene_state(s, 0, TCP_STATE_SYN_SENT, MS(1), (int)i);
	scene_arrive(s, i, MS(11));
	scene_state(s, 1, TCP_STATE_SYN_RECV, MS(11), (int)i);
	i = flight(s, 1, 11.02, SYN | ACK, 0, 1);
	scene_state(s, 0, TCP_STATE_ESTABLISHED, MS(21.02), (int)i);
	i = scene_send(s, 0, MS(21.04), ACK, 1, 1, 0);
	scene_call(s, 0, MS(21.1), "connect", 0, 0);
	scene_arrive(s, i, MS(31.04));
	scene_state(s, 1, TCP_STATE_ESTABLISHED, MS(31.04), (int)i);
	scene_call(s, 1, MS(31.2), "accept4", 6, 0);
	i = scene_send(s, 0, MS(32), FIN | ACK, 1, 1, 0);
	scene_state(s, 0, TCP_STATE_FIN_WAIT1, MS(32), (int)i);
	scene_call(s, 0, MS(32.1), "close", 0, 0);
	scene_arrive(s, i, MS(42));
	scene_state(s, 1, TCP_STATE_CLOSE_WAIT, MS(42), (int)i);
	i = flight(s, 1, 42.1, ACK, 1, 2);
	scene_state(s, 0, TCP_STATE_FIN_WAIT2, MS(52.1), (int)i);
	i = scene_send(s, 1, MS(53), FIN | ACK, 1, 2, 0);
	scene_state(s, 1, TCP_STATE_LAST_ACK, MS(53), (int)i);
	scene_call(s, 1, MS(53.1), "close", 0, 0);
	scene_arrive(s, i, MS(63));
	scene_state(s, 0, TCP_STATE_TIME_WAIT, MS(63), (int)i);
	i = flight(s, 0, 63.1, ACK, 2, 2);
	scene_state(s, 1, TCP_STATE_CLOSED, MS(73.1), (int)i);
	scene_state(s, 0, TCP_STATE_CLOSED, MS(60063), -1);
	return s;
}

static void level(struct scene *s, int end, double t, unsigned int flags,
		  uint32_t seq, uint32_t ack, uint32_t len)
{
	scene_arrive(s, scene_send(s, end, MS(t), flags, seq, ack, len),
		     MS(t + 0.02));
}

static char drops[] = "drop handshake-1";

/* losses, a fault, a cut wire, crossing FINs, bulk data, a forged reset */
static struct scene *rough(void)
{
	static struct fault_spec fault = {.text = drops};
	static const struct scenario scenario = {.faults = &fault,
						 .n_faults = 1};
	static const uint64_t cited[] = {3};
	struct scene *s = scene_new();
	size_t i = scene_send(s, 0, MS(1), SYN, 0, 0, 0);
	size_t k;

	s->of.scenario = &scenario;
	s->of.cited = cited;
	s->of.n_cited = 1;
	scene_lose(s, i, 1);
	i = scene_send(s, 0, MS(1001), SYN, 0, 0, 0);
	s->segments[i].again = true;
	scene_arrive(s, i, MS(1001.02));
	level(s, 1, 1001.1, SYN | ACK, 0, 1, 0);
	level(s, 0, 1001.2, ACK, 1, 1, 0);
	for (uint32_t j = 0; j < 20; j++) {
		level(s, 0, 1002 + j, PSH | ACK, 1 + j * 1000, 1, 1000);
		scene_call(s, 0, MS(1002.01 + j), "send", 1000, 0);
		level(s, 1, 1002.1 + j, ACK, 1, 1001 + j * 1000, 0);
	}
	scene_call(s, 1, MS(1030), "recv", -1, 11);
	i = scene_send(s, 0, MS(1040), FIN | ACK, 20001, 1, 0);
	scene_state(s, 0, TCP_STATE_FIN_WAIT1, MS(1040), (int)i);
	k = scene_send(s, 1, MS(1041), FIN | ACK, 1, 20001, 0);
	scene_state(s, 1, TCP_STATE_FIN_WAIT1, MS(1041), (int)k);
	scene_arrive(s, i, MS(1050));
	scene_state(s, 1, TCP_STATE_CLOSING, MS(1050), (int)i);
	scene_arrive(s, k, MS(1051));
	scene_state(s, 0, TCP_STATE_CLOSING, MS(1051), (int)k);
	scene_cut(s, 1, MS(1052));
	i = scene_send(s, 1, MS(1053), ACK, 2, 20002, 0);
	scene_lose(s, i, 0);
	i = scene_forge(s, 1, RST, 2);
	scene_arrive(s, i, MS(1060));
	return s;
}

/* three of one direction under way at once, the second comes last */
static struct scene *crowd(void)
{
	struct scene *s = scene_new();
	size_t i[3];

	for (uint32_t j = 0; j < 3; j++)
		i[j] = scene_send(s, 1, MS(1 + j), ACK, 1 + j * 1448, 1, 1448);
	scene_arrive(s, i[0], MS(21));
	scene_arrive(s, i[2], MS(23));
	scene_arrive(s, i[1], MS(24));
	return s;
}

static const struct {
	const char *file;
	struct scene *(*make)(void);
	size_t cols;
	bool ascii;
} goldens[] = {
	{"ladder-slow-80.txt", slow, 80, false},
	{"ladder-slow-120.txt", slow, 120, false},
	{"ladder-slow-80.ascii", slow, 80, true},
	{"ladder-slow-120.ascii", slow, 120, true},
	{"ladder-rough-80.txt", rough, 80, false},
	{"ladder-rough-120.ascii", rough, 120, true},
	{"ladder-crowd-80.txt", crowd, 80, false},
};

#define GOLDENS (sizeof(goldens) / sizeof(goldens[0]))

START_TEST(ladders_look_as_their_golden_file)
{
	SCOPED_FREE char *path =
		mem_printf("%s/%s", getenv("GOLDEN_DIR"), goldens[_i].file);
	SCOPED_FREE struct scene *s = goldens[_i].make();
	SCOPED_FREE char *want = NULL;
	SCOPED_STR struct str got = {0};
	struct err err = {0};

	draw(s, goldens[_i].cols, goldens[_i].ascii, &got);
	if (getenv("UPDATE_GOLDEN"))
		ck_assert_int_eq(file_write(AT_FDCWD, path, str_text(&got),
					    got.len, &err),
				 0);
	ck_assert_msg(file_read(AT_FDCWD, path, 1 << 20, &want, NULL, &err) ==
			      0,
		      "%s", err.text);
	ck_assert_str_eq(str_text(&got), want);
}
END_TEST

static uint32_t dice(uint32_t *seed, uint32_t sides)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % sides;
}

/* to all routers on its way, or not */
static void route(struct scene *s, size_t k, int end, double t, size_t to,
		  bool last_on)
{
	size_t mids = s->path.n_mids;

	for (size_t i = 0; i < to; i++)
		scene_pass(s, k, end ? mids - 1 - i : i,
			   MS(t + 0.001 * (double)i), i + 1 < to || last_on);
}

/* segments of all fates, calls and states in any order; each segment has a
 * sequence number of its own */
static struct scene *any_routed(uint32_t seed, size_t mids)
{
	struct scene *s = scene_new();
	VEC(size_t) flying = {0};
	double t = 0;
	uint32_t seq = 1000;
	uint32_t n = 5 + dice(&seed, 150);

	scene_route(s, mids);
	for (uint32_t i = 0; i < n; i++) {
		int end = (int)dice(&seed, 2);
		bool bulk = dice(&seed, 8) != 0;

		t += dice(&seed, 10) ? dice(&seed, 3) * 0.4 : 5000;
		if (!bulk && dice(&seed, 3) == 0) {
			scene_call(s, end, MS(t), "close", 0, 0);
		} else if (!bulk && s->connection.ends[end].n_states < 9) {
			scene_state(s, end, TCP_STATE_TIME_WAIT, MS(t), -1);
		} else if (flying.n && dice(&seed, 2)) {
			size_t k = dice(&seed, (uint32_t)flying.n);

			scene_arrive(s, flying.v[k], MS(t));
			flying.v[k] = flying.v[--flying.n];
		} else {
			size_t k = scene_send(s, end, MS(t), ACK, seq++, 1,
					      dice(&seed, 2) * 1448);

			if (dice(&seed, 12) == 0) {
				scene_lose(s, k, 0);
				route(s, k, end, t + 0.001,
				      dice(&seed, (uint32_t)mids + 1),
				      dice(&seed, 2));
				continue;
			}
			route(s, k, end, t + 0.001, mids, true);
			if (dice(&seed, 2))
				vec_push(&flying, k);
			else
				scene_arrive(s, k, MS(t + 0.01));
		}
	}
	while (flying.n)
		scene_arrive(s, flying.v[--flying.n], MS(t + 1));
	vec_done(&flying);
	return s;
}

static struct scene *any(uint32_t seed)
{
	return any_routed(seed, 0);
}

static size_t times_in(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

/* "… 12 segments, 0 bytes" all over the text */
static size_t folded(const char *text)
{
	size_t n = 0;

	while ((text = strstr(text, " segments, "))) {
		const char *digits = text;

		while (digits[-1] >= '0' && digits[-1] <= '9')
			digits--;
		n += strtoul(digits, NULL, 10);
		text++;
	}
	while ((text = text ? strstr(text, " segment, ") : NULL))
		text++;
	return n;
}

START_TEST(each_segment_is_there_once_or_in_a_fold)
{
	SCOPED_FREE struct scene *s = any((uint32_t)_i * 7919 + 1);
	SCOPED_STR struct str got = {0};
	size_t drawn = 0;

	draw(s, 120, true, &got);
	for (size_t i = 0; i < s->n_segments; i++) {
		SCOPED_FREE char *label = mem_printf(
			"ACK %u/1 ", (unsigned int)s->segments[i].rel_seq);
		size_t n = times_in(str_text(&got), label);

		ck_assert_uint_le(n, 1);
		drawn += n;
	}
	drawn += folded(str_text(&got));
	drawn += times_in(str_text(&got), " 1 segment, ");
	ck_assert_msg(drawn == s->n_segments, "%zu of %zu\n%.2000s", drawn,
		      s->n_segments, str_text(&got));
}
END_TEST

/* and nothing that was there is lost by another arrow that is drawn over it:
 * an arrival has its head, a loss its cross */
START_TEST(each_arrow_has_its_end)
{
	SCOPED_FREE struct scene *s = any((uint32_t)_i * 104729 + 5);
	SCOPED_STR struct str got = {0};
	struct ladder_sheet sheet = ladder_sheet_new(&s->of);
	size_t heads = 0;
	size_t crosses = 0;

	vec_foreach(&sheet.arrows, arrow) {
		if (arrow->end_row == LADDER_NOWHERE)
			crosses++;
		else
			heads++;
	}
	vec_foreach(&sheet.rows, row) {
		heads += row->bulk != NULL;
	}
	for (size_t i = 0; i < s->n_segments; i++)
		crosses -= s->segments[i].fate == SEEN_FATE_LOST;
	ck_assert_uint_eq(crosses, 0);
	draw(s, 80, true, &got);
	ck_assert_uint_eq(times_in(str_text(&got), ">") +
				  times_in(str_text(&got), "<"),
			  heads);
	ladder_sheet_done(&sheet);
}
END_TEST

START_TEST(no_line_is_wider_than_the_page)
{
	size_t cols = LADDER_COLS_MIN + (size_t)_i % 141;
	size_t fit = ladder_mids_fit(cols);
	SCOPED_FREE struct scene *s =
		any_routed((uint32_t)_i + 3, fit < 3 ? fit : 3);
	SCOPED_STR struct str got = {0};
	char *save = NULL;

	draw(s, cols, _i % 2, &got);
	for (char *line = strtok_r(got.s, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		ck_assert_msg(utf8_width(line) <= cols, "%zu: %s", cols, line);
	ladder_path_done(&s->path);
}
END_TEST

/* an arrow comes to each router that saw its segment, in order, and ends where
 * it was seen last */
START_TEST(an_arrow_goes_from_router_to_router)
{
	size_t mids = (size_t)_i % 3 + 1;
	SCOPED_FREE struct scene *s =
		any_routed((uint32_t)_i * 31337 + 2, mids);
	struct ladder_sheet sheet = ladder_sheet_new(&s->of);
	SCOPED_STR struct str got = {0};
	size_t drawn = 0;
	size_t heads = 0;

	ck_assert_uint_eq(sheet.n_mids, mids);
	vec_foreach(&sheet.arrows, a) {
		const struct tcp_seen *seen = &s->segments[a->index];
		size_t row = a->row;

		for (size_t i = 0; i < a->points.n; i++) {
			const struct ladder_point *p = &a->points.v[i];

			ck_assert_uint_eq(p->mid, a->from ? mids - 1 - i : i);
			ck_assert_uint_ge(p->row, row);
			ck_assert(p->on || i + 1 == a->points.n);
			row = p->row;
		}
		heads += a->points.n;
		drawn++;
		if (seen->fate == SEEN_FATE_ARRIVED) {
			ck_assert_uint_eq(a->points.n, mids);
			ck_assert_uint_ge(a->end_row, row);
			heads++;
		} else {
			ck_assert_uint_eq(a->end_row, LADDER_NOWHERE);
		}
	}
	ck_assert_uint_gt(drawn, 0);
	vec_foreach(&sheet.rows, row) {
		heads += row->bulk != NULL;
	}
	draw(s, 120, true, &got);
	ck_assert_uint_eq(times_in(str_text(&got), ">") +
				  times_in(str_text(&got), "<"),
			  heads);
	ladder_sheet_done(&sheet);
	ladder_path_done(&s->path);
}
END_TEST

/* where a segment was lost is between where it was seen last and the next */
START_TEST(a_cross_is_on_the_right_hop)
{
	static const struct {
		size_t seen; /* by so many routers */
		bool on;
		const char *line;
	} hops[] = {
		{0, true, "+- SYN 0 --X   |              |              |"},
		{1, true, "+--- SYN 0 --->+--X           |              |"},
		{2, true, "+--- SYN 0 --->+------------->+--X           |"},
		{1, false, "+--- SYN 0 --->X              |              |"},
	};
	SCOPED_FREE struct scene *s = scene_new();
	SCOPED_STR struct str got = {0};
	size_t i = scene_send(s, 0, MS(1), SYN, 0, 0, 0);

	scene_route(s, 2);
	scene_lose(s, i, 0);
	route(s, i, 0, 1.001, hops[_i].seen, hops[_i].on);
	draw(s, 80, true, &got);
	ck_assert_msg(strstr(str_text(&got), hops[_i].line), "%s",
		      str_text(&got));
	ladder_path_done(&s->path);
}
END_TEST

/* a page that is too narrow for a call keeps what came of it */
START_TEST(the_result_of_a_call_is_cut_last)
{
	SCOPED_FREE struct scene *s = scene_new();
	SCOPED_STR struct str got = {0};

	scene_call(s, 1, MS(1), "setsockopt", -1, EINVAL);
	s->events[0].call.args = "s, SO_WHATEVER_HAS_A_LONG_NAME, 1";
	draw(s, 60, true, &got);
	ck_assert_ptr_nonnull(strstr(str_text(&got), "~) = EINVAL o"));
}
END_TEST

static size_t cited(const struct scene *s)
{
	struct ladder_sheet sheet = ladder_sheet_new(&s->of);
	size_t n = 0;

	vec_foreach(&sheet.rows, row) {
		n += row->cited;
	}
	ladder_sheet_done(&sheet);
	return n;
}

/* a dump is evidence for the state that it saw; one of all sockets, if it is
 * known which is meant */
START_TEST(a_state_is_marked_by_a_dump_that_saw_it)
{
	uint64_t numbers[2];
	SCOPED_FREE struct scene *s = slow();
	struct event *dump = &s->events[s->of.n_events++];
	struct event *call = &s->events[s->of.n_events++];

	*dump = (struct event){.n = s->of.n_events - 1,
			       .kind = EVENT_SOCK,
			       .host = "client",
			       .t_ns = MS(55)};
	dump->sock.sock.local = s->connection.ends[0].local;
	dump->sock.sock.state = TCP_STATE_FIN_WAIT2;
	*call = (struct event){.n = s->of.n_events,
			       .kind = EVENT_CALL,
			       .host = "client",
			       .call = {.call = "socket", .socket = "c"}};
	numbers[0] = dump->n;
	numbers[1] = call->n;
	s->of.cited = numbers;
	ck_assert_uint_eq(cited(s), 0);
	s->of.n_cited = 1;
	ck_assert_uint_eq(cited(s), 1);
	dump->sock.sock.state = TCP_STATE_FIN_WAIT1;
	ck_assert_uint_eq(cited(s), 0);
	dump->kind = EVENT_SNAP;
	ck_assert_uint_eq(cited(s), 0);
	s->of.n_cited = 2;
	ck_assert_uint_eq(cited(s), 1);
}
END_TEST

START_TEST(ascii_is_nothing_else)
{
	SCOPED_FREE struct scene *s = rough();
	SCOPED_STR struct str got = {0};

	s->connection.ends[0].host = "caf\xc3\xa9";
	draw(s, 80, true, &got);
	for (const char *p = str_text(&got); *p; p++)
		ck_assert_int_lt((unsigned char)*p, 0x7f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ladder");
	TCase *tcase = tcase_create("ladder");

	tcase_add_loop_test(tcase, ladders_look_as_their_golden_file, 0,
			    GOLDENS);
	tcase_add_loop_test(tcase, each_segment_is_there_once_or_in_a_fold, 0,
			    100);
	tcase_add_loop_test(tcase, each_arrow_has_its_end, 0, 100);
	tcase_add_loop_test(tcase, no_line_is_wider_than_the_page, 0, 141);
	tcase_add_loop_test(tcase, an_arrow_goes_from_router_to_router, 0, 60);
	tcase_add_loop_test(tcase, a_cross_is_on_the_right_hop, 0, 4);
	tcase_add_test(tcase, the_result_of_a_call_is_cut_last);
	tcase_add_test(tcase, a_state_is_marked_by_a_dump_that_saw_it);
	tcase_add_test(tcase, ascii_is_nothing_else);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
