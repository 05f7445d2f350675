/*
 * test_node.c - YAML becomes a tree with the right kinds, texts and places
 */
#include "base/mem.h"
#include "base/str.h"
#include "spec/node.h"
#include "test.h"

static struct spec_errors errors;
static struct node *root;

static void setup(void)
{
	errors = (struct spec_errors){0};
	root = NULL;
}

static void teardown(void)
{
	node_free(root);
	spec_errors_done(&errors);
}

static void parse(const char *text)
{
	root = node_parse("t.yaml", text, strlen(text), &errors);
}

static const struct {
	const char *yaml;
	enum node_kind kind;
	bool quoted;
	const char *text;
	int line, col;
} values[] = {
	{"k: word", NODE_KIND_SCALAR, false, "word", 1, 4},
	{"k: \"word\"", NODE_KIND_SCALAR, true, "word", 1, 4},
	{"k: 'it''s'", NODE_KIND_SCALAR, true, "it's", 1, 4},
	{"k: \"\\u00e4\\n\"", NODE_KIND_SCALAR, true, "ä\n", 1, 4},
	{"k: |\n  a\n  b\n", NODE_KIND_SCALAR, true, "a\nb\n", 2, 1},
	{"k: >\n  a\n  b\n", NODE_KIND_SCALAR, true, "a b\n", 2, 1},
	{"k:", NODE_KIND_NULL, false, "", 1, 1},
	{"k: ~", NODE_KIND_NULL, false, "~", 1, 4},
	{"k: null", NODE_KIND_NULL, false, "null", 1, 4},
	{"k: 'null'", NODE_KIND_SCALAR, true, "null", 1, 4},
	{"k: \"\"", NODE_KIND_SCALAR, true, "", 1, 4},
	{"k: off", NODE_KIND_SCALAR, false, "off", 1, 4},
	{"k:\n  0777", NODE_KIND_SCALAR, false, "0777", 2, 3},
	{"ä:  ö", NODE_KIND_SCALAR, false, "ö", 1, 5},
	{"k:\tx", NODE_KIND_SCALAR, false, "x", 1, 4},
	{"a: 1\r\nk: x\r\n", NODE_KIND_SCALAR, false, "x", 2, 4},
	{"\xef\xbb\xbfk: x", NODE_KIND_SCALAR, false, "x", 1, 5},
};

START_TEST(values_have_kind_text_and_place)
{
	const struct node *v;

	parse(values[_i].yaml);
	ck_assert_uint_eq(spec_errors_count(&errors), 0);
	ck_assert_ptr_nonnull(root);
	v = root->items[root->n - 1];
	ck_assert_int_eq(v->kind, values[_i].kind);
	ck_assert_int_eq(v->quoted, values[_i].quoted);
	ck_assert_str_eq(v->text, values[_i].text);
	ck_assert_int_eq(v->pos.line, values[_i].line);
	ck_assert_int_eq(v->pos.col, values[_i].col);
}
END_TEST

START_TEST(collections_nest_and_are_found_by_key)
{
	const struct node *list;

	parse("a: {b: [x, [y], {z: 1}]}\n\"c d\": 2\n");
	ck_assert_uint_eq(spec_errors_count(&errors), 0);
	ck_assert_int_eq(root->kind, NODE_KIND_MAPPING);
	ck_assert_uint_eq(root->n, 2);
	list = node_find(node_find(root, "a"), "b");
	ck_assert_int_eq(list->kind, NODE_KIND_SEQUENCE);
	ck_assert_uint_eq(list->n, 3);
	ck_assert_str_eq(list->items[0]->text, "x");
	ck_assert_str_eq(list->items[1]->items[0]->text, "y");
	ck_assert_str_eq(node_find(list->items[2], "z")->text, "1");
	ck_assert_int_eq(node_key(root, "c d")->pos.line, 2);
	ck_assert_int_eq(node_key(root, "c d")->pos.col, 1);
	ck_assert_ptr_null(node_find(root, "e"));
	ck_assert_ptr_null(node_key(root, "e"));
}
END_TEST

START_TEST(a_repeated_key_is_told_and_the_first_stays)
{
	parse("a: 1\nb: 2\na: {c: [3]}\n");
	ck_assert_uint_eq(spec_errors_count(&errors), 1);
	ck_assert_int_eq(errors.list[0].pos.line, 3);
	ck_assert_uint_eq(root->n, 2);
	ck_assert_str_eq(node_find(root, "a")->text, "1");
}
END_TEST

START_TEST(scalars_of_many_pieces_are_whole)
{
	SCOPED_STR struct str yaml = {0};
	SCOPED_STR struct str expected = {0};

	str_add(&yaml, "k: '");
	for (int i = 0; i < 500; i++) {
		str_add(&yaml, "''x");
		str_add(&expected, "'x");
	}
	str_add(&yaml, "'\n");
	parse(str_text(&yaml));
	ck_assert_str_eq(root->items[0]->text, str_text(&expected));
}
END_TEST

static void nest(struct str *yaml, size_t depth)
{
	str_addc(yaml, '[', depth);
	str_addc(yaml, ']', depth);
}

START_TEST(depth_is_bounded)
{
	SCOPED_STR struct str fits = {0};
	SCOPED_STR struct str deep = {0};

	nest(&fits, NODE_DEPTH_MAX);
	parse(str_text(&fits));
	ck_assert_ptr_nonnull(root);
	node_free(root);
	nest(&deep, NODE_DEPTH_MAX + 1);
	parse(str_text(&deep));
	ck_assert_ptr_null(root);
	ck_assert_str_eq(errors.list[0].text, "nested too deeply");
}
END_TEST

START_TEST(the_number_of_keys_is_bounded)
{
	SCOPED_STR struct str yaml = {0};

	for (int i = 0; i < NODE_KEYS_MAX; i++)
		str_addf(&yaml, "k%d: 1\n", i);
	parse(str_text(&yaml));
	ck_assert_ptr_nonnull(root);
	ck_assert_uint_eq(root->n, NODE_KEYS_MAX);
	node_free(root);
	str_add(&yaml, "one: too many\n");
	parse(str_text(&yaml));
	ck_assert_ptr_null(root);
	ck_assert_str_eq(errors.list[0].text, "too many keys");
}
END_TEST

static const struct {
	const char *text;
	size_t len;
	const char *error;
} encodings[] = {
	{"a: \x80", 4, "byte 0x80 is not UTF-8"},
	{"a: \xc0\x80", 5, "byte 0xc0 is not UTF-8"}, /* overlong */
	{"a: \xed\xa0\x80", 6, "byte 0xed is not UTF-8"}, /* surrogate */
	{"a: \xf4\x90\x80\x80", 7, "byte 0xf4 is not UTF-8"}, /* > U+10FFFF */
	{"a: \xe2\x82", 5, "byte 0xe2 is not UTF-8"}, /* cut off */
	{"a: \0b", 5, "control character 0x00"},
	{"a: \x7f", 4, "control character 0x7f"},
};

START_TEST(only_text_is_parsed)
{
	root = node_parse("t.yaml", encodings[_i].text, encodings[_i].len,
			  &errors);
	ck_assert_ptr_null(root);
	ck_assert_uint_eq(spec_errors_count(&errors), 1);
	ck_assert_str_eq(errors.list[0].text, encodings[_i].error);
	ck_assert_int_eq(errors.list[0].pos.col, 4);
}
END_TEST

START_TEST(a_file_larger_than_the_limit_is_refused)
{
	char path[] = "node-XXXXXX";
	int fd = mkstemp(path);
	char *text = NULL;
	size_t len;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(ftruncate(fd, NODE_FILE_MAX + 1), 0);
	(void)close(fd);
	ck_assert_int_lt(node_file(path, &text, &len, &errors), 0);
	ck_assert_ptr_null(text);
	ck_assert_str_eq(errors.list[0].text, "File too large");
	ck_assert_int_eq(unlink(path), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nodes");
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, values_have_kind_text_and_place, 0,
			    (int)(sizeof(values) / sizeof(values[0])));
	tcase_add_test(tcase, collections_nest_and_are_found_by_key);
	tcase_add_test(tcase, a_repeated_key_is_told_and_the_first_stays);
	tcase_add_test(tcase, scalars_of_many_pieces_are_whole);
	tcase_add_test(tcase, depth_is_bounded);
	tcase_add_test(tcase, the_number_of_keys_is_bounded);
	tcase_add_loop_test(tcase, only_text_is_parsed, 0,
			    (int)(sizeof(encodings) / sizeof(encodings[0])));
	tcase_add_test(tcase, a_file_larger_than_the_limit_is_refused);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
