/*
 * cadence.c - decide when to look at the sockets next
 */
#include "observe/cadence.h"

/* a round past CADENCE_CHEAP_NS is paid for with this many times as much rest:
 * a host with 70,000 sockets takes some 5% of a processor */
#define REST 20

static int64_t min_ns(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t max_ns(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void cadence_init(struct cadence *c, int64_t now_ns)
{
	*c = (struct cadence){.due_ns = now_ns,
			      .gap_ns = CADENCE_DENSE_NS,
			      .active_ns = now_ns,
			      .cost_ns = CADENCE_DENSE_NS,
			      .overdue_ns = now_ns};
}

void cadence_poke(struct cadence *c, int64_t now_ns)
{
	c->gap_ns = CADENCE_DENSE_NS;
	c->active_ns = now_ns;
	/* min: pokes that come faster than samples must not put them off */
	c->due_ns = max_ns(min_ns(c->due_ns, now_ns + CADENCE_DENSE_NS),
			   c->earliest_ns);
}

static void back_off(struct cadence *c, const struct cadence_round *round)
{
	int64_t silence_ns = round->end_ns - c->active_ns;
	int64_t share =
		c->strangers ? CADENCE_STRANGER_SHARE : CADENCE_SILENCE_SHARE;

	if (round->changed) {
		c->active_ns = round->end_ns;
		c->gap_ns = CADENCE_DENSE_NS;
		return;
	}
	c->gap_ns = min_ns(2 * c->gap_ns,
			   max_ns(CADENCE_CALM_NS, silence_ns / share));
}

/* the pause around the end of a timer that is still ahead: up to its end, but
 * not past it, and then in small steps */
static int64_t toward_timer(const struct cadence_round *round)
{
	if (round->timer_ns == INT64_MAX)
		return INT64_MAX;
	return max_ns(round->timer_ns - CADENCE_EARLY_NS - round->end_ns,
		      CADENCE_TIMER_NS);
}

/* the pause around the end of timers that are overdue: counted from the latest
 * of them, and anew from any change, as a timer that fires may be armed again
 */
static int64_t past_timer(struct cadence *c, const struct cadence_round *round)
{
	if (round->overdue > c->overdue || round->changed)
		c->overdue_ns = round->end_ns;
	c->overdue = round->overdue;
	if (!round->overdue)
		return INT64_MAX;
	return max_ns((round->end_ns - c->overdue_ns) / CADENCE_LATE_SHARE,
		      CADENCE_TIMER_NS);
}

/*
 * A single dear round may be the machine's doing (time that a hypervisor stole
 * is on our account): what is believed at most doubles from round to round,
 * and falls at once.
 */
static int64_t rest_after(struct cadence *c, const struct cadence_round *round)
{
	c->cost_ns = min_ns(round->cost_ns,
			    2 * max_ns(c->cost_ns, CADENCE_DENSE_NS));
	return c->cost_ns + REST * max_ns(0, c->cost_ns - CADENCE_CHEAP_NS);
}

void cadence_after(struct cadence *c, const struct cadence_round *round)
{
	int64_t pause = round->changed ? CADENCE_DENSE_NS : c->gap_ns;

	back_off(c, round);
	pause = min_ns(pause, past_timer(c, round));
	pause = min_ns(pause, toward_timer(round));
	c->earliest_ns = round->end_ns + rest_after(c, round);
	c->due_ns = max_ns(round->end_ns + pause, c->earliest_ns);
}
