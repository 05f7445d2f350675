/*
 * test_scenario.c - a scenario file becomes the steps that it tells
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "test.h"

#define HEAD                                                            \
	"title: A\nwhy: B\n"                                            \
	"topology: {hosts: {client: , server: , sw: {kind: switch}},\n" \
	"  links: [[client, server], [client, sw], [server, sw]]}\n"

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

static void parse_as(const char *path, const char *text)
{
	SCOPED_STR struct str told = {0};

	scenario = scenario_parse(path, text, strlen(text), NULL, &errors);
	spec_errors_text(&errors, &told);
	ck_assert_msg(scenario != NULL, "%s", str_text(&told));
}

static void parse(const char *steps)
{
	SCOPED_STR struct str text = {0};

	str_add(&text, HEAD "steps:\n");
	str_add(&text, steps);
	parse_as("lab/a/b.yaml", str_text(&text));
}

static const struct act *act(size_t i)
{
	ck_assert_uint_lt(i, scenario->n_steps);
	ck_assert_int_eq(scenario->steps[i].kind, STEP_ACT);
	return &scenario->steps[i].act;
}

static const struct expect *expectation(size_t i)
{
	ck_assert_uint_lt(i, scenario->n_steps);
	ck_assert_int_eq(scenario->steps[i].kind, STEP_EXPECT);
	return &scenario->steps[i].expect;
}

static const struct {
	const char *path;
	const char *name;
	const char *tag; /* made of it; NULL if none */
} names[] = {
	{"lab/close/client-first.yaml", "close/client-first", "close"},
	{"/x/lab/close/client-first.yaml", "close/client-first", "close"},
	{"./lab/deep/er/one.yaml", "deep/er/one", "er"},
	{"/lab/old/lab/close/a.yaml", "close/a", "close"},
	{"/lab/lab/a.yaml", "a", NULL},
	{"x/mylab/close/a.yaml", "close/a", "close"},
	{"lab/alone.yaml", "alone", NULL},
	{"mine/one.yaml", "mine/one", "mine"},
	{"/a/b/mine/one.yaml", "mine/one", "mine"},
	{"../no/one.yaml", "no/one", "no"},
	{"./no/one.yaml", "no/one", "no"},
	{"/one.yaml", "one", NULL},
	{"/one", "one", NULL},
	{"no/...yaml", "no/-.", "no"},
	{"no/.hidden.yaml", "no/-hidden", "no"},
	{"no/..", "no/-.", "no"},
	{".no/a b\"$(x).yaml", "-no/a-b---x-", "-no"},
	{"lab/no//one.yaml", "no/one", "no"},
	{"lab/close/given.yaml", "close/given", "close"},
};

START_TEST(the_path_gives_name_and_tag)
{
	const char *tag = names[_i].tag;

	parse_as(names[_i].path, HEAD "tags: [x]\nsteps:\n  - wait: 1s\n");
	ck_assert_str_eq(scenario->name, names[_i].name);
	ck_assert_str_eq(scenario->path, names[_i].path);
	ck_assert_str_eq(scenario->tags[0], "x");
	if (tag)
		ck_assert_str_eq(scenario->tags[1], tag);
	ck_assert_ptr_null(scenario->tags[tag ? 2 : 1]);
	scenario_rename(scenario, "other/two");
	ck_assert_str_eq(scenario->name, "other/two");
	ck_assert_str_eq(scenario->tags[0], "x");
	ck_assert_str_eq(scenario->tags[1], "other");
	ck_assert_ptr_null(scenario->tags[2]);
}
END_TEST

START_TEST(the_name_is_the_same_from_everywhere)
{
	char folder[] = "/tmp/place-XXXXXX";
	SCOPED_FREE char *here = getcwd(NULL, 0);
	SCOPED_FREE char *path = NULL;
	SCOPED_FREE char *want = NULL;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	want = mem_printf("%s/one", folder + strlen("/tmp/"));
	path = mem_printf("%s/one.yaml", folder);
	parse_as(path, HEAD "steps:\n  - wait: 1s\n");
	ck_assert_str_eq(scenario->name, want);
	scenario_free(scenario);
	ck_assert_int_eq(chdir(folder), 0);
	parse_as(_i ? "./one.yaml" : "one.yaml", HEAD "steps:\n  - wait: 1s\n");
	ck_assert_int_eq(chdir(here), 0);
	ck_assert_int_eq(rmdir(folder), 0);
	ck_assert_str_eq(scenario->name, want);
}
END_TEST

START_TEST(the_folder_is_a_tag_once)
{
	parse_as("lab/close/a.yaml",
		 HEAD "tags: [close, b]\nsteps:\n  - wait: 1s\n");
	ck_assert_str_eq(scenario->tags[0], "close");
	ck_assert_str_eq(scenario->tags[1], "b");
	ck_assert_ptr_null(scenario->tags[2]);
}
END_TEST

START_TEST(the_head_is_kept)
{
	parse_as("a.yaml", HEAD "sysctl: {server: {net.ipv4.tcp_fin_timeout: "
				"5}}\nsteps:\n  - wait: 1.5s\n");
	ck_assert_str_eq(scenario->title, "A");
	ck_assert_str_eq(scenario->why, "B");
	ck_assert_ptr_null(scenario->topology_path);
	ck_assert_str_eq(scenario->topology->name, "inline");
	ck_assert_uint_eq(scenario->topology->hosts[0].n_sysctls, 0);
	ck_assert_uint_eq(scenario->topology->hosts[1].n_sysctls, 1);
	ck_assert_str_eq(scenario->topology->hosts[1].sysctls[0].value, "5");
	ck_assert_uint_eq(scenario->n_steps, 1);
	ck_assert_int_eq(scenario->steps[0].kind, STEP_WAIT);
	ck_assert_int_eq(scenario->steps[0].wait_ns, 3 * NS_PER_S / 2);
	ck_assert_int_eq(scenario->steps[0].pos.line, 7);
	ck_assert_int_eq(scenario->steps[0].pos.col, 5);
}
END_TEST

START_TEST(a_listener_has_its_socket_address_and_options)
{
	const struct act *a;

	parse("  - server: {listen: 7788, as: L, reuseaddr: true, backlog: 0}\n"
	      "  - server: {listen: \"10.0.0.1:80\", as: M, cloexec: false}\n"
	      "  - server: {listen: \"[::]:80\", as: N, v6only: true,\n"
	      "             reuseport: true}\n"
	      "  - server: {bind: \"*:81\", as: b}\n"
	      "  - server: {listen: b}\n"
	      "  - server: {listen: 7788, fails: EADDRINUSE}\n");
	a = act(0);
	ck_assert_int_eq(a->verb, VERB_LISTEN);
	ck_assert_str_eq(a->host, "server");
	ck_assert_ptr_null(a->program);
	ck_assert_str_eq(a->socket, "L");
	ck_assert(a->makes && !a->on && a->addr.set);
	ck_assert_ptr_null(a->addr.host);
	ck_assert_int_eq(a->addr.literal.family, AF_UNSPEC);
	ck_assert_uint_eq(a->addr.port, 7788);
	ck_assert(a->reuseaddr && !a->reuseport && !a->keep_on_exec);
	ck_assert_int_eq(a->backlog, 0);
	ck_assert_int_eq(a->within_ns, ACT_WITHIN_NS);
	a = act(1);
	ck_assert_int_eq(a->addr.literal.family, AF_INET);
	ck_assert_uint_eq(a->addr.port, 80);
	ck_assert_int_eq(a->backlog, 128);
	ck_assert(a->keep_on_exec);
	a = act(2);
	ck_assert_int_eq(a->addr.literal.family, AF_INET6);
	ck_assert(a->v6only && a->reuseport);
	a = act(4);
	ck_assert(!a->makes && !a->addr.set);
	ck_assert_str_eq(a->socket, "b");
	ck_assert_str_eq(a->on, "b");
	a = act(5);
	ck_assert(a->makes && !a->socket);
	ck_assert_int_eq(a->fails, EADDRINUSE);
}
END_TEST

START_TEST(a_connection_knows_both_ends)
{
	const struct act *a;

	parse("  - server: {listen: 7788, as: L}\n"
	      "  - client: {connect: \"server:7788\", as: c,\n"
	      "      from: \"client:5000\", family: ipv6, background: dial}\n"
	      "  - server: {accept: L, as: s, not-before: 6s}\n"
	      "  - await: {op: dial, fails: ETIMEDOUT, within: 3s,\n"
	      "      not-before: 1s}\n");
	a = act(1);
	ck_assert_int_eq(a->verb, VERB_CONNECT);
	ck_assert_str_eq(a->addr.host, "server");
	ck_assert_str_eq(a->from.host, "client");
	ck_assert_uint_eq(a->from.port, 5000);
	ck_assert_int_eq(a->family, ACT_FAMILY_V6);
	ck_assert_str_eq(a->background, "dial");
	ck_assert_int_eq(a->within_ns, 0); /* its await has the limit */
	a = act(2);
	ck_assert_str_eq(a->on, "L");
	ck_assert_str_eq(a->socket, "s");
	ck_assert(a->makes);
	ck_assert_int_eq(a->not_before_ns, 6 * NS_PER_S);
	ck_assert_int_eq(a->within_ns, 6 * NS_PER_S + ACT_WITHIN_NS);
	ck_assert_int_eq(scenario->steps[3].kind, STEP_AWAIT);
	a = &scenario->steps[3].act;
	ck_assert_str_eq(a->background, "dial");
	ck_assert_str_eq(a->host, "client");
	ck_assert_str_eq(a->socket, "c");
	ck_assert_int_eq(a->verb, VERB_CONNECT);
	ck_assert_int_eq(a->fails, ETIMEDOUT);
	ck_assert_int_eq(a->within_ns, 3 * NS_PER_S);
	ck_assert_int_eq(a->not_before_ns, NS_PER_S);
	ck_assert_int_eq(a->bytes, -1);
}
END_TEST

START_TEST(data_and_options_are_as_written)
{
	parse("  - client: {connect: \"server:7788\", as: c}\n"
	      "  - client: {send: c, text: \"a\\n\"}\n"
	      "  - client: {send: c, bytes: 64KiB}\n"
	      "  - client: {recv: c, bytes: 10, eof: true}\n"
	      "  - client: {recv: c}\n"
	      "  - client: {recv: c, blocks: 2s}\n"
	      "  - client: {setsockopt: c, option: SO_LINGER, value: 0s}\n"
	      "  - client: {getsockopt: c, option: SO_ERROR, returns: 0}\n"
	      "  - client: {shutdown: c, how: rdwr}\n"
	      "  - client: {abort: c}\n");
	ck_assert_str_eq(act(1)->text, "a\n");
	ck_assert_int_eq(act(1)->bytes, -1);
	ck_assert_int_eq(act(2)->bytes, 65536);
	ck_assert_int_eq(act(3)->bytes, 10);
	ck_assert(act(3)->eof && !act(4)->eof);
	ck_assert_int_eq(act(4)->bytes, -1);
	ck_assert_int_eq(act(5)->blocks_ns, 2 * NS_PER_S);
	ck_assert_int_eq(act(5)->within_ns, 0);
	ck_assert_str_eq(act(6)->option, "SO_LINGER");
	ck_assert_str_eq(act(6)->value, "0s");
	ck_assert_str_eq(act(7)->returns, "0");
	ck_assert_int_eq(act(8)->how, SHUT_HOW_RDWR);
	ck_assert_int_eq(act(9)->verb, VERB_ABORT);
}
END_TEST

START_TEST(programs_come_and_go)
{
	parse("  - server: {run: [python3, -m, http.server, 7788], as: web,\n"
	      "      listening: 7788, within: 9s}\n"
	      "  - server: {run: [\"false\"], as: no, status: \"!=0\"}\n"
	      "  - server: {fork: child}\n"
	      "  - server.child: {listen: 80, as: L}\n"
	      "  - server.agent: {spawn: [sleep, 60], as: helper}\n"
	      "  - server: {signal: USR1, to: child}\n"
	      "  - server: {exit: child, signal: SIGUSR1}\n"
	      "  - server: {exit: no, status: 1}\n"
	      "  - server: {kill: agent}\n"
	      "  - server: {restart: agent}\n");
	ck_assert_str_eq(act(0)->argv[0], "python3");
	ck_assert_str_eq(act(0)->argv[3], "7788");
	ck_assert_ptr_null(act(0)->argv[4]);
	ck_assert_str_eq(act(0)->target, "web");
	ck_assert_uint_eq(act(0)->listening, 7788);
	ck_assert_int_eq(act(0)->within_ns, 9 * NS_PER_S);
	ck_assert(!act(0)->status.set && act(1)->status.set);
	ck_assert_int_eq(act(1)->status.op, COMPARE_NE);
	ck_assert_str_eq(act(2)->target, "child");
	ck_assert_str_eq(act(3)->program, "child");
	ck_assert_ptr_null(act(4)->program);
	ck_assert_str_eq(act(5)->target, "child");
	ck_assert_int_eq(act(5)->signal, SIGUSR1);
	ck_assert_int_eq(act(6)->verb, VERB_EXIT);
	ck_assert_int_eq(act(6)->signal, SIGUSR1);
	ck_assert_int_eq(act(7)->status.value, 1);
	ck_assert_str_eq(act(8)->target, "agent");
	ck_assert_int_eq(act(9)->verb, VERB_RESTART);
}
END_TEST

START_TEST(what_happens_at_once_stays_together)
{
	const struct step *s;

	parse("  - server: {listen: 80, as: L}\n"
	      "  - together:\n"
	      "      - server: {accept: L, as: s}\n"
	      "      - client: {connect: \"server:80\", as: c}\n"
	      "  - expect: {client.c: ESTABLISHED}\n");
	s = &scenario->steps[1];
	ck_assert_int_eq(s->kind, STEP_TOGETHER);
	ck_assert_uint_eq(s->n_together, 2);
	ck_assert_int_eq(s->together[1].kind, STEP_ACT);
	ck_assert_str_eq(s->together[1].act.socket, "c");
	ck_assert_int_eq(s->together[1].pos.line, 9);
	ck_assert_str_eq(s->together[1].text, "client: connect server:80 as c");
}
END_TEST

START_TEST(a_wire_is_cut_both_ways_or_one)
{
	const struct step *s;

	parse("  - cut: [client, server]\n"
	      "  - heal: \"client > server\"\n"
	      "  - cut: [client, sw]\n");
	s = scenario->steps;
	ck_assert_int_eq(s[0].kind, STEP_CUT);
	ck_assert_str_eq(s[0].from, "client");
	ck_assert_str_eq(s[0].to, "server");
	ck_assert(!s[0].one_way && s[1].one_way);
	ck_assert_int_eq(s[1].kind, STEP_HEAL);
	ck_assert_str_eq(s[1].from, "client");
	ck_assert_str_eq(s[1].to, "server");
}
END_TEST

#define BIT(state) TCP_STATE_BIT(TCP_STATE_##state)

START_TEST(sockets_are_expected_by_state_timer_and_queues)
{
	const struct expect *e;

	parse("  - server: {listen: 80, as: L}\n"
	      "  - client: {connect: \"server:80\", as: c}\n"
	      "  - expect:\n"
	      "      client.c: {state: [ESTABLISHED, FIN-WAIT-1], timer: off,\n"
	      "                 recv-q: 0, send-q: \">= 1\"}\n"
	      "      server.L: TIME-WAIT\n"
	      "      sockets: [{host: server, port: 80, state: SYN-RECEIVED,\n"
	      "                 count: 3}, {host: client}]\n"
	      "      never: {client.c: CLOSED, sockets: [{host: client}]}\n"
	      "      within: 66s\n"
	      "      not-before: 60s\n"
	      "      for: 1s\n"
	      "      since: [TIME_WAIT, CLOSED]\n"
	      "  - expect: {server.L: LISTEN}\n"
	      "  - expect: {server.L: LISTEN, not-before: 2s}\n");
	e = expectation(2);
	ck_assert_uint_eq(e->n_socks, 2);
	ck_assert_str_eq(e->socks[0].host, "client");
	ck_assert_str_eq(e->socks[0].socket, "c");
	ck_assert_uint_eq(e->socks[0].states,
			  BIT(ESTABLISHED) | BIT(FIN_WAIT1));
	ck_assert(e->socks[0].has_timer && !e->socks[1].has_timer);
	ck_assert_int_eq(e->socks[0].timer, TCP_TIMER_OFF);
	ck_assert(e->socks[0].recv_q.set && !e->socks[1].recv_q.set);
	ck_assert_int_eq(e->socks[0].send_q.op, COMPARE_GE);
	ck_assert_int_eq(e->socks[0].send_q.value, 1);
	ck_assert_int_eq(e->socks[1].pos.line, 11);
	ck_assert_uint_eq(e->socks[1].states, BIT(TIME_WAIT));
	ck_assert_uint_eq(e->n_counts, 2);
	ck_assert_uint_eq(e->counts[0].states, BIT(SYN_RECV));
	ck_assert_int_eq(e->counts[0].count.op, COMPARE_EQ);
	ck_assert_int_eq(e->counts[0].count.value, 3);
	ck_assert_int_eq(e->counts[1].count.op, COMPARE_GE);
	ck_assert_int_eq(e->counts[1].count.value, 1);
	ck_assert_uint_eq(e->n_never_socks, 1);
	ck_assert_uint_eq(e->n_never_counts, 1);
	ck_assert_int_eq(e->within_ns, 66 * NS_PER_S);
	ck_assert_int_eq(e->not_before_ns, 60 * NS_PER_S);
	ck_assert_int_eq(e->for_ns, NS_PER_S);
	ck_assert_uint_eq(e->since, BIT(TIME_WAIT) | BIT(CLOSED));
	ck_assert_int_eq(expectation(3)->within_ns, EXPECT_SETTLE_NS);
	ck_assert_int_eq(expectation(4)->within_ns,
			 EXPECT_SETTLE_NS + 2 * NS_PER_S);
}
END_TEST

START_TEST(programs_and_counters_are_expected)
{
	const struct expect *e;

	parse("  - server: {run: [cat], as: web}\n"
	      "  - expect:\n"
	      "      process: {server.web: running, server.agent: SIGKILL,\n"
	      "                client.agent: 0}\n"
	      "      output: {server.web: Serving}\n"
	      "      counters: {server: {TcpExt.TCPTimeouts: \">=1\",\n"
	      "                          Tcp.OutRsts: 2}}\n");
	e = expectation(1);
	ck_assert_uint_eq(e->n_procs, 4);
	ck_assert_int_eq(e->procs[0].state, PROC_STATE_RUNNING);
	ck_assert_int_eq(e->procs[1].state, PROC_STATE_KILLED);
	ck_assert_int_eq(e->procs[1].signal, SIGKILL);
	ck_assert_str_eq(e->procs[1].program, "agent");
	ck_assert_int_eq(e->procs[2].state, PROC_STATE_EXITED);
	ck_assert(e->procs[2].status.set && e->procs[2].has_state);
	ck_assert(!e->procs[3].has_state);
	ck_assert_str_eq(e->procs[3].output, "Serving");
	ck_assert_uint_eq(e->n_counters, 2);
	ck_assert_str_eq(e->counters[0].host, "server");
	ck_assert_str_eq(e->counters[0].name, "TcpExt.TCPTimeouts");
	ck_assert_int_eq(e->counters[1].delta.value, 2);
}
END_TEST

static const struct {
	const char *step;
	const char *text;
} texts[] = {
	{"server: {listen: 81, as: M, reuseaddr: true}",
	 "server: listen 81 as M, reuseaddr"},
	{"client: {connect: \"server:80\", from: 5000, as: d}",
	 "client: connect server:80 from 5000 as d"},
	{"client: {within: 2s, close: c}", "client: close c within 2 s"},
	{"server: {exit: agent, signal: SIGTERM}",
	 "server: exit agent, signal SIGTERM"},
	{"client: {send: c, text: \"two\\nlines\"}",
	 "client: send c, text two lines"},
	{"wait: 1500ms", "wait 1.5 s"},
	{"cut: \"client > server\"", "cut client > server"},
	{"expect: {server.L: LISTEN, client.c: [CLOSED, TIME_WAIT], "
	 "within: 66s, not-before: 60s}",
	 "expect server.L LISTEN, client.c [CLOSED, TIME_WAIT] within 66 s "
	 "not before 60 s"},
	{"expect: {never: {client.c: CLOSED}, for: 10s}",
	 "expect never client.c CLOSED for 10 s"},
	{"server: {run: [sh, -c, "
	 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	 "äääääääää], as: x}",
	 "server: run [sh, -c, "
	 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	 "…"},
};

START_TEST(a_step_reads_as_one_line)
{
	SCOPED_FREE char *steps =
		mem_printf("  - server: {listen: 80, as: L}\n"
			   "  - client: {connect: \"server:80\", as: c}\n"
			   "  - %s\n",
			   texts[_i].step);

	parse(steps);
	ck_assert_str_eq(scenario->steps[2].text, texts[_i].text);
}
END_TEST

/* orders that look odd and are right */
static const char *const legal[] = {
	/* a name that was only reserved by a failure may be made */
	"  - server: {listen: 80, as: L, fails: EACCES}\n"
	"  - server: {listen: 8080, as: L}\n",
	/* a refused socket is CLOSED */
	"  - client: {connect: \"server:80\", as: c, fails: ECONNREFUSED}\n"
	"  - expect: {client.c: CLOSED}\n",
	/* a closed socket still has a state */
	"  - server: {listen: 80, as: L}\n  - server: {close: L}\n"
	"  - expect: {server.L: CLOSED}\n",
	/* closing twice fails, and a scenario may show it */
	"  - server: {listen: 80, as: L}\n  - server: {close: L}\n"
	"  - server: {close: L, fails: EBADF}\n",
	/* the same name on two hosts is two sockets */
	"  - server: {listen: 80, as: L}\n  - client: {listen: 80, as: L}\n",
	/* a fork has what its parent had, though the parent lets go */
	"  - server: {listen: 80, as: L}\n  - server: {fork: child}\n"
	"  - server: {close: L}\n  - server.child: {accept: L, blocks: 1s}\n"
	"  - server.child: {close: L}\n",
	/* recv on a listener is for TCP to refuse */
	"  - server: {listen: 80, as: L}\n"
	"  - server: {recv: L, fails: ENOTCONN}\n",
	/* how a killed program ended can be asked */
	"  - server: {run: [cat], as: web}\n  - server: {kill: web}\n"
	"  - server: {exit: web, signal: SIGKILL}\n"
	"  - server: {restart: web}\n",
	/* a signal may end the agent: then it can be started again */
	"  - server: {signal: SIGKILL, to: agent}\n"
	"  - expect: {process: {server.agent: SIGKILL}}\n"
	"  - server: {restart: agent}\n",
	/* what is seen to block needs no await, and may have one */
	"  - server: {listen: 80, as: L}\n"
	"  - server: {accept: L, as: s, blocks: 1s, background: a}\n"
	"  - await: a\n",
};

START_TEST(these_orders_are_legal)
{
	parse(legal[_i]);
	ck_assert_uint_gt(scenario->n_steps, 0);
}
END_TEST

static struct scenario *parse_text_of(size_t bytes)
{
	SCOPED_STR struct str text = {0};

	str_add(&text, HEAD "steps:\n"
			    "  - client: {connect: \"server:80\", as: c}\n"
			    "  - client: {send: c, text: ");
	str_addc(&text, 'x', bytes);
	str_add(&text, "}\n");
	return scenario_parse("a.yaml", text.s, text.len, NULL, &errors);
}

START_TEST(a_text_fits_into_one_message)
{
	scenario = parse_text_of(32768);
	ck_assert_ptr_nonnull(scenario);
	ck_assert_ptr_null(parse_text_of(32769));
	ck_assert_uint_eq(spec_errors_count(&errors), 1);
}
END_TEST

START_TEST(another_topology_may_be_judged_with)
{
	static const char text[] = HEAD "steps:\n  - wait: 1s\n# end\n";
	SCOPED_STR struct str path = {0};
	SCOPED_FREE char *file = NULL;
	size_t len = 0;

	str_addf(&path, "%s/pair6.yaml", getenv("TOPOLOGIES"));
	scenario = scenario_parse("a.yaml", text, strlen(text), str_text(&path),
				  &errors);
	ck_assert_ptr_nonnull(scenario);
	ck_assert_str_eq(scenario->topology->name, "pair6");
	ck_assert_str_eq(scenario->topology_path, str_text(&path));
	/* what was read is kept, of both */
	ck_assert_uint_eq(scenario->source_len, strlen(text));
	ck_assert_str_eq(scenario->source, text);
	ck_assert_int_eq(
		file_read(AT_FDCWD, path.s, 1 << 20, &file, &len, NULL), 0);
	ck_assert_uint_eq(scenario->topology_source_len, len);
	ck_assert_str_eq(scenario->topology_source, file);
}
END_TEST

START_TEST(a_topology_is_found_in_a_folder_above)
{
	SCOPED_STR struct str path = {0};
	static const char text[] = "title: A\nwhy: B\ntopology: lan\n"
				   "steps:\n  - wait: 1s\n";

	str_addf(&path, "%s/../lab/close/x.yaml", getenv("TOPOLOGIES"));
	parse_as(str_text(&path), text);
	ck_assert_str_eq(scenario->topology->name, "lan");
	ck_assert_ptr_nonnull(
		strstr(scenario->topology_path, "topologies/lan.yaml"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("scenarios");
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, the_name_is_the_same_from_everywhere, 0, 2);
	tcase_add_loop_test(tcase, the_path_gives_name_and_tag, 0,
			    (int)(sizeof(names) / sizeof(names[0])));
	tcase_add_test(tcase, the_folder_is_a_tag_once);
	tcase_add_test(tcase, the_head_is_kept);
	tcase_add_test(tcase, a_listener_has_its_socket_address_and_options);
	tcase_add_test(tcase, a_connection_knows_both_ends);
	tcase_add_test(tcase, data_and_options_are_as_written);
	tcase_add_test(tcase, programs_come_and_go);
	tcase_add_test(tcase, what_happens_at_once_stays_together);
	tcase_add_test(tcase, a_wire_is_cut_both_ways_or_one);
	tcase_add_test(tcase, sockets_are_expected_by_state_timer_and_queues);
	tcase_add_test(tcase, programs_and_counters_are_expected);
	tcase_add_loop_test(tcase, a_step_reads_as_one_line, 0,
			    (int)(sizeof(texts) / sizeof(texts[0])));
	tcase_add_loop_test(tcase, these_orders_are_legal, 0,
			    (int)(sizeof(legal) / sizeof(legal[0])));
	tcase_add_test(tcase, a_text_fits_into_one_message);
	tcase_add_test(tcase, another_topology_may_be_judged_with);
	tcase_add_test(tcase, a_topology_is_found_in_a_folder_above);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
