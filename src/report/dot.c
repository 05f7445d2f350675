/*
 * dot.c - each scenario's topology as a graph for Graphviz
 */
#include <string.h>

#include "base/str.h"
#include "report/dot_text.h"
#include "report/report.h"
#include "spec/scenario.h"
#include "spec/topology.h"

static const char *const shapes[HOST_KINDS] = {
	[HOST_KIND_HOST] = "box",
	[HOST_KIND_SWITCH] = "ellipse",
	[HOST_KIND_ROUTER] = "diamond",
};

/* what a link asks of frames, written where they arrive, and a middlebox */
static void add_rules(struct str *out, const struct link_spec *link)
{
	static const char *const ends[LINK_WAYS] = {
		[LINK_A_TO_B] = "headlabel", [LINK_B_TO_A] = "taillabel"};
	SCOPED_STR struct str nat = {0};

	for (int way = 0; way < LINK_WAYS; way++) {
		SCOPED_STR struct str rules = {0};

		impair_rules_print(&link->rules[way], &rules);
		if (!rules.len)
			continue;
		str_addf(out, "%s=", ends[way]);
		dot_quote(out, str_text(&rules));
		str_addc(out, ' ', 1);
	}
	link_nat_print(link, &nat);
	if (nat.len) {
		str_add(out, "label=");
		dot_quote(out, str_text(&nat));
		str_addc(out, ' ', 1);
	}
}

static void add_graph(struct str *out, const struct report_result *result)
{
	const struct topology *t = result->scenario->topology;

	str_add(out, "graph ");
	dot_quote(out, result->name);
	str_add(out, " {\n\tlabel=");
	dot_quote(out, result->name);
	str_add(out, ";\n");
	for (size_t i = 0; i < t->n_hosts; i++) {
		str_addc(out, '\t', 1);
		dot_quote(out, t->hosts[i].name);
		str_addf(out, " [shape=%s];\n", shapes[t->hosts[i].kind]);
	}
	for (size_t i = 0; i < t->n_links; i++) {
		const struct link_spec *link = &t->links[i];
		SCOPED_STR struct str rules = {0};

		str_addc(out, '\t', 1);
		dot_quote(out, t->hosts[link->a].name);
		str_add(out, " -- ");
		dot_quote(out, t->hosts[link->b].name);
		add_rules(&rules, link);
		if (rules.len) {
			rules.s[rules.len - 1] = '\0';
			str_addf(out, " [%s]", str_text(&rules));
		}
		str_add(out, ";\n");
	}
	str_add(out, "}\n");
}

static bool drawn_before(const struct report_run *run, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(run->results[j].name, run->results[i].name) == 0)
			return true;
	return false;
}

int report_dot(const struct report_run *run, struct str *out)
{
	for (size_t i = 0; i < run->n_results; i++) {
		const struct scenario *scenario = run->results[i].scenario;

		if (scenario && scenario->topology && !drawn_before(run, i))
			add_graph(out, &run->results[i]);
	}
	return 0;
}
