/*
 * dump_both_families.c - TCPDIAG_GETSOCK dumps IPv4 and IPv6 in one walk
 */
#include "probe/probe.h"

int main(void)
{
	struct sockaddr_in6 any = {.sin6_family = AF_INET6,
				   .sin6_port = htons(7002)};
	int ns = probe_enter(), v4 = own_ns_listen(7001, false);
	int v6 = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct tcp_sock row;

	if (v6 < 0)
		probe_end(77, "no IPv6 here");
	probe_must(v4 >= 0, "cannot listen");
	probe_must(bind(v6, (struct sockaddr *)&any, sizeof(any)) == 0 &&
			   listen(v6, 1) == 0,
		   "cannot listen on IPv6");
	probe_must(probe_rows(ns, 7001, 0, &row) == 1 &&
			   row.local.family == AF_INET,
		   "the IPv4 listener is missing");
	probe_must(probe_rows(ns, 7002, 0, &row) == 1 &&
			   row.local.family == AF_INET6,
		   "the IPv6 listener is missing");
	probe_end(EXIT_SUCCESS, "one dump has both families");
}
