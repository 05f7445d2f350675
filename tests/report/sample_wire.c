/*
 * sample_wire.c - a run in which links, faults and injections have a part
 */
#include <arpa/inet.h>

#include "base/clock.h"
#include "event/event.h"
#include "event/journal.h"
#include "sample.h"
#include "spec/scenario.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

#define V4(last, p)                                                      \
	{                                                                \
		.family = AF_INET, .port = (p),                          \
		.ip.v4.s_addr =                                          \
			__builtin_bswap32(UINT32_C(0x0a000000) + (last)) \
	}

#define MS(x) ((int64_t)((x)*1e6))

#define WIRE(num, at, end, did, other, how)                                \
	{                                                                  \
		.n = (num), .t_ns = MS(at), .kind = EVENT_WIRE, .step = 0, \
		.host = (end), .wire = {                                   \
			.action = (did),                                   \
			.to = (other),                                     \
			.what = (how)                                      \
		}                                                          \
	}
#define FAULT(num, at, which, did, times)                                   \
	{                                                                   \
		.n = (num), .t_ns = MS(at), .kind = EVENT_FAULT, .step = 1, \
		.host = "client", .fault = {                                \
			.fault = (which),                                   \
			.action = (did),                                    \
			.to = "server",                                     \
			.nth = (times),                                     \
			.from_end = V4(1, 40312),                           \
			.to_end = V4(2, 7788),                              \
			.flags = "ACK",                                     \
			.roles = "wave-4",                                  \
			.again = (times) > 1,                               \
			.rel_seq = 5,                                       \
			.rel_ack = 2,                                       \
			.frame = (num)                                      \
		}                                                           \
	}

static struct event events[] = {
	{.n = 1,
	 .kind = EVENT_BEGIN,
	 .step = -1,
	 .begin = {.version = 1, .scenario = "close/lost-wave-4"}},
	{.n = 2,
	 .t_ns = MS(1),
	 .kind = EVENT_STEP_BEGIN,
	 .step = 0,
	 .step_of = {.line = 6, .text = "set client - server"}},
	WIRE(3, 1.1, "client", "set", "server", "delay 20 ms, loss 1%"),
	WIRE(4, 1.2, "server", "set", "client", "as it comes"),
	WIRE(5, 1.3, NULL, "arm", NULL, "late"),
	WIRE(6, 1.4, "client", "cut", "server", NULL),
	{.n = 7,
	 .t_ns = MS(2),
	 .kind = EVENT_STEP_BEGIN,
	 .step = 1,
	 .step_of = {.line = 7, .text = "expect wave-4"}},
	FAULT(8, 3, 1, "drop", 1),
	FAULT(9, 4, 1, "drop", 2),
	FAULT(10, 5, 1, "drop", 9),
	FAULT(11, 6, 1, "drop", 10),
	{.n = 12,
	 .t_ns = MS(7),
	 .kind = EVENT_FAULT,
	 .step = 1,
	 .host = "client",
	 .fault = {.fault = 2,
		   .action = "delay",
		   .to = "server",
		   .nth = 1,
		   .by_ns = MS(30),
		   .from_end = V4(1, 40312),
		   .to_end = V4(2, 7788),
		   .flags = "PSH,ACK",
		   .roles = "data",
		   .rel_seq = 1,
		   .rel_ack = 1,
		   .len = 1}},
	{.n = 13,
	 .t_ns = MS(8),
	 .kind = EVENT_INJECT,
	 .step = 1,
	 .host = "client",
	 .fault = {.action = "inject",
		   .to = "server",
		   .nth = 1,
		   .from_end = V4(1, 40312),
		   .to_end = V4(2, 7788),
		   .flags = "RST",
		   .rel_seq = 9}},
	{.n = 14,
	 .t_ns = MS(9),
	 .kind = EVENT_LINK,
	 .step = -1,
	 .host = "client",
	 .link = {.to = "server",
		  .backend = "relay",
		  .rules = "delay 20 ms",
		  .came = 12,
		  .gone = 8,
		  .lost = 1,
		  .faulted = 2,
		  .cut = 1}},
	{.n = 15,
	 .t_ns = MS(9),
	 .kind = EVENT_LINK,
	 .step = -1,
	 .host = "server",
	 .link = {.to = "client", .backend = "pass"}},
	{.n = 16,
	 .t_ns = MS(10),
	 .kind = EVENT_END,
	 .step = -1,
	 .end = {.complete = true}},
};

static struct journal journal = {
	.events = events, .n = N(events), .version = 1};

static struct step steps[] = {
	{.text = (char[]){"set client - server"}},
	{.text = (char[]){"expect wave-4"}},
};

static struct fault_spec faults[] = {
	{.pos = {.line = 4, .col = 1},
	 .text = (char[]){"drop wave-4"},
	 .action = FAULT_DROP},
	{.pos = {.line = 5, .col = 1},
	 .name = (char[]){"late"},
	 .text = (char[]){"delay data by 30 ms, times 1"},
	 .action = FAULT_DELAY,
	 .times = 1,
	 .optional = true},
};

static const struct scenario scenario = {
	.name = (char[]){"close/lost-wave-4"},
	.path = (char[]){"lab/close/lost-wave-4.yaml"},
	.title = (char[]){"TIME_WAIT answers when the final ACK is lost"},
	.steps = steps,
	.n_steps = N(steps),
	.faults = faults,
	.n_faults = N(faults),
};

static uint64_t evidence[] = {8, 2};

static struct finding findings[] = {
	{.verdict = VERDICT_PASS,
	 .step = 1,
	 .line = 7,
	 .rule = "segments",
	 .expected = (char[]){"client > server ACK ack=N+1 lost, within 1 s"},
	 .saw = (char[]){"ACK from client to server (wave-4), sent at 3 ms; "
			 "lost on the wire (fault 1: drop wave-4)"},
	 .t_ns = MS(3),
	 .evidence = evidence,
	 .n_evidence = N(evidence)},
};

static const struct judgement judgement = {
	.verdict = VERDICT_PASS, .findings = findings, .n_findings = 1};

const struct report_run *sample_wire(void)
{
	static struct report_result result;
	static struct report_run wire;

	result = (struct report_result){
		.name = "close/lost-wave-4",
		.repeat = 1,
		.repeats = 1,
		.folder = "results/20260131-120000/close/lost-wave-4",
		.scenario = &scenario,
		.journal = &journal,
		.judgement = &judgement,
		.duration_ns = 210 * NS_PER_MS,
	};
	wire = *sample_run();
	wire.results = &result;
	wire.n_results = 1;
	return &wire;
}
