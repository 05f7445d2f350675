/*
 * test_codec.c - every event survives its line of JSON
 */
#include <errno.h>
#include <jansson.h>

#include "test.h"
#include "base/err.h"
#include "base/str.h"
#include "event/arena.h"
#include "event/codec.h"
#include "event/fields.h"
#include "event_random.h"

/** ROUNDS - random events for each kind */
#define ROUNDS 500

START_TEST(test_round_trip)
{
	enum event_kind kind = (enum event_kind)_i;
	struct dice dice = {.state = (uint64_t)_i};

	for (int round = 0; round < ROUNDS; round++) {
		struct arena strings = {0};
		struct str line = {0};
		struct event in;
		struct event out;
		struct err err = {0};
		int rc;

		event_random(&dice, kind, &in);
		codec_print(&line, &in);
		rc = codec_parse(line.s, line.len, &strings, &out, &err);
		ck_assert_msg(rc == 0, "%s%s", line.s, err.text);
		ck_assert_msg(event_same(&in, &out), "%s", line.s);
		/* one line, whatever the texts have in them */
		ck_assert_ptr_eq(strchr(line.s, '\n'), line.s + line.len - 1);
		str_done(&line);
		arena_done(&strings);
	}
}
END_TEST

START_TEST(test_zero_is_left_out)
{
	enum event_kind kind = (enum event_kind)_i;
	struct event event = {.n = 7, .t_ns = 9, .kind = kind, .step = -1};
	struct str line = {0};
	char want[96];

	codec_print(&line, &event);
	(void)snprintf(want, sizeof(want),
		       "{\"n\":7,\"t\":9,\"kind\":\"%s\"}\n",
		       event_kind_names[kind]);
	ck_assert_str_eq(line.s, want);
	str_done(&line);
}
END_TEST

START_TEST(test_line_reads_as_documented)
{
	struct event event = {
		.n = 17,
		.t_ns = 123456789,
		.kind = EVENT_OP_END,
		.step = 3,
		.host = "client",
		.op = {.op = 4,
		       .program = "agent",
		       .pid = 5,
		       .verb = "connect",
		       .socket = "c",
		       .result = -1,
		       .error = ECONNREFUSED,
		       .call = "connect",
		       .inode = UINT64_MAX},
	};
	struct str line = {0};

	ck_assert_int_eq(endpoint_parse("10.0.0.1:80", &event.op.local), 0);
	codec_print(&line, &event);
	ck_assert_str_eq(line.s,
			 "{\"n\":17,\"t\":123456789,\"kind\":\"op.end\","
			 "\"step\":3,\"host\":\"client\",\"op\":4,"
			 "\"program\":\"agent\",\"pid\":5,\"verb\":\"connect\","
			 "\"socket\":\"c\",\"result\":-1,"
			 "\"error\":\"ECONNREFUSED\",\"call\":\"connect\","
			 "\"local\":\"10.0.0.1:80\","
			 "\"inode\":\"18446744073709551615\"}\n");
	str_done(&line);
}
END_TEST

static const struct {
	const char *raw;
	const char *clean;
} dirty[] = {
	{"\xff", "\xef\xbf\xbd"},
	{"a\x80z", "a\xef\xbf\xbdz"},
	{"\xc3", "\xef\xbf\xbd"},
	{"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"}, /* overlong "/" */
	{"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* U+D800 */
	{"\xf4\x90\x80\x80",
	 "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
	{"\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"},
	{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
};

START_TEST(test_what_is_not_utf8_is_replaced)
{
	struct event event = {.n = 1, .kind = EVENT_PROC_OUTPUT, .step = -1};
	struct arena strings = {0};
	struct str line = {0};

	event.proc.text = dirty[_i].raw;
	codec_print(&line, &event);
	ck_assert_int_eq(codec_parse(line.s, line.len, &strings, &event, NULL),
			 0);
	ck_assert_str_eq(event.proc.text, dirty[_i].clean);
	str_done(&line);
	arena_done(&strings);
}
END_TEST

static const struct {
	const char *line;
	int rc;
} lines[] = {
	{"", -EBADMSG},
	{"{", -EBADMSG},
	{"[]", -EBADMSG},
	{"17", -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"end\"} x", -EBADMSG},
	{"{\"t\":0,\"kind\":\"end\"}", -EBADMSG},
	{"{\"n\":0,\"t\":0,\"kind\":\"end\"}", -EBADMSG},
	{"{\"n\":-1,\"t\":0,\"kind\":\"end\"}", -EBADMSG},
	{"{\"n\":1,\"kind\":\"end\"}", -EBADMSG},
	{"{\"n\":1,\"t\":0}", -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":7}", -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"end\",\"step\":-2}", -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"end\",\"step\":4294967296}", -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"end\",\"host\":1}", -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"end\",\"complete\":1}", -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"end\",\"n\":2}", -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"sock\",\"state\":\"WAITING\"}", -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"sock\",\"retrans\":256}", -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"sock\",\"uid\":4294967296}", -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"sock\",\"local\":\"10.0.0.1\"}",
	 -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"sock\",\"inode\":\"1x\"}", -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"sock\",\"inode\":\"\"}", -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"sock\","
	 "\"inode\":\"18446744073709551616\"}",
	 -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"op.end\",\"error\":\"EWHAT\"}", -EBADMSG},
	{"{\"n\":1,\"t\":0,\"kind\":\"proc.exit\",\"text\":\"\\u0000\"}",
	 -EBADMSG},
	/* from a later version */
	{"{\"n\":1,\"t\":0,\"kind\":\"telegram\",\"flags\":\"SYN\"}", 1},
	{"{\"n\":1,\"t\":0,\"kind\":\"end\",\"colour\":\"red\"}", 0},
};

START_TEST(test_lines_by_others)
{
	struct arena strings = {0};
	struct event event = {.n = 99};
	struct err err = {0};
	int rc = codec_parse(lines[_i].line, strlen(lines[_i].line), &strings,
			     &event, &err);

	ck_assert_msg(rc == lines[_i].rc, "%s: %d %s", lines[_i].line, rc,
		      err.text);
	if (rc) /* untouched on failure */
		ck_assert_uint_eq(event.n, 99);
	if (rc < 0)
		ck_assert_str_ne(err.text, "");
	arena_done(&strings);
}
END_TEST

START_TEST(test_keys_are_unique)
{
	static const char *const taken[] = {"n", "t", "kind", "step", "host"};
	const struct field *fields;
	size_t n;

	fields = fields_of((enum event_kind)_i, &n);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(fields[i].key, fields[j].key);
		for (size_t j = 0; j < sizeof(taken) / sizeof(taken[0]); j++)
			ck_assert_str_ne(fields[i].key, taken[j]);
	}
}
END_TEST

#define N(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("codec");
	TCase *tc = tcase_create("codec");

	tcase_add_loop_test(tc, test_round_trip, 0, EVENT_KINDS);
	tcase_add_loop_test(tc, test_zero_is_left_out, 0, EVENT_KINDS);
	tcase_add_test(tc, test_line_reads_as_documented);
	tcase_add_loop_test(tc, test_what_is_not_utf8_is_replaced, 0, N(dirty));
	tcase_add_loop_test(tc, test_lines_by_others, 0, N(lines));
	tcase_add_loop_test(tc, test_keys_are_unique, 0, EVENT_KINDS);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
