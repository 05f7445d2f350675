/*
 * rule_fault.c - the faults that were asked for happened, and no more
 *
 * What a scenario shows of a lost segment it shows only if that was lost. A
 * fault that never acted is therefore a failure, and not a hole in what we saw:
 * unless there is such a hole.
 */
#include <string.h>

#include "base/str.h"
#include "base/units.h"
#include "judge/rule.h"
#include "spec/scenario.h"
#include "timeline/timeline.h"

/** CITED_MOST - of a fault that acts on everything */
#define CITED_MOST 32

/** struct tally - how often a fault acted */
struct tally {
	uint64_t n;
	bool whole; /* they are numbered from 1 on without a hole */
	int64_t last_ns; /* -1 if it never did */
};

static bool is_of(const struct timeline_fault *f, size_t i)
{
	return f->fault == i + 1 && strcmp(f->action, "release") != 0;
}

static struct tally count(const struct ruling *r, size_t i)
{
	struct tally tally = {.whole = true, .last_ns = -1};
	const struct timeline_fault *faults;
	size_t n;

	faults = timeline_faults(r->tl, &n);
	for (size_t j = 0; j < n; j++) {
		if (!is_of(&faults[j], i))
			continue;
		tally.n++;
		tally.whole = tally.whole && faults[j].nth == tally.n;
		tally.last_ns = faults[j].t_ns;
	}
	return tally;
}

static uint64_t wire_gap(const struct ruling *r)
{
	const struct timeline_gap *gaps;
	size_t n;

	gaps = timeline_gaps(r->tl, &n);
	for (size_t i = 0; i < n; i++)
		if (gaps[i].source && (strcmp(gaps[i].source, "wire") == 0 ||
				       strcmp(gaps[i].source, "lateness") == 0))
			return gaps[i].n;
	return 0;
}

static char *expected(const struct fault_spec *fault, size_t i)
{
	struct str text = {0};

	str_addf(&text, "fault %zu, %s: ", i + 1, fault->text);
	if (fault->optional)
		str_add(&text, "may act");
	else
		str_add(&text, "acts");
	if (fault->times)
		str_addf(&text, "%s %u time%s",
			 fault->optional ? ", at most" : "", fault->times,
			 fault->times == 1 ? "" : "s");
	return str_steal(&text);
}

static char *saw(const struct fault_spec *fault, const struct tally *tally,
		 uint64_t gap)
{
	struct str text = {0};
	char buf[UNITS_TEXT];

	if (!tally->n)
		str_add(&text, "it never acted");
	else if (fault->times && tally->n <= fault->times)
		str_addf(&text, "it acted %llu of %u time%s",
			 (unsigned long long)tally->n, fault->times,
			 fault->times == 1 ? "" : "s");
	else
		str_addf(&text, "it acted %llu time%s",
			 (unsigned long long)tally->n,
			 tally->n == 1 ? "" : "s");
	if (tally->n)
		str_addf(&text, ", at %s%s",
			 duration_print(tally->last_ns, buf),
			 tally->n > 1 ? " last" : "");
	if (!tally->whole)
		str_add(&text, ", and not all of it was told");
	if (gap)
		str_add(&text, "; a wire did not do as asked");
	return str_steal(&text);
}

static enum verdict judge_tally(const struct ruling *r,
				const struct fault_spec *fault,
				const struct tally *tally, uint64_t gap)
{
	uint64_t least = fault->optional ? 0 : fault->times ? fault->times : 1;
	const struct timeline_whole *whole = timeline_whole(r->tl);

	if (fault->times && tally->n > fault->times)
		return VERDICT_FAIL;
	if (!tally->whole)
		return VERDICT_INCONCLUSIVE;
	if (tally->n >= least)
		return VERDICT_PASS;
	/* where the run did not come to its end, it may have come later */
	return gap || !whole->complete ? VERDICT_INCONCLUSIVE : VERDICT_FAIL;
}

static void judge_fault(struct ruling *r, size_t i)
{
	const struct fault_spec *fault = &r->scenario->faults[i];
	const struct timeline_fault *faults;
	struct tally tally = count(r, i);
	uint64_t gap = wire_gap(r);
	enum verdict verdict = judge_tally(r, fault, &tally, gap);
	struct finding *finding;
	size_t n;

	finding =
		ruling_add(r, verdict, -1, fault->pos.line, expected(fault, i),
			   saw(fault, &tally, gap), tally.last_ns);
	faults = timeline_faults(r->tl, &n);
	for (size_t j = 0; j < n && finding->n_evidence < CITED_MOST; j++)
		if (is_of(&faults[j], i))
			finding_cite(finding, faults[j].n);
	finding_cite(finding, verdict == VERDICT_PASS ? 0 : gap);
	finding_cite(finding, timeline_whole(r->tl)->end_n);
	if (!finding->n_evidence)
		finding_cite(finding, timeline_whole(r->tl)->last_n);
}

static void apply(struct ruling *r)
{
	for (size_t i = 0; i < r->scenario->n_faults; i++)
		judge_fault(r, i);
}

const struct rule rule_fault = {
	.name = "fault",
	.about = "each fault acted on segments as often as asked",
	.apply = apply,
};
