/*
 * test_sha256.c - the hash is that of FIPS 180-4, however it is fed
 */
#include "base/sha256.h"

#include "test.h"

/** struct vector - a message: @text, @times over */
struct vector {
	const char *text;
	size_t times;
	const char *hash;
};

/* NIST's examples, and lengths about the last block's end: sha256sum(1) */
static const struct vector vectors[] = {
	{"", 1,
	 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"abc", 1,
	 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
	 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{"a", 55,
	 "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
	{"a", 64,
	 "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
	{"a", 1000000,
	 "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

START_TEST(known_messages)
{
	const struct vector *v = &vectors[_i];
	char text[SHA256_TEXT];
	struct sha256 sha;

	sha256_init(&sha);
	for (size_t i = 0; i < v->times; i++)
		sha256_adds(&sha, v->text);
	sha256_text(&sha, text);
	ck_assert_str_eq(text, v->hash);
}
END_TEST

START_TEST(pieces_make_no_difference)
{
	static const char message[] = "a message that is longer than a block "
				      "of sixty-four bytes, and then some, so "
				      "that each cut falls somewhere else";
	char whole[SHA256_TEXT];
	struct sha256 sha;

	sha256_init(&sha);
	sha256_adds(&sha, message);
	sha256_text(&sha, whole);
	for (size_t cut = 0; cut + 1 < sizeof(message); cut++) {
		char text[SHA256_TEXT];

		sha256_init(&sha);
		sha256_add(&sha, message, cut);
		sha256_add(&sha, message + cut, sizeof(message) - 1 - cut);
		sha256_text(&sha, text);
		ck_assert_str_eq(text, whole);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sha256");
	TCase *tests = tcase_create("sha256");

	tcase_add_loop_test(tests, known_messages, 0,
			    sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(tests, pieces_make_no_difference);
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
