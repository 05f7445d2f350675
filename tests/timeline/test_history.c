/*
 * test_history.c - the path of each end, whoever saw what of it
 */
#include "told.h"

/* A handshake as captured at both ends, 10 ms each way */
#define HANDSHAKE                     \
	"seg 10 20 c SYN 0 0 0\n"     \
	"seg 20 30 s SYN,ACK 0 1 0\n" \
	"seg 30 40 c ACK 1 1 0\n"

/* The client closes, then the server, which waits for 100 ms */
#define CLOSE                           \
	"seg 100 110 c FIN,ACK 1 1 0\n" \
	"seg 110 120 s ACK 1 2 0\n"     \
	"seg 200 210 s FIN,ACK 1 2 0\n" \
	"seg 210 220 c ACK 2 2 0\n"

/** struct story - what is told of one connection, and the paths of its ends */
struct story {
	const char *name;
	const char *told;
	const char *opener;
	const char *other;
};

static const struct story segments[] = {
	{"client first", HANDSHAKE CLOSE,
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@100s "
	 "FIN_WAIT2@120s "
	 "TIME_WAIT*@210s",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@110s LAST_ACK@200s "
	 "CLOSED@220s"},
	{"three arrows: RFC 9293 figure 5, note 2",
	 HANDSHAKE "seg 100 110 c FIN,ACK 1 1 0\n"
		   "seg 111 121 s FIN,ACK 1 2 0\n"
		   "seg 121 131 c ACK 2 2 0\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@100s "
	 "TIME_WAIT*@121s",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@110s LAST_ACK@111s "
	 "CLOSED@131s"},
	{"both close at once",
	 HANDSHAKE "seg 100 110 c FIN,ACK 1 1 0\n"
		   "seg 105 115 s FIN,ACK 1 1 0\n"
		   "seg 115 125 c ACK 2 2 0\n"
		   "seg 110 120 s ACK 2 2 0\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@100s CLOSING@115s "
	 "TIME_WAIT*@120s",
	 "SYN_RECV*@20s ESTABLISHED@40s FIN_WAIT1@105s CLOSING@110s "
	 "TIME_WAIT*@125s"},
	{"both open at once",
	 "seg 10 20 c SYN 0 0 0\n"
	 "seg 12 22 s SYN 0 0 0\n"
	 "seg 22 32 c SYN,ACK 0 1 0\n"
	 "seg 20 30 s SYN,ACK 0 1 0\n",
	 "CLOSED@10i SYN_SENT@10s SYN_RECV@22s ESTABLISHED@30s",
	 "CLOSED@12i SYN_SENT@12s SYN_RECV@20s ESTABLISHED@32s"},
	{"wave 4 is lost: TIME_WAIT begins anew",
	 HANDSHAKE "seg 100 110 c FIN,ACK 1 1 0\n"
		   "seg 110 120 s ACK 1 2 0\n"
		   "seg 200 210 s FIN,ACK 1 2 0\n"
		   "lost 210 c ACK 2 2 0\n"
		   "seg 400 410 s FIN,ACK 1 2 0\n"
		   "seg 410 420 c ACK 2 2 0\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@100s "
	 "FIN_WAIT2@120s "
	 "TIME_WAIT*@210s+410",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@110s LAST_ACK@200s "
	 "CLOSED@420s"},
	{"refused",
	 "seg 10 20 c SYN 0 0 0\n"
	 "seg 20 30 s RST,ACK 0 1 0\n",
	 "CLOSED@10i SYN_SENT@10s CLOSED@30s", ""},
	{"nobody answers", "lost 10 c SYN 0 0 0\nlost 1010 c SYN 0 0 0\n",
	 "CLOSED@10i SYN_SENT@10s", ""},
	{"reset", HANDSHAKE "seg 50 60 s RST,ACK 1 1 0\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s CLOSED@60s",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSED@50s"},
	{"a RST of another number is not obeyed: RFC 5961 3",
	 HANDSHAKE "forged 60 s RST 50 0 0\n"
		   "seg 60 70 c ACK 1 1 0\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s",
	 "SYN_RECV*@20s ESTABLISHED@40s"},
	{"half-open: the ACK is lost, then data comes",
	 "seg 10 20 c SYN 0 0 0\n"
	 "seg 20 30 s SYN,ACK 0 1 0\n"
	 "lost 30 c ACK 1 1 0\n"
	 "seg 50 60 c PSH,ACK 1 1 5\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s",
	 "SYN_RECV*@20s ESTABLISHED@60s"},
	{"a FIN completes the handshake",
	 "seg 10 20 c SYN 0 0 0\n"
	 "seg 20 30 s SYN,ACK 0 1 0\n"
	 "lost 30 c ACK 1 1 0\n"
	 "seg 50 60 c FIN,ACK 1 1 0\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@50s",
	 "SYN_RECV*@20s ESTABLISHED@60s CLOSE_WAIT@60s"},
	{"the ACK was not taken: SYN,ACK comes again",
	 HANDSHAKE "seg 1020 1030 s SYN,ACK 0 1 0\n"
		   "seg 1030 1040 c ACK 1 1 0\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s",
	 "SYN_RECV*@20s ESTABLISHED@1040s"},
	{"the ACK is answered by a RST: the queue was full",
	 HANDSHAKE "seg 40 50 s RST 1 0 0\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s CLOSED@50s",
	 "SYN_RECV*@20s CLOSED@40s"},
	{"the first SYN was not taken",
	 "seg 10 20 c SYN 0 0 0\n"
	 "seg 1010 1020 c SYN 0 0 0\n"
	 "seg 1020 1030 s SYN,ACK 0 1 0\n"
	 "seg 1030 1040 c ACK 1 1 0\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@1030s",
	 "SYN_RECV*@1020s ESTABLISHED@1040s"},
	{"a FIN before the data",
	 HANDSHAKE "lost 50 c PSH,ACK 1 1 5\n"
		   "seg 51 61 c FIN,ACK 6 1 0\n"
		   "seg 61 71 s ACK 1 1 0\n"
		   "seg 80 90 c PSH,ACK 1 1 5\n"
		   "seg 90 100 s ACK 1 7 0\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@51s FIN_WAIT2@100s",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@90s"},
	{"captured from the middle on",
	 "seg 100 110 c PSH,ACK 1 1 5\n"
	 "seg 110 120 s ACK 1 6 0\n"
	 "seg 200 210 s FIN,ACK 1 6 0\n"
	 "seg 210 220 c ACK 6 2 0\n",
	 "ESTABLISHED@100s CLOSE_WAIT@210s",
	 "ESTABLISHED@110s FIN_WAIT1@200s FIN_WAIT2@220s"},
};

static const struct story dumps[] = {
	{"client first",
	 "dump 0 9 s LISTEN\n"
	 "dump 8 15 c SYN_SENT held\ndump 14 25 s SYN_RECV mini\n"
	 "dump 30 35 c ESTABLISHED held\ndump 40 45 s ESTABLISHED held\n"
	 "dump 99 105 c FIN_WAIT1\ndump 108 112 s CLOSE_WAIT held\n"
	 "dump 118 122 c FIN_WAIT2 mini\ndump 198 205 s LAST_ACK\n"
	 "dump 208 212 c TIME_WAIT mini\ngone 218 222 s\n"
	 "gone 60200 60300 c\n",
	 "CLOSED@15i SYN_SENT@15d ESTABLISHED@35d FIN_WAIT1@105d "
	 "FIN_WAIT2*@122d TIME_WAIT*@212d CLOSED@60300d",
	 "SYN_RECV*@25d ESTABLISHED@45d CLOSE_WAIT@112d LAST_ACK@205d "
	 "CLOSED@222d"},
	{"short states were not seen",
	 "dump 0 9 s LISTEN\n"
	 "dump 10 40 c ESTABLISHED held\ndump 10 41 s ESTABLISHED held\n"
	 "dump 100 300 c TIME_WAIT mini\ngone 100 301 s\n",
	 "CLOSED@40i SYN_SENT@40i ESTABLISHED@40d FIN_WAIT1@300i "
	 "TIME_WAIT*@300d",
	 "SYN_RECV*@41i ESTABLISHED@41d CLOSED@301d"},
	{"the server closes first; the minisocket has another cookie",
	 "dump 0 9 s LISTEN\n"
	 "dump 10 40 c ESTABLISHED held\ndump 10 41 s ESTABLISHED held\n"
	 "dump 90 100 s FIN_WAIT2\n"
	 "dump 190 200 s FIN_WAIT2 mini\n"
	 "dump 290 300 s TIME_WAIT mini\n",
	 "CLOSED@40i SYN_SENT@40i ESTABLISHED@40d",
	 "SYN_RECV*@41i ESTABLISHED@41d FIN_WAIT1@100i FIN_WAIT2@100d "
	 "FIN_WAIT2*@200d TIME_WAIT*@300d"},
	{"only the request socket was ever seen",
	 "dump 0 9 s LISTEN\ndump 10 20 s SYN_RECV mini\ngone 60000 63000 s\n",
	 "", "SYN_RECV*@20d CLOSED@63000d"},
	{"a call says when",
	 "call 9 10 c socket\ncall 11 40 c connect\n"
	 "dump 5 20 c SYN_SENT held\ndump 20 45 c ESTABLISHED held\n"
	 "call 98 99 c close\ndump 90 100 c FIN_WAIT1\n",
	 "CLOSED@10c SYN_SENT@11d ESTABLISHED@45d FIN_WAIT1@98d", ""},
	{"a timer that is late again was restarted",
	 "dump 0 9 s LISTEN\n"
	 "dump 10 40 c ESTABLISHED held\ndump 100 300 c TIME_WAIT mini\n"
	 "dump 900 1000 c TIME_WAIT mini\n",
	 "CLOSED@40i SYN_SENT@40i ESTABLISHED@40d FIN_WAIT1@300i "
	 "TIME_WAIT*@300d+1000",
	 ""},
};

static const struct story both[] = {
	{"segments say when, dumps that it was so",
	 HANDSHAKE CLOSE "dump 5 35 c ESTABLISHED held\n"
			 "dump 5 45 s ESTABLISHED held\n"
			 "dump 95 105 c FIN_WAIT1\n"
			 "dump 115 125 c FIN_WAIT2 mini\n"
			 "dump 205 215 c TIME_WAIT mini\n"
			 "gone 105 225 s\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30d FIN_WAIT1@100d "
	 "FIN_WAIT2*@120d TIME_WAIT*@210d",
	 "SYN_RECV*@20s ESTABLISHED@40d CLOSE_WAIT@110s LAST_ACK@200s "
	 "CLOSED@220d"},
	{"a full queue: the ACK arrived, and was not taken",
	 HANDSHAKE "dump 15 25 s SYN_RECV mini\n"
		   "dump 900 910 s ESTABLISHED\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s",
	 "SYN_RECV*@20d ESTABLISHED@910d"},
	{"SYN cookies: there is no request socket",
	 HANDSHAKE "look 25 s\ndump 35 45 s ESTABLISHED\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s", "ESTABLISHED@40d"},
	{"what would have been a reset was not obeyed",
	 HANDSHAKE "dump 5 35 c ESTABLISHED held\n"
		   "seg 50 60 s RST,ACK 1 1 0\n"
		   "look 500 c\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30d",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSED@50s"},
	{"FIN_WAIT1 long before the FIN can leave",
	 HANDSHAKE "dump 5 35 c ESTABLISHED held\n"
		   "call 60 61 c close\ndump 55 65 c FIN_WAIT1\n"
		   "seg 500 510 c FIN,ACK 1 1 0\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30d FIN_WAIT1@65d",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@510s"},
	{"in virtual time a dump a moment later is later",
	 "virtual\n" HANDSHAKE "dump 5 40.001 s SYN_RECV mini\n"
	 "dump 40.002 50 s ESTABLISHED\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s",
	 "SYN_RECV*@20d ESTABLISHED@50d"},
};

static const struct story traces[] = {
	{"to the microsecond; TIME_WAIT by its segment",
	 HANDSHAKE CLOSE "trace 9.9 c CLOSED SYN_SENT\n"
			 "trace 30.1 c SYN_SENT ESTABLISHED\n"
			 "trace 40.1 s LISTEN SYN_RECV\n"
			 "trace 40.2 s SYN_RECV ESTABLISHED\n"
			 "trace 99.9 c ESTABLISHED FIN_WAIT1\n"
			 "trace 110.1 s ESTABLISHED CLOSE_WAIT\n"
			 "trace 120.1 c FIN_WAIT1 FIN_WAIT2\n"
			 "trace 199.9 s CLOSE_WAIT LAST_ACK\n"
			 "trace 210.1 c FIN_WAIT2 CLOSED\n"
			 "trace 220.1 s LAST_ACK CLOSED\n",
	 "CLOSED@9.9i SYN_SENT@9.9t ESTABLISHED@30.1t FIN_WAIT1@99.9t "
	 "FIN_WAIT2@120.1t TIME_WAIT*@210.1t",
	 "SYN_RECV*@20s ESTABLISHED@40.2t CLOSE_WAIT@110.1t LAST_ACK@199.9t "
	 "CLOSED@220.1t"},
	{"an orphan in FIN_WAIT2 is a minisocket at once",
	 HANDSHAKE CLOSE "trace 99.9 c ESTABLISHED FIN_WAIT1\n"
			 "trace 120.1 c FIN_WAIT1 FIN_WAIT2\n"
			 "trace 120.2 c FIN_WAIT2 CLOSED\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@99.9t "
	 "FIN_WAIT2*@120.1t TIME_WAIT*@210s",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@110s LAST_ACK@200s "
	 "CLOSED@220s"},
	{"one segment acknowledges the FIN and is one",
	 HANDSHAKE "seg 100 110 c FIN,ACK 1 1 0\n"
		   "seg 111 121 s FIN,ACK 1 2 0\n"
		   "trace 99.9 c ESTABLISHED FIN_WAIT1\n"
		   "trace 121.1 c FIN_WAIT1 FIN_WAIT2\n"
		   "trace 121.2 c FIN_WAIT2 CLOSED\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@99.9t "
	 "TIME_WAIT*@121.2t",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@110s LAST_ACK@111s"},
	{"there was no room for a minisocket",
	 HANDSHAKE CLOSE "dump 5 105 c FIN_WAIT1\n"
			 "trace 99.9 c ESTABLISHED FIN_WAIT1\n"
			 "trace 120.1 c FIN_WAIT1 FIN_WAIT2\n"
			 "trace 120.2 c FIN_WAIT2 CLOSED\n"
			 "gone 115 125 c\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@99.9t "
	 "FIN_WAIT2@120.1t CLOSED@120.2t",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@110s LAST_ACK@200s "
	 "CLOSED@220s"},
	{"nothing else looked",
	 "trace 9.9 c CLOSED SYN_SENT\ntrace 30.1 c SYN_SENT ESTABLISHED\n"
	 "trace 40.1 s LISTEN SYN_RECV\ntrace 40.2 s SYN_RECV ESTABLISHED\n"
	 "trace 99.9 c ESTABLISHED CLOSED\n",
	 "CLOSED@9.9i SYN_SENT@9.9t ESTABLISHED@30.1t CLOSED@99.9t",
	 "SYN_RECV*@40.2i ESTABLISHED@40.2t"},
};

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

static void check_story(const struct story *story)
{
	struct told t = told_new();
	const struct history_connection *c;
	struct history *history;
	SCOPED_FREE char *opener = NULL;
	SCOPED_FREE char *other = NULL;
	size_t n;

	told_story(&t, story->told);
	told_story(&t, "end");
	history = history_new(t.tl);
	c = history_connections(history, &n);
	ck_assert_msg(n == 1, "%s: %zu connections", story->name, n);
	opener = told_path(&c->ends[0]);
	other = told_path(&c->ends[1]);
	ck_assert_msg(strcmp(opener, story->opener) == 0, "%s:\n%s\nnot\n%s",
		      story->name, opener, story->opener);
	ck_assert_msg(strcmp(other, story->other) == 0, "%s:\n%s\nnot\n%s",
		      story->name, other, story->other);
	ck_assert_str_eq(c->ends[0].host, "client");
	ck_assert_str_eq(c->ends[1].host, "server");
	history_free(history);
	timeline_free(t.tl);
}

START_TEST(test_segments_alone)
{
	check_story(&segments[_i]);
}
END_TEST

START_TEST(test_dumps_alone)
{
	check_story(&dumps[_i]);
}
END_TEST

START_TEST(test_dumps_and_segments)
{
	check_story(&both[_i]);
}
END_TEST

START_TEST(test_traces)
{
	check_story(&traces[_i]);
}
END_TEST

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

static Suite *suite(void)
{
	Suite *s = suite_create("history");
	TCase *tc = tcase_create("history");

	tcase_add_loop_test(tc, test_segments_alone, 0,
			    sizeof(segments) / sizeof(*segments));
	tcase_add_loop_test(tc, test_dumps_alone, 0,
			    sizeof(dumps) / sizeof(*dumps));
	tcase_add_loop_test(tc, test_dumps_and_segments, 0,
			    sizeof(both) / sizeof(*both));
	tcase_add_loop_test(tc, test_traces, 0,
			    sizeof(traces) / sizeof(*traces));
	tcase_add_loop_test(tc, test_one_after_the_other, 0,
			    sizeof(twice) / sizeof(*twice));
	tcase_add_loop_test(tc, test_listeners, 0,
			    sizeof(listeners) / sizeof(*listeners));
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	return test_run(suite());
}
