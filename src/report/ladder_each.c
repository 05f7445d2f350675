/*
 * ladder_each.c - a scenario's connections, each as a sheet
 */
#include "report/ladder_each.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/vec.h"
#include "event/event.h"
#include "event/journal.h"
#include "judge/verdict.h"
#include "report/ladder_guest.h"
#include "report/ladder_path.h"
#include "report/ladder_sheet.h"
#include "report/ladder_words.h"
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

	str_addf(&text, "%s%s%s", end->host ? end->host : "nobody",
		 end->name ? "." : "", end->name ? end->name : "");
	if (end->local.port)
		str_addf(&text, " %s", endpoint_print(&end->local, buf));
	return str_steal(&text);
}

struct ladder_of ladder_of_connection(const struct report_result *result,
				      const struct whole *whole, size_t nth)
{
	return (struct ladder_of){
		.connection = nth < whole->n_connections
				      ? &whole->connections[nth]
				      : NULL,
		.index = nth,
		.items = whole->items,
		.n_items = whole->n_items,
		.segments = whole->segments,
		.events = result->journal->events,
		.n_events = result->journal->n,
		.scenario = result->scenario,
	};
}

/** struct each - while all are laid out */
struct each {
	const struct report_result *result;
	const struct whole *whole;
	const struct ladder_of *all;
	size_t mids_max;
	size_t *homes;
	numbers cited;
	void (*take)(void *arg, const struct history_connection *connection,
		     const struct ladder_sheet *sheet);
	void *arg;
};

static void lay_out(const struct each *each, struct ladder_of *of)
{
	struct ladder_path path = of->connection->n_segments
					  ? ladder_path_new(of)
					  : (struct ladder_path){0};
	bool fits = path.n_mids <= each->mids_max;
	struct ladder_sheet sheet;

	if (path.n_mids && fits)
		of->path = &path;
	of->homes = each->homes;
	of->cited = each->cited.v;
	of->n_cited = each->cited.n;
	sheet = ladder_sheet_new(of);
	for (size_t i = 0; !fits && i < path.n_mids; i++)
		sheet.left_out[sheet.n_left_out++] = path.mids[i];
	each->take(each->arg, of->connection, &sheet);
	of->path = NULL;
	ladder_sheet_done(&sheet);
	ladder_path_done(&path);
}

/* does a program do something there that is of no connection */
static bool is_busy(const struct each *each, const struct ladder_of *of,
		    const char *host)
{
	for (size_t i = 0; i < of->n_items; i++) {
		const struct event *event =
			each->homes[i] == of->index
				? ladder_event(of, of->items[i].n)
				: NULL;

		if (event && event->host && strcmp(event->host, host) == 0)
			return true;
	}
	return false;
}

/* Nobody sent anything: two hosts, one of which did something */
static void lay_out_hosts(const struct each *each)
{
	const struct journal *journal = each->result->journal;
	struct history_connection none = {.end_ns = INT64_MIN};
	struct ladder_of of = *each->all;
	VEC(const char *) hosts = {0};
	size_t busy = 0;

	of.connection = &none;
	of.index = each->whole->n_connections;
	for (size_t i = 0; i < journal->n; i++) {
		const struct event *e = &journal->events[i];
		bool is = e->kind == EVENT_HOST && e->host &&
			  is_busy(each, &of, e->host);

		/* of those that did nothing, one keeps the other company */
		if (e->kind != EVENT_HOST || !e->host ||
		    (!is && hosts.n > busy) || busy == 2)
			continue;
		vec_push(&hosts, e->host);
		busy += is;
	}
	for (size_t i = 0, n = 0; i < hosts.n && n < 2; i++)
		if (busy < 2 || is_busy(each, &of, hosts.v[i]))
			none.ends[n++].host = hosts.v[i];
	vec_done(&hosts);
	if (busy)
		lay_out(each, &of);
}

void ladder_each(const struct report_result *result, size_t mids_max,
		 void (*take)(void *arg,
			      const struct history_connection *connection,
			      const struct ladder_sheet *sheet),
		 void *arg)
{
	struct whole whole;
	struct ladder_of all;
	struct each each = {.result = result,
			    .whole = &whole,
			    .all = &all,
			    .mids_max = mids_max,
			    .take = take,
			    .arg = arg};
	bool any = false;

	if (!result->journal)
		return;
	whole = whole_new(result->journal);
	find_cited(result, &each.cited);
	all = ladder_of_connection(result, &whole, 0);
	each.homes =
		ladder_guests(&all, whole.connections, whole.n_connections);
	for (size_t i = 0; i < whole.n_connections; i++) {
		struct ladder_of of = ladder_of_connection(result, &whole, i);

		if (!of.connection->n_segments)
			continue;
		any = true;
		lay_out(&each, &of);
	}
	if (!any)
		lay_out_hosts(&each);
	free(each.homes);
	vec_done(&each.cited);
	whole_done(&whole);
}
