/*
 * test_segments.c - what was sent, what arrived, and which fault it met
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"
#include "tcp/flow.h"
#include "tcp/segment.h"
#include "test.h"
#include "timeline/timeline.h"

#define MS INT64_C(1000000)

/** struct feed - a timeline, and the numbers of its events */
struct feed {
	struct timeline *tl;
	uint64_t n;
};

static void feed(struct feed *f, struct event *event)
{
	event->n = ++f->n;
	timeline_feed(f->tl, event);
}

static void feed_host(struct feed *f, const char *host, const char *addresses)
{
	struct event up = {.kind = EVENT_HOST,
			   .host = host,
			   .up = {.addresses = addresses}};

	feed(f, &up);
}

static struct feed feed_new(void)
{
	struct feed f = {.tl = timeline_new()};

	feed_host(&f, "client", "10.0.0.1/30 fd7c::1/64");
	feed_host(&f, "middle", "10.0.0.2/30 10.0.1.1/30");
	feed_host(&f, "server", "10.0.1.2/30 fd7c::2/64");
	return f;
}

static struct endpoint end_of(const char *text)
{
	struct endpoint e = {0};

	ck_assert_int_eq(endpoint_parse(text, &e), 0);
	return e;
}

static struct event segment(const char *host, bool out, int64_t t_ns,
			    uint32_t seq)
{
	struct event event = {
		.kind = EVENT_SEGMENT,
		.host = host,
		.t_ns = t_ns,
		.step = -1,
		.segment = {.out = out,
			    .from = end_of("10.0.0.1:4000"),
			    .to = end_of("10.0.1.2:80"),
			    .flags = "PSH,ACK",
			    .roles = "data",
			    .seq = seq,
			    .ack = 1,
			    .window = 500,
			    .len = 10,
			    .options = "timestamps 1 2"},
	};

	return event;
}

static struct event fault_of(const struct event *met, const char *action,
			     uint64_t frame)
{
	const struct event_segment *s = &met->segment;
	struct event event = {
		.kind = EVENT_FAULT,
		.host = "client",
		.t_ns = met->t_ns,
		.step = -1,
		.fault = {.fault = 1,
			  .action = action,
			  .to = "middle",
			  .nth = 1,
			  .from_end = s->from,
			  .to_end = s->to,
			  .flags = s->flags,
			  .seq = s->seq,
			  .ack = s->ack,
			  .len = s->len,
			  .frame = frame},
	};

	return event;
}

static void feed_end(struct feed *f)
{
	struct event end = {.kind = EVENT_END, .end = {.complete = true}};

	feed(f, &end);
}

static const struct tcp_seen *only_row(const struct feed *f)
{
	const struct tcp_seen *rows;
	size_t n;

	rows = timeline_segments(f->tl, &n);
	ck_assert_uint_eq(n, 1);
	return rows;
}

START_TEST(test_sent_and_arrived)
{
	struct feed f = feed_new();
	struct event out = segment("client", true, 5, 100);
	struct event in = segment("server", false, 9, 100);
	const struct tcp_seen *row;

	out.segment.again = true;
	out.segment.roles = "data,wave-1";
	out.segment.rel_seq = 1;
	out.segment.connection = 3;
	feed(&f, &out);
	ck_assert_int_eq(only_row(&f)->fate, SEEN_FATE_UNDER_WAY);
	feed(&f, &in);
	row = only_row(&f);
	ck_assert_int_eq(row->fate, SEEN_FATE_ARRIVED);
	ck_assert_str_eq(row->from_host, "client");
	ck_assert_str_eq(row->to_host, "server");
	ck_assert_uint_eq(row->flags, TCP_FLAG_BIT(TCP_FLAG_PSH) |
					      TCP_FLAG_BIT(TCP_FLAG_ACK));
	ck_assert_uint_eq(row->roles, FLOW_ROLE_BIT(FLOW_DATA) |
					      FLOW_ROLE_BIT(FLOW_WAVE_1));
	ck_assert(row->again && !row->forged);
	ck_assert_uint_eq(row->rel_seq, 1);
	ck_assert_uint_eq(row->connection, 3);
	ck_assert_int_eq(row->t_ns, 5);
	ck_assert_int_eq(row->arrived_ns, 9);
	ck_assert_uint_eq(row->n, out.n);
	ck_assert_uint_eq(row->arrived_n, in.n);
	timeline_free(f.tl);
}
END_TEST

/* What a router sees on its way is neither sent nor arrived */
START_TEST(test_routers_make_no_rows)
{
	struct feed f = feed_new();
	struct event in = segment("middle", false, 5, 100);
	struct event out = segment("middle", true, 6, 100);
	size_t n;

	feed(&f, &in);
	feed(&f, &out);
	(void)timeline_segments(f.tl, &n);
	ck_assert_uint_eq(n, 0);
	/* but what is for itself is */
	in.segment.to = end_of("10.0.1.1:22");
	feed(&f, &in);
	ck_assert(only_row(&f)->forged);
	ck_assert_str_eq(only_row(&f)->to_host, "middle");
	timeline_free(f.tl);
}
END_TEST

START_TEST(test_ipv6)
{
	struct feed f = feed_new();
	struct event out = segment("server", true, 5, 100);

	out.segment.from = end_of("[fd7c::2]:80");
	out.segment.to = end_of("[fd7c::9]:4000");
	feed(&f, &out);
	ck_assert_str_eq(only_row(&f)->from_host, "server");
	ck_assert_ptr_null(only_row(&f)->to_host);
	timeline_free(f.tl);
}
END_TEST

/* The first that comes is the first that was sent, unless that was dropped */
START_TEST(test_equal_ones)
{
	struct feed f = feed_new();
	const struct tcp_seen *rows;
	struct event out = segment("client", true, 5, 100);
	struct event in = segment("server", false, 900, 100);
	struct event drop;
	size_t n;

	out.segment.frame = 1;
	feed(&f, &out);
	drop = fault_of(&out, "drop", _i ? 1 : 0);
	feed(&f, &drop);
	out.t_ns = 400;
	out.segment.frame = 2;
	feed(&f, &out);
	out.t_ns = 800;
	out.segment.frame = 3;
	feed(&f, &out);
	feed(&f, &in);
	rows = timeline_segments(f.tl, &n);
	ck_assert_uint_eq(n, 3);
	ck_assert_int_eq(rows[0].fate, SEEN_FATE_LOST);
	ck_assert_uint_eq(rows[0].fault_n, drop.n);
	ck_assert_int_eq(rows[1].fate, SEEN_FATE_ARRIVED);
	ck_assert_uint_eq(rows[1].fault_n, 0);
	ck_assert_int_eq(rows[2].fate, SEEN_FATE_UNDER_WAY);
	feed_end(&f);
	ck_assert_int_eq(rows[2].fate, SEEN_FATE_LOST);
	timeline_free(f.tl);
}
END_TEST

/* What differs in anything that TCP wrote is another segment */
START_TEST(test_unequal_ones)
{
	struct feed f = feed_new();
	struct event out = segment("client", true, 5, 100);
	struct event in = segment("server", false, 9, 100);
	const struct tcp_seen *rows;
	size_t n;

	feed(&f, &out);
	switch (_i) {
	case 0:
		in.segment.seq++;
		break;
	case 1:
		in.segment.ack++;
		break;
	case 2:
		in.segment.len++;
		break;
	case 3:
		in.segment.window++;
		break;
	case 4:
		in.segment.flags = "ACK";
		break;
	case 5:
		in.segment.options = NULL;
		break;
	case 6:
		in.segment.from.port++;
		break;
	default:
		in.segment.to.port++;
		break;
	}
	feed(&f, &in);
	rows = timeline_segments(f.tl, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert(!rows[0].forged && rows[1].forged);
	ck_assert_int_eq(rows[0].fate, SEEN_FATE_UNDER_WAY);
	timeline_free(f.tl);
}
END_TEST

/* Two captures are read one after the other: the arrival may be told first */
START_TEST(test_arrival_told_first)
{
	struct feed f = feed_new();
	struct event in = segment("server", false, 9, 100);
	struct event out = segment("client", true, 5, 100);
	const struct tcp_seen *row;
	struct tcp_seen *then;
	size_t n;

	feed(&f, &in);
	ck_assert(only_row(&f)->forged);
	feed(&f, &out);
	row = only_row(&f);
	ck_assert(!row->forged);
	ck_assert_int_eq(row->fate, SEEN_FATE_ARRIVED);
	ck_assert_int_eq(row->t_ns, 5);
	ck_assert_int_eq(row->arrived_ns, 9);
	ck_assert_uint_eq(row->n, out.n);
	ck_assert_uint_eq(row->arrived_n, in.n);
	then = timeline_segments_until(f.tl, in.n, &n);
	ck_assert_uint_eq(n, 1);
	ck_assert(!then[0].forged);
	ck_assert_int_eq(then[0].fate, SEEN_FATE_ARRIVED);
	free(then);
	timeline_free(f.tl);
}
END_TEST

/* A copy that came twice is not what is sent only later */
START_TEST(test_came_twice)
{
	struct feed f = feed_new();
	struct event out = segment("client", true, 5, 100);
	struct event in = segment("server", false, 9, 100);
	const struct tcp_seen *rows;
	size_t n;

	feed(&f, &out);
	feed(&f, &in);
	feed(&f, &in);
	out.t_ns = 200 * MS;
	feed(&f, &out);
	rows = timeline_segments(f.tl, &n);
	ck_assert_uint_eq(n, 3);
	ck_assert(!rows[0].forged && rows[1].forged && !rows[2].forged);
	ck_assert_int_eq(rows[2].fate, SEEN_FATE_UNDER_WAY);
	timeline_free(f.tl);
}
END_TEST

static const struct {
	const char *action;
	uint64_t frame;
	bool first; /* told before its segment */
	enum seen_fate fate;
} faults[] = {
	{"drop", 7, false, SEEN_FATE_LOST},
	{"drop", 7, true, SEEN_FATE_LOST},
	{"drop", 0, false, SEEN_FATE_LOST},
	{"drop", 0, true, SEEN_FATE_LOST},
	{"delay", 7, false, SEEN_FATE_UNDER_WAY},
	{"hold", 0, true, SEEN_FATE_UNDER_WAY},
	{"release", 7, false, SEEN_FATE_UNDER_WAY},
};

START_TEST(test_fault)
{
	struct feed f = feed_new();
	struct event out = segment("client", true, 5, 100);
	struct event fault =
		fault_of(&out, faults[_i].action, faults[_i].frame);
	const struct timeline_fault *told;
	size_t n;

	out.segment.frame = 7;
	if (faults[_i].first)
		feed(&f, &fault);
	feed(&f, &out);
	if (!faults[_i].first)
		feed(&f, &fault);
	ck_assert_int_eq(only_row(&f)->fate, faults[_i].fate);
	ck_assert_uint_eq(only_row(&f)->fault_n, fault.n);
	told = timeline_faults(f.tl, &n);
	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(told->action, faults[_i].action);
	ck_assert_uint_eq(told->row, 0);
	ck_assert_uint_eq(told->fault, 1);
	ck_assert_str_eq(told->host, "client");
	ck_assert_str_eq(told->to, "middle");
	timeline_free(f.tl);
}
END_TEST

/* A field that was changed on the way makes it unlike what was sent */
START_TEST(test_corrupted)
{
	struct feed f = feed_new();
	struct event out = segment("client", true, 5, 100);
	struct event in = segment("server", false, 9, 101);
	struct event fault = fault_of(&out, "corrupt", 0);

	in.segment.corrupt = true;
	feed(&f, &out);
	feed(&f, &fault);
	feed(&f, &in);
	ck_assert_int_eq(only_row(&f)->fate, SEEN_FATE_ARRIVED);
	ck_assert_uint_eq(only_row(&f)->arrived_n, in.n);
	timeline_free(f.tl);
}
END_TEST

/* The relay may tell of what it did only when that has arrived; and what is
 * sent again, and is equal, arrives for itself */
START_TEST(test_corrupted_told_late)
{
	struct feed f = feed_new();
	struct event other = segment("client", true, 4, 90);
	struct event out = segment("client", true, 5, 100);
	struct event in = segment("server", false, 9, 100);
	struct event fault = fault_of(&out, "corrupt", 0);
	const struct tcp_seen *rows;
	size_t n;

	feed(&f, &other);
	feed(&f, &out);
	in.segment.corrupt = true;
	in.segment.window = 501;
	feed(&f, &in);
	feed(&f, &fault);
	out.t_ns += 200;
	feed(&f, &out);
	in = segment("server", false, 210, 100);
	feed(&f, &in);
	rows = timeline_segments(f.tl, &n);
	ck_assert_uint_eq(n, 3);
	ck_assert_int_eq(rows[0].fate, SEEN_FATE_UNDER_WAY);
	ck_assert_int_eq(rows[1].arrived_ns, 9);
	ck_assert_int_eq(rows[2].arrived_ns, 210);
	timeline_free(f.tl);
}
END_TEST

/** struct told - an event, and when the journal tells of it */
struct told {
	struct event event;
	int64_t told_ns;
};

/** struct plan - random traffic */
struct plan {
	VEC(struct told) events;
	size_t n_sent;
	size_t n_arrived;
	uint32_t dice;
	bool lossy; /* some are lost, some come twice */
};

static uint32_t roll(struct plan *plan, uint32_t sides)
{
	plan->dice = plan->dice * 1664525U + 1013904223U;
	return (plan->dice >> 16) % sides;
}

/* captures are read up to half a millisecond late */
static void tell(struct plan *plan, const struct event *event)
{
	struct told told = {
		.event = *event,
		.told_ns = event->t_ns + (int64_t)roll(plan, 500) * 1000,
	};

	vec_push(&plan->events, told);
}

static void plan_one(struct plan *plan, int64_t t_ns)
{
	/* few numbers, so that many are equal */
	struct event out = segment("client", true, t_ns, roll(plan, 5));
	struct event in = segment("server", false, 0, out.segment.seq);
	uint32_t fate = plan->lossy ? roll(plan, 10) : 9;
	uint32_t copies = fate == 0 ? 2 : 1;

	out.segment.frame = ++plan->n_sent;
	tell(plan, &out);
	if (fate == 1) {
		struct event drop = fault_of(&out, "drop", out.segment.frame);

		tell(plan, &drop);
	}
	if (fate == 1 || fate == 2)
		return;
	for (; copies; copies--) {
		in.t_ns = t_ns + (int64_t)roll(plan, 200) * 1000 + 1;
		plan->n_arrived++;
		tell(plan, &in);
	}
}

static int by_time(const void *a, const void *b)
{
	const struct told *one = a;
	const struct told *other = b;

	return (one->told_ns > other->told_ns) -
	       (one->told_ns < other->told_ns);
}

/* one check in all: each ck_assert() costs a system call */
static void check_like_then(const struct tcp_seen *live, size_t n_live,
			    const struct tcp_seen *later, size_t n_later)
{
	size_t n_unlike = 0;

	ck_assert_uint_eq(n_live, n_later);
	for (size_t i = 0; i < n_live; i++) {
		/* what never arrives, and what was sent, is known by then */
		bool lost = live[i].fate == SEEN_FATE_UNDER_WAY &&
			    later[i].fate == SEEN_FATE_LOST;

		n_unlike += live[i].forged < later[i].forged ||
			    (live[i].fate != later[i].fate && !lost);
	}
	ck_assert_uint_eq(n_unlike, 0);
}

static void check_sums(const struct plan *plan, const struct timeline *tl)
{
	const struct tcp_seen *rows;
	bool *paired = mem_new(bool, plan->events.n + 16);
	size_t n_forged = 0;
	size_t n_paired = 0;
	size_t n;

	rows = timeline_segments(tl, &n);
	for (size_t i = 0; i < n; i++) {
		n_forged += rows[i].forged;
		if (rows[i].fate == SEEN_FATE_ARRIVED) {
			ck_assert(!paired[rows[i].arrived_n]);
			paired[rows[i].arrived_n] = true;
			n_paired += !rows[i].forged;
		}
	}
	ck_assert_uint_eq(n - n_forged, plan->n_sent);
	ck_assert_uint_eq(n_forged + n_paired, plan->n_arrived);
	if (!plan->lossy)
		ck_assert_uint_eq(n_forged, 0);
	free(paired);
}

START_TEST(test_random_order)
{
	struct plan plan = {.dice = (uint32_t)_i, .lossy = _i % 2};
	struct feed f = feed_new();
	struct feed live = feed_new();

	for (int64_t i = 0; i < 200; i++)
		plan_one(&plan, i * 100000);
	qsort(plan.events.v, plan.events.n, sizeof(*plan.events.v), by_time);
	vec_foreach(&plan.events, told)
		feed(&f, &told->event);
	feed_end(&f);
	check_sums(&plan, f.tl);
	vec_foreach(&plan.events, told) {
		const struct tcp_seen *now;
		struct tcp_seen *later;
		size_t n_now;
		size_t n_later;

		feed(&live, &told->event);
		now = timeline_segments(live.tl, &n_now);
		later = timeline_segments_until(f.tl, live.n, &n_later);
		check_like_then(now, n_now, later, n_later);
		free(later);
	}
	timeline_free(live.tl);
	timeline_free(f.tl);
	vec_done(&plan.events);
}
END_TEST

/* A long run must not take long: all are equal, and every other one is lost */
START_TEST(test_many)
{
	struct feed f = feed_new();
	struct event out = segment("client", true, 0, 100);
	struct event in = segment("server", false, 0, 100);
	size_t n;

	for (int64_t i = 0; i < 100000; i++) {
		out.t_ns = i;
		out.segment.seq = (uint32_t)(i / 4);
		in.segment.seq = out.segment.seq;
		in.t_ns = i;
		feed(&f, &out);
		if (i % 2)
			feed(&f, &in);
	}
	(void)timeline_segments(f.tl, &n);
	ck_assert_uint_eq(n, 100000);
	timeline_free(f.tl);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("segments");
	TCase *tc = tcase_create("segments");

	tcase_add_test(tc, test_sent_and_arrived);
	tcase_add_test(tc, test_routers_make_no_rows);
	tcase_add_test(tc, test_ipv6);
	tcase_add_loop_test(tc, test_equal_ones, 0, 2);
	tcase_add_loop_test(tc, test_unequal_ones, 0, 8);
	tcase_add_test(tc, test_arrival_told_first);
	tcase_add_test(tc, test_came_twice);
	tcase_add_loop_test(tc, test_fault, 0,
			    sizeof(faults) / sizeof(faults[0]));
	tcase_add_test(tc, test_corrupted);
	tcase_add_test(tc, test_corrupted_told_late);
	tcase_add_loop_test(tc, test_random_order, 0, 40);
	tcase_add_test(tc, test_many);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
