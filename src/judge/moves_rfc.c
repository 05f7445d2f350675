/*
 * moves_rfc.c - figure 5 of RFC 9293, and what its notes and text imply
 */
#include <errno.h>

#include "judge/moves_internal.h"
#include "judge/passage.h"

#define RST TCP_FLAG_BIT(TCP_FLAG_RST)
#define ACK TCP_FLAG_BIT(TCP_FLAG_ACK)

/** TIME_WAIT_LEAST_NS - 60 s, less what a slow observer may miss of it; what
 * ends sooner does not end by its timer: include/net/tcp.h TCP_TIMEWAIT_LEN */
#define TIME_WAIT_LEAST_NS INT64_C(50000000000)

/* what a failing connect() closes was CLOSED before; of shutdown() likewise */
static bool by_close(const struct passage *p)
{
	int error = passage_failed(p, "connect");

	return !passage_arrived(p, RST) && (!error || error == EINPROGRESS) &&
	       (passage_called(p, "close") || passage_called(p, "shutdown"));
}

static bool embryo_by_rst(const struct passage *p)
{
	return p->mini && passage_arrived(p, RST);
}

static bool by_ack(const struct passage *p)
{
	return passage_arrived(p, ACK) && !passage_arrived(p, RST);
}

static bool by_minute(const struct passage *p)
{
	return p->is->from_ns - p->was_since_ns >= TIME_WAIT_LEAST_NS &&
	       !passage_arrived(p, RST);
}

static bool by_rst(const struct passage *p)
{
	return passage_arrived(p, RST) && !passage_sent_rst(p);
}

static bool by_refusal(const struct passage *p)
{
	return passage_arrived(p, RST | ACK);
}

/* what linger of 0 s does counts so; unread data counts otherwise: L33 */
static bool by_abort(const struct passage *p)
{
	return passage_sent_rst(p) && !passage_arrived(p, RST) &&
	       !passage_data(p) && passage_called(p, "close") &&
	       passage_counted(p, "TcpExt.TCPAbortOnData");
}

/* in any state the kernel counts it; an orphan's end it counts not */
static bool by_timeout(const struct passage *p)
{
	if (passage_arrived(p, 0) || passage_called(p, "close"))
		return false;
	return passage_counted(p, "TcpExt.TCPAbortOnTimeout") ||
	       passage_failed(p, "connect") == ETIMEDOUT;
}

const struct move moves_rfc[MOVES_RFC] = {
	{"1", MOVE_STATE(CLOSED), MOVE_STATE(LISTEN), "passive OPEN",
	 "RFC 9293 3.10.1", NULL, NULL, NULL},
	{"2", MOVE_STATE(CLOSED), MOVE_STATE(SYN_SENT), "active OPEN / snd SYN",
	 "RFC 9293 3.10.1", NULL, NULL, NULL},
	{"3", MOVE_STATE(LISTEN), MOVE_STATE(SYN_RECV), "rcv SYN / snd SYN,ACK",
	 "RFC 9293 3.10.7.2", NULL, NULL, NULL},
	{"4", MOVE_STATE(LISTEN), MOVE_STATE(SYN_SENT), "SEND / snd SYN",
	 "RFC 9293 3.10.2",
	 "connect() of a listener is EISCONN (net/ipv4/af_inet.c)", NULL, NULL},
	{"5", MOVE_STATE(LISTEN), MOVE_STATE(CLOSED), "CLOSE",
	 "RFC 9293 3.10.4", NULL, NULL, NULL},
	{"6", MOVE_STATE(SYN_SENT), MOVE_STATE(SYN_RECV),
	 "rcv SYN / snd SYN,ACK", "RFC 9293 3.10.7.3", NULL, NULL, NULL},
	{"7", MOVE_STATE(SYN_SENT), MOVE_STATE(ESTABLISHED),
	 "rcv SYN,ACK / snd ACK", "RFC 9293 3.10.7.3", NULL, NULL, NULL},
	{"8", MOVE_STATE(SYN_SENT), MOVE_STATE(CLOSED), "CLOSE",
	 "RFC 9293 3.10.4", NULL, by_close, NULL},
	{"9", MOVE_STATE(SYN_RECV), MOVE_STATE(ESTABLISHED), "rcv ACK of SYN",
	 "RFC 9293 3.10.7.4", NULL, NULL, NULL},
	{"10", MOVE_STATE(SYN_RECV), MOVE_STATE(FIN_WAIT1), "CLOSE / snd FIN",
	 "RFC 9293 3.10.4", NULL, NULL, NULL},
	{"11", MOVE_STATE(SYN_RECV), MOVE_STATE(CLOSED),
	 "rcv RST, back to LISTEN", "RFC 9293 3.10.7.4, figure 5 note 1", NULL,
	 embryo_by_rst, NULL},
	{"12", MOVE_STATE(ESTABLISHED), MOVE_STATE(FIN_WAIT1),
	 "CLOSE / snd FIN", "RFC 9293 3.10.4", NULL, NULL, NULL},
	{"13", MOVE_STATE(ESTABLISHED), MOVE_STATE(CLOSE_WAIT),
	 "rcv FIN / snd ACK", "RFC 9293 3.10.7.4", NULL, NULL, NULL},
	{"14", MOVE_STATE(FIN_WAIT1), MOVE_STATE(FIN_WAIT2), "rcv ACK of FIN",
	 "RFC 9293 3.10.7.4", NULL, NULL, NULL},
	{"15", MOVE_STATE(FIN_WAIT1), MOVE_STATE(CLOSING), "rcv FIN / snd ACK",
	 "RFC 9293 3.10.7.4", NULL, NULL, NULL},
	{"16", MOVE_STATE(FIN_WAIT1), MOVE_STATE(TIME_WAIT),
	 "rcv FIN,ACK of FIN / snd ACK", "RFC 9293 3.10.7.4, figure 5 note 2",
	 NULL, NULL, NULL},
	{"17", MOVE_STATE(CLOSE_WAIT), MOVE_STATE(LAST_ACK), "CLOSE / snd FIN",
	 "RFC 9293 3.10.4", NULL, NULL, NULL},
	{"18", MOVE_STATE(FIN_WAIT2), MOVE_STATE(TIME_WAIT),
	 "rcv FIN / snd ACK", "RFC 9293 3.10.7.4", NULL, NULL, NULL},
	{"19", MOVE_STATE(CLOSING), MOVE_STATE(TIME_WAIT), "rcv ACK of FIN",
	 "RFC 9293 3.10.7.4", NULL, NULL, NULL},
	{"20", MOVE_STATE(LAST_ACK), MOVE_STATE(CLOSED), "rcv ACK of FIN",
	 "RFC 9293 3.10.7.4", NULL, by_ack, NULL},
	{"21", MOVE_STATE(TIME_WAIT), MOVE_STATE(CLOSED), "timeout, 60 s",
	 "RFC 9293 3.10.8; include/net/tcp.h", NULL, by_minute, NULL},
	{"22", MOVES_SYNCHRONIZED, MOVE_STATE(CLOSED), "rcv RST",
	 "RFC 9293 3.10.7.4, figure 5 note 3", NULL, by_rst, NULL},
	{"23", MOVE_STATE(SYN_SENT), MOVE_STATE(CLOSED), "rcv RST,ACK of SYN",
	 "RFC 9293 3.10.7.3", NULL, by_refusal, NULL},
	{"24", MOVES_OPEN, MOVE_STATE(CLOSED), "ABORT / snd RST",
	 "RFC 9293 3.10.5", NULL, by_abort, NULL},
	{"25", MOVES_OPEN & ~MOVE_STATE(TIME_WAIT), MOVE_STATE(CLOSED),
	 "user or retransmission timeout", "RFC 9293 3.8.3, 3.10.8", NULL,
	 by_timeout, NULL},
	{"26", MOVE_STATE(TIME_WAIT), MOVE_STATE(SYN_RECV),
	 "rcv newer SYN / snd SYN,ACK", "RFC 9293 3.10.7.4; RFC 6191", NULL,
	 passage_answered_syn, NULL},
};
