/*
 * probe.h - what every probe needs: a verdict in words, and the sockets of a
 * namespace of its own
 *
 * A probe asserts one behaviour of the running kernel that our code relies on.
 * It exits 0 if the kernel behaves so, 1 if not, 77 if that cannot be tried
 * here. Run them on a new kernel before believing a verdict from it.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "base/clock.h"
#include "base/err.h"
#include "observe/own_ns.h"
#include "observe/sock_table.h"
#include "observe/sockdiag.h"

/** probe_end - say what was found, and leave with 0, 1 or 77 */
static inline __attribute__((noreturn)) void probe_end(int status,
						       const char *found)
{
	printf("%s\n", found);
	exit(status);
}

/** probe_must - leave with 1 unless it is so */
static inline void probe_must(bool so, const char *otherwise)
{
	if (!so)
		probe_end(EXIT_FAILURE, otherwise);
}

/** probe_enter - a namespace of our own, or leave with 77 */
static inline int probe_enter(void)
{
	int ns = own_ns_enter();

	if (ns < 0)
		probe_end(77, "needs a network namespace of its own");
	return ns;
}

/** probe_kernel_since - is this Linux @major.@minor or later */
static inline bool probe_kernel_since(int major, int minor)
{
	struct utsname name;
	int a = 0, b = 0;

	probe_must(uname(&name) == 0 &&
			   sscanf(name.release, "%d.%d", &a, &b) == 2,
		   "uname does not tell a version");
	return a > major || (a == major && b >= minor);
}

/** probe_dump - all sockets of the namespace; leaves with 1 on an error */
static inline void probe_dump(int ns, struct sock_table *table)
{
	SCOPED_SOCKDIAG struct sockdiag *diag = NULL;
	struct err err = {0};

	if (sockdiag_open(ns, &diag, &err) < 0 ||
	    sockdiag_dump(diag, table, &err) < 0)
		probe_end(EXIT_FAILURE, err.text);
}

/** probe_rows - how many rows are on these ports; @last is one of them */
static inline size_t probe_rows(int ns, int local, int remote,
				struct tcp_sock *last)
{
	SCOPED_SOCK_TABLE struct sock_table table = {0};
	size_t n = 0;

	probe_dump(ns, &table);
	for (size_t i = 0; i < table.n; i++) {
		if (table.v[i].local.port != local ||
		    table.v[i].remote.port != remote)
			continue;
		*last = table.v[i];
		n++;
	}
	return n;
}

/** probe_await - poll until the ports show this state; leaves with 1 after 5 s
 */
static inline struct tcp_sock probe_await(int ns, int local, int remote,
					  enum tcp_state state)
{
	int64_t deadline_ns = clock_now_ns() + 5 * NS_PER_S;
	struct tcp_sock row;

	while (probe_rows(ns, local, remote, &row) == 0 || row.state != state) {
		if (clock_now_ns() > deadline_ns)
			probe_end(EXIT_FAILURE, tcp_state_names[state]);
		own_ns_pass();
	}
	return row;
}
