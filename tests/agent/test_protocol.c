/*
 * test_protocol.c - what is encoded comes back; what is malformed does not
 */
#include <errno.h>

#include "agent/agent.h"
#include "base/mem.h"
#include "base/str.h"
#include "event/event.h"
#include "test.h"

static char *text(const char *s)
{
	return (char *)s;
}

static struct agent_cmd full_command(char **argv)
{
	return (struct agent_cmd){
		.kind = AGENT_CMD_DO,
		.op = 77,
		.act =
			{
				.verb = VERB_LISTEN,
				.socket = text("L"),
				.makes = true,
				.on = text("M"),
				.family = ACT_FAMILY_V6,
				.backlog = 3,
				.reuseaddr = true,
				.v6only = true,
				.bytes = -1,
				.text = text(""),
				.how = SHUT_HOW_RDWR,
				.option = text("SO_LINGER"),
				.value = text("0s"),
				.returns = text("5s"),
				.target = text("child"),
				.argv = argv,
			},
		.addr = {.family = AF_INET, .port = 80},
		.from = {.family = AF_INET6, .port = 81},
	};
}

START_TEST(command_comes_back)
{
	char *argv[] = {text("python3"), text(""), text("-m"), NULL};
	struct agent_cmd in = full_command(argv), out;
	SCOPED_STR struct str packet = {0};

	ck_assert_int_eq(agent_cmd_encode(&in, &packet), 0);
	ck_assert_int_eq(agent_cmd_decode(packet.s, packet.len, &out), 0);
	ck_assert_uint_eq(out.op, 77);
	ck_assert_int_eq(out.kind, AGENT_CMD_DO);
	ck_assert_int_eq(out.act.verb, VERB_LISTEN);
	ck_assert_str_eq(out.act.socket, "L");
	ck_assert_str_eq(out.act.on, "M");
	ck_assert_str_eq(out.act.text, "");
	ck_assert_str_eq(out.act.option, "SO_LINGER");
	ck_assert_str_eq(out.act.value, "0s");
	ck_assert_str_eq(out.act.returns, "5s");
	ck_assert_str_eq(out.act.target, "child");
	ck_assert(out.act.makes && out.act.reuseaddr && out.act.v6only);
	ck_assert(!out.act.reuseport && !out.act.keep_on_exec && !out.act.eof);
	ck_assert_int_eq(out.act.family, ACT_FAMILY_V6);
	ck_assert_int_eq(out.act.how, SHUT_HOW_RDWR);
	ck_assert_int_eq(out.act.backlog, 3);
	ck_assert_int_eq(out.act.bytes, -1);
	ck_assert(endpoint_equal(&out.addr, &in.addr));
	ck_assert(endpoint_equal(&out.from, &in.from));
	ck_assert_str_eq(out.act.argv[0], "python3");
	ck_assert_str_eq(out.act.argv[1], "");
	ck_assert_str_eq(out.act.argv[2], "-m");
	ck_assert_ptr_null(out.act.argv[3]);
	agent_cmd_done(&out);
}
END_TEST

START_TEST(absent_strings_stay_absent)
{
	struct agent_cmd in = {.kind = AGENT_CMD_CANCEL, .op = 5}, out;
	SCOPED_STR struct str packet = {0};

	ck_assert_int_eq(agent_cmd_encode(&in, &packet), 0);
	ck_assert_int_eq(agent_cmd_decode(packet.s, packet.len, &out), 0);
	ck_assert_int_eq(out.kind, AGENT_CMD_CANCEL);
	ck_assert_ptr_null(out.act.socket);
	ck_assert_ptr_null(out.act.text);
	ck_assert_ptr_null(out.act.argv[0]);
	agent_cmd_done(&out);
}
END_TEST

START_TEST(truncated_command_is_refused)
{
	char *argv[] = {text("true"), NULL};
	struct agent_cmd in = full_command(argv), out;
	SCOPED_STR struct str packet = {0};

	ck_assert_int_eq(agent_cmd_encode(&in, &packet), 0);
	for (size_t n = 0; n < packet.len; n++) {
		/* a block of exactly n bytes: the sanitizer sees a step past */
		char *part = mem_new(char, n + !n);

		memcpy(part, packet.s, n);
		ck_assert_int_eq(agent_cmd_decode(part, n, &out), -EPROTO);
		free(part);
	}
	str_addc(&packet, 'x', 1);
	ck_assert_int_eq(agent_cmd_decode(packet.s, packet.len, &out), -EPROTO);
}
END_TEST

START_TEST(any_byte_set_high_is_refused_or_harmless)
{
	char *argv[] = {text("true"), NULL};
	struct agent_cmd in = full_command(argv), out;
	SCOPED_STR struct str packet = {0};
	int refused = 0;

	ck_assert_int_eq(agent_cmd_encode(&in, &packet), 0);
	for (size_t i = 0; i < packet.len; i++) {
		char was = packet.s[i];

		packet.s[i] = (char)0xff;
		if (agent_cmd_decode(packet.s, packet.len, &out)) {
			refused++;
		} else {
			ck_assert_int_lt(out.act.verb, VERBS);
			agent_cmd_done(&out);
		}
		packet.s[i] = was;
	}
	ck_assert_int_gt(refused, 60);
}
END_TEST

START_TEST(what_does_not_fit_is_not_sent)
{
	SCOPED_FREE char *big = mem_new(char, AGENT_CMD_MAX);
	SCOPED_STR struct str packet = {0};
	struct agent_cmd cmd = {.kind = AGENT_CMD_DO};

	memset(big, 'x', AGENT_CMD_MAX - 1);
	cmd.act.text = big;
	ck_assert_int_eq(agent_cmd_encode(&cmd, &packet), -EMSGSIZE);
	cmd.act.text = NULL;
	big[AGENT_NAME_TEXT] = '\0';
	cmd.act.socket = big;
	ck_assert_int_eq(agent_cmd_encode(&cmd, &packet), -ENAMETOOLONG);
	big[AGENT_NAME_TEXT - 1] = '\0';
	ck_assert_int_eq(agent_cmd_encode(&cmd, &packet), 0);
}
END_TEST

static struct agent_msg good_msg(void)
{
	return (struct agent_msg){
		.magic = AGENT_MAGIC,
		.kind = AGENT_MSG_OP_END,
		.verb = VERB_CONNECT,
		.match = true,
	};
}

START_TEST(bad_answer_is_refused)
{
	struct agent_msg msg = good_msg();

	ck_assert(agent_msg_valid(&msg, sizeof(msg)));
	ck_assert(!agent_msg_valid(&msg, sizeof(msg) - 1));
	ck_assert(!agent_msg_valid(&msg, 0));
	msg.magic++;
	ck_assert(!agent_msg_valid(&msg, sizeof(msg)));
	msg = good_msg();
	msg.kind = AGENT_MSG_KINDS;
	ck_assert(!agent_msg_valid(&msg, sizeof(msg)));
	msg = good_msg();
	msg.verb = VERBS;
	ck_assert(!agent_msg_valid(&msg, sizeof(msg)));
	msg = good_msg();
	msg.local.family = AF_UNIX;
	ck_assert(!agent_msg_valid(&msg, sizeof(msg)));
	msg = good_msg();
	memset(&msg.eof, 2, 1);
	ck_assert(!agent_msg_valid(&msg, sizeof(msg)));
	msg = good_msg();
	memset(msg.args, 'x', sizeof(msg.args));
	ck_assert(!agent_msg_valid(&msg, sizeof(msg)));
}
END_TEST

START_TEST(end_becomes_an_event)
{
	struct agent_msg msg = good_msg();
	struct event event = {0};

	msg.op = 4;
	msg.pid = 12;
	msg.result = -1;
	msg.error = ECONNREFUSED;
	msg.began_ns = 1500;
	msg.ended_ns = 1700;
	strcpy(msg.call, "connect");
	ck_assert(agent_msg_event(&msg, 1000, "client", "agent", &event));
	ck_assert_int_eq(event.kind, EVENT_OP_END);
	ck_assert_int_eq(event.t_ns, 700);
	ck_assert_int_eq(event.step, -1);
	ck_assert_str_eq(event.host, "client");
	ck_assert_str_eq(event.op.program, "agent");
	ck_assert_str_eq(event.op.verb, "connect");
	ck_assert_str_eq(event.op.call, "connect");
	ck_assert_ptr_null(event.op.socket);
	ck_assert_ptr_null(event.op.value);
	ck_assert_int_eq(event.op.error, ECONNREFUSED);
	ck_assert_int_eq(event.op.took_ns, 200);
}
END_TEST

START_TEST(call_becomes_an_event)
{
	struct agent_msg msg = good_msg();
	struct event event = {0};

	msg.kind = AGENT_MSG_CALL;
	msg.began_ns = 1500;
	msg.ended_ns = 1700;
	strcpy(msg.call, "bind");
	strcpy(msg.socket, "L");
	ck_assert(agent_msg_event(&msg, 1000, "h", "p", &event));
	ck_assert_int_eq(event.kind, EVENT_CALL);
	ck_assert_int_eq(event.call.began_ns, 500);
	ck_assert_int_eq(event.t_ns, 700);
	ck_assert_str_eq(event.call.socket, "L");
	msg.kind = AGENT_MSG_CHILD_EXIT;
	ck_assert(!agent_msg_event(&msg, 1000, "h", "p", &event));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("agent protocol");
	TCase *tc = tcase_create("protocol");

	tcase_add_test(tc, command_comes_back);
	tcase_add_test(tc, absent_strings_stay_absent);
	tcase_add_test(tc, truncated_command_is_refused);
	tcase_add_test(tc, any_byte_set_high_is_refused_or_harmless);
	tcase_add_test(tc, what_does_not_fit_is_not_sent);
	tcase_add_test(tc, bad_answer_is_refused);
	tcase_add_test(tc, end_becomes_an_event);
	tcase_add_test(tc, call_becomes_an_event);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
