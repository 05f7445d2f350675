/*
 * request_cookie.c - a request socket shows as SYN_RECV without inode, and the
 * connection that it becomes keeps its cookie
 */
#include <netinet/tcp.h>

#include "probe/probe.h"

int main(void)
{
	int ns = probe_enter(), listener = own_ns_listen(7788, true);
	int seconds = 10, client, port;
	struct tcp_sock before, after;

	/* the request stays a request until the first data */
	probe_must(setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds,
			      sizeof(seconds)) == 0,
		   "TCP_DEFER_ACCEPT is refused");
	client = own_ns_connect(7788);
	port = own_ns_port(client);
	before = probe_await(ns, 7788, port, TCP_STATE_SYN_RECV);
	probe_must(before.inode == 0, "a request socket has an inode");
	probe_must(write(client, "x", 1) == 1, "cannot write");
	after = probe_await(ns, 7788, port, TCP_STATE_ESTABLISHED);
	probe_must(after.inode == 0, "an unaccepted connection has an inode");
	probe_must(before.cookie == after.cookie,
		   "the connection has a cookie of its own");
	probe_end(EXIT_SUCCESS, "the connection keeps the request's cookie");
}
