/*
 * ladder_words.c - what stands on a ladder's arrows and lifelines, in words
 */
#include "report/ladder_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/units.h"
#include "event/event.h"
#include "report/ladder_path.h"
#include "report/ladder_sheet.h"
#include "spec/scenario.h"
#include "tcp/seen.h"
#include "tcp/segment.h"
#include "tcp/words.h"
#include "timeline/history.h"

/** TOOK_NS - a system call that took longer was waiting: say so */
#define TOOK_NS NS_PER_MS

const struct event *ladder_event(const struct ladder_of *of, uint64_t n)
{
	size_t lo = 0;
	size_t hi = of->n_events;

	/* kinds that this version does not know leave holes */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (of->events[mid].n < n)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < of->n_events && of->events[lo].n == n ? &of->events[lo]
							  : NULL;
}

bool ladder_cites(const struct ladder_of *of, uint64_t n)
{
	for (size_t i = 0; n && i < of->n_cited; i++)
		if (of->cited[i] == n)
			return true;
	return false;
}

/* of an action that did not fail, all it did but to make a socket */
static bool is_part(const struct event *event, const struct event *action)
{
	const char *failed = action->op.call ?: "";
	const char *call = event->call.call ?: "";

	return action->kind == EVENT_OP_END && event->call.op &&
	       action->op.op == event->call.op &&
	       (*failed ? strcmp(failed, call) == 0
			: strcmp(call, "socket") != 0);
}

bool ladder_cites_call(const struct ladder_of *of, const struct event *event)
{
	if (ladder_cites(of, event->n))
		return true;
	for (size_t i = 0; event->kind == EVENT_CALL && i < of->n_cited; i++) {
		const struct event *cited = ladder_event(of, of->cited[i]);

		if (cited && is_part(event, cited))
			return true;
	}
	return false;
}

static bool is_at(const struct event *event, const struct history_end *end)
{
	return event->host && end->host && strcmp(event->host, end->host) == 0;
}

/* a dump of all sockets is about this one if what made it is cited, too */
static bool names(const struct ladder_of *of, const struct history_end *end)
{
	for (size_t i = 0; end->name && i < of->n_cited; i++) {
		const struct event *event = ladder_event(of, of->cited[i]);

		if (event && event->kind == EVENT_CALL && is_at(event, end) &&
		    event->call.socket &&
		    strcmp(event->call.socket, end->name) == 0)
			return true;
	}
	return false;
}

static bool shows_state(const struct ladder_of *of, const struct event *event,
			const struct history_end *end,
			const struct history_state *state)
{
	if (!is_at(event, end) || event->t_ns < state->from_ns ||
	    (state->until_ns >= 0 && event->t_ns > state->until_ns))
		return false;
	if (event->kind == EVENT_STATE)
		return event->state.state == state->state &&
		       endpoint_equal(&event->state.local, &end->local);
	if (event->kind == EVENT_SOCK)
		return event->sock.sock.state == state->state &&
		       endpoint_equal(&event->sock.sock.local, &end->local);
	return event->kind == EVENT_SNAP && names(of, end);
}

bool ladder_cites_state(const struct ladder_of *of,
			const struct history_end *end,
			const struct history_state *state)
{
	if (ladder_cites(of, state->n))
		return true;
	for (size_t i = 0; i < of->n_cited; i++) {
		const struct event *event = ladder_event(of, of->cited[i]);

		if (event && shows_state(of, event, end, state))
			return true;
	}
	return false;
}

bool ladder_is_bulk_call(const struct event *event)
{
	static const char *const names[] = {
		"send", "sendto",   "sendmsg", "write", "writev",
		"recv", "recvfrom", "recvmsg", "read",	"readv",
		"poll", "splice",   "sendfile"};
	bool is = false;

	if (event->kind != EVENT_CALL || event->call.result <= 0)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		is |= event->call.call &&
		      strcmp(event->call.call, names[i]) == 0;
	return is;
}

char *ladder_segment(const struct tcp_seen *segment)
{
	struct str text = {0};

	segment_print_flags(segment->flags, &text);
	str_addf(&text, " %" PRIu32, segment->rel_seq);
	if (segment->flags & TCP_FLAG_BIT(TCP_FLAG_ACK))
		str_addf(&text, "/%" PRIu32, segment->rel_ack);
	if (segment->len)
		str_addf(&text, " (%" PRIu32 ")", segment->len);
	if (segment->again)
		str_add(&text, " again");
	return str_steal(&text);
}

char *ladder_landing(const struct tcp_seen *segment)
{
	bool ack = segment->flags & TCP_FLAG_BIT(TCP_FLAG_ACK);

	/* of data the first byte says which it is, of what carries none what
	 * it acknowledges */
	return ack && !segment->len ? mem_printf("/%" PRIu32, segment->rel_ack)
				    : mem_printf("%" PRIu32, segment->rel_seq);
}

static const struct fault_spec *fault_spec(const struct ladder_of *of,
					   uint64_t fault)
{
	const struct scenario *s = of->scenario;

	return s && fault >= 1 && fault <= s->n_faults ? &s->faults[fault - 1]
						       : NULL;
}

static char *fault_name(const struct ladder_of *of,
			const struct event_fault *fault)
{
	const struct fault_spec *spec = fault_spec(of, fault->fault);

	if (spec && spec->name)
		return mem_strdup(spec->name);
	if (spec && spec->text) {
		const char *times = strstr(spec->text, ", times ");

		/* the last thing that it says, and crosses can be counted */
		return mem_printf("%.*s",
				  times ? (int)(times - spec->text)
					: (int)strlen(spec->text),
				  spec->text);
	}
	return mem_printf("fault %" PRIu64, fault->fault);
}

char *ladder_lost(const struct ladder_of *of, const struct tcp_seen *segment)
{
	const struct event *event = ladder_event(of, segment->fault_n);
	const char *why;

	if (event && event->kind == EVENT_FAULT)
		return fault_name(of, &event->fault);
	why = ladder_path_lost(of, segment);
	return why ? mem_strdup(why) : NULL;
}

char *ladder_state(const struct history_state *state)
{
	const char *name = tcp_state_names[state->state];

	return state->source == HISTORY_SOURCE_IMPLIED
		       ? mem_printf("(%s)", name)
		       : mem_strdup(name);
}

char *ladder_call_with(const struct event *event, const char *args)
{
	const struct event_call *call = &event->call;
	int64_t took = event->t_ns - call->began_ns;
	struct str text = {0};
	char buf[UNITS_TEXT];

	str_add(&text, call->call ?: "?");
	if (args)
		str_addf(&text, "(%s)", args);
	if (call->error)
		str_addf(&text, " = %s", errno_name((int)call->error));
	else
		str_addf(&text, " = %" PRId64, call->result);
	if (took >= TOOK_NS)
		str_addf(&text, ", took %s", duration_print(took, buf));
	return str_steal(&text);
}

/* Of some calls nobody can tell what they did without what they were told; the
 * socket is that of the lifeline */
static const char *telling_args(const struct event_call *call)
{
	static const char *const names[] = {"bind", "setsockopt", "getsockopt",
					    "shutdown"};
	const char *comma = call->args ? strstr(call->args, ", ") : NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (comma && call->call && strcmp(call->call, names[i]) == 0)
			return comma + 2;
	return NULL;
}

static char *exit_text(const struct event_proc *proc)
{
	if (proc->signal)
		return mem_printf("%s dies of %s", proc->program ?: "?",
				  signal_name((int)proc->signal));
	return mem_printf("%s exits, %" PRId64, proc->program ?: "?",
			  proc->status);
}

char *ladder_call(const struct event *event)
{
	/* -Wswitch-enum asks for all kinds: these are most of none */
	if (event->kind == EVENT_CALL)
		return ladder_call_with(event, telling_args(&event->call));
	if (event->kind == EVENT_PROC_START)
		return mem_printf("%s starts", event->proc.program ?: "?");
	if (event->kind == EVENT_PROC_SIGNAL)
		return mem_printf("%s gets %s", event->proc.program ?: "?",
				  signal_name((int)event->proc.signal));
	if (event->kind == EVENT_PROC_EXIT)
		return exit_text(&event->proc);
	return NULL;
}

static char *fault_text(const struct ladder_of *of,
			const struct event_fault *fault)
{
	const struct fault_spec *spec = fault_spec(of, fault->fault);
	const char *action = fault->action ? fault->action : "?";

	/* the arrow that ends at the cross has its name on it */
	if (strcmp(action, "drop") == 0)
		return NULL;
	/* a text begins with what it does, a name may be anything */
	if (spec && !spec->name && spec->text && strcmp(action, "release") != 0)
		return mem_strdup(spec->text);
	if (spec && spec->name)
		return mem_printf("%s %s", action, spec->name);
	return mem_printf("%s, fault %" PRIu64, action, fault->fault);
}

char *ladder_note(const struct ladder_of *of, const struct event *event)
{
	const struct event_wire *wire = &event->wire;

	if (event->kind == EVENT_FAULT)
		return fault_text(of, &event->fault);
	if (event->kind != EVENT_WIRE || !wire->action)
		return NULL;
	if (!event->host || !wire->to)
		return mem_printf("%s %s", wire->action, wire->what ?: "?");
	return mem_printf("%s %s > %s%s%s", wire->action, event->host, wire->to,
			  wire->what ? ": " : "", wire->what ?: "");
}

/* as people write it: 1,000,000 */
static void add_thousands(struct str *out, uint64_t number)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%" PRIu64, number);

	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			str_addc(out, ',', 1);
		str_addc(out, digits[i], 1);
	}
}

char *ladder_bulk(size_t segments, uint64_t bytes, size_t lost)
{
	struct str text = {0};

	add_thousands(&text, segments);
	str_add(&text, segments == 1 ? " segment, " : " segments, ");
	if (lost)
		str_addf(&text, "%zu lost, ", lost);
	add_thousands(&text, bytes);
	str_add(&text, lost ? " B" : bytes == 1 ? " byte" : " bytes");
	return str_steal(&text);
}
