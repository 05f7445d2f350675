/*
 * overtaken.c - segments that a wire brought in another order, unasked
 */
#include "judge/overtaken.h"

#include "judge/rule.h"
#include "spec/scenario.h"
#include "tcp/seen.h"
#include "tcp/segment.h"
#include "timeline/timeline.h"

/** STAMPS_NS - two processors' stamps may differ by so much */
#define STAMPS_NS INT64_C(10000)

/** MATTERS - the order of these changes what becomes of a connection; of data
 * and acknowledgements alone TCP makes the best, and a busy machine brings bulk
 * data in another order all the time */
#define MATTERS                                                    \
	(TCP_FLAG_BIT(TCP_FLAG_SYN) | TCP_FLAG_BIT(TCP_FLAG_FIN) | \
	 TCP_FLAG_BIT(TCP_FLAG_RST))

/** NEAR - nothing is overtaken by what comes so many rows behind it */
#define NEAR 64

static bool is_asked(const struct scenario *scenario)
{
	const struct topology *topology = scenario->topology;

	for (size_t i = 0; i < scenario->n_steps; i++)
		if (scenario->steps[i].kind == STEP_SET)
			return true;
	for (size_t i = 0; topology && i < topology->n_links; i++) {
		for (int way = 0; way < LINK_WAYS; way++) {
			const struct impair_rules *rules =
				&topology->links[i].rules[way];

			if (rules->jitter_ns || rules->reorder > 0)
				return true;
		}
	}
	return false;
}

/* nobody but the wire had a hand in when it came */
static bool is_plain(const struct tcp_seen *s)
{
	return !s->forged && s->arrived_n && !s->fault_n;
}

static bool overtakes(const struct tcp_seen *second,
		      const struct tcp_seen *first)
{
	return is_plain(second) && (first->flags | second->flags) & MATTERS &&
	       second->t_ns > first->t_ns &&
	       second->arrived_ns + STAMPS_NS < first->arrived_ns &&
	       endpoint_equal(&second->from, &first->from) &&
	       endpoint_equal(&second->to, &first->to);
}

bool overtaken_find(const struct ruling *r, struct overtaken *out)
{
	size_t n;
	const struct tcp_seen *rows = timeline_segments(r->tl, &n);

	if (is_asked(r->scenario))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_plain(&rows[i]))
			continue;
		for (size_t j = i < NEAR ? 0 : i - NEAR; j < n && j < i + NEAR;
		     j++) {
			if (!overtakes(&rows[j], &rows[i]))
				continue;
			*out = (struct overtaken){&rows[i], &rows[j]};
			return true;
		}
	}
	return false;
}
