/*
 * rites.c - what every lab asks of its init: hold, and the last rites
 */
#include "run/rites.h"

#include <stddef.h>

#include "ns/init.h"
#include "observe/sockdiag.h"

int rites_hold(void *self, int netns_fd, struct err *err)
{
	return ns_runner_hold(self, netns_fd, err);
}

void rites_last(int netns_fd)
{
	/* nobody is left to be told: what survives, the kernel ends itself */
	(void)sockdiag_destroy_all(netns_fd, NULL);
}
