/*
 * test_trace.c - what the kernel's tracer tells of real connections
 */
#include "observe/trace.h"

#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/scope.h"
#include "base/vec.h"
#include "event/event.h"
#include "observe/own_ns.h"
#include "observe/tracefs.h"
#include "test.h"

/** OWN - an address of a lab that nobody else has: of the last of them */
#define OWN "10.255.240.1"

/** STRANGER - another of that lab, and of no host of its */
#define STRANGER "10.255.240.2"

static bool is_root;
static char host[] = "host";

/** struct kept - the events, in order */
struct kept {
	VEC(struct event) v;
};

static void keep(void *arg, struct event *event)
{
	vec_push(&((struct kept *)arg)->v, *event);
}

static struct trace *listen_as(const struct event_sink *sink, const char *name,
			       bool made, bool keeps)
{
	const struct trace_config config = {
		.name = name,
		.sink = sink,
		.network = {htonl(0x0afff000)},
		.prefix = 20,
		.made = made,
		.keep = keeps,
	};
	struct trace *trace = trace_begin(&config);
	struct endpoint own;
	struct err err = {0};

	ck_assert_int_eq(endpoint_parse_address(OWN, &own), 0);
	trace_own(trace, host, &own);
	if (trace_start(trace, &err) == 0)
		return trace;
	ck_assert_str_ne(err.text, "");
	ck_assert_int_eq(trace_fd(trace), -1);
	trace_take(trace); /* all the same */
	trace_free(trace);
	if (is_root)
		test_skip(err.text);
	return NULL; /* nobody else may */
}

static struct trace *listen_to(const struct event_sink *sink, const char *name)
{
	return listen_as(sink, name, false, false);
}

static bool give_address(const char *interface, const char *address)
{
	struct ifreq req = {0};
	struct sockaddr_in *in = (struct sockaddr_in *)&req.ifr_addr;
	SCOPED_FD int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", interface);
	in->sin_family = AF_INET;
	return inet_pton(AF_INET, address, &in->sin_addr) == 1 &&
	       ioctl(fd, SIOCSIFADDR, &req) == 0;
}

/* bound to an address, but to no port before it connects (ip(7)) */
static int client_at(const char *address)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	ck_assert_int_eq(setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT,
				    &on, sizeof(on)),
			 0);
	ck_assert_int_eq(inet_pton(AF_INET, address, &at.sin_addr), 1);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* a listener, a connection that the client closes first, and a refused one */
static void live(const char *address)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t len = sizeof(at);
	SCOPED_FD int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	SCOPED_FD int refused = client_at(address);
	int client = client_at(address);
	int server;
	char byte;

	ck_assert_int_eq(inet_pton(AF_INET, address, &at.sin_addr), 1);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&at, len), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&at, &len),
			 0);
	ck_assert_int_eq(connect(client, (struct sockaddr *)&at, len), 0);
	server = accept(listener, NULL, NULL);
	ck_assert_int_ge(server, 0);
	ck_assert_int_eq(close(client), 0);
	ck_assert_int_eq(read(server, &byte, 1), 0);
	ck_assert_int_eq(close(server), 0);
	at.sin_port = htons(9);
	ck_assert_int_eq(connect(refused, (struct sockaddr *)&at, len), -1);
}

static size_t told(const struct kept *kept, uint64_t socket,
		   const enum tcp_state *path)
{
	size_t n = 0;

	vec_foreach(&kept->v, e) {
		if (e->kind != EVENT_STATE || e->state.socket != socket)
			continue;
		ck_assert_str_eq(e->host, host);
		ck_assert_int_eq(e->state.was, path[n]);
		ck_assert_int_eq(e->state.state, path[n + 1]);
		n++;
	}
	return n;
}

/** struct path - of a socket, from its first state to its last */
struct path {
	uint64_t socket;
	size_t n; /* transitions */
	enum tcp_state states[7];
};

static const struct path paths[] = {
	{1, 2, {TCP_STATE_CLOSED, TCP_STATE_LISTEN, TCP_STATE_CLOSED}},
	{2,
	 5,
	 {TCP_STATE_CLOSED, TCP_STATE_SYN_SENT, TCP_STATE_ESTABLISHED,
	  TCP_STATE_FIN_WAIT1, TCP_STATE_FIN_WAIT2, TCP_STATE_CLOSED}},
	{3,
	 5,
	 {TCP_STATE_LISTEN, TCP_STATE_SYN_RECV, TCP_STATE_ESTABLISHED,
	  TCP_STATE_CLOSE_WAIT, TCP_STATE_LAST_ACK, TCP_STATE_CLOSED}},
	{4, 2, {TCP_STATE_CLOSED, TCP_STATE_SYN_SENT, TCP_STATE_CLOSED}},
};

static const struct event *find_trace(const struct kept *kept, const char *name)
{
	vec_foreach(&kept->v, e)
		if (e->kind == EVENT_TRACE && strcmp(e->trace.name, name) == 0)
			return e;
	return NULL;
}

START_TEST(tells_each_transition_in_order)
{
	struct kept kept = {0};
	const struct event_sink sink = {.emit = keep, .arg = &kept};
	SCOPED_FREE char *name = tracefs_name(1);
	struct trace *trace = listen_to(&sink, name);
	int64_t before_ns = clock_now_ns();
	int64_t last_ns = 0;

	if (!trace)
		return;
	live(OWN);
	trace_take(trace);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		ck_assert_uint_eq(told(&kept, paths[i].socket, paths[i].states),
				  paths[i].n);
	vec_foreach(&kept.v, e) {
		ck_assert_int_ge(e->t_ns, last_ns);
		ck_assert(e->kind != EVENT_STATE || e->state.local.port);
		last_ns = e->t_ns;
	}
	ck_assert_int_ge(kept.v.v[0].t_ns, before_ns);
	ck_assert_int_le(last_ns, clock_now_ns());
	ck_assert_ptr_nonnull(find_trace(&kept, "tcp_receive_reset"));
	trace_free(trace);
	vec_done(&kept.v);
}
END_TEST

START_TEST(tells_nothing_of_others)
{
	struct kept kept = {0};
	const struct event_sink sink = {.emit = keep, .arg = &kept};
	SCOPED_FREE char *name = tracefs_name(2);
	struct trace *trace = listen_to(&sink, name);

	if (!trace)
		return;
	live("127.0.0.1");
	live(STRANGER);
	trace_end(trace);
	ck_assert_uint_eq(kept.v.n, 0);
	live(OWN);
	trace_take(trace); /* it listens no more */
	ck_assert_uint_eq(kept.v.n, 0);
	trace_free(trace);
}
END_TEST

START_TEST(a_ring_that_ran_over_is_a_gap)
{
	struct kept kept = {0};
	const struct event_sink sink = {.emit = keep, .arg = &kept};
	SCOPED_FREE char *name = tracefs_name(3);
	struct trace *trace = listen_to(&sink, name);
	const struct event *gap = NULL;

	if (!trace)
		return;
	for (int i = 0; i < 12000; i++)
		live(OWN);
	trace_take(trace);
	vec_foreach(&kept.v, e)
		if (e->kind == EVENT_GAP)
			gap = e;
	ck_assert_ptr_nonnull(gap);
	ck_assert_str_eq(gap->gap.source, "trace");
	ck_assert_int_lt(gap->gap.from_ns, gap->gap.to_ns);
	trace_free(trace);
	vec_done(&kept.v);
}
END_TEST

static bool is_there(const char *name)
{
	char path[512];

	(void)snprintf(path, sizeof(path), TRACEFS_ROOT "/instances/%s", name);
	return access(path, F_OK) == 0;
}

/* what is kept serves the next, who hears of nothing that was before */
START_TEST(an_instance_serves_one_after_the_other)
{
	SCOPED_FREE char *name = tracefs_name(5);

	for (int i = 0; i < 3; i++) {
		struct kept kept = {0};
		const struct event_sink sink = {.emit = keep, .arg = &kept};
		struct trace *trace = listen_as(&sink, name, i > 0, i < 2);

		if (!trace)
			return;
		live(OWN);
		trace_take(trace);
		ck_assert_uint_eq(told(&kept, paths[1].socket, paths[1].states),
				  paths[1].n);
		vec_foreach(&kept.v, e)
			ck_assert_int_ne(e->kind, EVENT_GAP);
		trace_free(trace);
		vec_done(&kept.v);
		ck_assert(is_there(name) == (i < 2));
		for (int j = 0; j < 12000 && i == 0; j++)
			live(OWN); /* more than a ring holds */
		if (i == 1)
			live(OWN);
	}
}
END_TEST

/* one that was left half made, or was never made, is made anew */
START_TEST(what_cannot_be_trusted_is_made_anew)
{
	SCOPED_FREE char *name = tracefs_name(6);

	for (int made = 0; made < 2; made++) {
		struct kept kept = {0};
		const struct event_sink sink = {.emit = keep, .arg = &kept};
		struct trace *trace;

		if (!made && tracefs_make(name, NULL) < 0)
			return; /* listen_to() skips, elsewhere */
		trace = listen_as(&sink, name, made, false);
		ck_assert_ptr_nonnull(trace);
		live(OWN);
		trace_free(trace);
		ck_assert_uint_gt(kept.v.n, 0);
		vec_done(&kept.v);
		ck_assert(!is_there(name));
	}
}
END_TEST

START_TEST(what_the_dead_have_left_is_swept)
{
	SCOPED_FREE char *own = tracefs_name(4);
	char name[256];
	int fds[2];
	pid_t pid;

	if (tracefs_make(own, NULL) < 0) {
		if (is_root)
			test_skip("no tracer here");
		return; /* nobody else may */
	}
	ck_assert_int_eq(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		SCOPED_FREE char *theirs = tracefs_name(4);

		(void)tracefs_make(theirs, NULL);
		_exit(write(fds[1], theirs, strlen(theirs) + 1) < 0);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_gt(read(fds[0], name, sizeof(name)), 0);
	ck_assert(is_there(name));
	tracefs_sweep();
	ck_assert(!is_there(name));
	ck_assert(is_there(own)); /* we live */
	tracefs_remove(own);
	ck_assert(!is_there(own));
	(void)close(fds[0]);
	(void)close(fds[1]);
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("trace");
	TCase *tc = tcase_create("live");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, tells_each_transition_in_order);
	tcase_add_test(tc, tells_nothing_of_others);
	tcase_add_test(tc, a_ring_that_ran_over_is_a_gap);
	tcase_add_test(tc, an_instance_serves_one_after_the_other);
	tcase_add_test(tc, what_cannot_be_trusted_is_made_anew);
	tcase_add_test(tc, what_the_dead_have_left_is_swept);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	SCOPED_FD int ns = -1;

	is_root = geteuid() == 0; /* and not only inside */
	ns = own_ns_enter();
	if (ns < 0 || !give_address("lo:1", OWN) ||
	    !give_address("lo:2", STRANGER))
		test_skip("needs a network namespace of its own");
	return test_run(suite());
}
