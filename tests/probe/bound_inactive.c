/*
 * bound_inactive.c - a socket that is merely bound shows in a dump from 6.8 on,
 * by state bit 13
 */
#include "probe/probe.h"

int main(void)
{
	int ns = probe_enter(), fd = own_ns_bind(7788, false);
	struct tcp_sock row = {0};
	size_t rows = probe_rows(ns, 7788, 0, &row);

	probe_must(fd >= 0, "bind failed");
	if (!probe_kernel_since(6, 8)) {
		probe_must(rows == 0, "a bound socket shows before 6.8");
		probe_end(EXIT_SUCCESS, "a bound socket does not show");
	}
	probe_must(rows == 1, "a bound socket does not show");
	probe_must(row.state == TCP_STATE_CLOSED && row.inode != 0,
		   "a bound socket shows as something else");
	probe_end(EXIT_SUCCESS, "a bound socket shows");
}
