/*
 * test_history.c - the path of each end as dumps and segments tell it
 */
#include "story.h"

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
	{"whatever has an ACK restarts TIME_WAIT, and a SYN or a RST does not",
	 HANDSHAKE CLOSE "forged 300 s SYN,ACK 0 1 0\n"
			 "forged 310 s SYN 0 0 0\n"
			 "forged 320 s RST,ACK 9 2 0\n"
			 "forged 330 s ACK 2 2 0\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@100s "
	 "FIN_WAIT2@120s TIME_WAIT*@210s+300+330",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@110s LAST_ACK@200s "
	 "CLOSED@220s"},
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
	{"Fast Open: the SYN carries data",
	 "seg 10 20 c SYN 0 0 5\n"
	 "seg 20 30 s SYN,ACK 0 6 0\n"
	 "seg 30 40 c ACK 6 1 0\n"
	 "seg 100 110 c FIN,ACK 6 1 0\n"
	 "seg 110 120 s ACK 1 7 0\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@100s "
	 "FIN_WAIT2@120s",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@110s"},
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
	{"Fast Open: there is no request socket, but a child in SYN_RECV",
	 "seg 10 20 c SYN 0 0 5\n"
	 "seg 20 30 s SYN,ACK 0 6 0\n"
	 "dump 0 25 s SYN_RECV held\n"
	 "seg 30 40 c ACK 6 1 0\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s",
	 "SYN_RECV@20d ESTABLISHED@40s"},
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
	{"a dump tells that TIME_WAIT began anew, a segment when",
	 HANDSHAKE CLOSE "dump 0 215 c TIME_WAIT mini\n"
			 "forged 300 s RST 2 0 0\n"
			 "seg 400 410 s FIN,ACK 1 2 0\n"
			 "seg 412 422 s RST 2 0 0\n"
			 "dump 405 416 c TIME_WAIT mini\n"
			 "dump 500 700 c TIME_WAIT mini\nlook 800 c\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@100s "
	 "FIN_WAIT2@120s TIME_WAIT*@210d+410+700",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@110s LAST_ACK@200s "
	 "CLOSED@220s"},
	{"a RST ends TIME_WAIT, unless tcp_rfc1337 is set: above",
	 HANDSHAKE CLOSE "dump 0 215 c TIME_WAIT mini\n"
			 "forged 300 s RST 2 0 0\ngone 290 310 c\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@100s "
	 "FIN_WAIT2@120s TIME_WAIT*@210d CLOSED@300d",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@110s LAST_ACK@200s "
	 "CLOSED@220s"},
	{"both tell of one restart: it is one",
	 HANDSHAKE CLOSE "dump 0 215 c TIME_WAIT mini\n"
			 "seg 400 410 s FIN,ACK 1 2 0\n"
			 "dump 405 416 c TIME_WAIT mini\nlook 800 c\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s FIN_WAIT1@100s "
	 "FIN_WAIT2@120s TIME_WAIT*@210d+410",
	 "SYN_RECV*@20s ESTABLISHED@40s CLOSE_WAIT@110s LAST_ACK@200s "
	 "CLOSED@220s"},
	{"in virtual time a dump a moment later is later",
	 "virtual\n" HANDSHAKE "dump 5 40.001 s SYN_RECV mini\n"
	 "dump 40.002 50 s ESTABLISHED\n",
	 "CLOSED@10i SYN_SENT@10s ESTABLISHED@30s",
	 "SYN_RECV*@20d ESTABLISHED@50d"},
};

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

int main(void)
{
	Suite *s = suite_create("history");
	TCase *tc = tcase_create("history");

	tcase_add_loop_test(tc, test_segments_alone, 0,
			    sizeof(segments) / sizeof(*segments));
	tcase_add_loop_test(tc, test_dumps_alone, 0,
			    sizeof(dumps) / sizeof(*dumps));
	tcase_add_loop_test(tc, test_dumps_and_segments, 0,
			    sizeof(both) / sizeof(*both));
	suite_add_tcase(s, tc);
	return test_run(s);
}
