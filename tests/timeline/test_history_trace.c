/*
 * test_history_trace.c - the path of each end where the tracepoint tells of it
 */
#include "story.h"

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

START_TEST(test_traces)
{
	check_story(&traces[_i]);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("history-trace");
	TCase *tc = tcase_create("history-trace");

	tcase_add_loop_test(tc, test_traces, 0,
			    sizeof(traces) / sizeof(*traces));
	suite_add_tcase(s, tc);
	return test_run(s);
}
