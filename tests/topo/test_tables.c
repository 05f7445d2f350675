/*
 * test_tables.c - a host's connections are in a table of its own, and nothing
 * else differs from the machine's
 */
#include <fcntl.h>

#include "topo/built.h"

#define IPV4 "/proc/sys/net/ipv4/"

/* of a host; of the calling thread's namespace: -1 */
static long number(int netns, const char *path)
{
	struct err err = {0};
	char text[64] = "";
	int fd = netns < 0 ? open(path, O_RDONLY | O_CLOEXEC)
			   : netns_open(netns, path, O_RDONLY, &err);

	lab_check(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0, "%s: %s",
		  path, err.text);
	(void)close(fd);
	return strtol(text, NULL, 10);
}

static struct topo *build(struct shape *shape, struct ns_runner *self)
{
	struct topo_config config = {
		.lab_id = BUILT_LAB,
		.hold = built_hold,
		.arg = self,
		.own_tables = true,
	};
	struct err err = {0};
	struct topo *topo = topo_build(&shape->topology, &config, &err);

	lab_check(topo, "%s [%s]", err.text, err.remedy);
	return topo;
}

static bool kernel_has_them(void)
{
	return access(IPV4 "tcp_child_ehash_entries", W_OK) == 0;
}

static int tables_are_own(void *arg, struct ns_runner *self)
{
	static const char *const same[] = {IPV4 "tcp_max_tw_buckets",
					   IPV4 "tcp_max_syn_backlog"};
	struct shape *shape = shape_new("a r* b; a-r r-b", IP_FAMILIES_BOTH);
	struct topo *topo = build(shape, self);

	(void)arg;
	for (size_t i = 0; i < topo_hosts(topo); i++) {
		int netns = topo_host_netns(topo, i);
		long n = number(netns, IPV4 "tcp_ehash_entries");

		/* a negative number is of a table that is shared */
		lab_check(n == (kernel_has_them() ? 4096 : n), "host %zu: %ld",
			  i, n);
		for (size_t j = 0; j < sizeof(same) / sizeof(same[0]); j++)
			lab_check(number(netns, same[j]) == number(-1, same[j]),
				  "host %zu: %s is not the machine's", i,
				  same[j]);
	}
	topo_free(topo);
	shape_free(shape);
	return 0;
}

static int topology_has_last_word(void *arg, struct ns_runner *self)
{
	struct sysctl_spec spec = {(char *)"net.ipv4.tcp_max_tw_buckets",
				   (char *)"7"};
	struct shape *shape = shape_new("a b; a-b", IP_FAMILIES_BOTH);
	struct topo *topo;

	(void)arg;
	shape->topology.hosts[1].sysctls = &spec;
	shape->topology.hosts[1].n_sysctls = 1;
	topo = build(shape, self);
	lab_check(number(topo_host_netns(topo, 0), IPV4 "tcp_max_tw_buckets") !=
			  7,
		  "the other host, too");
	lab_check(number(topo_host_netns(topo, 1), IPV4 "tcp_max_tw_buckets") ==
			  7,
		  "not as the topology says");
	shape->topology.hosts[1].n_sysctls = 0;
	topo_free(topo);
	shape_free(shape);
	return 0;
}

static const struct {
	const char *name;
	int (*body)(void *arg, struct ns_runner *self);
} cases[] = {
	{"tables are own", tables_are_own},
	{"the topology has the last word", topology_has_last_word},
};

#define N_CASES ((int)(sizeof(cases) / sizeof(cases[0])))

START_TEST(test_case)
{
	int user = _i % LAB_USERS;

	if (!lab_can_be(user))
		return;
	lab_assert(cases[_i / LAB_USERS].name, user,
		   .main = cases[_i / LAB_USERS].body);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tables");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_add_loop_test(tcase, test_case, 0, N_CASES * LAB_USERS);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
