/*
 * destroy_orphan.c - SOCK_DESTROY ends a socket that nobody holds any more
 *
 * A kernel whose tcp_abort() spares orphans takes away their FIN and their
 * timers instead, and they stay for ever; see the last rites.
 */
#include "probe/probe.h"

int main(void)
{
	int ns = probe_enter(), listener = own_ns_listen(7788, true);
	int client = own_ns_connect(7788), port = own_ns_port(client);
	int server = accept(listener, NULL, NULL), ret;
	struct tcp_sock row;
	struct err err = {0};

	/* the FIN finds no way out */
	probe_must(server >= 0 && own_ns_lo_set(false), "no connection");
	close(client);
	(void)probe_await(ns, port, 7788, TCP_STATE_FIN_WAIT1);
	ret = sockdiag_destroy_all(ns, &err);
	if (ret == -EOPNOTSUPP)
		probe_end(77, err.text);
	probe_must(ret == 0, err.text);
	probe_must(probe_rows(ns, port, 7788, &row) == 0,
		   "the orphan is still there");
	probe_end(EXIT_SUCCESS, "SOCK_DESTROY ends orphans");
}
