/*
 * test_bad.c - every malformed spec under bad/ gives exactly its message
 *
 * Run by hand with BLESS=1 it writes the .err files instead of comparing
 * them; read what it wrote before committing it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "spec/errors.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "test.h"

/** FILES_MIN - fewer than this, and the folder was not found */
#define FILES_MIN 60

static int is_yaml(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".yaml") == 0;
}

/* files named topology-… are topologies, the others scenarios */
static void load(const char *name, struct spec_errors *errors)
{
	if (strncmp(name, "topology-", 9) == 0) {
		struct topology *t = topology_load(name, errors);

		ck_assert_msg(!t, "%s was loaded", name);
	} else {
		struct scenario *s = scenario_load(name, NULL, errors);

		ck_assert_msg(!s, "%s was loaded", name);
	}
}

static void check_file(const char *name)
{
	SCOPED_FREE char *expected = NULL;
	SCOPED_FREE char *err_path = NULL;
	SCOPED_STR struct str text = {0};
	struct spec_errors errors = {0};
	struct err err = {0};

	err_path = mem_printf("%.*s.err", (int)(strlen(name) - 5), name);
	load(name, &errors);
	spec_errors_text(&errors, &text);
	ck_assert_uint_gt(spec_errors_count(&errors), 0);
	spec_errors_done(&errors);
	if (getenv("BLESS")) {
		ck_assert_msg(file_write(AT_FDCWD, err_path, text.s, text.len,
					 &err) == 0,
			      "%s", err.text);
		return;
	}
	ck_assert_msg(file_read(AT_FDCWD, err_path, 65536, &expected, NULL,
				&err) == 0,
		      "%s", err.text);
	ck_assert_msg(strcmp(expected, text.s) == 0,
		      "%s\n--- expected\n%s--- but it says\n%s", name, expected,
		      text.s);
}

START_TEST(each_bad_file_says_what_is_wrong)
{
	struct dirent **list;
	int n = scandir(".", &list, is_yaml, alphasort);

	ck_assert_int_ge(n, FILES_MIN);
	for (int i = 0; i < n; i++) {
		check_file(list[i]->d_name);
		free(list[i]);
	}
	free(list);
}
END_TEST

START_TEST(each_message_is_of_a_file)
{
	SCOPED_DIR DIR *dir = opendir(".");
	const struct dirent *entry;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir))) {
		SCOPED_FREE char *yaml = NULL;
		size_t n = strlen(entry->d_name);

		if (n < 5 || strcmp(entry->d_name + n - 4, ".err") != 0)
			continue;
		yaml = mem_printf("%.*s.yaml", (int)n - 4, entry->d_name);
		ck_assert_msg(access(yaml, R_OK) == 0, "no %s", yaml);
	}
}
END_TEST

START_TEST(a_file_that_is_not_there_is_named)
{
	struct spec_errors errors = {0};
	SCOPED_STR struct str text = {0};

	ck_assert_ptr_null(scenario_load("no-such.yaml", NULL, &errors));
	ck_assert_ptr_null(topology_load(".", &errors));
	spec_errors_text(&errors, &text);
	ck_assert_str_eq(text.s,
			 "no-such.yaml: error: No such file or directory\n"
			 ".: error: Is a directory\n");
	spec_errors_done(&errors);
}
END_TEST

int main(int argc, char **argv)
{
	Suite *suite = suite_create("bad specs");
	TCase *tcase = tcase_create("all");

	if (argc != 2 || chdir(argv[1]) < 0) {
		perror("usage: test_bad FOLDER");
		return EXIT_FAILURE;
	}
	tcase_add_test(tcase, each_bad_file_says_what_is_wrong);
	tcase_add_test(tcase, each_message_is_of_a_file);
	tcase_add_test(tcase, a_file_that_is_not_there_is_named);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
