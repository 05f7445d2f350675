/*
 * test_kernel_source.c - a source is known by what it is, not by its name
 */
#include "guest/kernel_source.h"

#include <errno.h>

#include "base/str.h"
#include "guest/faketree.h"
#include "guest/kernel_config.h"
#include "guest/kernel_tool.h"

static char *id_of(const char *name, const char *options)
{
	SCOPED_FREE char *path = mem_printf("%s/%s", scratch, name);
	struct kernel_source source = {0};
	struct kernel_config config = {0};
	struct err err = {0};
	char *id;

	ck_assert_msg(kernel_source_open(path, NULL, &source, &err) == 0, "%s",
		      err.text);
	ck_assert_int_eq(kernel_config_parse(options, "f", &config, NULL), 0);
	id = kernel_source_id(&source, &config);
	ck_assert_uint_eq(strlen(id), KERNEL_ID_HEX);
	kernel_source_done(&source);
	kernel_config_done(&config);
	return id;
}

/* two sources with their options: have they the same key? */
static const struct {
	const char *a;
	const char *a_options;
	const char *b;
	const char *b_options;
	bool same;
} keys[] = {
	{"one.tar", "CONFIG_A=y\n", "one.tar", "CONFIG_A=y\n", true},
	{"one.tar", "CONFIG_A=y\n", "copy.tar", "CONFIG_A=y\n", true},
	{"one.tar", "CONFIG_A=y\n", "two.tar", "CONFIG_A=y\n", false},
	{"one.tar", "CONFIG_A=y\n", "one.tar", "CONFIG_A=n\n", false},
	{"one.tar", "CONFIG_A=y\n", "one.tar", "# why\nCONFIG_A=y # optional\n",
	 true},
	{"one.tar", "CONFIG_A=y\n", "tree", "CONFIG_A=y\n", false},
	{"tree", "CONFIG_A=y\n", "tree", "CONFIG_A=y\n", true},
};

START_TEST(key)
{
	SCOPED_FREE char *a = NULL;
	SCOPED_FREE char *b = NULL;

	scratch_write("one.tar", "content", 0644);
	scratch_write("copy.tar", "content", 0644);
	scratch_write("two.tar", "contents", 0644);
	faketree_plant("tree");
	a = id_of(keys[_i].a, keys[_i].a_options);
	b = id_of(keys[_i].b, keys[_i].b_options);
	ck_assert_int_eq(strcmp(a, b) == 0, keys[_i].same);
}
END_TEST

START_TEST(changed_tree_is_another)
{
	SCOPED_FREE char *before = NULL;
	SCOPED_FREE char *after = NULL;

	faketree_plant("tree");
	before = id_of("tree", "");
	scratch_write("tree/net/ipv4/tcp.c", "int fin;\n", 0644);
	after = id_of("tree", "");
	ck_assert_str_ne(before, after);
}
END_TEST

static void git(const char *a, const char *b, const char *c)
{
	SCOPED_FREE char *dir = mem_printf("%s/tree", scratch);
	const char *const argv[] = {
		"git", "-C", dir, "-c", "user.name=t", "-c", "user.email=t@t",
		a,     b,    c,	  NULL};
	SCOPED_STR struct str out = {0};

	ck_assert_msg(kernel_tool_read(argv, &out) == 0, "git %s: %s", a,
		      str_text(&out));
}

/* a bisection comes back to commits that it has built */
START_TEST(commit_is_known_again)
{
	const char *const version[] = {"git", "--version", NULL};
	SCOPED_STR struct str out = {0};
	SCOPED_FREE char *first = NULL;
	SCOPED_FREE char *dirty = NULL;
	SCOPED_FREE char *second = NULL;
	SCOPED_FREE char *again = NULL;

	if (kernel_tool_read(version, &out) < 0)
		return; /* no git: trees are known by their files */
	faketree_plant("tree");
	git("init", "-q", NULL);
	git("add", ".", NULL);
	git("commit", "-qm", "one");
	first = id_of("tree", "");
	scratch_write("tree/net/tcp.c", "int fin;\n", 0644);
	dirty = id_of("tree", "");
	git("add", ".", NULL);
	git("commit", "-qm", "two");
	second = id_of("tree", "");
	git("checkout", "-q", "HEAD~1");
	again = id_of("tree", "");
	ck_assert_str_ne(first, dirty);
	ck_assert_str_ne(first, second);
	ck_assert_str_ne(dirty, second);
	ck_assert_str_eq(first, again);
}
END_TEST

/* what is no source; @file is made first, if it is not NULL */
static const struct {
	const char *file;
	const char *given; /* below the scratch folder; NULL: a package's */
	const char *version;
	int code;
	const char *says;
} refusals[] = {
	{NULL, "nowhere", NULL, -ENOENT, "nowhere"},
	{"empty/file", "empty", NULL, -EINVAL, "no source tree"},
	{"tree/.config", "tree", NULL, -EBUSY, "clean tree"},
	{"tree/include/config/auto.conf", "tree", NULL, -EBUSY, "clean tree"},
	{NULL, NULL, "0.0", -ENOENT, "linux-source-0.0"},
	{NULL, NULL, "six", -EINVAL, "'six' is no version"},
	{NULL, NULL, "../../x", -EINVAL, "'../../x' is no version"},
	{NULL, NULL, "", -EINVAL, "is no version"},
};

START_TEST(refusal)
{
	SCOPED_FREE char *path = NULL;
	struct kernel_source source = {0};
	struct err err = {0};

	faketree_plant("tree");
	if (refusals[_i].file)
		scratch_write(refusals[_i].file, "", 0644);
	if (refusals[_i].given)
		path = mem_printf("%s/%s", scratch, refusals[_i].given);
	ck_assert_int_eq(
		kernel_source_open(path, refusals[_i].version, &source, &err),
		refusals[_i].code);
	ck_assert_ptr_nonnull(strstr(err.text, refusals[_i].says));
	ck_assert_ptr_null(source.path);
	if (refusals[_i].code == -ENOENT && !path)
		ck_assert_ptr_nonnull(
			strstr(err.remedy, "apt-get install linux-source-0.0"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel_source");
	TCase *tests = tcase_create("kernel_source");

	tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
	tcase_add_loop_test(tests, key, 0, sizeof(keys) / sizeof(keys[0]));
	tcase_add_test(tests, changed_tree_is_another);
	tcase_add_test(tests, commit_is_known_again);
	tcase_add_loop_test(tests, refusal, 0,
			    sizeof(refusals) / sizeof(refusals[0]));
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
