/*
 * test_names.c - a word in a table, or the nearest one to a typo
 */
#include "base/names.h"
#include "test.h"

/* a table may have holes: EAGAIN's second number has no name */
static const char *const words[] = {
	"listen", "connect", "accept", NULL,   "close", "rd",
	"wr",	  "rdwr",    "send",   "recv", "s",
};

#define WORDS (sizeof(words) / sizeof(words[0]))

struct typo {
	const char *word;
	const char *nearest; /* NULL: none is near */
};

static const struct typo typos[] = {
	{"listen", "listen"},
	{"LISTEN", "listen"},
	{"lisetn", "listen"}, /* a transposition is one slip */
	{"listne", "listen"},
	{"lsten", "listen"},
	{"listeen", "listen"},
	{"conect", "connect"},
	{"conecct", "connect"},
	{"acept", "accept"},
	{"clsoe", "close"},
	{"rdw", "rd"}, /* the first of those equally near */
	{"sned", "send"},
	/* as many slips as letters: another word */
	{"x", NULL},
	{"S", "s"},
	{"xy", NULL},
	{"shutdown", NULL},
	{"", NULL},
	{"listenlistenlistenlistenlistenlistenlistenlistenlisten", NULL},
};

START_TEST(typos_find_the_word_that_was_meant)
{
	const struct typo *typo = &typos[_i];
	const char *got = names_nearest(words, WORDS, typo->word);

	ck_assert_msg(typo->nearest ? got && strcmp(got, typo->nearest) == 0
				    : !got,
		      "%s: %s", typo->word, got ? got : "none");
}
END_TEST

START_TEST(find_is_exact)
{
	ck_assert_int_eq(names_find(words, WORDS, "listen"), 0);
	ck_assert_int_eq(names_find(words, WORDS, "s"), 10);
	ck_assert_int_eq(names_find(words, WORDS, "Listen"), -1);
	ck_assert_int_eq(names_find(words, WORDS, "list"), -1);
	ck_assert_int_eq(names_find(words, WORDS, ""), -1);
	ck_assert_int_eq(names_find(words, 0, "listen"), -1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("names");
	TCase *tcase = tcase_create("names");

	tcase_add_loop_test(tcase, typos_find_the_word_that_was_meant, 0,
			    (int)(sizeof(typos) / sizeof(typos[0])));
	tcase_add_test(tcase, find_is_exact);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
