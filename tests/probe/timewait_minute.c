/*
 * timewait_minute.c - TIME_WAIT is armed with 60 s, whatever tcp_fin_timeout
 * says, and shows what is left
 */
#include "probe/probe.h"

int main(void)
{
	int ns = probe_enter(), listener = own_ns_listen(7788, true);
	int client = own_ns_connect(7788), port = own_ns_port(client);
	int server = accept(listener, NULL, NULL);
	struct tcp_sock row;

	probe_must(own_ns_write("/proc/sys/net/ipv4/tcp_fin_timeout", "5"),
		   "tcp_fin_timeout cannot be set");
	close(client);
	close(server);
	row = probe_await(ns, port, 7788, TCP_STATE_TIME_WAIT);
	probe_must(row.timer_ns <= 60 * NS_PER_S,
		   "TIME_WAIT is armed with more than 60 s");
	probe_must(row.timer_ns > 58 * NS_PER_S,
		   "TIME_WAIT is armed with less than 60 s");
	probe_end(EXIT_SUCCESS, "TIME_WAIT is armed with 60 s");
}
