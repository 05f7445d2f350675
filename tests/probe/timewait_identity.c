/*
 * timewait_identity.c - TIME_WAIT takes the connection's place: one row, no
 * inode; its cookie is the connection's, or new
 */
#include "probe/probe.h"

int main(void)
{
	int ns = probe_enter(), listener = own_ns_listen(7788, true);
	int client = own_ns_connect(7788), port = own_ns_port(client);
	int server = accept(listener, NULL, NULL);
	struct tcp_sock before, after;

	before = probe_await(ns, port, 7788, TCP_STATE_ESTABLISHED);
	close(client);
	close(server);
	after = probe_await(ns, port, 7788, TCP_STATE_TIME_WAIT);
	probe_must(probe_rows(ns, port, 7788, &after) == 1,
		   "TIME_WAIT stands beside the connection it came from");
	probe_must(after.inode == 0, "TIME_WAIT has an inode");
	probe_must(after.timer == TCP_TIMER_TIMEWAIT,
		   "TIME_WAIT waits on another timer");
	probe_end(EXIT_SUCCESS, after.cookie == before.cookie
					? "TIME_WAIT keeps the cookie"
					: "TIME_WAIT has a cookie of its own");
}
