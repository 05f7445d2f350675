/*
 * message.c - why a scenario did not pass, in one line and in a few
 */
#include "report/message.h"

#include <inttypes.h>

#include "base/str.h"
#include "event/event.h"
#include "event/journal.h"
#include "report/report.h"

void message_finding(struct str *out, const struct finding *finding)
{
	if (finding->line)
		str_addf(out, "line %d: ", finding->line);
	if (finding->expected)
		str_addf(out, "expected %s, ", finding->expected);
	str_addf(out, "saw %s", finding->saw ? finding->saw : "nothing");
}

/* The first finding of the result's own verdict: the most telling one. */
static const struct finding *worst_of(const struct report_result *result)
{
	const struct judgement *judgement = result->judgement;

	for (size_t i = 0; judgement && i < judgement->n_findings; i++)
		if (judgement->findings[i].verdict == judgement->verdict)
			return &judgement->findings[i];
	return NULL;
}

static size_t count_bad(const struct report_result *result)
{
	const struct judgement *judgement = result->judgement;
	size_t n = 0;

	for (size_t i = 0; judgement && i < judgement->n_findings; i++)
		n += judgement->findings[i].verdict != VERDICT_PASS;
	return n;
}

/* The first thing that the environment refused, if any. */
static const struct event_error *first_error(const struct report_result *r)
{
	for (size_t i = 0; r->journal && i < r->journal->n; i++)
		if (r->journal->events[i].kind == EVENT_ERROR)
			return &r->journal->events[i].error;
	return NULL;
}

void message_short(struct str *out, const struct report_result *result)
{
	const struct finding *worst = worst_of(result);
	size_t bad = count_bad(result);

	if (report_verdict(result) == VERDICT_PASS)
		return;
	if (result->error)
		str_add(out, result->error);
	else if (report_verdict(result) == VERDICT_ERROR && first_error(result))
		str_add(out, first_error(result)->text);
	else if (worst)
		message_finding(out, worst);
	else
		str_add(out, "not judged");
	if (bad > 1)
		str_addf(out, " (and %zu more)", bad - 1);
}

static void add_evidence(struct str *out, const struct report_result *result,
			 const struct finding *finding)
{
	if (finding->n_evidence == 0)
		return;
	str_add(out, "\nevidence:");
	for (size_t i = 0; i < finding->n_evidence; i++)
		str_addf(out, " #%" PRIu64, finding->evidence[i]);
	if (result->folder)
		str_addf(out, " in %s/journal.jsonl", result->folder);
}

void message_long(struct str *out, const struct report_result *result)
{
	const struct judgement *judgement = result->judgement;
	const struct finding *worst = worst_of(result);
	const struct event_error *error = first_error(result);
	const char *remedy = result->remedy;

	message_short(out, result);
	if (report_verdict(result) != VERDICT_PASS && worst)
		add_evidence(out, result, worst);
	for (size_t i = 0; judgement && i < judgement->n_findings; i++) {
		const struct finding *finding = &judgement->findings[i];

		if (finding->verdict == VERDICT_PASS || finding == worst)
			continue;
		str_addf(out, "\n%s: ", verdict_names[finding->verdict]);
		message_finding(out, finding);
		add_evidence(out, result, finding);
	}
	if (!remedy && error)
		remedy = error->remedy;
	if (remedy && report_verdict(result) == VERDICT_ERROR)
		str_addf(out, "\nremedy: %s", remedy);
}

const char *message_type(const struct report_result *result)
{
	const struct finding *worst = worst_of(result);

	switch (report_verdict(result)) {
	case VERDICT_INCONCLUSIVE:
		return "inconclusive";
	case VERDICT_FAIL:
		return worst && worst->rule ? worst->rule : "failure";
	case VERDICT_ERROR:
		return "error";
	case VERDICT_PASS:
	case VERDICTS:
		break;
	}
	return "";
}
