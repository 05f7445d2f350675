/*
 * test_history_next.c - one connection after the other of the same addresses,
 * and the listeners that they had
 */
#include "story.h"

/* Two connections of the same addresses, one after the other */
static const struct {
	const char *name;
	const char *told;
	const char *paths[4];
} twice[] = {
	{"a minisocket gives way to the next SYN",
	 HANDSHAKE CLOSE "again\n"
			 "seg 500 510 c SYN 0 0 0\n"
			 "seg 510 520 s SYN,ACK 0 1 0\n"
			 "seg 520 530 c ACK 1 1 0\n",
	 {"CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@100s "
	  "FIN_WAIT2@120s TIME_WAIT*@210s CLOSED@500s",
	  "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@110s LAST_ACK@200s "
	  "CLOSED@220s",
	  "CLOSED@500i SYN_SENT@500s ESTABLISHED@520s",
	  "SYN_RECV*@510s ESTABLISHED@530s"}},
	{"a SYN ends TIME_WAIT, and is taken only when it comes again",
	 HANDSHAKE CLOSE "dump 0 215 c TIME_WAIT mini\ngone 480 530 c\n"
			 "again\n"
			 "seg 500 510 s SYN 0 0 0\n"
			 "seg 1500 1510 s SYN 0 0 0\n"
			 "seg 1510 1520 c SYN,ACK 0 1 0\n"
			 "seg 1520 1530 s ACK 1 1 0\n",
	 {"CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@100s "
	  "FIN_WAIT2@120s TIME_WAIT*@210d CLOSED@510d",
	  "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@110s LAST_ACK@200s "
	  "CLOSED@220s",
	  "CLOSED@500i SYN_SENT@500s ESTABLISHED@1520s",
	  "SYN_RECV*@1510s ESTABLISHED@1530s"}},
	{"only dumps; the port is taken again",
	 "dump 0 9 s LISTEN\n"
	 "dump 5 40 c ESTABLISHED held\ndump 5 41 s ESTABLISHED held\n"
	 "dump 100 200 c TIME_WAIT mini\ngone 100 201 s\n"
	 "again\n"
	 "dump 300 400 c ESTABLISHED held\ndump 300 401 s ESTABLISHED held\n",
	 {"CLOSED@40i SYN_SENT@40i ESTABLISHED@40d FIN_WAIT1@200i "
	  "TIME_WAIT*@200d CLOSED@400i",
	  "SYN_RECV*@41i ESTABLISHED@41d CLOSED@201d",
	  "CLOSED@400i SYN_SENT@400i ESTABLISHED@400d",
	  "SYN_RECV*@401i ESTABLISHED@401d"}},
	{"the old end is told of when the new connection is there",
	 "trace 9.9 c CLOSED SYN_SENT 1\n" HANDSHAKE
	 "trace 30.1 c SYN_SENT ESTABLISHED 1\n"
	 "trace 40.1 s LISTEN SYN_RECV 2\ntrace 40.2 s SYN_RECV ESTABLISHED 2\n"
	 "seg 50 60 c RST,ACK 1 1 0\ntrace 50 c ESTABLISHED CLOSED 1\n"
	 "again\n"
	 "trace 55 c CLOSED SYN_SENT 1\nseg 55.1 65 c SYN 0 0 0\n"
	 "trace 60.1 s ESTABLISHED CLOSED 2\nseg 65 75 s SYN,ACK 0 1 0\n"
	 "trace 75.1 c SYN_SENT ESTABLISHED 1\nseg 75.2 85 c ACK 1 1 0\n"
	 "trace 85 s LISTEN SYN_RECV 3\ntrace 85.2 s SYN_RECV ESTABLISHED 3\n",
	 {"CLOSED@9.9i SYN_SENT@9.9t ESTABLISHED@30.1t CLOSED@50t",
	  "SYN_RECV*@20s ESTABLISHED@40.2t CLOSED@60.1t",
	  "CLOSED@55i SYN_SENT@55t ESTABLISHED@75.1t",
	  "SYN_RECV*@65s ESTABLISHED@85.2t"}},
	{"refused, and tried again from the same port",
	 "seg 10 20 c SYN 0 0 0\n"
	 "seg 20 30 s RST,ACK 0 1 0\n"
	 "again\n"
	 "seg 110 120 c SYN 0 0 0\n"
	 "seg 120 130 s SYN,ACK 0 1 0\n",
	 {"CLOSED@10i SYN_SENT@10s CLOSED@30s", "",
	  "CLOSED@110i SYN_SENT@110s ESTABLISHED@130s", "SYN_RECV*@120s"}},
};

START_TEST(test_one_after_the_other)
{
	struct told t = told_new();
	const struct history_connection *c;
	struct history *history;
	size_t n;

	told_story(&t, twice[_i].told);
	history = history_new(t.tl);
	c = history_connections(history, &n);
	ck_assert_msg(n == 2, "%s: %zu", twice[_i].name, n);
	for (size_t i = 0; i < 4; i++) {
		SCOPED_FREE char *path = told_path(&c[i / 2].ends[i % 2]);

		ck_assert_msg(strcmp(path, twice[_i].paths[i]) == 0,
			      "%s, %zu:\n%s\nnot\n%s", twice[_i].name, i, path,
			      twice[_i].paths[i]);
	}
	history_free(history);
	timeline_free(t.tl);
}
END_TEST

static const struct {
	const char *told;
	const char *path;
} listeners[] = {
	{"dump 0 9 s LISTEN\ngone 50 60 s\n", "LISTEN@9d CLOSED@60d"},
	{"dump 0 9 s LISTEN held\ncall 3 4 s socket\ncall 5 6 s listen\n"
	 "call 52 53 s close\ngone 50 60 s\n",
	 "LISTEN@5d CLOSED@52d"},
	{"call 3 4 s socket\ncall 5 6 s listen\ncall 52 53 s close\n",
	 "LISTEN@5c CLOSED@52c"},
};

START_TEST(test_listeners)
{
	struct told t = told_new();
	SCOPED_FREE char *path = NULL;
	const struct history_end *l;
	struct history *history;
	size_t n;

	t.connection = 0; /* the cookie and inode of a listener's */
	told_story(&t, listeners[_i].told);
	history = history_new(t.tl);
	l = history_listeners(history, &n);
	ck_assert_uint_eq(n, 1);
	path = told_path(l);
	ck_assert_str_eq(path, listeners[_i].path);
	ck_assert_str_eq(l->host, "server");
	/* calls do not tell of addresses, the ends of actions do */
	ck_assert_uint_eq(l->local.port,
			  strstr(listeners[_i].told, "dump") ? 80 : 0);
	history_free(history);
	timeline_free(t.tl);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("history-next");
	TCase *tc = tcase_create("history-next");

	tcase_add_loop_test(tc, test_one_after_the_other, 0,
			    sizeof(twice) / sizeof(*twice));
	tcase_add_loop_test(tc, test_listeners, 0,
			    sizeof(listeners) / sizeof(*listeners));
	suite_add_tcase(s, tc);
	return test_run(s);
}
