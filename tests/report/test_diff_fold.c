/*
 * test_diff_fold.c - bulk data is put together, and nothing else
 */
#include "report/diff_fold.h"

#include "base/mem.h"
#include "base/str.h"
#include "report/diff_life.h"
#include "test.h"

/** KB - a segment of so much */
#define KB 1024

/**
 * struct made - segments of a connection of client and server
 * @from: a digit for each: the end that sent it
 * @what: likewise: D: 1 KiB of data, A: an ACK, F: a FIN, L: lost data
 * @says: what is left, by the same letters, and what was put together
 */
static const struct {
	const char *from;
	const char *what;
	const char *says;
} cases[] = {
	{"", "", ""},
	{"0101", "DADA", "D A D A "},
	{"000000000000000", "DDDDDDDDDDDDDDD",
	 "D D D D D D D D D D D D D D D "},
	{"0000000000000000", "DDDDDDDDDDDDDDDD",
	 "client > server  16384 bytes "},
	/* the same stream, with other ACKs between */
	{"00000000101000000001", "DDDDDDDDADADDDDDDDDA",
	 "client > server  17408 bytes "},
	/* the ACK before is the handshake's, and a FIN is no data */
	{"000000000000000000", "ADDDDDDDDDDDDDDDDF",
	 "A client > server  16384 bytes F "},
	{"010101010101010101", "DDDDDDDDDDDDDDDDDD",
	 "client > server  9216 bytes server > client  9216 bytes "},
	/* each side of a loss by itself */
	{"0000000000000000000", "DDDDDDDDDDDDDDDDLDD",
	 "client > server  16384 bytes L D D "},
	{"0000000000000000", "DDDDDDDDLDDDDDDD",
	 "D D D D D D D D L D D D D D D D "},
};

static struct diff_life make(const char *from, const char *what)
{
	struct diff_life life = {0};

	for (int e = 0; e < 2; e++) {
		life.names[e] = mem_strdup(e ? "server.s" : "client.c");
		life.hosts[e] = mem_strdup(e ? "server" : "client");
	}
	for (size_t i = 0; what[i]; i++) {
		struct diff_segment segment = {
			.says = mem_strndup(&what[i], 1),
			.from = from[i] - '0',
			.len = what[i] == 'D' || what[i] == 'L' ? KB : 0,
			.plain = what[i] == 'D' || what[i] == 'A',
			.t_ns = (int64_t)i,
		};

		vec_push(&life.segments, segment);
	}
	return life;
}

START_TEST(bulk_is_put_together)
{
	struct diff_lives lives = {0};
	SCOPED_STR struct str got = {0};
	int64_t last = -1;

	vec_push(&lives.all, make(cases[_i].from, cases[_i].what));
	diff_fold(&lives.all.v[0]);
	vec_foreach(&lives.all.v[0].segments, s) {
		/* in the order in which they began */
		ck_assert_int_gt(s->t_ns, last);
		last = s->t_ns;
		str_addf(&got, "%s ", s->says);
	}
	ck_assert_str_eq(str_text(&got), cases[_i].says);
	diff_lives_done(&lives);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("diff-fold");
	TCase *tcase = tcase_create("diff-fold");

	tcase_add_loop_test(tcase, bulk_is_put_together, 0,
			    sizeof(cases) / sizeof(cases[0]));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
