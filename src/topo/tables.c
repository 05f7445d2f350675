/*
 * tables.c - hosts with hash tables of their own for their connections
 */
#include "topo/tables.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "spec/topology.h"
#include "topo/sysctl.h"

/** BUCKETS - 32 kB a host; all that a client can have to one server's port
 * lies seven deep in it */
#define BUCKETS "4096"

/** VALUE_MAX - a number and a line feed */
#define VALUE_MAX 32

static const char ask_path[] = "/proc/sys/net/ipv4/tcp_child_ehash_entries";

static const struct {
	const char *name;
	const char *path;
} follow[TABLES_FOLLOW] = {
	{"net.ipv4.tcp_max_tw_buckets",
	 "/proc/sys/net/ipv4/tcp_max_tw_buckets"},
	{"net.ipv4.tcp_max_syn_backlog",
	 "/proc/sys/net/ipv4/tcp_max_syn_backlog"},
};

void tables_ask(struct tables *tables)
{
	SCOPED_FD int fd = open(ask_path, O_WRONLY | O_CLOEXEC);

	*tables = (struct tables){0};
	if (fd < 0)
		return;
	for (size_t i = 0; i < TABLES_FOLLOW; i++) {
		if (file_read(AT_FDCWD, follow[i].path, VALUE_MAX,
			      &tables->values[i], NULL, NULL) < 0) {
			tables_done(tables);
			return;
		}
	}
	if (file_write_all(fd, BUCKETS, strlen(BUCKETS)) < 0)
		tables_done(tables);
}

int tables_restore(const struct tables *tables, int netns_fd, struct err *err)
{
	struct sysctl_spec specs[TABLES_FOLLOW] = {0};
	char *values[TABLES_FOLLOW];
	int rc;

	if (!tables->values[0])
		return 0;
	for (size_t i = 0; i < TABLES_FOLLOW; i++) {
		specs[i].name = (char *)(uintptr_t)follow[i].name;
		specs[i].value = tables->values[i];
	}
	rc = sysctl_write(netns_fd, specs, TABLES_FOLLOW, values, err);
	for (size_t i = 0; rc == 0 && i < TABLES_FOLLOW; i++)
		free(values[i]);
	return rc;
}

void tables_done(struct tables *tables)
{
	for (size_t i = 0; i < TABLES_FOLLOW; i++)
		free(tables->values[i]);
	*tables = (struct tables){0};
}
