/*
 * moves_linux.c - transitions that Linux has beside those of RFC 9293
 */
#include <errno.h>
#include <string.h>

#include "judge/moves_internal.h"
#include "judge/passage.h"

#define FIN TCP_FLAG_BIT(TCP_FLAG_FIN)
#define SYN TCP_FLAG_BIT(TCP_FLAG_SYN)
#define RST TCP_FLAG_BIT(TCP_FLAG_RST)
#define ACK TCP_FLAG_BIT(TCP_FLAG_ACK)

/** IGNORED_NS - a third segment that has not been heeded by then, was ignored
 */
#define IGNORED_NS INT64_C(10000000)

static bool is_request(const struct passage *p)
{
	return passage_began_passive(p);
}

static bool from_request(const struct passage *p)
{
	return p->mini;
}

/* one step to whoever looks; the tracepoint tells of two, by one segment */
static bool by_fin(const struct passage *p)
{
	const struct history_end *end = passage_end(p);

	if (p->was == TCP_STATE_SYN_RECV)
		return p->mini;
	return p->at >= 2 && end->states[p->at - 2].mini &&
	       end->states[p->at - 2].state == TCP_STATE_SYN_RECV &&
	       p->is->cause_n &&
	       p->is->cause_n == end->states[p->at - 1].cause_n;
}

static bool request_given_up(const struct passage *p)
{
	return p->mini && !passage_arrived(p, RST) && !passage_sent_rst(p) &&
	       passage_listened(p);
}

static bool request_reset(const struct passage *p)
{
	return p->mini && (passage_arrived(p, RST) || passage_arrived(p, SYN));
}

static bool request_orphaned(const struct passage *p)
{
	return p->mini && !passage_arrived(p, RST) && !passage_listened(p);
}

static uint64_t migrated(const struct witness *w)
{
	return witness_counter(w, "TcpExt.TCPMigrateReqSuccess");
}

static uint64_t cookie(const struct witness *w)
{
	return witness_counter(w, "TcpExt.SyncookiesRecv");
}

/* an end that stays in SYN_RECV though its SYN,ACK was acknowledged */
static bool third_ignored(const struct passage *p)
{
	const struct history_state *is = p->is;
	size_t n;
	const struct tcp_seen *rows = timeline_segments(p->w->tl, &n);

	if (!passage_began_passive(p) ||
	    !(passage_counted(p, "TcpExt.ListenOverflows") ||
	      passage_counted(p, "TcpExt.TCPDeferAcceptDrop")))
		return false;
	for (size_t i = 0; i < p->connection->n_segments; i++) {
		const struct tcp_seen *seen = &rows[p->connection->segments[i]];

		if (seen->fate == SEEN_FATE_ARRIVED && seen->arrived_n &&
		    seen->roles & FLOW_ROLE_BIT(FLOW_HANDSHAKE_3) &&
		    endpoint_equal(&seen->to, &passage_end(p)->local) &&
		    (is->until_ns < 0 ||
		     is->until_ns - seen->arrived_ns > IGNORED_NS))
			return true;
	}
	return false;
}

static bool third_answered_with_rst(const struct passage *p)
{
	return p->mini && passage_sent_rst(p) &&
	       passage_counted(p, "TcpExt.ListenOverflows");
}

static uint64_t fast_open(const struct witness *w)
{
	return witness_counter(w, "TcpExt.TCPFastOpenPassive");
}

static bool fin_wait2_orphan(const struct passage *p)
{
	return p->is->mini;
}

static bool fin_wait2_held(const struct passage *p)
{
	return passage_holds(p);
}

static bool held_to_mini(const struct passage *p)
{
	return !p->mini && p->is->mini;
}

static bool mini_timer(const struct passage *p)
{
	return p->mini && !passage_arrived(p, 0);
}

static bool mini_data(const struct passage *p)
{
	return p->mini && passage_sent_rst(p) && !passage_arrived(p, RST);
}

static bool mini_rst(const struct passage *p)
{
	return p->mini && passage_arrived(p, RST);
}

static bool linger2(const struct passage *p)
{
	return passage_sent_rst(p) && passage_called(p, "close") &&
	       passage_counted(p, "TcpExt.TCPAbortOnLinger");
}

static bool data_after_close(const struct passage *p)
{
	return passage_sent_rst(p) && passage_data(p) && !passage_held(p);
}

static bool data_after_shutdown(const struct passage *p)
{
	return passage_sent_rst(p) && passage_data(p) && passage_held(p);
}

static bool orphan_given_up(const struct passage *p)
{
	return !passage_arrived(p, 0) && !passage_held(p) &&
	       !passage_sent_rst(p);
}

static uint64_t too_many_orphans(const struct witness *w)
{
	return witness_counter(w, "TcpExt.TCPAbortOnMemory");
}

static uint64_t too_many_buckets(const struct witness *w)
{
	return witness_counter(w, "TcpExt.TCPTimeWaitOverflow");
}

static bool by_rst(const struct passage *p)
{
	return passage_arrived(p, RST);
}

/* the SYN belongs to the next connection, which begins when it comes again */
static bool syn_dropped(const struct passage *p)
{
	const struct tcp_seen *syn = NULL;
	size_t n;
	const struct tcp_seen *rows = timeline_segments(p->w->tl, &n);

	for (size_t i = 0; i < n && p->is->cause_n; i++) {
		const struct tcp_seen *s = &rows[i];

		if (s->arrived_n == p->is->cause_n)
			syn = s->flags & SYN ? s : NULL;
		else if (syn && (s->flags & (SYN | ACK)) == (SYN | ACK) &&
			 endpoint_equal(&s->from, &syn->to) &&
			 endpoint_equal(&s->to, &syn->from) &&
			 s->t_ns - syn->arrived_ns < IGNORED_NS)
			return false;
	}
	return syn && passage_counted(p, "TcpExt.ListenOverflows");
}

static bool restarted(const struct passage *p)
{
	return p->is->n_restarts > 0;
}

/* a listener that was shut down, and that listens on the same socket again */
static uint64_t listens_again(const struct witness *w)
{
	size_t n;
	const struct timeline_call *calls = timeline_calls(w->tl, &n);

	for (size_t i = 0; i < n; i++) {
		const struct event_call *first = &calls[i].call;

		if (strcmp(first->call, "shutdown") != 0 || first->error ||
		    !first->inode)
			continue;
		for (size_t k = i + 1; k < n; k++)
			if (calls[k].call.inode == first->inode &&
			    strcmp(calls[k].call.call, "listen") == 0 &&
			    !calls[k].call.error)
				return calls[k].n;
	}
	return 0;
}

static bool unread(const struct passage *p)
{
	return passage_sent_rst(p) && passage_called(p, "close") &&
	       passage_counted(p, "TcpExt.TCPAbortOnClose");
}

/* the SYN came somewhat earlier: it was asked about first */
static bool by_new_syn(const struct passage *p)
{
	size_t n;
	const struct tcp_seen *rows = timeline_segments(p->w->tl, &n);

	if (!passage_arrived(p, RST))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((rows[i].flags & (SYN | ACK)) == SYN && !rows[i].forged &&
		    rows[i].arrived_n &&
		    endpoint_equal(&rows[i].to, &passage_end(p)->local) &&
		    endpoint_equal(&rows[i].from,
				   &p->connection->ends[!p->end].local) &&
		    rows[i].arrived_ns > p->was_since_ns &&
		    rows[i].arrived_ns < p->is->from_ns)
			return true;
	return false;
}

static bool queued_reset(const struct passage *p)
{
	return passage_sent_rst(p) && !passage_data(p) &&
	       !passage_end(p)->name && passage_began_passive(p) &&
	       !passage_held(p);
}

/* shutdown() came in SYN_RECV, its FIN later */
static bool shutdown_before(const struct passage *p)
{
	const struct history_end *end = passage_end(p);
	size_t n;
	const struct timeline_call *calls = timeline_calls(p->w->tl, &n);
	const struct history_state *from = NULL;

	for (size_t i = 0; i < p->at; i++)
		if (end->states[i].state == TCP_STATE_SYN_RECV &&
		    !end->states[i].mini)
			from = &end->states[i];
	for (size_t i = 0; from && end->name && i < n; i++)
		if (strcmp(calls[i].call.call, "shutdown") == 0 &&
		    calls[i].call.socket && calls[i].host &&
		    strcmp(calls[i].call.socket, end->name) == 0 &&
		    strcmp(calls[i].host, end->host) == 0 &&
		    calls[i].t_ns > from->from_ns &&
		    calls[i].t_ns < from->until_ns &&
		    p->is->from_ns > calls[i].t_ns + IGNORED_NS)
			return true;
	return false;
}

static bool crossed(const struct passage *p)
{
	return !p->mini && !passage_began_passive(p) &&
	       (passage_arrived(p, RST) || !passage_called(p, "close"));
}

static bool by_icmp(const struct passage *p)
{
	int error = passage_failed(p, "connect");

	return !passage_arrived(p, RST) &&
	       (error == EHOSTUNREACH || error == ENETUNREACH ||
		error == ECONNREFUSED || error == EHOSTDOWN);
}

/* bound, and nothing more: no state but its port's */
static uint64_t bound(const struct witness *w)
{
	size_t n;
	const struct timeline_call *calls = timeline_calls(w->tl, &n);

	for (size_t i = 0; i < n; i++) {
		const struct event_call *call = &calls[i].call;
		bool more = false;

		if (strcmp(call->call, "bind") != 0 || call->error)
			continue;
		for (size_t k = i + 1; k < n; k++)
			more |= calls[k].call.op == call->op;
		if (!more)
			return calls[i].n;
	}
	return 0;
}

const struct move moves_linux[MOVES_LINUX] = {
	{"L1", MOVE_STATE(LISTEN), MOVE_STATE(SYN_RECV),
	 "rcv SYN: a request socket", "net/ipv4/inet_connection_sock.c", NULL,
	 is_request, NULL},
	{"L2", MOVE_STATE(SYN_RECV), MOVE_STATE(ESTABLISHED),
	 "rcv ACK: request becomes a child",
	 "net/ipv4/tcp_minisocks.c tcp_check_req()", NULL, from_request, NULL},
	{"L3", MOVE_STATE(SYN_RECV) | MOVE_STATE(ESTABLISHED),
	 MOVE_STATE(CLOSE_WAIT), "rcv FIN that completes the handshake",
	 "net/ipv4/tcp_input.c tcp_rcv_state_process()", NULL, by_fin, NULL},
	{"L4", MOVE_STATE(SYN_RECV), MOVE_STATE(CLOSED),
	 "tcp_synack_retries used up",
	 "net/ipv4/inet_connection_sock.c reqsk_timer_handler()", NULL,
	 request_given_up, NULL},
	{"L5", MOVE_STATE(SYN_RECV), MOVE_STATE(CLOSED),
	 "rcv RST or bad SYN at a request",
	 "net/ipv4/tcp_minisocks.c tcp_check_req()", NULL, request_reset, NULL},
	{"L6", MOVE_STATE(SYN_RECV), MOVE_STATE(CLOSED),
	 "listener is gone, in silence",
	 "net/ipv4/inet_connection_sock.c inet_csk_listen_stop()", NULL,
	 request_orphaned, NULL},
	{"L7", MOVE_STATE(SYN_RECV), MOVE_STATE(SYN_RECV),
	 "handed to another listener", "ip-sysctl tcp_migrate_req", NULL, NULL,
	 migrated},
	{"L8", MOVE_STATE(LISTEN), MOVE_STATE(ESTABLISHED),
	 "rcv ACK of a SYN cookie", "net/ipv4/syncookies.c cookie_v4_check()",
	 NULL, NULL, cookie},
	{"L9", MOVE_STATE(LISTEN), MOVE_STATE(SYN_RECV),
	 "rcv ACK, ignored: queue is full",
	 "net/ipv4/tcp_minisocks.c tcp_check_req()", NULL, third_ignored, NULL},
	{"L10", MOVE_STATE(SYN_RECV), MOVE_STATE(CLOSED),
	 "rcv ACK / snd RST: queue is full", "ip-sysctl tcp_abort_on_overflow",
	 NULL, third_answered_with_rst, NULL},
	{"L11", MOVE_STATE(LISTEN), MOVE_STATE(SYN_RECV),
	 "rcv SYN with data: Fast Open", "RFC 7413; net/ipv4/tcp_fastopen.c",
	 NULL, NULL, fast_open},
	{"L12", MOVE_STATE(FIN_WAIT1), MOVE_STATE(FIN_WAIT2),
	 "rcv ACK of FIN: a minisocket",
	 "net/ipv4/tcp_input.c tcp_rcv_state_process()", NULL, fin_wait2_orphan,
	 NULL},
	{"L13", MOVE_STATE(FIN_WAIT1), MOVE_STATE(FIN_WAIT2),
	 "rcv ACK of FIN: held by a process",
	 "net/ipv4/tcp_input.c tcp_rcv_state_process()", NULL, fin_wait2_held,
	 NULL},
	{"L14", MOVE_STATE(FIN_WAIT2), MOVE_STATE(FIN_WAIT2),
	 "CLOSE: held becomes a minisocket", "net/ipv4/tcp.c __tcp_close()",
	 NULL, held_to_mini, NULL},
	{"L15", MOVE_STATE(FIN_WAIT2), MOVE_STATE(CLOSED),
	 "tcp_fin_timeout, in silence", "net/ipv4/inet_timewait_sock.c", NULL,
	 mini_timer, NULL},
	{"L16", MOVE_STATE(FIN_WAIT2), MOVE_STATE(TIME_WAIT),
	 "rcv FIN at a minisocket: a minute",
	 "net/ipv4/tcp_minisocks.c tcp_timewait_state_process()", NULL,
	 from_request, NULL},
	{"L17", MOVE_STATE(FIN_WAIT2), MOVE_STATE(CLOSED),
	 "rcv data at a minisocket / snd RST",
	 "net/ipv4/tcp_minisocks.c tcp_timewait_state_process()", NULL,
	 mini_data, NULL},
	{"L18", MOVE_STATE(FIN_WAIT2), MOVE_STATE(CLOSED),
	 "rcv any RST in the window",
	 "net/ipv4/tcp_minisocks.c tcp_timewait_state_process()", NULL,
	 mini_rst, NULL},
	{"L19", MOVE_STATE(FIN_WAIT1) | MOVE_STATE(FIN_WAIT2),
	 MOVE_STATE(CLOSED), "CLOSE with TCP_LINGER2 < 0 / snd RST",
	 "net/ipv4/tcp.c __tcp_close()", NULL, linger2, NULL},
	{"L20", MOVE_STATE(FIN_WAIT1), MOVE_STATE(CLOSED),
	 "rcv data after CLOSE / snd RST",
	 "net/ipv4/tcp_input.c tcp_rcv_state_process()", NULL, data_after_close,
	 NULL},
	{"L21", MOVE_STATE(FIN_WAIT2), MOVE_STATE(CLOSED),
	 "rcv data after SHUT_RDWR / snd RST",
	 "net/ipv4/tcp_input.c tcp_rcv_state_process()", NULL,
	 data_after_shutdown, NULL},
	{"L22",
	 MOVE_STATE(FIN_WAIT1) | MOVE_STATE(CLOSING) | MOVE_STATE(LAST_ACK),
	 MOVE_STATE(CLOSED), "tcp_orphan_retries used up",
	 "net/ipv4/tcp_timer.c tcp_orphan_retries()", NULL, orphan_given_up,
	 NULL},
	{"L23",
	 MOVE_STATE(FIN_WAIT1) | MOVE_STATE(CLOSING) | MOVE_STATE(LAST_ACK),
	 MOVE_STATE(CLOSED), "too many orphans / snd RST",
	 "ip-sysctl tcp_max_orphans", NULL, NULL, too_many_orphans},
	{"L24",
	 MOVE_STATE(FIN_WAIT1) | MOVE_STATE(FIN_WAIT2) | MOVE_STATE(CLOSING),
	 MOVE_STATE(CLOSED), "tcp_max_tw_buckets used up",
	 "net/ipv4/tcp_minisocks.c tcp_time_wait()", NULL, NULL,
	 too_many_buckets},
	{"L25", MOVE_STATE(TIME_WAIT), MOVE_STATE(CLOSED), "rcv RST",
	 "RFC 1337; ip-sysctl tcp_rfc1337", NULL, by_rst, NULL},
	{"L26", MOVE_STATE(TIME_WAIT), MOVE_STATE(SYN_RECV),
	 "rcv newer SYN: a request socket", "net/ipv4/tcp_ipv4.c tcp_v4_rcv()",
	 NULL, passage_answered_syn, NULL},
	{"L27", MOVE_STATE(TIME_WAIT), MOVE_STATE(CLOSED),
	 "rcv newer SYN, dropped: queue is full",
	 "net/ipv4/tcp_ipv4.c tcp_v4_rcv()", NULL, syn_dropped, NULL},
	{"L28", MOVE_STATE(TIME_WAIT), MOVE_STATE(SYN_SENT),
	 "active OPEN takes it over", "net/ipv4/tcp_ipv4.c tcp_twsk_unique()",
	 NULL, NULL, NULL},
	{"L29", MOVE_STATE(FIN_WAIT2), MOVE_STATE(SYN_SENT),
	 "active OPEN takes it over", "net/ipv4/tcp_ipv4.c tcp_twsk_unique()",
	 NULL, NULL, NULL},
	{"L30",
	 MOVE_STATE(FIN_WAIT1) | MOVE_STATE(FIN_WAIT2) | MOVE_STATE(CLOSING),
	 MOVE_STATE(TIME_WAIT), "rcv FIN again: timer restarts",
	 "net/ipv4/tcp_minisocks.c tcp_timewait_state_process()", NULL,
	 restarted, NULL},
	{"L31", MOVE_STATE(TIME_WAIT), MOVE_STATE(CLOSED), "SOCK_DESTROY",
	 "net/ipv4/tcp.c tcp_abort()", "only the end of a lab destroys sockets",
	 NULL, NULL},
	{"L32", MOVE_STATE(CLOSED), MOVE_STATE(LISTEN),
	 "shutdown() of a listener, listen() again",
	 "net/ipv4/af_inet.c inet_shutdown()", NULL, NULL, listens_again},
	{"L33", MOVE_STATE(ESTABLISHED) | MOVE_STATE(CLOSE_WAIT),
	 MOVE_STATE(CLOSED), "CLOSE with unread data / snd RST",
	 "RFC 2525 2.17; net/ipv4/tcp.c __tcp_close()", NULL, unread, NULL},
	{"L34", MOVE_STATE(CLOSE_WAIT), MOVE_STATE(CLOSED), "rcv RST: EPIPE",
	 "net/ipv4/tcp_input.c tcp_reset()", NULL, by_rst, NULL},
	{"L35",
	 MOVE_STATE(ESTABLISHED) | MOVE_STATE(CLOSE_WAIT) |
		 MOVE_STATE(LAST_ACK),
	 MOVE_STATE(CLOSED), "rcv new SYN, asked about, then RST",
	 "RFC 5961 4; net/ipv4/tcp_input.c tcp_validate_incoming()", NULL,
	 by_new_syn, NULL},
	{"L36", MOVE_STATE(ESTABLISHED) | MOVE_STATE(CLOSE_WAIT),
	 MOVE_STATE(CLOSED), "listener is gone / snd RST",
	 "net/ipv4/inet_connection_sock.c inet_csk_listen_stop()", NULL,
	 queued_reset, NULL},
	{"L37", MOVE_STATE(SYN_RECV) | MOVE_STATE(ESTABLISHED),
	 MOVE_STATE(FIN_WAIT1), "shutdown() in SYN_RECV, done later",
	 "net/ipv4/tcp_input.c tcp_rcv_state_process()", NULL, shutdown_before,
	 NULL},
	{"L38", MOVE_STATE(SYN_RECV), MOVE_STATE(CLOSED),
	 "rcv RST or timeout after an active OPEN",
	 "net/ipv4/tcp_input.c tcp_reset()", NULL, crossed, NULL},
	{"L39", MOVE_STATE(SYN_SENT), MOVE_STATE(CLOSED), "rcv ICMP error",
	 "RFC 1122 4.2.3.9; net/ipv4/tcp_ipv4.c tcp_v4_err()", NULL, by_icmp,
	 NULL},
	{"L40", MOVE_STATE(CLOSED), MOVE_STATE(CLOSED), "bind()",
	 "net/ipv4/inet_connection_sock.c inet_csk_get_port()", NULL, NULL,
	 bound},
};
