/*
 * ladder_each.c - a scenario's connections, each as a sheet
 */
#include "report/ladder_each.h"

#include "base/str.h"
#include "base/vec.h"
#include "event/journal.h"
#include "judge/verdict.h"
#include "report/ladder_sheet.h"
#include "report/report.h"
#include "report/whole.h"
#include "timeline/history.h"

typedef VEC(uint64_t) numbers;

/* what those findings rest on that are no PASS */
static void find_cited(const struct report_result *result, numbers *cited)
{
	const struct judgement *judgement = result->judgement;

	for (size_t i = 0; judgement && i < judgement->n_findings; i++) {
		const struct finding *f = &judgement->findings[i];

		for (size_t j = 0;
		     f->verdict != VERDICT_PASS && j < f->n_evidence; j++)
			vec_push(cited, f->evidence[j]);
	}
}

char *ladder_end_name(const struct history_end *end)
{
	struct str text = {0};
	char buf[ENDPOINT_TEXT];

	str_addf(&text, "%s%s%s %s", end->host ? end->host : "nobody",
		 end->name ? "." : "", end->name ? end->name : "",
		 endpoint_print(&end->local, buf));
	return str_steal(&text);
}

struct ladder_of ladder_of_connection(const struct report_result *result,
				      const struct whole *whole, size_t nth)
{
	return (struct ladder_of){
		.connection = &whole->connections[nth],
		.index = nth,
		.items = whole->items,
		.n_items = whole->n_items,
		.segments = whole->segments,
		.events = result->journal->events,
		.n_events = result->journal->n,
		.scenario = result->scenario,
	};
}

void ladder_each(const struct report_result *result,
		 void (*take)(void *arg,
			      const struct history_connection *connection,
			      const struct ladder_sheet *sheet),
		 void *arg)
{
	struct whole whole;
	numbers cited = {0};

	if (!result->journal)
		return;
	whole = whole_new(result->journal);
	find_cited(result, &cited);
	for (size_t i = 0; i < whole.n_connections; i++) {
		struct ladder_of of = ladder_of_connection(result, &whole, i);
		struct ladder_sheet sheet;

		if (!of.connection->n_segments)
			continue;
		of.cited = cited.v;
		of.n_cited = cited.n;
		sheet = ladder_sheet_new(&of);
		take(arg, of.connection, &sheet);
		ladder_sheet_done(&sheet);
	}
	vec_done(&cited);
	whole_done(&whole);
}
