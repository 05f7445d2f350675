/*
 * test_fields.c - results/README.md tells of every field what its table says
 *
 * With the argument "print" it prints what should be there.
 */
#include <fcntl.h>

#include "test.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "event/fields.h"
#include "event/journal.h"

static void add_kind(struct str *text, enum event_kind kind)
{
	const struct field *fields;
	size_t n;

	fields = fields_of(kind, &n);
	str_addf(text, "### `%s`\n\n| key | value | |\n|---|---|---|\n",
		 event_kind_names[kind]);
	for (size_t i = 0; i < n; i++)
		str_addf(text, "| `%s` | %s | %s |\n", fields[i].key,
			 field_type_names[fields[i].type], fields[i].about);
}

START_TEST(test_readme_has_the_table)
{
	enum event_kind kind = (enum event_kind)_i;
	const char *root = getenv("TCPLAB_SOURCE");
	SCOPED_FREE char *path = NULL;
	SCOPED_FREE char *readme = NULL;
	SCOPED_STR struct str want = {0};
	struct err err = {0};

	ck_assert_msg(root, "TCPLAB_SOURCE is not set");
	path = mem_printf("%s/results/README.md", root);
	ck_assert_msg(file_read(AT_FDCWD, path, 1 << 20, &readme, NULL, &err) ==
			      0,
		      "%s", err.text);
	add_kind(&want, kind);
	ck_assert_msg(strstr(readme, want.s), "missing or old:\n%s", want.s);
}
END_TEST

int main(int argc, char **argv)
{
	Suite *suite = suite_create("fields");
	TCase *tc = tcase_create("fields");
	struct str text = {0};

	if (argc == 2 && strcmp(argv[1], "print") == 0) {
		for (int i = 0; i < EVENT_KINDS; i++) {
			str_add(&text, i ? "\n" : "");
			add_kind(&text, (enum event_kind)i);
		}
		(void)fputs(text.s, stdout);
		str_done(&text);
		return EXIT_SUCCESS;
	}
	tcase_add_loop_test(tc, test_readme_has_the_table, 0, EVENT_KINDS);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
