/*
 * enter.c - what becomes of a frame that comes onto a wire
 *
 * DOC: Theory of operation
 *
 * A frame meets, in this order: the cut, the NAT, one fault, the impairments.
 * What an earlier one takes, a later one does not see. So a frame that a fault
 * drops throws no dice, and every other frame throws as many as without the
 * fault: what chance does to it depends on the frames that went on before it,
 * and not on when a step arms or releases.
 *
 * A fault's duplicate, its delay and what it holds share the impairments' one
 * verdict: lost is lost, and what was due a millisecond after it came is due a
 * millisecond after its release. A frame that is to be overtaken waits in its
 * lane; the next segment that is posted takes it along, due when that one is,
 * and next in the heap's order.
 *
 * Every TCP segment is shown to the wire's flow table as it comes, also if it
 * goes no farther: a segment is a retransmission by what its sender sent.
 */
#include <string.h>

#include "base/clock.h"
#include "tcp/digest.h"
#include "tcp/segment.h"
#include "wire/lane.h"

/** HEAD_BYTES - enough for all headers; with the rest of a long frame the
 * checksum is not looked at, which is most of the work */
#define HEAD_BYTES 192

static void post_one(struct relay *relay, struct lane *lane,
		     struct parcel *parcel)
{
	parcel->lane = lane;
	parcel->asked_ns = parcel->due_ns;
	parcel->tries = 0;
	lane->count.under_way++;
	parcels_push(&relay->parcels, parcel);
}

static bool is_full(const struct relay *relay)
{
	return relay->parcels.heap.n + relay->held.n + relay->n_waiting >=
	       LANE_FRAMES_MAX;
}

static void post_copy(struct relay *relay, struct lane *lane,
		      const struct parcel *parcel, int64_t due_ns)
{
	struct parcel *copy;

	if (is_full(relay)) {
		lane->count.missed++;
		return;
	}
	copy = parcel_get(&relay->parcels);
	copy->frame.len = parcel->frame.len;
	memcpy(copy->frame.bytes, parcel->frame.bytes, parcel->frame.len);
	copy->copies = 1;
	copy->forged = parcel->forged;
	copy->due_ns = due_ns;
	post_one(relay, lane, copy);
}

void lane_post(struct relay *relay, struct lane *lane, struct parcel *parcel)
{
	post_one(relay, lane, parcel);
	if (parcel->copies > 1)
		post_copy(relay, lane, parcel, parcel->due_ns);
}

static void turn_bit(struct port_frame *frame, uint64_t bit)
{
	frame->bytes[bit / 8] ^= (uint8_t)(1U << (bit % 8));
}

static void wait_for_next(struct relay *relay, struct lane *lane,
			  struct parcel *parcel)
{
	parcel->next = NULL;
	*lane->waiting_last = parcel;
	lane->waiting_last = &parcel->next;
	relay->n_waiting++;
	lane->count.under_way++;
}

/* one went on its way at @due_ns: those that waited for it follow */
static void follow(struct relay *relay, struct lane *lane, int64_t due_ns)
{
	struct parcel *parcel = lane->waiting;

	lane->waiting = NULL;
	lane->waiting_last = &lane->waiting;
	while (parcel) {
		struct parcel *next = parcel->next;

		if (parcel->due_ns < due_ns)
			parcel->due_ns = due_ns;
		relay->n_waiting--;
		lane->count.under_way--;
		lane_post(relay, lane, parcel);
		parcel = next;
	}
}

static void hold(struct relay *relay, struct lane *lane, struct parcel *parcel,
		 const struct relay_hit *hit, int64_t now_ns)
{
	parcel->lane = lane;
	parcel->due_ns -= now_ns;
	lane->count.held++;
	vec_push(&relay->held, (struct held){.parcel = parcel, .hit = *hit});
}

/* the frame goes on as the fault's action says; NULL: untouched */
static void go_on(struct relay *relay, struct lane *lane, struct parcel *parcel,
		  const struct fault *fault, const struct relay_hit *hit,
		  int64_t now_ns)
{
	int64_t due_ns;

	switch (fault ? fault->spec->action : FAULT_ACTIONS) {
	case FAULT_HOLD:
		hold(relay, lane, parcel, hit, now_ns);
		return;
	case FAULT_REORDER:
		wait_for_next(relay, lane, parcel);
		return;
	case FAULT_DELAY:
		parcel->due_ns += fault->spec->by_ns;
		break;
	case FAULT_DUPLICATE:
	case FAULT_CORRUPT:
	case FAULT_DROP:
	case FAULT_ACTIONS:
		break;
	}
	due_ns = parcel->due_ns;
	lane_post(relay, lane, parcel);
	if (fault && fault->spec->action == FAULT_DUPLICATE)
		post_copy(relay, lane, parcel, due_ns + fault->spec->by_ns);
	if (parcel->segment)
		follow(relay, lane, due_ns);
}

/* Return: whether the parcel is on its way, or may be used for another. */
static bool pass(struct relay *relay, struct lane *lane, struct parcel *parcel,
		 const struct fault *fault, const struct relay_hit *hit,
		 int64_t now_ns)
{
	struct relay_count *count = &lane->count;
	struct impair_verdict verdict =
		impair_frame(&lane->impair, parcel->frame.len, now_ns,
			     (uint32_t)count->under_way);

	if (verdict.fate != IMPAIR_FORWARD) {
		count->lost += verdict.fate == IMPAIR_LOST;
		count->overflow += verdict.fate == IMPAIR_OVERFLOW;
		return false;
	}
	if (verdict.corrupt) {
		turn_bit(&parcel->frame, verdict.corrupt_bit);
		count->corrupt++;
	}
	parcel->due_ns = verdict.due_ns;
	parcel->copies = verdict.copies;
	parcel->forged = false;
	go_on(relay, lane, parcel, fault, hit, now_ns);
	return true;
}

void lane_fill_hit(const struct lane *lane, const struct segment *segment,
		   const struct flow_view *view, struct relay_hit *hit)
{
	*hit = (struct relay_hit){
		.wire = lane->wire->index,
		.way = lane->way,
		.from = segment->from,
		.to = segment->to,
		.flags = segment->flags,
		.roles = view->roles,
		.again = view->again,
		.seq = segment->seq,
		.ack = segment->ack,
		.rel_seq = view->seq,
		.rel_ack = view->ack,
		.len = segment->payload_len,
	};
}

static bool meet_fault(struct relay *relay, struct lane *lane,
		       struct parcel *parcel, const struct segment *segment,
		       const struct flow_view *view, int64_t now_ns)
{
	struct port_frame *frame = &parcel->frame;
	const struct aim_target target = {
		.frame = frame->bytes,
		.len = frame->len,
		.segment = segment,
		.view = view,
		.sender = lane->sender,
		.receiver = lane->receiver,
	};
	struct fault *fault = faults_pick(&relay->faults, &target);
	struct relay_hit hit;

	if (!fault)
		return pass(relay, lane, parcel, NULL, NULL, now_ns);
	lane_fill_hit(lane, segment, view, &hit);
	hit.at_ns = clock_now_ns(); /* the turn may have begun before it came */
	hit.fault = (size_t)(fault - relay->faults.v);
	hit.nth = fault->acted;
	hit.by_ns = fault->spec->by_ns;
	hit.digest = frame_digest(frame->bytes, frame->len);
	hit.digest_after = hit.digest;
	if (fault->spec->action == FAULT_CORRUPT) {
		fault_corrupt(fault->spec->field, segment, frame->bytes,
			      frame->len);
		hit.digest_after = frame_digest(frame->bytes, frame->len);
	}
	if (relay->config.hit)
		relay->config.hit(relay->config.arg, &hit);
	if (fault->spec->action != FAULT_DROP)
		return pass(relay, lane, parcel, fault, &hit, now_ns);
	lane->count.faulted++;
	return false;
}

int lane_forge(struct relay *relay, struct lane *lane,
	       const struct forge *forge, int64_t now_ns)
{
	struct parcel *parcel = parcel_get(&relay->parcels);
	int rc = forge_frame(forge, &parcel->frame);

	if (rc < 0) {
		parcel_put(&relay->parcels, parcel);
		return rc;
	}
	parcel->due_ns = now_ns;
	parcel->copies = 1;
	parcel->forged = true;
	lane_post(relay, lane, parcel);
	return 0;
}

static bool passes_nat(struct relay *relay, struct lane *lane,
		       const struct parcel *parcel,
		       const struct segment *segment, uint64_t path,
		       int64_t now_ns)
{
	struct wire *wire = lane->wire;
	struct forge reset;

	if (nat_passes(&wire->paths.v[path - 1], segment, wire->nat_idle_ns,
		       now_ns))
		return true;
	lane->count.forgotten++;
	if (wire->nat_resets && nat_reset(parcel->frame.bytes, segment, &reset))
		/* cannot fail: the segment fitted, and this one is shorter */
		(void)lane_forge(relay, &wire->lanes[!lane->way], &reset,
				 now_ns);
	return false;
}

/* Return: as pass(). */
static bool enter_segment(struct relay *relay, struct lane *lane,
			  struct parcel *parcel, const struct segment *segment,
			  int64_t now_ns)
{
	struct wire *wire = lane->wire;
	struct flow_view view;

	flow_see(wire->flows, segment, &view);
	if (view.path > wire->paths.n) {
		vec_push(&wire->paths, (struct nat_path){0});
		stations_learn(&wire->stations, parcel->frame.bytes,
			       &segment->from, &segment->to);
	}
	if (lane->cut) {
		lane->count.cut++;
		return false;
	}
	if (!passes_nat(relay, lane, parcel, segment, view.path, now_ns))
		return false;
	if (!lane->aimed)
		return pass(relay, lane, parcel, NULL, NULL, now_ns);
	return meet_fault(relay, lane, parcel, segment, &view, now_ns);
}

static bool enter(struct relay *relay, struct lane *lane, struct parcel *parcel,
		  int64_t now_ns)
{
	const struct port_frame *frame = &parcel->frame;
	struct segment segment;

	lane->count.came++;
	parcel->segment = false;
	if (!frame->len || frame->len > PORT_FRAME_BYTES || is_full(relay)) {
		lane->count.missed++;
		return false;
	}
	if (segment_parse(frame->bytes,
			  frame->len < HEAD_BYTES ? frame->len : HEAD_BYTES,
			  &segment) == 0) {
		parcel->segment = true;
		return enter_segment(relay, lane, parcel, &segment, now_ns);
	}
	if (lane->cut) {
		lane->count.cut++;
		return false;
	}
	return pass(relay, lane, parcel, NULL, NULL, now_ns);
}

bool lane_take(struct relay *relay, struct lane *lane, int64_t now_ns)
{
	struct port_frame *frames[PORT_BURST];
	int64_t waited_ns = 0;
	int n;

	for (size_t i = 0; i < PORT_BURST; i++)
		frames[i] = &relay->room[i]->frame;
	/* on failure there is nothing: a host that is gone sends nothing */
	n = port_take(lane->from_fd, frames, PORT_BURST, &waited_ns);
	/* what came before there was a relay is not late; all else is, whatever
	 * becomes of it */
	if (waited_ns > now_ns - relay->began_ns)
		waited_ns = now_ns - relay->began_ns;
	if (waited_ns > lane->count.latest_ns)
		lane->count.latest_ns = waited_ns;
	for (int i = 0; i < n; i++)
		if (enter(relay, lane, relay->room[i], now_ns))
			relay->room[i] = parcel_get(&relay->parcels);
	return n == PORT_BURST;
}
