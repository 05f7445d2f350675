/*
 * timing_tell.c - how the times came out, in words
 */
#include "base/names.h"
#include "base/units.h"
#include "judge/timing.h"
#include "timeline/timeline.h"

/** COARSE_NS - brackets wider than this (and than a twentieth) are told */
#define COARSE_NS INT64_C(5000000)

static const char *const leads[] = {
	[TIMING_KEPT] = "",
	[TIMING_LATE] = "only ",
	[TIMING_NEVER] = "still ",
	[TIMING_EARLY] = "already ",
	[TIMING_LEFT] = "after the expected had held for ",
	[TIMING_PERHAPS_LATE] = "",
	[TIMING_PERHAPS_EARLY] = "",
	[TIMING_PERHAPS_LEFT] = "after the expected had held for ",
	[TIMING_NO_LOOK] = "so far; nobody looked when it mattered",
	[TIMING_GAP] = "so far; a gap hides what mattered",
	[TIMING_NO_ORIGIN] = "; there is no moment to count from",
};
TABLE_COVERS(leads, TIMING_REASONS);

static void tell_duration(struct str *text, const struct timing *timing)
{
	int64_t width = timing->max_ns - timing->min_ns;
	char min[UNITS_TEXT];
	char max[UNITS_TEXT];

	(void)duration_print(timing->min_ns, min);
	(void)duration_print(timing->max_ns, max);
	if (width > COARSE_NS && width > timing->max_ns / 20)
		str_addf(text, "between %s and %s", min, max);
	else
		str_add(text, max);
}

void timing_tell(struct str *text, const struct timing *timing,
		 const struct entry *entry, const char *from)
{
	enum timing_reason reason = timing->reason;

	str_addf(text, " %s", leads[reason]);
	if (timing_verdicts[reason] == VERDICT_INCONCLUSIVE &&
	    reason != TIMING_PERHAPS_LATE && reason != TIMING_PERHAPS_EARLY &&
	    reason != TIMING_PERHAPS_LEFT)
		return;
	if (reason == TIMING_KEPT && entry->already && !timing->origin.known) {
		str_add(text, entry->when.hi_ns <= timing->step->begin_ns
				      ? "when the step began"
				      : "at the first look in the step");
		return;
	}
	tell_duration(text, timing);
	if (reason != TIMING_LEFT && reason != TIMING_PERHAPS_LEFT)
		str_addf(text, " after %s", from ?: "the step began");
}
