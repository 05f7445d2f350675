/*
 * test_fault.c - faults, injections and changes of the wire are read as written
 */
#include "base/mem.h"
#include "base/str.h"
#include "spec/errors.h"
#include "spec/scenario.h"
#include "tcp/flow.h"
#include "tcp/segment.h"
#include "test.h"

#define S INT64_C(1000000000)

#define HEAD                                                        \
	"title: t\nwhy: w\n"                                        \
	"topology: {hosts: {client: , server: }, links: [[client, " \
	"server]]}\n"

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

static void parse(const char *faults, const char *steps)
{
	SCOPED_FREE char *text =
		mem_printf("%sfaults: [%s]\nsteps:\n  - wait: 1s\n%s", HEAD,
			   faults, steps);
	SCOPED_STR struct str told = {0};

	scenario = scenario_parse("lab/t/s.yaml", text, strlen(text), NULL,
				  &errors);
	spec_errors_text(&errors, &told);
	ck_assert_msg(scenario != NULL, "%s", str_text(&told));
}

#define F(flag) TCP_FLAG_BIT(TCP_FLAG_##flag)
#define R(role) FLOW_ROLE_BIT(FLOW_##role)

static struct {
	const char *text;
	const char *said; /* in one line */
	struct fault_spec fault;
} rows[] = {
	{"drop: wave-4, times: 1",
	 "drop wave-4, times 1",
	 {.action = FAULT_DROP, .which = {.roles = R(WAVE_4)}, .times = 1}},
	{"drop: {from: client, flags: [SYN]}, times: 2",
	 "drop from client, flags [SYN], times 2",
	 {.action = FAULT_DROP,
	  .which = {.from = "client", .has_flags = true, .flags = F(SYN)},
	  .times = 2}},
	{"drop: {flags: \"SYN,ACK\", to: server}",
	 "drop flags SYN,ACK to server",
	 {.action = FAULT_DROP,
	  .which = {.to = "server",
		    .has_flags = true,
		    .flags = F(SYN) | F(ACK)}}},
	{"delay: {from: server, flags: [FIN, ACK]}, by: 3s",
	 "delay from server, flags [FIN, ACK], by 3 s",
	 {.action = FAULT_DELAY,
	  .which = {.from = "server",
		    .has_flags = true,
		    .flags = F(FIN) | F(ACK)},
	  .by_ns = 3 * S}},
	{"drop: {filter: \"tcp[tcpflags] & tcp-rst != 0\"}",
	 "drop filter tcp[tcpflags] & tcp-rst != 0",
	 {.action = FAULT_DROP, .filter = "tcp[tcpflags] & tcp-rst != 0"}},
	{"drop: {filter: \"ip6 host fe80::1 or (src 10.0.0.1 and len - 4 >= "
	 "0x3c)\"}",
	 "drop filter ip6 host fe80::1 or (src 10.0.0.1 and len - 4 >= 0x3c)",
	 {.action = FAULT_DROP,
	  .filter = "ip6 host fe80::1 or (src 10.0.0.1 and len - 4 >= 0x3c)"}},
	{"duplicate: data, by: 5s",
	 "duplicate data, by 5 s",
	 {.action = FAULT_DUPLICATE,
	  .which = {.roles = R(DATA)},
	  .by_ns = 5 * S}},
	{"duplicate: data",
	 "duplicate data",
	 {.action = FAULT_DUPLICATE, .which = {.roles = R(DATA)}}},
	{"corrupt: data, field: payload, optional: true",
	 "corrupt data, field payload, optional",
	 {.action = FAULT_CORRUPT,
	  .which = {.roles = R(DATA)},
	  .field = FAULT_FIELD_PAYLOAD,
	  .optional = true}},
	{"corrupt: data",
	 "corrupt data",
	 {.action = FAULT_CORRUPT,
	  .which = {.roles = R(DATA)},
	  .field = FAULT_FIELD_CHECKSUM}},
	{"reorder: data, nth: 3",
	 "reorder data, nth 3",
	 {.action = FAULT_REORDER,
	  .which = {.roles = R(DATA)},
	  .skip = 2,
	  .times = 1}},
	{"drop: data, skip: 0, times: 1000000",
	 "drop data, skip 0, times 1000000",
	 {.action = FAULT_DROP, .which = {.roles = R(DATA)}, .times = 1000000}},
	{"drop: retransmission",
	 "drop retransmission",
	 {.action = FAULT_DROP, .which = {.again = PATTERN_AGAIN_ONLY}}},
	{"drop: any", "drop any", {.action = FAULT_DROP}},
	{"drop: {role: any, retransmitted: false}",
	 "drop role any, retransmitted false",
	 {.action = FAULT_DROP, .which = {.again = PATTERN_AGAIN_FIRST}}},
	{"drop: [wave-1, rst]",
	 "drop [wave-1, rst]",
	 {.action = FAULT_DROP, .which = {.roles = R(WAVE_1) | R(RST)}}},
	{"drop: {role: [wave-1, wave-3], retransmitted: true, link: [server, "
	 "client]}",
	 "drop role [wave-1, wave-3], retransmitted, link [server, client]",
	 {.action = FAULT_DROP,
	  .which = {.roles = R(WAVE_1) | R(WAVE_3),
		    .again = PATTERN_AGAIN_ONLY},
	  .link_a = "server",
	  .link_b = "client"}},
	/* the action need not be the first key */
	{"as: name, drop: ack",
	 "drop ack as name",
	 {.action = FAULT_DROP, .which = {.roles = R(ACK)}, .name = "name"}},
};

static void same_text(const char *a, const char *b, const char *what)
{
	ck_assert_msg((!a && !b) || (a && b && strcmp(a, b) == 0), "%s: %s, %s",
		      what, a ?: "NULL", b ?: "NULL");
}

static void same_fault(const struct fault_spec *a, const struct fault_spec *b)
{
	ck_assert_int_eq(a->action, b->action);
	same_text(a->name, b->name, "name");
	same_text(a->which.from, b->which.from, "from");
	same_text(a->which.to, b->which.to, "to");
	ck_assert(a->which.has_flags == b->which.has_flags);
	ck_assert_uint_eq(a->which.flags, b->which.flags);
	ck_assert_uint_eq(a->which.roles, b->which.roles);
	ck_assert_int_eq(a->which.again, b->which.again);
	same_text(a->filter, b->filter, "filter");
	same_text(a->link_a, b->link_a, "link");
	same_text(a->link_b, b->link_b, "link");
	ck_assert_uint_eq(a->skip, b->skip);
	ck_assert_uint_eq(a->times, b->times);
	ck_assert_int_eq(a->by_ns, b->by_ns);
	ck_assert_int_eq(a->field, b->field);
	ck_assert(a->disarmed == b->disarmed);
	ck_assert(a->optional == b->optional);
}

START_TEST(a_fault_means_what_it_says)
{
	SCOPED_FREE char *text = mem_printf("{%s}", rows[_i].text);

	parse(text, "");
	ck_assert_uint_eq(scenario->n_faults, 1);
	ck_assert_int_eq(scenario->faults[0].pos.line, 4);
	same_fault(&scenario->faults[0], &rows[_i].fault);
	ck_assert_str_eq(scenario->faults[0].text, rows[_i].said);
}
END_TEST

START_TEST(steps_arm_disarm_and_release_by_name)
{
	const struct step *steps;

	parse("{hold: wave-1, as: h}, {drop: data, as: d, armed: false}",
	      "  - arm: d\n"
	      "  - disarm: d\n"
	      "  - release: h\n"
	      "  - arm: h\n"
	      "  - release: h\n");
	steps = scenario->steps;
	ck_assert(scenario->faults[1].disarmed);
	ck_assert(!scenario->faults[0].disarmed);
	ck_assert_int_eq(steps[1].kind, STEP_ARM);
	ck_assert_str_eq(steps[1].fault, "d");
	ck_assert_str_eq(steps[1].text, "arm d");
	ck_assert_int_eq(steps[2].kind, STEP_DISARM);
	ck_assert_str_eq(steps[2].fault, "d");
	ck_assert_int_eq(steps[3].kind, STEP_RELEASE);
	ck_assert_str_eq(steps[3].fault, "h");
}
END_TEST

/* what stands in "set", and what each direction then does */
static const struct {
	const char *text;
	bool one_way;
	const char *there, *back;
} sets[] = {
	{"between: [client, server]", false, "", ""},
	{"between: [client, server], loss: 10%", false, "loss 10%", "loss 10%"},
	{"between: \"client > server\", loss: 10%", true, "loss 10%", NULL},
	{"between: \"client>server\", delay: 5ms, rate: 1mbit", true,
	 "delay 5 ms, rate 1mbit", NULL},
	{"between: [client, server], delay: 5ms, server>client: {loss: 1%}",
	 false, "delay 5 ms", "delay 5 ms, loss 1%"},
};

START_TEST(set_changes_a_link)
{
	SCOPED_FREE char *text = mem_printf("  - set: {%s}\n", sets[_i].text);
	SCOPED_STR struct str there = {0};
	SCOPED_STR struct str back = {0};
	const struct step *step;

	parse("", text);
	step = &scenario->steps[1];
	ck_assert_int_eq(step->kind, STEP_SET);
	ck_assert_str_eq(step->from, "client");
	ck_assert_str_eq(step->to, "server");
	ck_assert(step->one_way == sets[_i].one_way);
	impair_rules_print(&step->rules[0], &there);
	impair_rules_print(&step->rules[1], &back);
	ck_assert_str_eq(str_text(&there), sets[_i].there);
	if (sets[_i].back)
		ck_assert_str_eq(str_text(&back), sets[_i].back);
}
END_TEST

START_TEST(forget_names_a_link)
{
	parse("", "  - forget: [server, client]\n");
	ck_assert_int_eq(scenario->steps[1].kind, STEP_FORGET);
	ck_assert_str_eq(scenario->steps[1].from, "server");
	ck_assert_str_eq(scenario->steps[1].to, "client");
}
END_TEST

#define NUMBER(b, n)                                              \
	{                                                         \
		.set = true, .base = INJECT_BASE_##b, .plus = (n) \
	}
#define ON .on_host = "client", .on = "c"

static struct {
	const char *text;
	struct inject_spec inject;
} injections[] = {
	{"to: server, on: client.c, flags: RST",
	 {.to = "server", ON, .flags = F(RST), .window = 65535, .times = 1}},
	{"to: client, on: client.c, flags: [PSH, ACK], text: \"hello\", "
	 "times: 3",
	 {.to = "client",
	  ON,
	  .flags = F(PSH) | F(ACK),
	  .window = 65535,
	  .text = "hello",
	  .times = 3}},
	{"to: server, on: client.c, flags: RST, seq: edge+1000, ack: next, "
	 "window: 0, bytes: 10, ts: -5000",
	 {.to = "server",
	  ON,
	  .flags = F(RST),
	  .seq = NUMBER(EDGE, 1000),
	  .ack = NUMBER(NEXT, 0),
	  .bytes = 10,
	  .has_ts = true,
	  .ts = -5000,
	  .times = 1}},
	{"to: server, on: client.c, flags: \"SYN,ACK\", seq: 1, ack: start-1, "
	 "ts: +7",
	 {.to = "server",
	  ON,
	  .flags = F(SYN) | F(ACK),
	  .seq = NUMBER(START, 1),
	  .ack = NUMBER(START, -1),
	  .window = 65535,
	  .has_ts = true,
	  .ts = 7,
	  .times = 1}},
	{"from: \"client:40000\", to: \"server:7788\", flags: SYN, seq: 9",
	 {.to = "server",
	  .from_host = "client",
	  .from_port = 40000,
	  .to_port = 7788,
	  .flags = F(SYN),
	  .seq = NUMBER(ABSOLUTE, 9),
	  .window = 65535,
	  .times = 1}},
};

static void same_number(const struct inject_number *a,
			const struct inject_number *b)
{
	ck_assert(a->set == b->set);
	ck_assert_int_eq(a->base, b->base);
	ck_assert_int_eq(a->plus, b->plus);
}

START_TEST(an_injection_means_what_it_says)
{
	SCOPED_FREE char *text =
		mem_printf("  - client: {connect: \"server:7788\", as: c}\n"
			   "  - inject: {%s}\n",
			   injections[_i].text);
	const struct inject_spec *want = &injections[_i].inject;
	const struct inject_spec *got;

	parse("", text);
	ck_assert_int_eq(scenario->steps[2].kind, STEP_INJECT);
	got = &scenario->steps[2].inject;
	same_text(got->to, want->to, "to");
	same_text(got->on_host, want->on_host, "on");
	same_text(got->on, want->on, "on");
	same_text(got->from_host, want->from_host, "from");
	ck_assert_uint_eq(got->from_port, want->from_port);
	ck_assert_uint_eq(got->to_port, want->to_port);
	ck_assert_uint_eq(got->flags, want->flags);
	same_number(&got->seq, &want->seq);
	same_number(&got->ack, &want->ack);
	ck_assert_uint_eq(got->window, want->window);
	same_text(got->text, want->text, "text");
	ck_assert_int_eq(got->bytes, want->bytes);
	ck_assert(got->has_ts == want->has_ts);
	ck_assert_int_eq(got->ts, want->ts);
	ck_assert_uint_eq(got->times, want->times);
}
END_TEST

/* libpcap's own words differ by version */
START_TEST(a_filter_that_libpcap_refuses_is_an_error)
{
	static const char text[] =
		HEAD "faults: [{drop: {filter: \"tcp and\"}}]\n"
		     "steps: [{wait: 1s}]\n";
	SCOPED_STR struct str told = {0};

	scenario = scenario_parse("s.yaml", text, strlen(text), NULL, &errors);
	ck_assert_ptr_null(scenario);
	spec_errors_text(&errors, &told);
	ck_assert_msg(strncmp(str_text(&told),
			      "s.yaml:4:26: error: no filter:", 30) == 0,
		      "%s", str_text(&told));
}
END_TEST

START_TEST(a_link_names_its_backend_and_its_middlebox)
{
	static const char text[] =
		"hosts: {a: , b: , c: }\n"
		"links:\n"
		"  - {ends: [a, b], wire: relay, nat: {idle: 30s, then: "
		"reset}}\n"
		"  - {ends: [a, c], wire: netem, delay: 1ms}\n"
		"  - {ends: [b, c], nat: {idle: 5m}}\n";
	struct topology *t =
		topology_parse("t.yaml", text, strlen(text), &errors);

	ck_assert_ptr_nonnull(t);
	ck_assert_int_eq(t->links[0].backend, WIRE_BACKEND_RELAY);
	ck_assert_int_eq(t->links[0].nat_idle_ns, 30 * S);
	ck_assert(t->links[0].nat_resets);
	ck_assert_int_eq(t->links[1].backend, WIRE_BACKEND_NETEM);
	ck_assert_int_eq(t->links[1].nat_idle_ns, 0);
	ck_assert_int_eq(t->links[2].backend, WIRE_BACKEND_AUTO);
	ck_assert_int_eq(t->links[2].nat_idle_ns, 300 * S);
	ck_assert(!t->links[2].nat_resets);
	topology_free(t);
}
END_TEST

/* what is asked of the one link, and what is to carry its frames then */
static const struct {
	const char *faults;
	const char *steps;
	enum wire_backend backend;
} backends[] = {
	{"", "", WIRE_BACKEND_PASS},
	{"", "  - cut: [client, server]\n", WIRE_BACKEND_PASS},
	{"{drop: any}", "", WIRE_BACKEND_RELAY},
	{"{drop: {from: client}}", "", WIRE_BACKEND_RELAY},
	{"{drop: {link: [server, client]}}", "", WIRE_BACKEND_RELAY},
	{"", "  - set: {between: [client, server]}\n", WIRE_BACKEND_RELAY},
	{"", "  - forget: [client, server]\n", WIRE_BACKEND_RELAY},
	{"", "  - inject: {from: \"client:1\", to: \"server:1\", flags: RST}\n",
	 WIRE_BACKEND_RELAY},
};

START_TEST(a_link_gets_the_backend_that_it_needs)
{
	parse(backends[_i].faults, backends[_i].steps);
	ck_assert_int_eq(scenario_backend(scenario, 0), backends[_i].backend);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("faults");
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, a_fault_means_what_it_says, 0,
			    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tcase, steps_arm_disarm_and_release_by_name);
	tcase_add_loop_test(tcase, set_changes_a_link, 0,
			    (int)(sizeof(sets) / sizeof(sets[0])));
	tcase_add_test(tcase, forget_names_a_link);
	tcase_add_loop_test(tcase, an_injection_means_what_it_says, 0,
			    (int)(sizeof(injections) / sizeof(injections[0])));
	tcase_add_test(tcase, a_filter_that_libpcap_refuses_is_an_error);
	tcase_add_test(tcase, a_link_names_its_backend_and_its_middlebox);
	tcase_add_loop_test(tcase, a_link_gets_the_backend_that_it_needs, 0,
			    (int)(sizeof(backends) / sizeof(backends[0])));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
