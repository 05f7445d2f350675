/*
 * test_batch.c - of many requests, the one that failed is named
 */
#include "topo/batch.h"

#include "topo/built.h"
#include "topo/inet.h"
#include "topo/link.h"
#include "topo/plan.h"
#include "topo/topo_internal.h"

static struct batch batch_of(const struct built *built, size_t host)
{
	struct batch batch = {.plan = built->topo->plan};

	batch_begin(&batch, host, built->topo->hosts[host].rtnl);
	return batch;
}

/* port 2 is eth1 of a; its address is there already */
static int first_failure_is_named(void *arg, struct ns_runner *self)
{
	struct built built = built_new(self, "a b c; a-b a-c", IP_FAMILIES_V4);
	struct batch batch = batch_of(&built, 0);
	const uint8_t *mac = built.topo->plan->ports[1].mac;
	struct err err = {0};

	(void)arg;
	for (int i = 0; i < 3; i++)
		lab_check(inet_set_neighbour(&batch, 0, 1, mac, &err) == 0,
			  "%s", err.text);
	lab_check(inet_add_addresses(&batch, 2, &err) == 0, "%s", err.text);
	lab_check(link_set_up(&batch, 4711, 0, BATCH_NO_PORT, &err) == 0, "%s",
		  err.text);
	lab_check(batch_flush(&batch, &err) == -EEXIST, "%s", err.text);
	lab_check(strstr(err.text,
			 "host a: add an IPv4 address (eth1 on a <-> c): ") ==
			  err.text,
		  "%s", err.text);
	lab_check(strstr(err.text, "File exists"), "%s", err.text);
	/* it is empty afterwards, and good for more */
	lab_check(batch_flush(&batch, &err) == 0, "%s", err.text);
	lab_check(inet_set_neighbour(&batch, 0, 1, mac, &err) == 0 &&
			  batch_flush(&batch, &err) == 0,
		  "%s", err.text);
	batch_done(&batch);
	built_done(&built);
	return 0;
}

static int kernels_words_are_told(void *arg, struct ns_runner *self)
{
	struct built built = built_new(self, "a b; a-b", IP_FAMILIES_BOTH);
	struct batch batch = batch_of(&built, 1);
	struct err err = {0};

	(void)arg;
	/* the far end would be born where its name is taken */
	lab_check(link_add_wired(&batch, 1, topo_host_netns(built.topo, 0),
				 &err) == 0,
		  "%s", err.text);
	lab_check(batch_flush(&batch, &err) == -EEXIST, "%s", err.text);
	lab_check(strstr(err.text,
			 "host b: make a veth link (eth0 on a <-> b): ") ==
			  err.text,
		  "%s", err.text);
	/* an extack: EEXIST alone would not say that much */
	lab_check(link_set_up(&batch, 4711, 0, BATCH_NO_PORT, &err) == 0, "%s",
		  err.text);
	lab_check(batch_flush(&batch, &err) == -ENODEV, "%s", err.text);
	batch_done(&batch);
	built_done(&built);
	return 0;
}

/* more than fit into a datagram, and more acknowledgements than would fit
 * into the receive buffer of an unprivileged socket */
static int thousands_pass(void *arg, struct ns_runner *self)
{
	struct built built = built_new(self, "a b; a-b", IP_FAMILIES_V4);
	struct batch batch = batch_of(&built, 0);
	const uint8_t *mac = built.topo->plan->ports[1].mac;
	struct err err = {0};

	(void)arg;
	for (int i = 0; i < 5000; i++)
		lab_check(inet_set_neighbour(&batch, 0, 1, mac, &err) == 0,
			  "%s", err.text);
	lab_check(batch_flush(&batch, &err) == 0, "%s", err.text);
	lab_check(inet_add_addresses(&batch, 0, &err) == 0, "%s", err.text);
	/* the failure may surface when a full buffer is sent, too */
	for (int i = 0; i < 600; i++) {
		if (inet_set_neighbour(&batch, 0, 1, mac, &err) == -EEXIST)
			break;
		lab_check(i < 599, "the failure was lost");
	}
	lab_check(strstr(err.text, "add an IPv4 address"), "%s", err.text);
	batch_done(&batch);
	built_done(&built);
	return 0;
}

static const struct {
	const char *name;
	int (*body)(void *arg, struct ns_runner *self);
} cases[] = {
	{"the first failure is named", first_failure_is_named},
	{"the kernel's own words are told", kernels_words_are_told},
	{"thousands pass", thousands_pass},
};

#define N_CASES (sizeof(cases) / sizeof(cases[0]))

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
	Suite *suite = suite_create("batch");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_add_loop_test(tcase, test_case, 0, (int)N_CASES * LAB_USERS);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
