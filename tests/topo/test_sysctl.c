/*
 * test_sysctl.c - a host's sysctls are written, read back, or complained of
 */
#include "topo/sysctl.h"

#include <fcntl.h>

#include "base/str.h"
#include "topo/built.h"

static const struct {
	const char *name;
	const char *value;
	const char *reads; /* NULL: must fail */
	int code;
	const char *text;
} rows[] = {
	{"net.ipv4.tcp_fin_timeout", "5", "5", 0, NULL},
	{"net.ipv4.tcp_rmem", " 4096  65536\t131072 ", "4096 65536 131072", 0,
	 NULL},
	{"net.ipv4.conf.eth0.rp_filter", "2", "2", 0, NULL},
	{"net.ipv6.conf.default.hop_limit", "7", "7", 0, NULL},
	{"net.ipv4.tcp_fin_timeout", "soon", NULL, -EINVAL,
	 "host a: sysctl net.ipv4.tcp_fin_timeout = soon: Invalid argument"},
	{"net.ipv4.tcp_fin_timout", "5", NULL, -ENOENT,
	 "host a: sysctl net.ipv4.tcp_fin_timout = 5: No such file or "
	 "directory"},
	/* the machine's alone: there is none in another namespace */
	{"net.ipv4.tcp_mem", "1 2 3", NULL, -ENOENT,
	 "host a: sysctl net.ipv4.tcp_mem = 1 2 3: No such file or directory"},
	/* taken, and reads back as another */
	{"net.ipv4.tcp_fin_timeout", "05", NULL, -ERANGE,
	 "host a: sysctl net.ipv4.tcp_fin_timeout = 05 was taken, and reads "
	 "back as 5"},
	{"kernel.hostname", "x", NULL, -EINVAL,
	 "host a: sysctl kernel.hostname belongs to no host"},
	{"net.//.kernel.hostname", "x", NULL, -EINVAL,
	 "host a: sysctl net.//.kernel.hostname belongs to no host"},
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static int write_row(void *arg, struct ns_runner *self)
{
	const size_t row = *(const size_t *)arg;
	struct sysctl_spec spec = {(char *)rows[row].name,
				   (char *)rows[row].value};
	struct topo_config config = {.lab_id = BUILT_LAB};
	struct shape *shape = shape_new("a b; a-b", IP_FAMILIES_BOTH);
	const struct topo_sysctl *list = NULL;
	struct err err = {0};
	struct topo *topo;

	(void)self;
	shape->topology.hosts[0].sysctls = &spec;
	shape->topology.hosts[0].n_sysctls = 1;
	topo = topo_build(&shape->topology, &config, &err);
	if (rows[row].reads) {
		lab_check(topo, "%s", err.text);
		lab_check(topo_sysctls(topo, &list) == 1, "not one sysctl");
		lab_check(list[0].host == 0 &&
				  strcmp(list[0].name, rows[row].name) == 0 &&
				  strcmp(list[0].value, rows[row].reads) == 0,
			  "%s = %s", list[0].name, list[0].value);
	} else {
		lab_check(!topo, "it was taken");
		lab_check(err.code == rows[row].code, "%d", err.code);
		lab_check(strcmp(err.text, rows[row].text) == 0, "%s",
			  err.text);
		lab_check(err.remedy[0], "no remedy");
	}
	topo_free(topo);
	shape_free(shape);
	return 0;
}

START_TEST(test_rows)
{
	int user = _i % LAB_USERS;
	size_t row = (size_t)_i / LAB_USERS;

	if (!lab_can_be(user))
		return;
	lab_assert(rows[row].name, user, .main = write_row, .arg = &row);
}
END_TEST

/* a router forwards without being told, and may be told not to */
static int forwards_unless_told(void *arg, struct ns_runner *self)
{
	static const char *const wanted[] = {
		"net.ipv4.ip_forward 1",
		"net.ipv6.conf.all.forwarding 1",
		"net.ipv4.ip_forward 0",
	};
	struct sysctl_spec off = {(char *)"net.ipv4.ip_forward", (char *)"0"};
	struct topo_config config = {.lab_id = BUILT_LAB};
	struct shape *shape = shape_new("a r* b; a-r r-b", IP_FAMILIES_BOTH);
	const struct topo_sysctl *list = NULL;
	struct err err = {0};
	struct topo *topo;

	(void)arg;
	(void)self;
	shape->topology.hosts[1].sysctls = &off;
	shape->topology.hosts[1].n_sysctls = 1;
	topo = topo_build(&shape->topology, &config, &err);
	lab_check(topo, "%s", err.text);
	lab_check(topo_sysctls(topo, &list) == 3, "not three sysctls");
	for (size_t i = 0; i < 3; i++) {
		char text[80];

		(void)snprintf(text, sizeof(text), "%s %s", list[i].name,
			       list[i].value);
		lab_check(list[i].host == 1 && strcmp(text, wanted[i]) == 0,
			  "%s", text);
	}
	topo_free(topo);
	shape_free(shape);
	return 0;
}

START_TEST(test_router)
{
	if (!lab_can_be(_i))
		return;
	ck_assert_int_eq(
		lab_run(_i, (struct ns_init){.main = forwards_unless_told}), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sysctl");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_add_loop_test(tcase, test_rows, 0, (int)N_ROWS * LAB_USERS);
	tcase_add_loop_test(tcase, test_router, 0, LAB_USERS);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
