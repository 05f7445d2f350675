/*
 * test_backend.c - what carries a link's frames, and what if the kernel cannot
 */
#include <netinet/in.h>
#include <poll.h>
#include <sys/syscall.h>

#include "topo/built.h"

#define PORT	    7788
#define PATIENCE_MS 5000
#define LACKS_MAX   3

/** lacking - kinds of qdiscs, classifiers and actions that the kernel is made
 * not to know: their names are spoilt on the way to it */
static const char *const *lacking;

ssize_t __real_sendto(int fd, const void *buf, size_t len, int flags,
		      const struct sockaddr *to, socklen_t to_len);
ssize_t __wrap_sendto(int fd, const void *buf, size_t len, int flags,
		      const struct sockaddr *to, socklen_t to_len);

/* what batch.c calls: see meson.build */
ssize_t __wrap_sendto(int fd, const void *buf, size_t len, int flags,
		      const struct sockaddr *to, socklen_t to_len)
{
	char *spoilt = mem_new(char, len);
	ssize_t rc;

	memcpy(spoilt, buf, len);
	for (size_t i = 0; lacking && i < LACKS_MAX && lacking[i]; i++) {
		size_t size = strlen(lacking[i]) + 1;
		char *at;

		while ((at = memmem(spoilt, len, lacking[i], size)))
			*at = 'X';
	}
	rc = __real_sendto(fd, spoilt, len, flags, to, to_len);
	free(spoilt);
	return rc;
}

/** struct row - a kernel, what is asked of it, and what comes of that */
struct row {
	const char *name;
	const char *lacks[LACKS_MAX];
	enum wire_backend ask;
	enum wire_backend got;
	const char *refusal; /* part of the words; NULL: it is built */
};

static const struct row rows[] = {
	{"all there", {NULL}, WIRE_BACKEND_PASS, WIRE_BACKEND_PASS, NULL},
	{"relay", {NULL}, WIRE_BACKEND_RELAY, WIRE_BACKEND_RELAY, NULL},
	{"no classifier",
	 {"u32", "matchall"},
	 WIRE_BACKEND_PASS,
	 WIRE_BACKEND_RELAY,
	 NULL},
	{"no hook", {"clsact"}, WIRE_BACKEND_PASS, WIRE_BACKEND_RELAY, NULL},
	{"no mirred", {"mirred"}, WIRE_BACKEND_PASS, WIRE_BACKEND_RELAY, NULL},
	{"no netem",
	 {"netem"},
	 WIRE_BACKEND_NETEM,
	 WIRE_BACKEND_NETEM,
	 "link a <-> b: this kernel has no netem (sch_netem)"},
	{"no netem without redirection",
	 {"mirred"},
	 WIRE_BACKEND_NETEM,
	 WIRE_BACKEND_NETEM,
	 "link a <-> b: netem stands behind a redirection, and this kernel "
	 "has none: host (wire): redirect frames (act_mirred) "},
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static struct topo *build(struct ns_runner *self, const struct shape *shape,
			  enum wire_backend backend, struct err *err)
{
	const enum wire_backend backends[] = {backend};
	const struct topo_config config = {
		.lab_id = BUILT_LAB,
		.hold = built_hold,
		.arg = self,
		.backends = backends,
	};

	return topo_build(&shape->topology, &config, err);
}

/* a datagram each way */
static void check_passes(const struct built *built)
{
	for (size_t from = 0; from < 2; from++) {
		struct endpoint any = {.family = AF_INET, .port = PORT};
		struct endpoint there;
		struct sockaddr_storage ss;
		socklen_t len = endpoint_to_sockaddr(&any, &ss);
		SCOPED_FD int near =
			built_socket(built, from, AF_INET, SOCK_DGRAM, 0);
		SCOPED_FD int far =
			built_socket(built, !from, AF_INET, SOCK_DGRAM, 0);
		struct pollfd pfd = {.fd = far, .events = POLLIN};

		lab_check(bind(far, (void *)&ss, len) == 0, "errno %d", errno);
		lab_check(topo_address(built->topo, from, !from, AF_INET,
				       &there) == 0,
			  "no way");
		there.port = PORT;
		len = endpoint_to_sockaddr(&there, &ss);
		lab_check(sendto(near, "x", 1, 0, (void *)&ss, len) == 1,
			  "errno %d", errno);
		lab_check(poll(&pfd, 1, PATIENCE_MS) == 1, "nothing came");
	}
}

static void check_wire(const struct built *built, enum wire_backend backend)
{
	struct topo_wire_count count;
	struct topo_wire wire;

	lab_check(topo_wire(built->topo, 0, &wire), "there is no wire");
	lab_check(wire.backend == backend, "it is %s",
		  wire_backend_names[wire.backend]);
	lab_check(wire.ifindex[0] != wire.ifindex[1], "%d", wire.ifindex[0]);
	lab_check(!topo_wire(built->topo, 1, &wire), "there is another");
	lab_check(topo_wire_counts(built->topo, 0, LINK_A_TO_B, &count) ==
			  -ENODATA,
		  "the kernel counts");
}

static int carry(void *arg, struct ns_runner *self)
{
	const struct row *row = arg;
	struct shape *shape = shape_new("a b; a-b", IP_FAMILIES_BOTH);
	struct err err = {0};
	struct built built = {.shape = shape};

	lacking = row->lacks;
	built.topo = build(self, shape, row->ask, &err);
	if (row->refusal) {
		lab_check(!built.topo, "built");
		lab_check(err.code == -EOPNOTSUPP, "%d: %s", err.code,
			  err.text);
		lab_check(strstr(err.text, row->refusal) == err.text, "%s",
			  err.text);
		lab_check(strstr(err.remedy, "wire: relay"), "%s", err.remedy);
	} else {
		lab_check(built.topo, "%s [%s]", err.text, err.remedy);
		check_wire(&built, row->got);
		if (row->got == WIRE_BACKEND_PASS)
			check_passes(&built);
	}
	built_done(&built);
	return 0;
}

START_TEST(test_carry)
{
	int user = _i % LAB_USERS;
	const struct row *row = &rows[_i / LAB_USERS];

	if (!lab_can_be(user))
		return;
	lab_assert(row->name, user, .main = carry, .arg = (void *)row);
}
END_TEST

/* a guest's kernel has all of it: there nothing may be let off */
static bool has_all(void)
{
	const char *text = getenv("KERNEL_HAS_ALL");

	return text && strcmp(text, "1") == 0;
}

/* the other classifier takes over, if the kernel has it */
static int second_classifier(void *arg, struct ns_runner *self)
{
	static const char *const no_u32[LACKS_MAX] = {"u32"};
	struct shape *shape = shape_new("a b; a-b", IP_FAMILIES_BOTH);
	struct err err = {0};
	struct built built = {.shape = shape};
	struct topo_wire wire;

	(void)arg;
	lacking = no_u32;
	built.topo = build(self, shape, WIRE_BACKEND_PASS, &err);
	lab_check(built.topo, "%s [%s]", err.text, err.remedy);
	lab_check(topo_wire(built.topo, 0, &wire), "there is no wire");
	if (wire.backend == WIRE_BACKEND_PASS)
		check_passes(&built);
	else
		lab_check(wire.backend == WIRE_BACKEND_RELAY && !has_all(),
			  "it is %s", wire_backend_names[wire.backend]);
	built_done(&built);
	return 0;
}

/* netem if the kernel has it, else its name in the refusal */
static int real_netem(void *arg, struct ns_runner *self)
{
	struct shape *shape = shape_new("a b; a-b", IP_FAMILIES_BOTH);
	struct impair_rules *rules = shape->topology.links[0].rules;
	struct topo_wire_count count = {0};
	struct built built = {.shape = shape};
	struct err err = {0};

	(void)arg;
	rules[LINK_A_TO_B] = (struct impair_rules){.delay_ns = 1000000,
						   .jitter_ns = 1000000,
						   .spread = IMPAIR_PARETO,
						   .rate_bps = 1000000000};
	built.topo = build(self, shape, WIRE_BACKEND_NETEM, &err);
	if (built.topo) {
		check_passes(&built);
		lab_check(topo_wire_counts(built.topo, 0, LINK_A_TO_B,
					   &count) == 0 &&
				  count.gone >= 1,
			  "%llu gone", (unsigned long long)count.gone);
	} else {
		lab_check(err.code == -EOPNOTSUPP && !has_all() &&
				  strstr(err.text, "sch_netem"),
			  "%s", err.text);
	}
	built_done(&built);
	return 0;
}

/* what netem would cut short is said before the kernel is asked */
static int too_much_jitter(void *arg, struct ns_runner *self)
{
	struct shape *shape = shape_new("a b; a-b", IP_FAMILIES_BOTH);
	struct err err = {0};

	(void)arg;
	shape->topology.links[0].rules[LINK_B_TO_A].jitter_ns =
		3000 * INT64_C(1000000);
	/* the other way is asked first */
	lab_check(!build(self, shape, WIRE_BACKEND_NETEM, &err), "built");
	lab_check(err.code == -ERANGE || (err.code == -EOPNOTSUPP &&
					  strstr(err.text, "sch_netem")),
		  "%s", err.text);
	shape->topology.links[0].rules[LINK_A_TO_B].jitter_ns =
		3000 * INT64_C(1000000);
	lab_check(!build(self, shape, WIRE_BACKEND_NETEM, &err), "built");
	lab_check(err.code == -ERANGE, "%s", err.text);
	shape_free(shape);
	return 0;
}

static const struct {
	const char *name;
	int (*body)(void *arg, struct ns_runner *self);
} cases[] = {
	{"second classifier", second_classifier},
	{"real netem", real_netem},
	{"too much jitter", too_much_jitter},
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
	Suite *suite = suite_create("backend");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_add_loop_test(tcase, test_carry, 0, (int)N_ROWS * LAB_USERS);
	tcase_add_loop_test(tcase, test_case, 0, (int)N_CASES * LAB_USERS);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
