/*
 * rule_invariant.c - what must hold in every run, whoever wrote its scenario
 */
#include <stdlib.h>
#include <string.h>

#include "judge/invariant.h"
#include "timeline/history.h"
#include "timeline/timeline.h"

/* of one host, or of any */
static const struct timeline_gap *find_gap(const struct timeline *tl,
					   const char *source, const char *host,
					   int64_t t_ns)
{
	const struct timeline_gap *gaps;
	size_t n;

	if (host)
		return timeline_gap_covers(tl, source, host, 0, t_ns);
	gaps = timeline_gaps(tl, &n);
	for (size_t i = 0; i < n; i++)
		if (gaps[i].source && strcmp(gaps[i].source, source) == 0 &&
		    gaps[i].from_ns <= t_ns)
			return &gaps[i];
	return NULL;
}

struct finding *invariant_broken(struct ruling *r, const char *source,
				 const char *host, char *expected, char *saw,
				 int64_t t_ns)
{
	const struct timeline_gap *gap = find_gap(r->tl, source, host, t_ns);
	enum verdict verdict = gap ? VERDICT_INCONCLUSIVE : VERDICT_FAIL;
	struct finding *finding;
	char *seen = saw;
	size_t same = 0;

	vec_foreach(&r->findings, f)
		same += f->verdict == verdict && f->step < 0 &&
			strcmp(f->expected, expected) == 0;
	if (same >= INVARIANT_MOST) {
		free(expected);
		free(saw);
		return NULL;
	}
	if (gap) {
		saw = mem_printf("%s, but a gap may explain it: %s", seen,
				 gap->why ?: gap->source);
		free(seen);
	}
	finding = ruling_add(r, verdict, -1, 0, expected, saw, t_ns);
	finding_cite(finding, gap ? gap->n : 0);
	return finding;
}

static void apply(struct ruling *r)
{
	const struct allowance allowed = allowance_of(r);
	struct history *history = history_new(r->tl);

	invariant_transitions(r);
	invariant_paths(r, history, &allowed);
	invariant_sources(r, &allowed);
	invariant_numbers(r, history);
	invariant_aborts(r);
	invariant_resets(r, &allowed);
	invariant_retransmissions(r, &allowed);
	invariant_bytes(r, history);
	invariant_leftovers(r, &allowed);
	history_free(history);
}

const struct rule rule_invariant = {
	.name = "invariant",
	.about = "TCP works: legal transitions, numbers that agree, no RST, "
		 "retransmission or socket that nothing accounts for",
	.apply = apply,
};
