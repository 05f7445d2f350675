/*
 * test_sampler.c - what the sampler and the counters tell of real sockets
 */
#include "observe/sampler.h"

#include <linux/netlink.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/vec.h"
#include "event/event.h"
#include "observe/counters.h"
#include "observe/holders.h"
#include "observe/own_ns.h"
#include "observe/sock_table.h"
#include "observe/sockdiag.h"
#include "test.h"

static int ns = -1;

/** struct kept - events as they were emitted; strings shortened */
struct kept {
	VEC(struct kept_event) v;
};

struct kept_event {
	struct event e;
	char name[64]; /* of a counter; comm of a socket; why of a snap */
};

static void keep(void *arg, struct event *event)
{
	struct kept *kept = arg;
	struct kept_event *k = vec_grow(&kept->v);
	const char *name = NULL;

	k->e = *event;
	if (event->kind == EVENT_COUNTER)
		name = event->counter.name;
	else if (event->kind == EVENT_SOCK)
		name = event->sock.comm;
	else if (event->kind == EVENT_SNAP)
		name = event->snap.why;
	(void)snprintf(k->name, sizeof(k->name), "%s", name ? name : "");
}

static struct event_sink sink_to(struct kept *kept)
{
	return (struct event_sink){
		.emit = keep, .arg = kept, .epoch_ns = clock_now_ns()};
}

static const struct kept_event *find_sock(const struct kept *kept, int port,
					  enum tcp_state state,
					  enum sock_change change)
{
	vec_foreach(&kept->v, k)
		if (k->e.kind == EVENT_SOCK && k->e.sock.change == change &&
		    k->e.sock.sock.local.port == port &&
		    k->e.sock.sock.state == state)
			return k;
	return NULL;
}

static size_t count_kind(const struct kept *kept, enum event_kind kind)
{
	size_t n = 0;

	vec_foreach(&kept->v, k)
		n += k->e.kind == kind;
	return n;
}

static void take(struct sampler *s, const char *why)
{
	struct err err = {0};

	ck_assert_msg(sampler_take(s, why, &err) == 0, "%s", err.text);
}

static struct sampler *sampler_of(struct kept *kept)
{
	const struct event_sink sink = sink_to(kept);
	struct sampler *s = sampler_new(&sink);
	struct err err = {0};

	ck_assert_int_eq(sampler_due_ns(s), INT64_MAX);
	ck_assert_msg(sampler_add_host(s, "host", ns, &err) == 0, "%s",
		      err.text);
	return s;
}

/* samples until the change was seen; the deadline only ends a broken kernel */
static struct kept_event wait_sock(struct sampler *s, const struct kept *kept,
				   int port, enum tcp_state state,
				   enum sock_change change)
{
	int64_t deadline_ns = clock_now_ns() + 5 * NS_PER_S;
	const struct kept_event *k;

	while (!(k = find_sock(kept, port, state, change))) {
		ck_assert_msg(clock_now_ns() < deadline_ns,
			      "port %d never told %s %s", port,
			      sock_change_names[change],
			      tcp_state_names[state]);
		own_ns_pass();
		take(s, NULL);
	}
	return *k;
}

static void clean_up(void)
{
	struct err err = {0};

	ck_assert_msg(sockdiag_destroy_all(ns, &err) == 0, "%s", err.text);
}

START_TEST(changes_carry_their_bracket_and_their_holder)
{
	struct kept kept = {0};
	SCOPED_SAMPLER struct sampler *s = sampler_of(&kept);
	int listener, client, port;
	struct kept_event k;
	char comm[16];

	take(s, "begin");
	ck_assert_uint_eq(count_kind(&kept, EVENT_SNAP), 1);
	listener = own_ns_listen(7101, true);
	take(s, NULL);
	k = wait_sock(s, &kept, 7101, TCP_STATE_LISTEN, SOCK_CHANGE_NEW);
	ck_assert_int_ge(k.e.sock.since_ns, 0);
	ck_assert_int_lt(k.e.sock.since_ns, k.e.t_ns);
	ck_assert_str_eq(k.e.host, "host");
	ck_assert_int_eq(k.e.step, -1);
	ck_assert_int_eq(k.e.sock.pid, getpid());
	(void)snprintf(comm, sizeof(comm), "%.15s",
		       program_invocation_short_name);
	ck_assert_str_eq(k.name, comm);
	ck_assert(sampler_listens(s, "host", 7101));
	ck_assert(!sampler_listens(s, "host", 7102));
	ck_assert(!sampler_listens(s, "nobody", 7101));
	client = own_ns_connect(7101);
	port = own_ns_port(client);
	(void)wait_sock(s, &kept, port, TCP_STATE_ESTABLISHED, SOCK_CHANGE_NEW);
	/* the accept queue grew */
	k = wait_sock(s, &kept, 7101, TCP_STATE_LISTEN, SOCK_CHANGE_CHANGED);
	ck_assert_int_eq(k.e.sock.was, TCP_STATE_LISTEN);
	ck_assert_uint_eq(k.e.sock.sock.recv_q, 1);
	ck_assert_int_eq(shutdown(client, SHUT_WR), 0);
	k = wait_sock(s, &kept, port, TCP_STATE_FIN_WAIT2, SOCK_CHANGE_CHANGED);
	ck_assert(k.e.sock.was == TCP_STATE_ESTABLISHED ||
		  k.e.sock.was == TCP_STATE_FIN_WAIT1);
	close(listener);
	k = wait_sock(s, &kept, 7101, TCP_STATE_LISTEN, SOCK_CHANGE_GONE);
	ck_assert_int_eq(k.e.sock.pid, getpid());
	ck_assert(!sampler_listens(s, "host", 7101));
	ck_assert_uint_eq(count_kind(&kept, EVENT_GAP), 0);
	close(client);
	vec_done(&kept.v);
	clean_up();
}
END_TEST

START_TEST(nothing_happens_nothing_is_told)
{
	int listener = own_ns_listen(7103, true);
	int client = own_ns_connect(7103);
	struct kept kept = {0};
	SCOPED_SAMPLER struct sampler *s = sampler_of(&kept);
	size_t before;

	take(s, NULL);
	before = kept.v.n;
	ck_assert_uint_gt(before, 0);
	/* timers run down meanwhile */
	for (int i = 0; i < 20; i++) {
		own_ns_pass();
		take(s, NULL);
	}
	ck_assert_uint_eq(kept.v.n, before);
	take(s, "end");
	ck_assert_uint_eq(kept.v.n, before + 1);
	ck_assert_str_eq(kept.v.v[before].name, "end");
	ck_assert_int_eq(kept.v.v[before].e.snap.sockets,
			 (int64_t)sampler_rows(s, "host")->n);
	close(client);
	close(listener);
	vec_done(&kept.v);
	clean_up();
}
END_TEST

/* puts /dev/null in the place of what @is tells of; false if nothing is that */
static bool break_fd(bool (*is)(int fd))
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	bool found = false;

	for (int fd = 3; fd < 256 && !found; fd++) {
		found = fd != null && is(fd);
		if (found)
			ck_assert_int_eq(dup3(null, fd, O_CLOEXEC), fd);
	}
	close(null);
	return found;
}

static bool is_sockdiag(int fd)
{
	int domain = 0, protocol = -1;
	socklen_t len = sizeof(int);

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 &&
	       getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len) == 0 &&
	       domain == AF_NETLINK && protocol == NETLINK_SOCK_DIAG;
}

static bool is_netstat(int fd)
{
	char path[64], target[256];
	ssize_t len;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	len = readlink(path, target, sizeof(target) - 1);
	if (len <= 0)
		return false;
	target[len] = '\0';
	return strstr(target, "/net/netstat") != NULL;
}

START_TEST(a_dump_that_fails_is_a_gap)
{
	int listener = own_ns_listen(7106, true);
	struct kept kept = {0};
	SCOPED_SAMPLER struct sampler *s = sampler_of(&kept);
	const struct event *first, *gap;
	struct err err = {0};

	take(s, "begin");
	ck_assert(break_fd(is_sockdiag));
	ck_assert_int_eq(sampler_take(s, "end", &err), -ENOTSOCK);
	ck_assert_ptr_nonnull(strstr(err.text, "host host: "));
	ck_assert_uint_eq(count_kind(&kept, EVENT_SNAP), 1);
	ck_assert_uint_eq(count_kind(&kept, EVENT_GAP), 1);
	first = &kept.v.v[kept.v.n - 2].e;
	gap = &kept.v.v[kept.v.n - 1].e;
	ck_assert_str_eq(gap->gap.source, "sockets");
	ck_assert_str_eq(gap->host, "host");
	ck_assert_int_eq(gap->gap.from_ns, first->t_ns - first->snap.took_ns);
	ck_assert_int_eq(gap->gap.to_ns, gap->t_ns);
	ck_assert_int_gt(gap->t_ns, first->t_ns);
	ck_assert(sampler_listens(s, "host", 7106));
	close(listener);
	vec_done(&kept.v);
	clean_up();
}
END_TEST

START_TEST(counters_that_cannot_be_read_are_a_gap)
{
	SCOPED_COUNTERS struct counters *counters = NULL;
	struct kept kept = {0};
	const struct event_sink sink = sink_to(&kept);
	struct err err = {0};

	ck_assert_int_eq(counters_open("host", ns, &counters, &err), 0);
	ck_assert_int_eq(counters_read(counters, "begin", &sink, &err), 0);
	ck_assert(break_fd(is_netstat));
	ck_assert_int_eq(counters_read(counters, "end", &sink, &err), -EPROTO);
	ck_assert_ptr_nonnull(strstr(err.text, "netstat"));
	ck_assert_uint_eq(kept.v.n, 2);
	ck_assert_int_eq(kept.v.v[1].e.kind, EVENT_GAP);
	ck_assert_str_eq(kept.v.v[1].e.gap.source, "counters");
	ck_assert_int_lt(kept.v.v[1].e.gap.from_ns, kept.v.v[0].e.t_ns);
	vec_done(&kept.v);
}
END_TEST

static bool is_heard(const struct sampler *s, int timeout_ms)
{
	struct pollfd fd = {.fd = sampler_fd(s), .events = POLLIN};

	return poll(&fd, 1, timeout_ms) == 1;
}

/* by a process that says nothing, at a time of its own */
START_TEST(a_socket_that_is_destroyed_is_heard)
{
	struct kept kept = {0};
	SCOPED_SAMPLER struct sampler *s = sampler_of(&kept);
	int v6 = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in6 any = {.sin6_family = AF_INET6};
	int listener = own_ns_listen(7108, true);

	for (int i = 0; i < 20; i++)
		take(s, NULL);
	ck_assert_int_gt(sampler_due_ns(s), clock_now_ns());
	ck_assert(!is_heard(s, 0));
	close(listener);
	ck_assert(is_heard(s, 5000));
	sampler_hear(s);
	ck_assert(!is_heard(s, 0));
	ck_assert_int_le(sampler_due_ns(s), clock_now_ns() + NS_PER_MS);
	ck_assert_int_eq(bind(v6, (struct sockaddr *)&any, sizeof(any)), 0);
	ck_assert_int_eq(listen(v6, 1), 0);
	close(v6);
	ck_assert(is_heard(s, 5000));
	sampler_hear(s);
	vec_done(&kept.v);
	clean_up();
}
END_TEST

/* far more than the buffer holds, and nobody reads meanwhile */
START_TEST(many_that_are_destroyed_at_once_are_heard)
{
	struct kept kept = {0};
	SCOPED_SAMPLER struct sampler *s = sampler_of(&kept);
	int fds[500];
	int rounds = 0;

	for (int i = 0; i < 500; i++)
		fds[i] = own_ns_bind(7200 + i, true);
	for (int i = 0; i < 500; i++)
		close(fds[i]);
	ck_assert(is_heard(s, 5000));
	/* until it has been quiet for a while */
	while (is_heard(s, 200) && rounds++ < 1000)
		sampler_hear(s);
	ck_assert_int_lt(rounds, 1000);
	take(s, NULL); /* it can still be read */
	vec_done(&kept.v);
}
END_TEST

/* a peer that may not answer: its packets are lost at the loopback's door */
START_TEST(last_rites_leave_no_orphan)
{
	static const enum tcp_state holding[] = {
		TCP_STATE_FIN_WAIT1, TCP_STATE_LAST_ACK, TCP_STATE_CLOSING,
		TCP_STATE_LISTEN, TCP_STATE_ESTABLISHED};
	int listener = own_ns_listen(7104, true);
	int orphan = own_ns_connect(7104), held = own_ns_connect(7104);
	int last = own_ns_connect(7104), port = own_ns_port(orphan);
	struct kept kept = {0};
	SCOPED_SAMPLER struct sampler *s = sampler_of(&kept);
	int servers[3], requests = own_ns_listen(7107, true), waiting;
	int seconds = 10;
	struct err err = {0};

	for (int i = 0; i < 3; i++)
		servers[i] = accept(listener, NULL, NULL);
	/* and a request socket, which ends with its listener */
	ck_assert_int_eq(setsockopt(requests, IPPROTO_TCP, TCP_DEFER_ACCEPT,
				    &seconds, sizeof(seconds)),
			 0);
	waiting = own_ns_connect(7107);
	(void)wait_sock(s, &kept, 7107, TCP_STATE_SYN_RECV, SOCK_CHANGE_NEW);
	/* the client of servers[2] closes first, then the wire goes */
	ck_assert_int_eq(shutdown(last, SHUT_WR), 0);
	(void)wait_sock(s, &kept, 7104, TCP_STATE_CLOSE_WAIT,
			SOCK_CHANGE_CHANGED);
	ck_assert(own_ns_lo_set(false));
	close(orphan);
	close(servers[2]);
	(void)wait_sock(s, &kept, port, TCP_STATE_FIN_WAIT1,
			SOCK_CHANGE_CHANGED);
	(void)wait_sock(s, &kept, 7104, TCP_STATE_LAST_ACK,
			SOCK_CHANGE_CHANGED);
	ck_assert_msg(sockdiag_destroy_all(ns, &err) == 0, "%s", err.text);
	take(s, NULL);
	vec_foreach(sampler_rows(s, "host"), row)
		for (size_t i = 0; i < sizeof(holding) / sizeof(*holding); i++)
			ck_assert_msg(row->state != holding[i],
				      "port %u is left in %s", row->local.port,
				      tcp_state_names[row->state]);
	ck_assert(own_ns_lo_set(true));
	close(held);
	close(last);
	close(waiting);
	close(requests);
	close(servers[0]);
	close(servers[1]);
	close(listener);
	vec_done(&kept.v);
}
END_TEST

START_TEST(a_socket_of_another_process_is_found)
{
	SCOPED_HOLDERS struct holders *holders = holders_new();
	int listener = own_ns_listen(7105, true), to_child[2], status;
	struct holder who;
	struct stat st;
	pid_t child;

	ck_assert_int_eq(fstat(listener, &st), 0);
	ck_assert_int_eq(pipe(to_child), 0);
	holders_find(holders, st.st_ino, clock_now_ns(), &who);
	ck_assert_int_eq(who.pid, getpid());
	child = fork();
	if (child == 0) {
		char c;

		close(to_child[1]);
		/* until the parent is done, or dead */
		_exit(read(to_child[0], &c, 1) != 0);
	}
	close(to_child[0]);
	close(listener);
	holders_find(holders, st.st_ino, clock_now_ns(), &who);
	ck_assert_int_eq(who.pid, child);
	holders_find(holders, 1, clock_now_ns(), &who);
	ck_assert_int_eq(who.pid, 0);
	holders_recall(holders, st.st_ino, &who);
	ck_assert_int_eq(who.pid, child);
	close(to_child[1]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

static const struct kept_event *find_counter(const struct kept *kept,
					     const char *name)
{
	vec_foreach(&kept->v, k)
		if (k->e.kind == EVENT_COUNTER && strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

START_TEST(a_refused_connect_moves_the_counters)
{
	SCOPED_COUNTERS struct counters *counters = NULL;
	struct kept kept = {0};
	const struct event_sink sink = sink_to(&kept);
	const struct kept_event *k;
	struct err err = {0};

	ck_assert_msg(counters_open("host", ns, &counters, &err) == 0, "%s",
		      err.text);
	ck_assert_int_eq(counters_read(counters, "begin", &sink, &err), 0);
	ck_assert_uint_eq(kept.v.n, 1);
	ck_assert_int_eq(kept.v.v[0].e.kind, EVENT_COUNTERS);
	ck_assert_int_eq(own_ns_connect(7199), -1);
	ck_assert_int_eq(errno, ECONNREFUSED);
	ck_assert_int_eq(counters_read(counters, "end", &sink, &err), 0);
	k = find_counter(&kept, "Tcp.OutRsts");
	ck_assert_ptr_nonnull(k);
	ck_assert_int_eq(k->e.counter.delta, 1);
	k = find_counter(&kept, "Tcp.AttemptFails");
	ck_assert_ptr_nonnull(k);
	ck_assert_int_eq(k->e.counter.delta, 1);
	ck_assert_ptr_null(find_counter(&kept, "Tcp.PassiveOpens"));
	ck_assert_int_eq(kept.v.v[1].e.counters.changed,
			 (int64_t)count_kind(&kept, EVENT_COUNTER));
	vec_done(&kept.v);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("sampler");
	TCase *tc = tcase_create("live");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, changes_carry_their_bracket_and_their_holder);
	tcase_add_test(tc, nothing_happens_nothing_is_told);
	tcase_add_test(tc, a_dump_that_fails_is_a_gap);
	tcase_add_test(tc, counters_that_cannot_be_read_are_a_gap);
	tcase_add_test(tc, a_socket_that_is_destroyed_is_heard);
	tcase_add_test(tc, many_that_are_destroyed_at_once_are_heard);
	tcase_add_test(tc, last_rites_leave_no_orphan);
	tcase_add_test(tc, a_socket_of_another_process_is_found);
	tcase_add_test(tc, a_refused_connect_moves_the_counters);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	ns = own_ns_enter();
	if (ns < 0)
		test_skip("needs a network namespace of its own");
	return test_run(suite());
}
