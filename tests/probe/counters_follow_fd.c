/*
 * counters_follow_fd.c - a file of /proc/net that was opened inside a namespace
 * shows that namespace's numbers wherever it is read, each time anew
 */
#include "probe/probe.h"

/* Tcp's line of values */
static void read_tcp(int fd, char line[512])
{
	char text[16384];
	ssize_t len = pread(fd, text, sizeof(text) - 1, 0);
	const char *tcp;

	probe_must(len > 0, "snmp cannot be read");
	text[len] = '\0';
	tcp = strstr(text, "\nTcp: ");
	tcp = tcp ? strstr(tcp + 1, "\nTcp: ") : NULL;
	probe_must(tcp != NULL, "snmp has no values of Tcp");
	(void)snprintf(line, 512, "%.*s", (int)strcspn(tcp + 1, "\n"), tcp + 1);
}

int main(void)
{
	char before[512], outside[512], after[512];
	int inside = probe_enter(), fd;

	probe_must(own_ns_connect(7788) < 0 && errno == ECONNREFUSED,
		   "nobody listens, and connect does not say so");
	fd = open("/proc/thread-self/net/snmp", O_RDONLY | O_CLOEXEC);
	probe_must(fd >= 0, "snmp cannot be opened");
	read_tcp(fd, before);
	if (unshare(CLONE_NEWNET) < 0)
		probe_end(77, "needs a second namespace");
	read_tcp(fd, outside);
	probe_must(strcmp(before, outside) == 0,
		   "the file shows where it is read");
	probe_must(setns(inside, CLONE_NEWNET) == 0, "no way back");
	probe_must(own_ns_connect(7788) < 0, "somebody listens");
	read_tcp(fd, after);
	probe_must(strcmp(before, after) != 0, "the file shows old numbers");
	probe_end(EXIT_SUCCESS, "the file shows where it was opened");
}
