/*
 * test_canon.c - what chance decides is not in a canonical journal, all else is
 */
#include "test.h"

#include <arpa/inet.h>

#include "base/str.h"
#include "event/canon.h"
#include "event/journal.h"
#include "event_random.h"

static struct endpoint at(const char *text)
{
	struct endpoint e = {0};

	ck_assert_int_eq(endpoint_parse(text, &e), 0);
	return e;
}

static char *canon_of(struct event *events, size_t n)
{
	struct journal journal = {.events = events, .n = n};
	struct str text = {0};

	canon_print(&journal, &text);
	return str_steal(&text);
}

static struct event sock(const char *host, const char *local,
			 const char *remote, uint64_t cookie)
{
	return (struct event){
		.kind = EVENT_SOCK,
		.step = -1,
		.host = host,
		.sock.sock = {.local = at(local),
			      .remote = at(remote),
			      .state = TCP_STATE_ESTABLISHED,
			      .cookie = cookie},
	};
}

static struct event line(const char *host, int64_t t_ns, const char *text)
{
	return (struct event){
		.kind = EVENT_PROC_OUTPUT,
		.step = -1,
		.host = host,
		.t_ns = t_ns,
		.proc.text = text,
	};
}

/** struct treatment - one event, and the one line that becomes of it */
struct treatment {
	const char *what;
	struct event event;
	const char *line;
};

#define HEAD(kind) "{\"n\":1,\"t\":0,\"kind\":\"" kind "\""

static const struct treatment treatments[] = {
	{"the time of day and the seed are left out",
	 {.kind = EVENT_BEGIN,
	  .begin = {.version = 1, .kernel = "6.1", .wall_ns = 5, .seed = 7}},
	 HEAD("begin") ",\"version\":1,\"kernel\":\"6.1\"}\n"},
	{"a namespace is named",
	 {.kind = EVENT_HOST, .up = {.addresses = "a", .netns = 4026532137}},
	 HEAD("host") ",\"addresses\":\"a\",\"netns\":\"netns-1\"}\n"},
	{"a process and a socket are named",
	 {.kind = EVENT_CALL,
	  .call = {.pid = 37, .call = "bind", .inode = 1174}},
	 HEAD("call") ",\"pid\":\"process-1\",\"call\":\"bind\","
		      "\"inode\":\"inode-1\"}\n"},
	{"what is absent gets no name",
	 {.kind = EVENT_CALL, .call = {.call = "bind"}},
	 HEAD("call") ",\"call\":\"bind\"}\n"},
	{"below half a quantum is nothing",
	 {.kind = EVENT_SNAP, .t_ns = 499999, .snap = {.took_ns = 499999}},
	 HEAD("snap") "}\n"},
	{"from half a quantum is one",
	 {.kind = EVENT_SNAP, .t_ns = 1, .snap = {.took_ns = 500000}},
	 HEAD("snap") ",\"took_ns\":1000000}\n"},
	{"never is never",
	 {.kind = EVENT_GAP, .gap = {.from_ns = -1}},
	 HEAD("gap") ",\"from_ns\":-1}\n"},
	{"the end of time is not passed",
	 {.kind = EVENT_GAP, .gap = {.to_ns = INT64_MAX}},
	 HEAD("gap") ",\"to_ns\":9223372036854775807}\n"},
	{"when we looked for the last time is left out",
	 {.kind = EVENT_SOCK, .sock = {.since_ns = 7000000}},
	 HEAD("sock") "}\n"},
	{"who runs it and round trips are left out",
	 {.kind = EVENT_SOCK,
	  .sock.sock = {.uid = 1000, .rto_us = 210000, .rtt_us = 1}},
	 HEAD("sock") "}\n"},
	{"a port of the kernel's choice in a text is named",
	 {.kind = EVENT_GAP,
	  .gap = {.why = "from 10.0.0.1:45042, [fd00::1]:45042."}},
	 HEAD("gap") ",\"why\":\"from 10.0.0.1:port-1, "
		     "[fd00::1]:port-2.\"}\n"},
	{"other ports and numbers in a text are not",
	 {.kind = EVENT_GAP, .gap = {.why = "10.0.0.1:7788: 45042 at 1:45042"}},
	 HEAD("gap") ",\"why\":\"10.0.0.1:7788: 45042 at 1:45042\"}\n"},
	{"a counter of IPv6 is left out, its packets wait by chance",
	 {.kind = EVENT_COUNTER,
	  .counter = {.name = "Icmp6.OutMLDv2Reports", .value = 4}},
	 ""},
	{"a counter of TCP is not",
	 {.kind = EVENT_COUNTER, .counter = {.name = "Tcp.OutRsts"}},
	 HEAD("counter") ",\"name\":\"Tcp.OutRsts\"}\n"},
	{"of a segment numbers that are drawn are left out",
	 {.kind = EVENT_SEGMENT,
	  .segment = {.interface = "eth0",
		      .flags = "SYN",
		      .roles = "handshake-1",
		      .connection = 1,
		      .rel_ack = 1,
		      .seq = 4711,
		      .ack = 815,
		      .window = 64240,
		      .options = "mss 1460, wscale 7, sack permitted, "
				 "ts 4 ecr 2, sack 3-5, sack 7-9",
		      .frame = 3}},
	 HEAD("segment") ",\"interface\":\"eth0\",\"flags\":\"SYN\","
			 "\"roles\":\"handshake-1\",\"connection\":1,"
			 "\"rel_ack\":1,\"window\":64240,"
			 "\"options\":\"mss 1460, wscale 7, "
			 "sack permitted, ts, sack, sack\"}\n"},
	{"a segment's options may be cut",
	 {.kind = EVENT_SEGMENT, .segment = {.options = "ts, malformed, "}},
	 HEAD("segment") ",\"options\":\"ts, malformed, \"}\n"},
	{"of a fault likewise",
	 {.kind = EVENT_FAULT,
	  .fault = {.fault = 1,
		    .action = "delay",
		    .nth = 2,
		    .by_ns = 1499999,
		    .rel_seq = 1,
		    .seq = 4711,
		    .ack = 815,
		    .frame = 9}},
	 HEAD("fault") ",\"fault\":1,\"action\":\"delay\",\"nth\":2,"
		       "\"by_ns\":1499999,\"rel_seq\":1}\n"},
	{"of a link what counts other frames than TCP's, too",
	 {.kind = EVENT_LINK,
	  .link = {.backend = "relay",
		   .rules = "loss 1%",
		   .came = 9,
		   .gone = 8,
		   .lost = 1,
		   .missed = 3,
		   .cut = 4,
		   .forgotten = 5,
		   .faulted = 6,
		   .held = 7,
		   .latest_ns = 499999}},
	 HEAD("link") ",\"backend\":\"relay\",\"rules\":\"loss 1%\","
		      "\"missed\":3,\"forgotten\":5,\"faulted\":6,"
		      "\"held\":7}\n"},
	{"how many counters moved is left out: it counts those, too",
	 {.kind = EVENT_COUNTERS, .counters = {.why = "end", .changed = 9}},
	 HEAD("counters") ",\"why\":\"end\"}\n"},
};

START_TEST(becomes_of_it_what_the_table_says)
{
	const struct treatment *t = &treatments[_i];
	struct event event = t->event;
	char *text;

	event.step = -1;
	text = canon_of(&event, 1);
	ck_assert_msg(strcmp(text, t->line) == 0, "%s:\n%s%s", t->what, text,
		      t->line);
	free(text);
}
END_TEST

/* the same story, told with other lots drawn */
static char *story(uint16_t port, uint64_t cookie, int64_t off_ns)
{
	char client[32];
	struct event events[5];

	(void)snprintf(client, sizeof(client), "10.0.0.1:%u", port);
	events[0] = sock("client", client, "10.0.0.2:80", cookie);
	events[1] = sock("server", "10.0.0.2:80", client, cookie + 3);
	events[2] = sock("client", client, "10.0.0.2:80", cookie);
	events[3] = sock("client", "10.0.0.1:50000", "10.0.0.2:80", cookie + 9);
	events[4] = (struct event){.kind = EVENT_END, .step = -1};
	for (int i = 0; i < 5; i++)
		events[i].t_ns = (i + 1) * 10000000 + off_ns;
	return canon_of(events, 5);
}

START_TEST(stories_that_differ_by_chance_are_one)
{
	char *a = story(45042, 17, 256);
	char *b = story(60000, 923, -256);
	const char *at_a;
	const char *at_b;
	size_t n;

	ck_assert_str_eq(a, b);
	ck_assert(!canon_differs(a, b, &n, &at_a, &at_b));
	ck_assert_ptr_nonnull(strstr(a, "10.0.0.1:port-1"));
	ck_assert_ptr_nonnull(strstr(a, "10.0.0.1:port-2"));
	ck_assert_ptr_nonnull(strstr(a, "socket-3"));
	ck_assert_ptr_null(strstr(a, "socket-4"));
	free(a);
	free(b);
}
END_TEST

START_TEST(another_port_than_before_is_told)
{
	char *a = story(45042, 17, 0);
	char *b = story(50000, 17, 0); /* as the second connection's */
	const char *at_a = NULL;
	const char *at_b = NULL;
	size_t n = 0;

	ck_assert(canon_differs(a, b, &n, &at_a, &at_b));
	ck_assert_uint_eq(n, 4);
	ck_assert_int_eq(strncmp(at_a, "{\"n\":4,", 7), 0);
	ck_assert_int_eq(strncmp(at_b, "{\"n\":4,", 7), 0);
	free(a);
	free(b);
}
END_TEST

START_TEST(a_range_of_ports_is_heeded)
{
	struct event events[] = {
		{.kind = EVENT_SYSCTL,
		 .step = -1,
		 .sysctl = {.name = "net.ipv4.ip_local_port_range",
			    .value = "2000\t3000"}},
		sock("c", "10.0.0.1:2000", "10.0.0.2:45042", 1),
	};
	char *text = canon_of(events, 2);

	ck_assert_ptr_nonnull(strstr(text, "10.0.0.1:port-1"));
	ck_assert_ptr_nonnull(strstr(text, "10.0.0.2:45042"));
	free(text);
}
END_TEST

/** struct order - texts as journaled, and as they come out */
struct order {
	const char *what;
	struct {
		const char *host;
		int64_t t_ns;
		const char *text;
	} in[6];
	const char *out;
};

static const struct order orders[] = {
	{"by time", {{"a", 9000000, "2"}, {"a", 2000000, "1"}}, "12"},
	{"of one host, at one time: as journaled",
	 {{"a", 400000, "1"}, {"a", 100000, "2"}},
	 "12"},
	{"of two hosts, at one time: by host",
	 {{"a", 1, "1"}, {"b", 2, "3"}, {"a", 3, "2"}, {"b", 4, "4"}},
	 "1234"},
	{"not past what concerns no host",
	 {{"a", 9000000, "1"}, {NULL, 1, "2"}, {"a", 0, "3"}, {"b", 0, "4"}},
	 "1234"},
};

START_TEST(events_are_ordered)
{
	const struct order *o = &orders[_i];
	struct event events[6];
	char got[7] = "";
	size_t n = 0;
	char *text;

	for (; n < 6 && o->in[n].text; n++)
		events[n] = line(o->in[n].host, o->in[n].t_ns, o->in[n].text);
	text = canon_of(events, n);
	for (const char *s = text; (s = strstr(s, "\"text\":\"")); s++)
		strncat(got, s + 8, 1);
	ck_assert_msg(strcmp(got, o->out) == 0, "%s: %s\n%s", o->what, got,
		      text);
	free(text);
}
END_TEST

/* whatever the kernel and programs told; once made, a form is made again */
START_TEST(any_event_has_a_form)
{
	struct dice dice = {.state = (uint64_t)_i};
	struct event events[64];
	char *a;
	char *b;

	for (size_t i = 0; i < 64; i++)
		event_random(&dice, (enum event_kind)_i, &events[i]);
	a = canon_of(events, 64);
	b = canon_of(events, 64);
	ck_assert_str_eq(a, b);
	free(a);
	free(b);
}
END_TEST

START_TEST(one_that_ends_earlier_differs)
{
	const char *at_a = NULL;
	const char *at_b = NULL;
	size_t n = 0;

	ck_assert(canon_differs("1\n2\n", "1\n", &n, &at_a, &at_b));
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(at_a, "2\n");
	ck_assert_str_eq(at_b, "");
}
END_TEST

/* what is said of a rule is found where it applies */
START_TEST(reasons_are_told)
{
	static const char *const told[] = {
		"begin        wall_ns    left out: it is the time of day\n",
		"sock         local      kept, but for ports of the kernel's",
		"counter      Icmp6.     left out: ",
	};
	SCOPED_STR struct str text = {0};

	canon_reasons(&text);
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		ck_assert_msg(strstr(str_text(&text), told[i]) != NULL,
			      "%s missing in\n%s", told[i], str_text(&text));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("canon");
	TCase *tc = tcase_create("canon");

	tcase_add_loop_test(tc, becomes_of_it_what_the_table_says, 0,
			    sizeof(treatments) / sizeof(treatments[0]));
	tcase_add_test(tc, stories_that_differ_by_chance_are_one);
	tcase_add_test(tc, another_port_than_before_is_told);
	tcase_add_test(tc, a_range_of_ports_is_heeded);
	tcase_add_loop_test(tc, events_are_ordered, 0,
			    sizeof(orders) / sizeof(orders[0]));
	tcase_add_loop_test(tc, any_event_has_a_form, 0, EVENT_KINDS);
	tcase_add_test(tc, one_that_ends_earlier_differs);
	tcase_add_test(tc, reasons_are_told);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
