/*
 * sample.c - a run with one scenario of each verdict, built by hand
 */
#include "sample.h"

#include <arpa/inet.h>

#include "base/clock.h"
#include "event/event.h"
#include "event/journal.h"
#include "spec/scenario.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* 10.0.0.1 is the client, 10.0.0.2 the server */
#define V4(last, p)                                                      \
	{                                                                \
		.family = AF_INET, .port = (p),                          \
		.ip.v4.s_addr =                                          \
			__builtin_bswap32(UINT32_C(0x0a000000) + (last)) \
	}
#define ANY(p)                                 \
	{                                      \
		.family = AF_INET, .port = (p) \
	}

#define MS(x) ((int64_t)((x)*1e6))

#define STEP(num, at, i, where, what)                                 \
	{                                                             \
		.n = (num), .t_ns = MS(at), .kind = EVENT_STEP_BEGIN, \
		.step = (i), .step_of = {                             \
			.line = (where),                              \
			.text = (what)                                \
		}                                                     \
	}
#define CALL(num, at, i, on, what, with, rc, no)                             \
	{                                                                    \
		.n = (num), .t_ns = MS(at), .kind = EVENT_CALL, .step = (i), \
		.host = (on), .call = {                                      \
			.program = "agent",                                  \
			.pid = 7,                                            \
			.call = (what),                                      \
			.args = (with),                                      \
			.result = (rc),                                      \
			.error = (no),                                       \
			.began_ns = MS(at) - 20000                           \
		}                                                            \
	}
#define DONE(num, at, i, on, what, name, ino, from, to)                        \
	{                                                                      \
		.n = (num), .t_ns = MS(at), .kind = EVENT_OP_END, .step = (i), \
		.host = (on),                                                  \
		.op = {.op = (num),                                            \
		       .program = "agent",                                     \
		       .verb = (what),                                         \
		       .socket = (name),                                       \
		       .inode = (ino),                                         \
		       .local = from,                                          \
		       .remote = to }                                          \
	}
#define SOCK(num, at, on, how, ck, ino, st, from, to)                      \
	{                                                                  \
		.n = (num), .t_ns = MS(at), .kind = EVENT_SOCK, .step = 0, \
		.host = (on), .sock = {                                    \
			.change = SOCK_CHANGE_##how,                       \
			.sock = {.local = from,                            \
				 .remote = to,                             \
				 .state = TCP_STATE_##st,                  \
				 .cookie = (ck),                           \
				 .inode = (ino)}                           \
		}                                                          \
	}

#define C V4(1, 40312)
#define S V4(2, 7788)

/* A server that closes first and wants its port back. */
static struct event rebind_events[] = {
	{.n = 1,
	 .kind = EVENT_BEGIN,
	 .step = -1,
	 .begin = {.version = 1, .scenario = "rebind/restart-at-once"}},
	STEP(2, 0.8, 0, 6, "server: listen 7788 as L"),
	CALL(3, 0.9, 0, "server", "socket", "AF_INET, SOCK_STREAM", 5, 0),
	CALL(4, 0.91, 0, "server", "bind", "L, 0.0.0.0:7788", 0, 0),
	CALL(5, 0.92, 0, "server", "listen", "L, 128", 0, 0),
	DONE(6, 1.0, 0, "server", "listen", "L", 501, ANY(7788), ANY(0)),
	SOCK(7, 1.4, "server", NEW, 1, 501, LISTEN, ANY(7788), ANY(0)),
	STEP(8, 1.5, 1, 7, "client: connect server:7788 as c"),
	CALL(9, 1.7, 1, "client", "connect", "c, 10.0.0.2:7788", 0, 0),
	DONE(10, 1.8, 1, "client", "connect", "c", 601, C, S),
	SOCK(11, 2.1, "client", NEW, 2, 601, ESTABLISHED, C, S),
	SOCK(12, 2.1, "server", NEW, 3, 0, ESTABLISHED, S, C),
	STEP(13, 2.2, 2, 8, "server: accept L as s"),
	CALL(14, 2.3, 2, "server", "accept4", "L", 6, 0),
	DONE(15, 2.4, 2, "server", "accept", "s", 502, S, C),
	STEP(16, 2.5, 3, 9, "server: close s"),
	CALL(17, 2.6, 3, "server", "close", "s", 0, 0),
	SOCK(18, 3.1, "server", CHANGED, 3, 0, FIN_WAIT2, S, C),
	SOCK(19, 3.1, "client", CHANGED, 2, 601, CLOSE_WAIT, C, S),
	STEP(20, 3.3, 4, 10, "client: recv c, eof"),
	CALL(21, 3.4, 4, "client", "recv", "c, 65536", 0, 0),
	STEP(22, 3.6, 5, 11, "client: close c"),
	CALL(23, 3.7, 5, "client", "close", "c", 0, 0),
	SOCK(24, 4.4, "client", GONE, 2, 0, CLOSE_WAIT, C, S),
	SOCK(25, 4.4, "server", CHANGED, 3, 0, TIME_WAIT, S, C),
	STEP(26, 4.5, 6, 12, "server: close L"),
	CALL(27, 4.6, 6, "server", "close", "L", 0, 0),
	SOCK(28, 5.0, "server", GONE, 1, 0, LISTEN, ANY(7788), ANY(0)),
	STEP(29, 5.2, 7, 13, "server: listen 7788 as L2"),
	CALL(30, 5.3, 7, "server", "socket", "AF_INET, SOCK_STREAM", 5, 0),
	CALL(31, 5.4, 7, "server", "bind", "L2, 0.0.0.0:7788", -1, 98),
	{.n = 32,
	 .t_ns = MS(5.5),
	 .kind = EVENT_STEP_END,
	 .step = 7,
	 .step_of = {.line = 13, .why = "listen failed: EADDRINUSE"}},
	{.n = 33,
	 .t_ns = MS(5.6),
	 .kind = EVENT_END,
	 .step = -1,
	 .end = {.why = "step 8 was not done"}},
};

static struct journal rebind_journal = {
	.events = rebind_events, .n = N(rebind_events), .version = 1};

static struct step rebind_steps[] = {
	{.text = (char[]){"server: listen 7788 as L"}},
	{.text = (char[]){"client: connect server:7788 as c"}},
	{.text = (char[]){"server: accept L as s"}},
	{.text = (char[]){"server: close s"}},
	{.text = (char[]){"client: recv c, eof"}},
	{.text = (char[]){"client: close c"}},
	{.text = (char[]){"server: close L"}},
	{.text = (char[]){"server: listen 7788 as L2"}},
	{.text = (char[]){"client: connect server:7788 as c2"}},
	{.text = (char[]){"expect client.c2 ESTABLISHED"}},
};

static char *rebind_tags[] = {(char[]){"rebind"}, NULL};

static const struct scenario rebind = {
	.name = (char[]){"rebind/restart-at-once"},
	.path = (char[]){"lab/rebind/restart-at-once.yaml"},
	.title = (char[]){"A server that closed first can listen on its port "
			  "again at once, without SO_REUSEADDR"},
	.why = (char[]){"RFC 9293 3.6.1; Linux TCP_TIMEWAIT_LEN"},
	.tags = rebind_tags,
	.steps = rebind_steps,
	.n_steps = N(rebind_steps),
};

static uint64_t rebind_evidence[] = {31, 25};

static struct finding rebind_findings[] = {
	{.verdict = VERDICT_PASS,
	 .step = 4,
	 .line = 10,
	 .rule = "call",
	 .expected = (char[]){"recv c: end of file within 5 s"},
	 .saw = (char[]){"end of file"},
	 .t_ns = MS(3.4)},
	{.verdict = VERDICT_FAIL,
	 .step = 7,
	 .line = 13,
	 .rule = "call",
	 .expected = (char[]){"listen 7788 on server to succeed"},
	 .saw = (char[]){"EADDRINUSE from bind; server.s "
			 "10.0.0.2:7788 -> 10.0.0.1:40312 is in TIME_WAIT"},
	 .t_ns = MS(5.4),
	 .evidence = rebind_evidence,
	 .n_evidence = N(rebind_evidence)},
};

static const struct judgement rebind_judgement = {
	.verdict = VERDICT_FAIL,
	.findings = rebind_findings,
	.n_findings = N(rebind_findings),
};

/* The dump in which the peer's state would have shown was interrupted. */
static struct event gap_events[] = {
	STEP(1, 0.5, 0, 5, "server: listen 7788 as L"),
	STEP(2, 1.5, 1, 6, "server: accept L as s, background"),
	{.n = 3,
	 .t_ns = MS(1.6),
	 .kind = EVENT_OP_BEGIN,
	 .step = 1,
	 .host = "server",
	 .op = {.op = 9, .program = "agent", .verb = "accept", .socket = "s"}},
	{.n = 4,
	 .t_ns = MS(2),
	 .kind = EVENT_PROC_START,
	 .step = 1,
	 .host = "server",
	 .proc = {.program = "web",
		  .pid = 12,
		  .argv = "python3 -m http.server 7788"}},
	{.n = 5,
	 .t_ns = MS(30),
	 .kind = EVENT_PROC_OUTPUT,
	 .step = 1,
	 .host = "server",
	 .proc = {.program = "web",
		  .pid = 12,
		  .stream = "stderr",
		  .text = "Traceback (most recent call last):\n"
			  "OSError: [Errno 98] Address already in use\n"}},
	{.n = 6,
	 .t_ns = MS(31),
	 .kind = EVENT_PROC_EXIT,
	 .step = 1,
	 .host = "server",
	 .proc = {.program = "web", .pid = 12, .status = 1}},
	STEP(7, 40, 2, 9, "expect server.s CLOSE_WAIT"),
	{.n = 8,
	 .t_ns = MS(1040),
	 .kind = EVENT_GAP,
	 .step = 2,
	 .host = "server",
	 .gap = {.source = "sockets",
		 .from_ns = MS(40),
		 .to_ns = MS(1040),
		 .why = "the dump was interrupted eight times in a row"}},
};

static struct journal gap_journal = {
	.events = gap_events, .n = N(gap_events), .truncated = true};

static const struct scenario gap = {
	.name = (char[]){"half-close/server-still-sends"},
	.path = (char[]){"lab/half-close/server-still-sends.yaml"},
	.title = (char[]){"After shutdown WR the other side may go on sending"},
};

static uint64_t gap_evidence[] = {8};

static struct finding gap_findings[] = {
	{.verdict = VERDICT_INCONCLUSIVE,
	 .step = 2,
	 .line = 9,
	 .rule = "state",
	 .expected = (char[]){"server.s CLOSE_WAIT within 1 s"},
	 .saw = (char[]){"nothing from 40 ms to 1040 ms"},
	 .t_ns = -1,
	 .evidence = gap_evidence,
	 .n_evidence = 1},
};

static const struct judgement gap_judgement = {.verdict = VERDICT_INCONCLUSIVE,
					       .findings = gap_findings,
					       .n_findings = 1};

static struct finding pass_findings[] = {
	{.verdict = VERDICT_PASS,
	 .step = 7,
	 .line = 14,
	 .rule = "state",
	 .expected = (char[]){"client.c TIME_WAIT within 1 s"},
	 .saw = (char[]){"client.c TIME_WAIT"},
	 .t_ns = MS(4.4),
	 .evidence = rebind_evidence,
	 .n_evidence = 1},
};

static const struct judgement pass_judgement = {
	.verdict = VERDICT_PASS, .findings = pass_findings, .n_findings = 1};

/* Every string holds what some format gives a meaning to. */
static const struct scenario hostile = {
	.name = (char[]){"odd/<&\"' # name"},
	.path = (char[]){"lab/odd/\"quoted\".yaml"},
	.title = (char[]){"]]> & \033[31mred\033[0m \xff\xc0\x80 caf\xc3\xa9"},
	.why = (char[]){"\x01\x02 \xed\xa0\x80 \xef\xbf\xbf"},
};

static struct finding hostile_findings[] = {
	{.verdict = VERDICT_FAIL,
	 .step = -1,
	 .rule = "output",
	 .expected = (char[]){"<a href=\"x\">\n# two\tlines"},
	 .saw = (char[]){"\033]0;title\007 'it' \x7f"},
	 .t_ns = -1},
};

static const struct judgement hostile_judgement = {
	.verdict = VERDICT_FAIL, .findings = hostile_findings, .n_findings = 1};

static const struct report_result results[] = {
	{.name = "close/client-first",
	 .repeat = 1,
	 .repeats = 1,
	 .folder = "results/20260131-120000/close/client-first",
	 .judgement = &pass_judgement,
	 .duration_ns = 210 * NS_PER_MS},
	{.name = "rebind/restart-at-once",
	 .repeat = 1,
	 .repeats = 1,
	 .folder = "results/20260131-120000/rebind/restart-at-once",
	 .scenario = &rebind,
	 .journal = &rebind_journal,
	 .judgement = &rebind_judgement,
	 .duration_ns = 190 * NS_PER_MS},
	{.name = "half-close/server-still-sends",
	 .repeat = 1,
	 .repeats = 1,
	 .folder = "results/20260131-120000/half-close/server-still-sends",
	 .scenario = &gap,
	 .journal = &gap_journal,
	 .judgement = &gap_judgement,
	 .duration_ns = 1200 * NS_PER_MS},
	{.name = "handshake/ipv6",
	 .repeat = 1,
	 .repeats = 1,
	 .error = "host client: new network namespace: "
		  "Operation not permitted",
	 .remedy = "run as root, or allow user namespaces: "
		   "sysctl kernel.unprivileged_userns_clone=1"},
	{.name = "odd/<&\"' # name",
	 .repeat = 1,
	 .repeats = 1,
	 .folder = "results/<odd>",
	 .scenario = &hostile,
	 .judgement = &hostile_judgement,
	 .duration_ns = 66 * NS_PER_S},
};

static const struct report_run run = {
	.version = "0.1.0",
	.kernel = "6.1.0-28-amd64",
	.machine = "ci-3",
	.folder = "results/20260131-120000",
	.started_ns = INT64_C(1769860800250000000),
	.duration_ns = INT64_C(66100000000),
	.jobs = 24,
	.root = true,
	.seed = UINT64_MAX,
	.results = results,
	.n_results = N(results),
};

const struct report_run *sample_run(void)
{
	return &run;
}

const struct report_run *sample_repeated(void)
{
	static struct report_result many[10];
	static struct report_run repeated;

	for (int i = 0; i < 10; i++) {
		bool fails = i == 3 || i == 5;

		many[i] = results[i % 2];
		many[i].repeat = i / 2 + 1;
		many[i].repeats = 5;
		if (i % 2 == 1 && !fails)
			many[i].judgement = &pass_judgement;
	}
	repeated = run;
	repeated.results = many;
	repeated.n_results = N(many);
	return &repeated;
}

const struct report_run *sample_matrix(void)
{
	static const struct report_kernel kernels[] = {
		{"host", "6.18.44"},
		{"uml-6.1.192", "6.1.192"},
		{"6.12.0-44-cloud-amd64", NULL},
	};
	static const struct report_result left_out[] = {
		{.name = "keepalive/two-hours", .label = "host"},
	};
	static const struct report_result not_run[] = {
		{.name = "close/client-first",
		 .label = "6.12.0-44-cloud-amd64",
		 .column = 2,
		 .repeat = 1,
		 .repeats = 1},
	};
	static struct report_result many[4];
	static struct report_run matrix;

	for (size_t i = 0; i < N(many); i++) {
		many[i] = results[i % 2];
		many[i].column = i / 2;
		many[i].label = kernels[i / 2].label;
		many[i].kernel = kernels[i / 2].release;
	}
	many[3].judgement = &pass_judgement;
	matrix = run;
	matrix.kernel = NULL;
	matrix.kernels = kernels;
	matrix.n_kernels = N(kernels);
	matrix.results = many;
	matrix.n_results = N(many);
	matrix.left_out = left_out;
	matrix.n_left_out = N(left_out);
	matrix.not_run = not_run;
	matrix.n_not_run = N(not_run);
	return &matrix;
}
