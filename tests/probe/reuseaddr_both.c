/*
 * reuseaddr_both.c - TIME_WAIT frees its port for a new listener only if both
 * the old server's sockets and the new one have SO_REUSEADDR
 */
#include "probe/probe.h"

/* the server closes first, so that TIME_WAIT is its own */
static int rebind_errno(int ns, int port, bool old_reuse, bool new_reuse)
{
	int listener = own_ns_listen(port, old_reuse);
	int client = own_ns_connect(port), peer = own_ns_port(client);
	int server = accept(listener, NULL, NULL), fd;

	probe_must(listener >= 0 && client >= 0 && server >= 0,
		   "no connection");
	close(server);
	close(client);
	close(listener);
	(void)probe_await(ns, port, peer, TCP_STATE_TIME_WAIT);
	fd = own_ns_listen(port, new_reuse);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

int main(void)
{
	int ns = probe_enter();

	probe_must(rebind_errno(ns, 7001, false, false) == EADDRINUSE,
		   "neither has it, and the port is free");
	probe_must(rebind_errno(ns, 7002, false, true) == EADDRINUSE,
		   "the new one alone has it, and the port is free");
	probe_must(rebind_errno(ns, 7003, true, false) == EADDRINUSE,
		   "the old one alone has it, and the port is free");
	probe_must(rebind_errno(ns, 7004, true, true) == 0,
		   "both have it, and the port is busy");
	probe_end(EXIT_SUCCESS, "SO_REUSEADDR counts if both have it");
}
