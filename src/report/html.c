/*
 * html.c - one page with everything, to be looked at
 *
 * DOC: Theory of operation
 *
 * The page needs nothing but itself: style, scripts and data are in it. The
 * scripts are in html/. What the overview shows of all scenarios is one JSON
 * text; what only a look at one scenario needs is another for each, in a
 * script element of its own, which the browser keeps as mere text until that
 * scenario is opened. So a thousand of them open at once.
 *
 * DOC: Schema
 *
 * #run: as the json format has it, but each of "results" has only
 *   what comes before its findings there, and
 *   {"findings": 12, "bad": 1, "moves": {"7": 1}}
 *   and "moves": [{"id": "7", "from": ["SYN_SENT"], "to": ["ESTABLISHED"],
 *   "what", "source", "refused"}]: all that judge/moves.h knows
 * #s0, #s1 …: see html_picture.c
 */
#include "report/html.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "judge/moves.h"
#include "report/json.h"
#include "report/jvalue.h"
#include "report/report.h"

/* What a line of the list needs; the rest is in the picture. */
static json_t *entry(const struct report_result *result,
		     const struct html_picture *picture)
{
	const struct judgement *judgement = result->judgement;
	json_t *object = json_result_head(result);
	int64_t bad = 0;

	for (size_t i = 0; judgement && i < judgement->n_findings; i++)
		bad += judgement->findings[i].verdict != VERDICT_PASS;
	jvalue_set(
		object, "findings",
		jvalue_number(judgement ? (int64_t)judgement->n_findings : 0));
	jvalue_set(object, "bad", jvalue_number(bad));
	jvalue_set(object, "moves", html_picture_moves(picture));
	return object;
}

/* "</script>" and "<!--" in a text must not end, or hide, the element that it
 * is in: HTML standard, 4.12.1.3. In JSON a "<" stands in texts only. */
static void add_escaped(struct str *out, const char *json)
{
	for (const char *s = json; *s; s++) {
		if (*s == '<')
			str_add(out, "\\u003c");
		else
			str_addn(out, s, 1);
	}
}

static void add_data(struct str *out, const char *id, const char *json)
{
	str_addf(out, "<script type=\"application/json\" id=\"%s\">", id);
	add_escaped(out, json);
	str_add(out, "</script>\n");
}

static json_t *states_json(uint32_t set)
{
	json_t *array = json_array();

	for (int i = 0; i < TCP_STATES; i++)
		if (set & TCP_STATE_BIT(i))
			jvalue_push(array, jvalue_text(tcp_state_names[i]));
	return array;
}

static json_t *moves_json(void)
{
	json_t *array = json_array();

	for (size_t i = 0; i < moves_count(); i++) {
		const struct move *move = moves_at(i);
		json_t *object = json_object();

		jvalue_set(object, "id", jvalue_text(move->id));
		jvalue_set(object, "from", states_json(move->from));
		jvalue_set(object, "to", states_json(move->to));
		jvalue_set(object, "what", jvalue_text(move->what));
		jvalue_set(object, "source", jvalue_text(move->source));
		jvalue_set(object, "refused", jvalue_text(move->refused));
		jvalue_push(array, object);
	}
	return array;
}

int report_html(const struct report_run *run, struct str *out)
{
	json_t *root = json_run(run);
	json_t *results = json_object_get(root, "results");
	char *head;

	str_add(out, html_page_head);
	for (size_t i = 0; i < run->n_results; i++) {
		const struct report_result *result = &run->results[i];
		struct html_picture *picture = html_picture_new(result);
		SCOPED_STR struct str text = {0};
		SCOPED_FREE char *id = mem_printf("s%zu", i);

		html_picture_print(picture, run, &text);
		add_data(out, id, str_text(&text));
		jvalue_push(results, entry(result, picture));
		html_picture_free(picture);
	}
	jvalue_set(root, "moves", moves_json());
	head = json_dumps(root, JSON_COMPACT);
	if (!head)
		abort(); /* out of memory */
	add_data(out, "run", head);
	free(head);
	json_decref(root);
	str_add(out, html_page_tail);
	return 0;
}
