/*
 * hosts.c - what the journal and the programs are told about the hosts
 */
#include "run/hosts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/scope.h"
#include "base/str.h"
#include "ns/netns.h"
#include "run/lab.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "topo/topo.h"

/** HOSTS_DIR - in the lab's own /dev/shm, which every program may write to;
 * the folder is the runner's */
#define HOSTS_DIR "/dev/shm/.tcplab-hosts"

void hosts_announce(struct lab *lab)
{
	const struct topology *topology = lab->scenario->topology;
	const struct topo_sysctl *sysctls;
	size_t n;

	for (size_t i = 0; i < topology->n_hosts; i++) {
		SCOPED_STR struct str addresses = {0};
		struct event event = {.kind = EVENT_HOST,
				      .host = lab_host(lab, i)};

		topo_host_addresses(lab->topo, i, &addresses);
		event.up.addresses = str_text(&addresses);
		event.up.netns = netns_inode(topo_host_netns(lab->topo, i));
		lab_emit(lab, &event);
	}
	n = topo_sysctls(lab->topo, &sysctls);
	for (size_t i = 0; i < n; i++) {
		struct event event = {
			.kind = EVENT_SYSCTL,
			.host = lab_host(lab, sysctls[i].host),
			.sysctl = {.name = sysctls[i].name,
				   .value = sysctls[i].value},
		};

		lab_emit(lab, &event);
	}
}

int hosts_open(struct err *err)
{
	/* 0755 whatever the umask: programs of another user read from it */
	if (mkdir(HOSTS_DIR, 0755) < 0 || chmod(HOSTS_DIR, 0755) < 0)
		return err_sys(err, -errno, HOSTS_DIR);
	return 0;
}

int hosts_file(struct lab *lab, size_t host, char **path, struct err *err)
{
	SCOPED_FREE char *file = NULL;
	SCOPED_STR struct str text = {0};
	int rc;

	file = mem_printf(HOSTS_DIR "/%s", lab_host(lab, host));
	if (access(file, R_OK) < 0) {
		topo_hosts_file(lab->topo, host, &text);
		rc = file_write(AT_FDCWD, file, str_text(&text), text.len, err);
		if (rc < 0)
			return rc;
		if (chmod(file, 0644) < 0) /* likewise */
			return err_sys(err, -errno, "%s", file);
	}
	*path = PTR_STEAL(file);
	return 0;
}
