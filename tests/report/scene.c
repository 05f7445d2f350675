/*
 * scene.c - a connection made by hand, to be drawn as a ladder
 */
#include "scene.h"

#include <arpa/inet.h>

#include "base/mem.h"
#include "tcp/flow.h"

static const char *const hosts[] = {"client", "server"};

static struct history_item *item(struct scene *s, enum history_what what,
				 int64_t t_ns, int end)
{
	struct history_item *new = &s->items[s->of.n_items++];

	*new = (struct history_item){.t_ns = t_ns, .what = what, .end = end};
	if (t_ns > s->connection.end_ns)
		s->connection.end_ns = t_ns;
	return new;
}

static struct event *event(struct scene *s, enum event_kind kind, int64_t t_ns,
			   int end)
{
	struct event *new = &s->events[s->of.n_events++];

	*new = (struct event){.n = s->of.n_events,
			      .t_ns = t_ns,
			      .kind = kind,
			      .host = hosts[end]};
	return new;
}

struct scene *scene_new(void)
{
	struct scene *s = mem_new(struct scene, 1);

	for (int e = 0; e < 2; e++) {
		struct history_end *end = &s->connection.ends[e];

		end->host = hosts[e];
		end->name = e ? "s" : "c";
		end->states = s->states[e];
		end->local.family = AF_INET;
		end->local.port = e ? 7788 : 40312;
		end->local.ip.v4.s_addr = htonl(UINT32_C(0x0a000001) + !!e);
	}
	s->connection.segments = s->order;
	s->of = (struct ladder_of){
		.connection = &s->connection,
		.items = s->items,
		.segments = s->segments,
		.events = s->events,
	};
	return s;
}

static size_t segment(struct scene *s, int end, unsigned int flags,
		      uint32_t seq, uint32_t ack, uint32_t len)
{
	size_t i = s->n_segments++;

	s->segments[i] = (struct tcp_seen){
		.from_host = hosts[end],
		.to_host = hosts[!end],
		.from = s->connection.ends[end].local,
		.to = s->connection.ends[!end].local,
		.flags = (uint8_t)flags,
		.roles = FLOW_ROLE_BIT(len ? FLOW_DATA : FLOW_ACK),
		.rel_seq = seq,
		.rel_ack = ack,
		.len = len,
		.fate = SEEN_FATE_LOST,
	};
	s->order[s->connection.n_segments++] = i;
	return i;
}

size_t scene_send(struct scene *s, int end, int64_t t_ns, unsigned int flags,
		  uint32_t seq, uint32_t ack, uint32_t len)
{
	size_t i = segment(s, end, flags, seq, ack, len);
	struct history_item *new = item(s, HISTORY_SENT, t_ns, end);

	new->index = i;
	new->n = event(s, EVENT_SEGMENT, t_ns, end)->n;
	s->segments[i].t_ns = t_ns;
	s->segments[i].n = new->n;
	return i;
}

void scene_arrive(struct scene *s, size_t i, int64_t t_ns)
{
	struct tcp_seen *seen = &s->segments[i];
	int to = seen->to_host == hosts[1];
	struct history_item *new = item(s, HISTORY_ARRIVED, t_ns, to);

	new->index = i;
	new->n = event(s, EVENT_SEGMENT, t_ns, to)->n;
	seen->fate = SEEN_FATE_ARRIVED;
	seen->arrived_ns = t_ns;
	seen->arrived_n = new->n;
	if (seen->forged) {
		seen->n = new->n;
		seen->t_ns = t_ns;
	}
}

void scene_lose(struct scene *s, size_t i, uint64_t fault)
{
	struct tcp_seen *seen = &s->segments[i];
	int from = seen->from_host == hosts[1];
	struct event *new;

	item(s, HISTORY_LOST, seen->t_ns, from)->index = i;
	if (!fault)
		return;
	new = event(s, EVENT_FAULT, seen->t_ns, from);
	new->fault.fault = fault;
	new->fault.action = "drop";
	seen->fault_n = new->n;
}

size_t scene_forge(struct scene *s, int end, unsigned int flags, uint32_t seq)
{
	size_t i = segment(s, end, flags, seq, 0, 0);

	s->segments[i].forged = true;
	return i;
}

void scene_state(struct scene *s, int end, enum tcp_state state, int64_t t_ns,
		 int cause)
{
	struct history_end *of = &s->connection.ends[end];
	struct history_state *new = &of->states[of->n_states];
	struct history_item *at = item(s, HISTORY_STATE, t_ns, end);

	at->index = (size_t)end * 65536 + of->n_states;
	*new = (struct history_state){
		.state = state,
		.lo_ns = t_ns,
		.from_ns = t_ns,
		.until_ns = -1,
		.source = cause < 0 ? HISTORY_SOURCE_IMPLIED
				    : HISTORY_SOURCE_TRACE,
	};
	if (cause >= 0) {
		const struct tcp_seen *seen = &s->segments[cause];

		new->cause_n = seen->from_host == hosts[end] ? seen->n
							     : seen->arrived_n;
		new->n = new->cause_n;
		at->n = new->cause_n;
	}
	if (of->n_states)
		new[-1].until_ns = t_ns;
	of->n_states++;
}

void scene_call(struct scene *s, int end, int64_t t_ns, const char *call,
		int64_t result, int64_t error)
{
	struct event *new = event(s, EVENT_CALL, t_ns, end);

	new->call.call = call;
	new->call.result = result;
	new->call.error = error;
	new->call.began_ns = t_ns;
	item(s, HISTORY_CALL, t_ns, end)->n = new->n;
}

void scene_cut(struct scene *s, int end, int64_t t_ns)
{
	struct event *new = event(s, EVENT_WIRE, t_ns, end);
	struct history_item *at;

	new->wire.action = "cut";
	new->wire.to = hosts[!end];
	at = item(s, HISTORY_WIRE, t_ns, -1);
	at->connection = SIZE_MAX;
	at->n = new->n;
}

void scene_route(struct scene *s, size_t mids)
{
	static const char *const names[] = {"r0", "r1", "r2"};

	for (size_t i = 0; i < mids && i < 3; i++)
		s->path.mids[s->path.n_mids++] = names[i];
	s->of.path = &s->path;
}

void scene_pass(struct scene *s, size_t segment, size_t mid, int64_t t_ns,
		bool on)
{
	struct ladder_pass pass = {
		.segment = segment,
		.mid = mid,
		.t_ns = t_ns,
		.in_n = event(s, EVENT_SEGMENT, t_ns, 0)->n,
		.out_n = on,
	};

	vec_push(&s->path.passes, pass);
}
