/*
 * fields.c - which fields an event has in the journal: one row each
 */
#include "event/fields.h"

#include "base/names.h"

const char *const field_type_names[] = {
	[FIELD_TEXT] = "text",		 [FIELD_I64] = "integer",
	[FIELD_U64] = "unsigned",	 [FIELD_U32] = "unsigned, 32 bits",
	[FIELD_U8] = "unsigned, 8 bits", [FIELD_BOOL] = "true",
	[FIELD_ERRNO] = "errno name",	 [FIELD_SIGNAL] = "signal name",
	[FIELD_STATE] = "TCP state",	 [FIELD_TIMER] = "timer",
	[FIELD_CHANGE] = "change",	 [FIELD_ENDPOINT] = "address:port",
};
TABLE_COVERS(field_type_names, FIELD_TYPES);

#define AT(member) offsetof(struct event, member)

static const struct field begin_fields[] = {
	{"version", FIELD_I64, AT(begin.version), CANON_SAME, "of this format"},
	{"scenario", FIELD_TEXT, AT(begin.scenario), CANON_SAME, "its name"},
	{"kernel", FIELD_TEXT, AT(begin.kernel), CANON_SAME, "uname -r"},
	{"wall_ns", FIELD_I64, AT(begin.wall_ns), CANON_NO_DATE,
	 "CLOCK_REALTIME at t = 0"},
	{"seed", FIELD_U64, AT(begin.seed), CANON_NO_SEED,
	 "of whatever is random"},
	{"virtual", FIELD_BOOL, AT(begin.virtual_time), CANON_SAME,
	 "time was: all that happens is the same each time"},
};

static const struct field host_fields[] = {
	{"addresses", FIELD_TEXT, AT(up.addresses), CANON_SAME,
	 "by link order"},
	{"netns", FIELD_U64, AT(up.netns), CANON_NETNS,
	 "inode of the network namespace"},
};

static const struct field sysctl_fields[] = {
	{"name", FIELD_TEXT, AT(sysctl.name), CANON_SAME, "dotted"},
	{"value", FIELD_TEXT, AT(sysctl.value), CANON_SAME, "as read back"},
};

static const struct field step_begin_fields[] = {
	{"line", FIELD_I64, AT(step_of.line), CANON_SAME,
	 "in the scenario file"},
	{"text", FIELD_TEXT, AT(step_of.text), CANON_SAME,
	 "the step in one line"},
};

static const struct field step_end_fields[] = {
	{"line", FIELD_I64, AT(step_of.line), CANON_SAME,
	 "in the scenario file"},
	{"text", FIELD_TEXT, AT(step_of.text), CANON_SAME,
	 "the step in one line"},
	{"done", FIELD_BOOL, AT(step_of.done), CANON_SAME,
	 "the step did as told"},
	{"left_out", FIELD_BOOL, AT(step_of.left_out), CANON_SAME,
	 "it is for other kernels, and did nothing"},
	{"why", FIELD_TEXT, AT(step_of.why), CANON_WORDS,
	 "why not, or why left out"},
};

static const struct field op_begin_fields[] = {
	{"op", FIELD_U64, AT(op.op), CANON_SAME, "number of the action"},
	{"program", FIELD_TEXT, AT(op.program), CANON_SAME, "who was told"},
	{"pid", FIELD_I64, AT(op.pid), CANON_PROCESS,
	 "in the lab's PID namespace"},
	{"verb", FIELD_TEXT, AT(op.verb), CANON_SAME, "as in the scenario"},
	{"socket", FIELD_TEXT, AT(op.socket), CANON_SAME,
	 "name in the scenario"},
};

static const struct field op_end_fields[] = {
	{"op", FIELD_U64, AT(op.op), CANON_SAME, "number of the action"},
	{"program", FIELD_TEXT, AT(op.program), CANON_SAME, "who was told"},
	{"pid", FIELD_I64, AT(op.pid), CANON_PROCESS,
	 "in the lab's PID namespace"},
	{"verb", FIELD_TEXT, AT(op.verb), CANON_SAME, "as in the scenario"},
	{"socket", FIELD_TEXT, AT(op.socket), CANON_SAME,
	 "name in the scenario"},
	{"result", FIELD_I64, AT(op.result), CANON_SAME,
	 "of the last call; -1: failed"},
	{"error", FIELD_ERRNO, AT(op.error), CANON_SAME, "why it failed"},
	{"call", FIELD_TEXT, AT(op.call), CANON_SAME,
	 "the system call that failed"},
	{"bytes", FIELD_I64, AT(op.bytes), CANON_SAME, "moved by send or recv"},
	{"eof", FIELD_BOOL, AT(op.eof), CANON_SAME, "recv met the end of file"},
	{"match", FIELD_BOOL, AT(op.match), CANON_SAME,
	 "recv got the bytes asked for"},
	{"local", FIELD_ENDPOINT, AT(op.local), CANON_PORT,
	 "getsockname() afterwards"},
	{"remote", FIELD_ENDPOINT, AT(op.remote), CANON_PORT,
	 "getpeername() afterwards"},
	{"inode", FIELD_U64, AT(op.inode), CANON_INODE,
	 "of the socket made or used"},
	{"value", FIELD_TEXT, AT(op.value), CANON_SAME, "what getsockopt read"},
	{"took_ns", FIELD_I64, AT(op.took_ns), CANON_TIME,
	 "as the program measured"},
};

static const struct field call_fields[] = {
	{"op", FIELD_U64, AT(call.op), CANON_SAME, "part of this action"},
	{"program", FIELD_TEXT, AT(call.program), CANON_SAME, "whose call"},
	{"pid", FIELD_I64, AT(call.pid), CANON_PROCESS,
	 "in the lab's PID namespace"},
	{"call", FIELD_TEXT, AT(call.call), CANON_SAME, "\"bind\""},
	{"args", FIELD_TEXT, AT(call.args), CANON_WORDS, "for readers"},
	{"socket", FIELD_TEXT, AT(call.socket), CANON_SAME,
	 "name in the scenario"},
	{"result", FIELD_I64, AT(call.result), CANON_SAME, "as returned"},
	{"error", FIELD_ERRNO, AT(call.error), CANON_SAME, "why it failed"},
	{"began_ns", FIELD_I64, AT(call.began_ns), CANON_TIME,
	 "t is when it returned"},
	{"inode", FIELD_U64, AT(call.inode), CANON_INODE, "of the socket"},
};

static const struct field snap_fields[] = {
	{"why", FIELD_TEXT, AT(snap.why), CANON_WORDS,
	 "\"step\", \"expect\", \"end\""},
	{"sockets", FIELD_I64, AT(snap.sockets), CANON_SAME, "rows"},
	{"took_ns", FIELD_I64, AT(snap.took_ns), CANON_TIME,
	 "from request to last row"},
};

#define SOCK(member) AT(sock.sock.member)

static const struct field sock_fields[] = {
	{"change", FIELD_CHANGE, AT(sock.change), CANON_SAME,
	 "against the last dump"},
	{"since_ns", FIELD_I64, AT(sock.since_ns), CANON_NO_LOOK,
	 "time of the last dump before; -1: none"},
	{"was", FIELD_STATE, AT(sock.was), CANON_SAME,
	 "changed: the state before"},
	{"state", FIELD_STATE, SOCK(state), CANON_SAME,
	 "the state; gone: the last seen"},
	{"local", FIELD_ENDPOINT, SOCK(local), CANON_PORT, ""},
	{"remote", FIELD_ENDPOINT, SOCK(remote), CANON_PORT,
	 "all zero if unconnected"},
	{"timer", FIELD_TIMER, SOCK(timer), CANON_SAME,
	 "the timer it waits on"},
	{"timer_ns", FIELD_I64, SOCK(timer_ns), CANON_TIME, "time left on it"},
	{"retrans", FIELD_U8, SOCK(retrans), CANON_SAME,
	 "retransmissions or probes"},
	{"recv_q", FIELD_U32, SOCK(recv_q), CANON_SAME,
	 "bytes unread; LISTEN: connections to accept"},
	{"send_q", FIELD_U32, SOCK(send_q), CANON_SAME,
	 "bytes unacknowledged; LISTEN: backlog"},
	{"uid", FIELD_U32, SOCK(uid), CANON_NO_USER, "owner"},
	{"inode", FIELD_U64, SOCK(inode), CANON_INODE,
	 "absent: no process holds it"},
	{"cookie", FIELD_U64, SOCK(cookie), CANON_COOKIE,
	 "the kernel's identity of it"},
	{"has_info", FIELD_BOOL, SOCK(has_info), CANON_SAME,
	 "the next five are known"},
	{"rto_us", FIELD_U32, SOCK(rto_us), CANON_NO_RTT, "tcp_info"},
	{"rtt_us", FIELD_U32, SOCK(rtt_us), CANON_NO_RTT, "tcp_info"},
	{"snd_cwnd", FIELD_U32, SOCK(snd_cwnd), CANON_SAME, "tcp_info"},
	{"unacked", FIELD_U32, SOCK(unacked), CANON_SAME, "tcp_info"},
	{"total_retrans", FIELD_U32, SOCK(total_retrans), CANON_SAME,
	 "tcp_info"},
	{"pid", FIELD_I64, AT(sock.pid), CANON_PROCESS,
	 "a process that holds it"},
	{"comm", FIELD_TEXT, AT(sock.comm), CANON_SAME, "its name"},
};

static const struct field counters_fields[] = {
	{"why", FIELD_TEXT, AT(counters.why), CANON_WORDS,
	 "\"begin\", \"expect\", \"end\""},
	{"changed", FIELD_I64, AT(counters.changed), CANON_NO_SUM,
	 "counters that moved"},
};

static const struct field counter_fields[] = {
	{"name", FIELD_TEXT, AT(counter.name), CANON_SAME,
	 "\"TcpExt.TCPTimeouts\""},
	{"value", FIELD_I64, AT(counter.value), CANON_SAME, "as read"},
	{"delta", FIELD_I64, AT(counter.delta), CANON_SAME,
	 "since the last reading"},
};

static const struct field proc_fields[] = {
	{"program", FIELD_TEXT, AT(proc.program), CANON_SAME,
	 "\"agent\", or its name"},
	{"pid", FIELD_I64, AT(proc.pid), CANON_PROCESS,
	 "in the lab's PID namespace"},
	{"argv", FIELD_TEXT, AT(proc.argv), CANON_WORDS,
	 "start: the command line"},
	{"why", FIELD_TEXT, AT(proc.why), CANON_WORDS,
	 "ready, spin: how we know"},
	{"status", FIELD_I64, AT(proc.status), CANON_SAME,
	 "exit: -1 if killed"},
	{"signal", FIELD_SIGNAL, AT(proc.signal), CANON_SAME, "signal, exit"},
	{"stream", FIELD_TEXT, AT(proc.stream), CANON_SAME, "output: which"},
	{"text", FIELD_TEXT, AT(proc.text), CANON_WORDS,
	 "output: what it wrote"},
};

static const struct field segment_fields[] = {
	{"interface", FIELD_TEXT, AT(segment.interface), CANON_SAME,
	 "of the host"},
	{"out", FIELD_BOOL, AT(segment.out), CANON_SAME,
	 "sent; absent: it arrived"},
	{"from", FIELD_ENDPOINT, AT(segment.from), CANON_PORT, ""},
	{"to", FIELD_ENDPOINT, AT(segment.to), CANON_PORT, ""},
	{"flags", FIELD_TEXT, AT(segment.flags), CANON_SAME, "\"SYN,ACK\""},
	{"roles", FIELD_TEXT, AT(segment.roles), CANON_SAME,
	 "its part in the connection: \"handshake-2\", \"wave-1\", \"data\""},
	{"again", FIELD_BOOL, AT(segment.again), CANON_SAME,
	 "not for the first time"},
	{"connection", FIELD_U64, AT(segment.connection), CANON_SAME,
	 "number among those that the host saw"},
	{"late", FIELD_BOOL, AT(segment.late), CANON_SAME,
	 "its begin was not seen: the next two count from 1"},
	{"rel_seq", FIELD_U32, AT(segment.rel_seq), CANON_SAME,
	 "relative to the sender's initial sequence number"},
	{"rel_ack", FIELD_U32, AT(segment.rel_ack), CANON_SAME,
	 "to the receiver's"},
	{"seq", FIELD_U32, AT(segment.seq), CANON_NO_NUMBER,
	 "as in the header"},
	{"ack", FIELD_U32, AT(segment.ack), CANON_NO_NUMBER,
	 "as in the header"},
	{"window", FIELD_U32, AT(segment.window), CANON_SAME, "not scaled"},
	{"len", FIELD_U32, AT(segment.len), CANON_SAME, "bytes of payload"},
	{"options", FIELD_TEXT, AT(segment.options), CANON_OPTIONS,
	 "of the header"},
	{"corrupt", FIELD_BOOL, AT(segment.corrupt), CANON_SAME,
	 "wrong checksum"},
	{"frame", FIELD_U64, AT(segment.frame), CANON_NO_FRAME,
	 "number in capture.pcapng"},
};

static const struct field state_fields[] = {
	{"local", FIELD_ENDPOINT, AT(state.local), CANON_PORT, ""},
	{"remote", FIELD_ENDPOINT, AT(state.remote), CANON_PORT,
	 "all zero if unconnected"},
	{"was", FIELD_STATE, AT(state.was), CANON_SAME, "the state before"},
	{"state", FIELD_STATE, AT(state.state), CANON_SAME,
	 "the state; never TIME_WAIT"},
	{"socket", FIELD_U64, AT(state.socket), CANON_SAME,
	 "number by appearance: SYN_SENT may come before the port is chosen"},
};

static const struct field trace_fields[] = {
	{"name", FIELD_TEXT, AT(trace.name), CANON_SAME, "of the tracepoint"},
	{"local", FIELD_ENDPOINT, AT(trace.local), CANON_PORT, ""},
	{"remote", FIELD_ENDPOINT, AT(trace.remote), CANON_PORT, ""},
	{"state", FIELD_STATE, AT(trace.state), CANON_SAME,
	 "of the socket, if has_state"},
	{"has_state", FIELD_BOOL, AT(trace.has_state), CANON_SAME,
	 "the state is known"},
	{"reason", FIELD_TEXT, AT(trace.reason), CANON_SAME,
	 "why it was dropped or reset"},
	{"socket", FIELD_U64, AT(trace.socket), CANON_SAME,
	 "number as in `state`"},
};

static const struct field fault_fields[] = {
	{"fault", FIELD_U64, AT(fault.fault), CANON_SAME,
	 "number in the scenario, from 1"},
	{"action", FIELD_TEXT, AT(fault.action), CANON_SAME,
	 "\"drop\", \"delay\", \"hold\", \"release\" …"},
	{"to", FIELD_TEXT, AT(fault.to), CANON_SAME, "the link's other end"},
	{"nth", FIELD_U64, AT(fault.nth), CANON_SAME,
	 "so many times it has acted"},
	{"by_ns", FIELD_I64, AT(fault.by_ns), CANON_SAME,
	 "delay, duplicate: how much later"},
	{"from_end", FIELD_ENDPOINT, AT(fault.from_end), CANON_PORT,
	 "the segment's sender"},
	{"to_end", FIELD_ENDPOINT, AT(fault.to_end), CANON_PORT,
	 "whom it is for"},
	{"flags", FIELD_TEXT, AT(fault.flags), CANON_SAME, "\"SYN,ACK\""},
	{"roles", FIELD_TEXT, AT(fault.roles), CANON_SAME,
	 "its part in the connection"},
	{"again", FIELD_BOOL, AT(fault.again), CANON_SAME,
	 "not for the first time"},
	{"rel_seq", FIELD_U32, AT(fault.rel_seq), CANON_SAME,
	 "relative to the sender's initial sequence number"},
	{"rel_ack", FIELD_U32, AT(fault.rel_ack), CANON_SAME,
	 "to the receiver's"},
	{"seq", FIELD_U32, AT(fault.seq), CANON_NO_NUMBER, "as in the header"},
	{"ack", FIELD_U32, AT(fault.ack), CANON_NO_NUMBER, "as in the header"},
	{"len", FIELD_U32, AT(fault.len), CANON_SAME, "bytes of payload"},
	{"frame", FIELD_U64, AT(fault.frame), CANON_NO_FRAME,
	 "number in capture.pcapng"},
};

static const struct field wire_fields[] = {
	{"action", FIELD_TEXT, AT(wire.action), CANON_SAME,
	 "\"cut\", \"heal\", \"set\", \"forget\", \"arm\", \"disarm\""},
	{"to", FIELD_TEXT, AT(wire.to), CANON_SAME,
	 "frames from the host to this one"},
	{"what", FIELD_TEXT, AT(wire.what), CANON_SAME,
	 "set: to which rules; arm, disarm: the fault"},
};

static const struct field link_fields[] = {
	{"to", FIELD_TEXT, AT(link.to), CANON_SAME, "the link's other end"},
	{"backend", FIELD_TEXT, AT(link.backend), CANON_SAME,
	 "what carried them: \"pass\", \"netem\", \"relay\""},
	{"rules", FIELD_TEXT, AT(link.rules), CANON_SAME,
	 "\"delay 20 ms, loss 1%\""},
	{"came", FIELD_U64, AT(link.came), CANON_NO_FRAME, "frames"},
	{"gone", FIELD_U64, AT(link.gone), CANON_NO_FRAME,
	 "sent on; a duplicate counts twice"},
	{"lost", FIELD_U64, AT(link.lost), CANON_NO_FRAME, "as was asked"},
	{"overflow", FIELD_U64, AT(link.overflow), CANON_NO_FRAME,
	 "more than the limit that was asked"},
	{"missed", FIELD_U64, AT(link.missed), CANON_SAME,
	 "lost without having been asked for"},
	{"corrupt", FIELD_U64, AT(link.corrupt), CANON_NO_FRAME,
	 "as was asked"},
	{"cut", FIELD_U64, AT(link.cut), CANON_NO_FRAME,
	 "came while the wire was cut"},
	{"forgotten", FIELD_U64, AT(link.forgotten), CANON_SAME,
	 "of connections that the NAT had forgotten"},
	{"faulted", FIELD_U64, AT(link.faulted), CANON_SAME,
	 "dropped by a fault"},
	{"held", FIELD_U64, AT(link.held), CANON_SAME,
	 "by a fault, and not released"},
	{"under_way", FIELD_U64, AT(link.under_way), CANON_NO_FRAME,
	 "when it was counted"},
	{"latest_ns", FIELD_I64, AT(link.latest_ns), CANON_TIME,
	 "how late the latest was taken, or sent on"},
};

static const struct field gap_fields[] = {
	{"source", FIELD_TEXT, AT(gap.source), CANON_SAME,
	 "what was not watched; \"wire\", \"lateness\": what did not do as "
	 "asked"},
	{"from_ns", FIELD_I64, AT(gap.from_ns), CANON_TIME, "begin"},
	{"to_ns", FIELD_I64, AT(gap.to_ns), CANON_TIME,
	 "end; 2^63 - 1: that of the run"},
	{"why", FIELD_TEXT, AT(gap.why), CANON_WORDS, "in words"},
};

static const struct field error_fields[] = {
	{"text", FIELD_TEXT, AT(error.text), CANON_WORDS, "what was refused"},
	{"remedy", FIELD_TEXT, AT(error.remedy), CANON_WORDS,
	 "what to do about it"},
};

static const struct field end_fields[] = {
	{"complete", FIELD_BOOL, AT(end.complete), CANON_SAME,
	 "every step was done"},
	{"why", FIELD_TEXT, AT(end.why), CANON_WORDS, "why not"},
	{"untraced", FIELD_TEXT, AT(end.untraced), CANON_WORDS,
	 "why the kernel told of no `state` and no `trace`"},
};

struct table {
	const struct field *rows;
	size_t n;
};

#define TABLE(rows)                                    \
	{                                              \
		rows, sizeof(rows) / sizeof((rows)[0]) \
	}

static const struct table tables[] = {
	[EVENT_BEGIN] = TABLE(begin_fields),
	[EVENT_HOST] = TABLE(host_fields),
	[EVENT_SYSCTL] = TABLE(sysctl_fields),
	[EVENT_STEP_BEGIN] = TABLE(step_begin_fields),
	[EVENT_STEP_END] = TABLE(step_end_fields),
	[EVENT_OP_BEGIN] = TABLE(op_begin_fields),
	[EVENT_CALL] = TABLE(call_fields),
	[EVENT_OP_END] = TABLE(op_end_fields),
	[EVENT_SNAP] = TABLE(snap_fields),
	[EVENT_SOCK] = TABLE(sock_fields),
	[EVENT_COUNTERS] = TABLE(counters_fields),
	[EVENT_COUNTER] = TABLE(counter_fields),
	[EVENT_PROC_START] = TABLE(proc_fields),
	[EVENT_PROC_READY] = TABLE(proc_fields),
	[EVENT_PROC_SIGNAL] = TABLE(proc_fields),
	[EVENT_PROC_OUTPUT] = TABLE(proc_fields),
	[EVENT_PROC_SPIN] = TABLE(proc_fields),
	[EVENT_PROC_EXIT] = TABLE(proc_fields),
	[EVENT_SEGMENT] = TABLE(segment_fields),
	[EVENT_STATE] = TABLE(state_fields),
	[EVENT_TRACE] = TABLE(trace_fields),
	[EVENT_FAULT] = TABLE(fault_fields),
	[EVENT_INJECT] = TABLE(fault_fields),
	[EVENT_WIRE] = TABLE(wire_fields),
	[EVENT_LINK] = TABLE(link_fields),
	[EVENT_GAP] = TABLE(gap_fields),
	[EVENT_ERROR] = TABLE(error_fields),
	[EVENT_END] = TABLE(end_fields),
};
TABLE_COVERS(tables, EVENT_KINDS);

const struct field *fields_of(enum event_kind kind, size_t *n)
{
	*n = tables[kind].n;
	return tables[kind].rows;
}
