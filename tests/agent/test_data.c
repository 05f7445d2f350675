/*
 * test_data.c - bytes are sent and received; what blocks can be woken
 */
#include <errno.h>
#include <sys/syscall.h>

#include "drive.h"
#include "test.h"

static struct drive d;

static void setup(void)
{
	drive_start(&d);
}

static void teardown(void)
{
	ck_assert_int_eq(drive_stop(&d), 0);
}

/** struct recv_row - what was sent, asked for and said of it */
struct recv_row {
	const char *sent;
	const char *text;
	int64_t bytes;
	bool until_eof;
	bool match;
	bool eof;
	int64_t got;
};

static const struct recv_row recv_rows[] = {
	{"hello", NULL, -1, false, true, false, 5},
	{"hello", "hello", -1, false, true, false, 5},
	{"hello", "hellO", -1, false, false, false, 5},
	{"hello world", "hello", -1, false, true, false, 5},
	{"hel", "hello", -1, false, false, true, 3},
	{"hello", NULL, 3, false, true, false, 3},
	{"hello", NULL, 0, false, true, false, 0},
	{"hel", NULL, 5, false, false, true, 3},
	{"", NULL, -1, true, true, true, 0},
	{"hello", NULL, -1, true, true, true, 5},
	{"hello", NULL, 5, true, true, true, 5},
	{"hello", NULL, 4, true, false, true, 5},
	{"hello", "hello", -1, true, true, true, 5},
	{"hello!", "hello", -1, true, false, true, 6},
	{"", "", -1, true, true, true, 0},
};

START_TEST(recv_gets_what_was_asked_for)
{
	const struct recv_row *row = &recv_rows[_i];
	struct act act = drive_act_on(VERB_RECV, "s");
	struct agent_msg end;

	(void)drive_pair(&d);
	ck_assert_int_eq(drive_send(&d, "c", row->sent).error, 0);
	ck_assert_int_eq(drive_on(&d, VERB_CLOSE, "c").error, 0);
	act.text = drive_text(row->text);
	act.bytes = row->bytes;
	act.eof = row->until_eof;
	end = drive_do(&d, &act, NULL);
	ck_assert_int_eq(end.error, 0);
	ck_assert_int_eq(end.bytes, row->got);
	ck_assert_int_eq(end.result, row->got);
	ck_assert_int_eq(end.match, row->match);
	ck_assert_int_eq(end.eof, row->eof);
}
END_TEST

START_TEST(send_that_blocks_goes_on_when_read)
{
	struct act send = drive_act_on(VERB_SEND, "c");
	struct act recv = drive_act_on(VERB_RECV, "s");
	struct agent_msg end;
	uint64_t op;

	(void)drive_pair(&d);
	send.bytes = recv.bytes = 12345678;
	op = drive_act(&d, &send, NULL);
	drive_until_in_call(&d, __NR_sendto);
	end = drive_do(&d, &recv, NULL);
	ck_assert_int_eq(end.bytes, recv.bytes);
	ck_assert(end.match);
	end = drive_wait(&d, AGENT_MSG_OP_END, op);
	ck_assert_int_eq(end.error, 0);
	ck_assert_int_eq(end.bytes, send.bytes);
}
END_TEST

START_TEST(blocked_recv_returns_at_the_peers_fin)
{
	struct act act = drive_act_on(VERB_RECV, "s");
	struct agent_msg end, fin;
	uint64_t op;

	(void)drive_pair(&d);
	op = drive_act(&d, &act, NULL);
	drive_until_in_call(&d, __NR_recvfrom);
	fin = drive_on(&d, VERB_CLOSE, "c");
	end = drive_wait(&d, AGENT_MSG_OP_END, op);
	ck_assert_int_eq(end.error, 0);
	ck_assert(end.eof);
	ck_assert_int_ge(end.ended_ns, fin.began_ns);
}
END_TEST

START_TEST(blocked_recv_returns_at_our_own_shutdown)
{
	struct act recv = drive_act_on(VERB_RECV, "s");
	struct act shut = drive_act_on(VERB_SHUTDOWN, "s");
	struct agent_msg end;
	uint64_t op;

	(void)drive_pair(&d);
	op = drive_act(&d, &recv, NULL);
	drive_until_in_call(&d, __NR_recvfrom);
	shut.how = SHUT_HOW_RD;
	ck_assert_int_eq(drive_do(&d, &shut, NULL).error, 0);
	end = drive_wait(&d, AGENT_MSG_OP_END, op);
	ck_assert_int_eq(end.error, 0);
	ck_assert(end.eof);
}
END_TEST

START_TEST(blocked_accept_can_be_cancelled)
{
	struct act act = drive_act_making(VERB_ACCEPT, "s");
	struct endpoint at = drive_listen(&d, "L");
	struct agent_msg end;
	char calls[200];

	act.on = drive_text("L");
	(void)drive_act(&d, &act, NULL);
	ck_assert_int_eq(agent_cancel(&d.agent, d.op), 0);
	end = drive_wait(&d, AGENT_MSG_OP_END, d.op);
	ck_assert_int_eq(end.error, EINTR);
	ck_assert_str_eq(end.call, "accept4");
	ck_assert_uint_ne(end.inode, 0);
	ck_assert_str_eq(drive_calls(&d, end.op, calls, sizeof(calls)),
			 "accept4!");
	/* its name is free, and the listener as before */
	ck_assert_int_eq(drive_connect(&d, "c", &at).error, 0);
	ck_assert_int_eq(drive_accept(&d, "s", "L").error, 0);
}
END_TEST

START_TEST(blocked_send_can_be_cancelled)
{
	struct act act = drive_act_on(VERB_SEND, "c");
	struct agent_msg end;

	(void)drive_pair(&d);
	act.bytes = INT64_C(1) << 40;
	(void)drive_act(&d, &act, NULL);
	drive_until_in_call(&d, __NR_sendto);
	ck_assert_int_eq(agent_cancel(&d.agent, d.op), 0);
	end = drive_wait(&d, AGENT_MSG_OP_END, d.op);
	ck_assert_int_eq(end.error, EINTR);
	ck_assert_int_gt(end.bytes, 0);
}
END_TEST

START_TEST(cancel_that_comes_late_changes_nothing)
{
	struct agent_msg end;

	(void)drive_pair(&d);
	ck_assert_int_eq(agent_cancel(&d.agent, d.op), 0);
	ck_assert_int_eq(agent_cancel(&d.agent, 9999), 0);
	end = drive_send(&d, "c", "x");
	ck_assert_int_eq(end.error, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("agent data");
	TCase *tc = tcase_create("data");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 0);
	tcase_add_loop_test(tc, recv_gets_what_was_asked_for, 0,
			    sizeof(recv_rows) / sizeof(recv_rows[0]));
	tcase_add_test(tc, send_that_blocks_goes_on_when_read);
	tcase_add_test(tc, blocked_recv_returns_at_the_peers_fin);
	tcase_add_test(tc, blocked_recv_returns_at_our_own_shutdown);
	tcase_add_test(tc, blocked_accept_can_be_cancelled);
	tcase_add_test(tc, blocked_send_can_be_cancelled);
	tcase_add_test(tc, cancel_that_comes_late_changes_nothing);
	suite_add_tcase(suite, tc);
	return test_run(suite);
}
