/*
 * test_diff_match.c - the same connection of two runs is found
 */
#include "report/diff_match.h"

#include "base/mem.h"
#include "base/str.h"
#include "report/diff_align.h"
#include "report/diff_life.h"
#include "test.h"

/** LIVES_MAX - connections of one run here */
#define LIVES_MAX 4

/** struct made - a connection; @segment: its only one; NULL: it has none */
struct made {
	const char *names[2]; /* "client.c", or "client" without a name */
	uint16_t port;
	const char *segment;
};

/** struct run - what one run had, up to one without names */
struct run {
	struct made all[LIVES_MAX];
};

/* @pairs: for each of the first run the one of the other, as "0-", "-1" */
static const struct {
	const char *why;
	struct run runs[2];
	const char *pairs;
} cases[] = {
	{"nothing", {{{{{0}, 0, NULL}}}, {{{{0}, 0, NULL}}}}, ""},
	{"in the same order",
	 {{{{{"c.a", "s.a"}, 1, ""}, {{"c.b", "s.b"}, 1, ""}}},
	  {{{{"c.a", "s.a"}, 1, ""}, {{"c.b", "s.b"}, 1, ""}}}},
	 "00 11"},
	{"in the other",
	 {{{{{"c.a", "s.a"}, 1, ""}, {{"c.b", "s.b"}, 1, ""}}},
	  {{{{"c.b", "s.b"}, 1, ""}, {{"c.a", "s.a"}, 1, ""}}}},
	 "01 10"},
	{"a name is surer than what was sent",
	 {{{{{"c.a", "s.a"}, 1, "x"}, {{"c.b", "s.b"}, 1, "y"}}},
	  {{{{"c.b", "s.b"}, 1, "x"}, {{"c.a", "s.a"}, 1, "y"}}}},
	 "01 10"},
	{"accepted by the other",
	 {{{{{"c.a", "s.a"}, 1, ""}, {{"c.b", "s.b"}, 1, ""}}},
	  {{{{"c.b", "s.a"}, 1, ""}, {{"c.a", "s.b"}, 1, ""}}}},
	 "01 10"},
	{"not accepted in one run",
	 {{{{{"c.a", "s.a"}, 1, ""}, {{"c.b", "s.b"}, 1, ""}}},
	  {{{{"c.b", "s"}, 1, ""}, {{"c.a", "s"}, 1, ""}}}},
	 "01 10"},
	{"of a program, by the port",
	 {{{{{"c", "s"}, 1, "x"}, {{"c", "s"}, 2, "x"}}},
	  {{{{"c", "s"}, 2, "x"}, {{"c", "s"}, 1, "x"}}}},
	 "01 10"},
	{"of a program, by what it sent",
	 {{{{{"c", "s"}, 1, "x"}, {{"c", "s"}, 1, "y"}}},
	  {{{{"c", "s"}, 1, "y"}, {{"c", "s"}, 1, "x"}}}},
	 "01 10"},
	{"of a program, in order if nothing else is left",
	 {{{{{"c", "s"}, 1, "x"}, {{"c", "s"}, 1, "y"}}},
	  {{{{"c", "s"}, 1, "z"}, {{"c", "s"}, 1, "z"}}}},
	 "00 11"},
	{"one more in the middle",
	 {{{{{"c.a", "s.a"}, 1, ""}, {{"c.b", "s.b"}, 1, ""}}},
	  {{{{"c.a", "s.a"}, 1, ""},
	    {{"d", "s"}, 1, ""},
	    {{"c.b", "s.b"}, 1, ""}}}},
	 "00 12 -1"},
	{"one less",
	 {{{{{"c.a", "s.a"}, 1, ""}, {{"c.b", "s.b"}, 1, ""}}},
	  {{{{"c.b", "s.b"}, 1, ""}}}},
	 "0- 10"},
	{"of other hosts",
	 {{{{{"c.a", "s.a"}, 1, ""}}}, {{{{"d.a", "t.a"}, 1, ""}}}},
	 "0- -0"},
	{"two SYNs crossed",
	 {{{{{"l.a", "r.a"}, 1, ""}}}, {{{{"r.a", "l.a"}, 2, ""}}}},
	 "00!"},
	{"two SYNs of programs crossed",
	 {{{{{"l", "r"}, 1, ""}}}, {{{{"r", "l"}, 2, ""}}}},
	 "00!"},
};

static struct diff_lives make(const struct run *run)
{
	struct diff_lives lives = {0};

	for (size_t i = 0; i < LIVES_MAX && run->all[i].names[0]; i++) {
		const struct made *made = &run->all[i];
		struct diff_life life = {.port = made->port};
		struct diff_segment segment = {0};

		for (int e = 0; e < 2; e++) {
			const char *name = made->names[e];

			life.names[e] = mem_strdup(name);
			life.hosts[e] = mem_strndup(name, 1);
			life.named[e] = name[1] == '.';
		}
		if (made->segment) {
			segment.says = mem_strdup(made->segment);
			vec_push(&life.segments, segment);
		}
		vec_push(&lives.all, life);
	}
	return lives;
}

static char digit(size_t i)
{
	return "0123-"[i < LIVES_MAX ? i : LIVES_MAX];
}

START_TEST(the_same_connection_is_found)
{
	struct diff_lives lives[2] = {make(&cases[_i].runs[0]),
				      make(&cases[_i].runs[1])};
	SCOPED_STR struct str got = {0};
	size_t n;
	struct diff_pair *pairs = diff_match(&lives[0], &lives[1], &n);

	for (size_t i = 0; i < n; i++) {
		str_addf(&got, "%s%c%c", i ? " " : "", digit(pairs[i].a),
			 digit(pairs[i].b));
		if (pairs[i].b >= lives[1].all.n || !lives[1].all.v)
			continue;
		/* the ends that were exchanged */
		if (lives[1].all.v[pairs[i].b].hosts[0][0] !=
		    cases[_i].runs[1].all[pairs[i].b].names[0][0])
			str_add(&got, "!");
	}
	ck_assert_msg(strcmp(str_text(&got), cases[_i].pairs) == 0,
		      "%s: %s, not %s", cases[_i].why, str_text(&got),
		      cases[_i].pairs);
	free(pairs);
	diff_lives_done(&lives[0]);
	diff_lives_done(&lives[1]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("diff-match");
	TCase *tcase = tcase_create("diff-match");

	tcase_add_loop_test(tcase, the_same_connection_is_found, 0,
			    sizeof(cases) / sizeof(cases[0]));
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
