/*
 * manifest.c - what a scenario was run on: kernel, sysctls, versions
 */
#include "run/manifest.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/scope.h"
#include "base/str.h"
#include "ns/netns.h"
#include "run/lab.h"
#include "run/run.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "topo/topo.h"

/** HOSTS_MAX - a star of a thousand hosts does not have a thousand settings:
 * what a topology sets is in the journal anyway */
#define HOSTS_MAX 16

/** sysctls - what decides over the life of a connection: ip-sysctl */
static const char *const sysctls[] = {
	"core/somaxconn",
	"ipv4/ip_autobind_reuse",
	"ipv4/ip_local_port_range",
	"ipv4/ip_local_reserved_ports",
	"ipv4/ip_nonlocal_bind",
	"ipv4/ip_unprivileged_port_start",
	"ipv4/tcp_abort_on_overflow",
	"ipv4/tcp_congestion_control",
	"ipv4/tcp_early_retrans",
	"ipv4/tcp_fin_timeout",
	"ipv4/tcp_invalid_ratelimit",
	"ipv4/tcp_keepalive_intvl",
	"ipv4/tcp_keepalive_probes",
	"ipv4/tcp_keepalive_time",
	"ipv4/tcp_max_syn_backlog",
	"ipv4/tcp_max_tw_buckets",
	"ipv4/tcp_migrate_req",
	"ipv4/tcp_orphan_retries",
	"ipv4/tcp_retries1",
	"ipv4/tcp_retries2",
	"ipv4/tcp_rfc1337",
	"ipv4/tcp_sack",
	"ipv4/tcp_syn_linear_timeouts",
	"ipv4/tcp_syn_retries",
	"ipv4/tcp_synack_retries",
	"ipv4/tcp_syncookies",
	"ipv4/tcp_timestamps",
	"ipv4/tcp_tw_reuse",
	"ipv4/tcp_tw_reuse_delay",
	"ipv6/bindv6only",
};

#define SYSCTLS (sizeof(sysctls) / sizeof(sysctls[0]))

/* "ipv4/tcp_sack" to "net.ipv4.tcp_sack" */
static char *dotted(const char *path)
{
	char *name = mem_printf("net.%s", path);
	char *slash = strchr(name, '/');

	if (slash)
		*slash = '.';
	return name;
}

/* the thread is inside the host */
static json_t *read_sysctls(void)
{
	json_t *values = json_object();

	for (size_t i = 0; i < SYSCTLS; i++) {
		SCOPED_FREE char *path =
			mem_printf("/proc/sys/net/%s", sysctls[i]);
		SCOPED_FREE char *name = dotted(sysctls[i]);
		SCOPED_FILE FILE *file = fopen(path, "re");
		char line[256];

		/* this kernel may not have it: then it is not listed */
		if (!file || !fgets(line, sizeof(line), file))
			continue;
		line[strcspn(line, "\n")] = '\0';
		(void)json_object_set_new(values, name, json_string(line));
	}
	return values;
}

static json_t *hosts(const struct lab *lab)
{
	const struct topology *topology = lab->scenario->topology;
	json_t *all = json_object();

	for (size_t i = 0; i < topology->n_hosts && i < HOSTS_MAX; i++) {
		struct netns_visit visit;

		if (topology->hosts[i].kind == HOST_KIND_SWITCH)
			continue; /* no TCP there */
		if (netns_visit_begin(&visit, topo_host_netns(lab->topo, i),
				      NULL) < 0)
			continue;
		(void)json_object_set_new(all, topology->hosts[i].name,
					  read_sysctls());
		netns_visit_end(&visit);
	}
	return all;
}

static json_t *document(const struct run_request *request,
			const struct lab *lab)
{
	struct utsname uts = {0};

	(void)uname(&uts); /* fails only on a bad pointer */
	return json_pack(
		"{s:i, s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:s, s:s, s:I, s:b, "
		"s:I, s:s, s:s, s:s*, s:o}",
		"manifest", 1, "tcplab", TCPLAB_VERSION, "scenario",
		lab->scenario->name, "topology", lab->scenario->topology->name,
		"kernel", "release", uts.release, "version", uts.version,
		"machine", uts.machine, "command", request->command_line,
		"wire", "veth", "seed", (json_int_t)request->seed, "root",
		geteuid() == 0, "uid",
		(json_int_t)(request->owner.uid == (uid_t)-1
				     ? geteuid()
				     : request->owner.uid),
		"clock", "CLOCK_MONOTONIC", "transitions",
		lab->untraced ? "sampled" : "traced", "untraced", lab->untraced,
		"sysctls", hosts(lab));
}

int manifest_write(const struct run_request *request, const struct lab *lab,
		   struct err *err)
{
	json_t *json = document(request, lab);
	SCOPED_STR struct str text = {0};

	if (!json)
		return err_set(err, -EINVAL, "%s: a name is not UTF-8",
			       RUN_MANIFEST);
	text.s = json_dumps(json, JSON_INDENT(2));
	json_decref(json);
	text.len = strlen(text.s);
	text.cap = text.len + 1;
	str_add(&text, "\n");
	/* ours for now, like the journal: see folder_give() */
	return file_write(request->dirfd, RUN_MANIFEST, str_text(&text),
			  text.len, err);
}
