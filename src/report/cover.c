/*
 * cover.c - which transitions were taken, as a list and as JSON
 */
#include "report/cover.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "judge/coverage.h"
#include "report/cover_diagram.h"
#include "report/jvalue.h"
#include "report/page.h"

/** WHAT_WIDTH - of the longest text that says what made a transition */
#define WHAT_WIDTH 40

/** INDENT - what a list of scenarios is set in */
#define INDENT 15

static size_t states_of(uint32_t set)
{
	return (size_t)__builtin_popcount(set);
}

static void add_states(struct str *text, uint32_t set)
{
	if (states_of(set) > 5) {
		str_add(text, states_of(set) > 8 ? "any of a connection"
			      : set & TCP_STATE_BIT(TCP_STATE_TIME_WAIT)
				      ? "any synchronized"
				      : "any but TIME_WAIT");
		return;
	}
	for (enum tcp_state s = 0; s < TCP_STATES; s++) {
		if (!(set & TCP_STATE_BIT(s)))
			continue;
		set &= ~TCP_STATE_BIT(s);
		str_addf(text, "%s%s", tcp_state_names[s], set ? ", " : "");
	}
}

static void add_scenarios(const struct coverage_row *row, size_t columns,
			  struct str *text)
{
	size_t left = columns > INDENT ? columns - INDENT : 0;

	if (!row->n_scenarios)
		return;
	str_addc(text, ' ', INDENT);
	for (size_t i = 0; i < row->n_scenarios; i++) {
		size_t len = strlen(row->scenarios[i]) + 2;

		/* what the last words take is kept free */
		if (columns && i && len + 12 > left) {
			str_addf(text, "and %zu more", row->n_scenarios - i);
			break;
		}
		left -= len < left ? len : left;
		str_addf(text, "%s%s", row->scenarios[i],
			 i + 1 < row->n_scenarios ? ", " : "");
	}
	str_add(text, "\n");
}

static void add_row(const struct coverage_row *row, size_t columns,
		    struct str *text)
{
	const struct move *move = row->move;
	SCOPED_STR struct str way = {0};
	char count[24];

	(void)snprintf(count, sizeof(count), "%llu",
		       (unsigned long long)row->count); /* fits */
	add_states(&way, move->from);
	str_add(&way, " > ");
	add_states(&way, move->to);
	str_addf(text, "  %-4s%6s  %s\n", move->id,
		 row->count	 ? count
		 : move->refused ? "-"
				 : "never",
		 str_text(&way));
	str_addc(text, ' ', INDENT);
	str_addf(text, "%s\n", move->what);
	if (move->refused) {
		str_addc(text, ' ', INDENT);
		str_addf(text, "%s\n", move->refused);
	}
	add_scenarios(row, columns, text);
}

static void add_rows(const struct coverage *coverage, bool of_linux,
		     const char *title, size_t columns, struct str *text)
{
	const struct coverage_row *rows = coverage_rows(coverage);
	struct coverage_sum sum = coverage_sum(coverage, of_linux);

	str_addf(text, "\n%s: %zu of %zu taken\n\n", title, sum.taken, sum.of);
	for (size_t i = 0; i < moves_count(); i++)
		if (move_is_linux(rows[i].move) == of_linux)
			add_row(&rows[i], columns, text);
}

static void add_never(const struct coverage *coverage, struct str *text)
{
	const struct coverage_row *rows = coverage_rows(coverage);
	const struct page page = {.out = text};
	SCOPED_STR struct str ids = {0};

	for (size_t i = 0; i < moves_count(); i++)
		if (!rows[i].count && !rows[i].move->refused)
			str_addf(&ids, "%s%s", ids.len ? ", " : "",
				 rows[i].move->id);
	str_addc(text, '\n', 1);
	page_label(&page, 0, strlen("Never taken: "), "Never taken:", INK_PLAIN,
		   ids.len ? str_text(&ids) : "none");
}

void cover_line(const struct coverage *coverage, struct str *text)
{
	struct coverage_sum rfc = coverage_sum(coverage, false);
	struct coverage_sum own = coverage_sum(coverage, true);

	str_addf(text,
		 "%zu of %zu RFC 9293 transitions, %zu of %zu Linux extras",
		 rfc.taken, rfc.of, own.taken, own.of);
}

void cover_text(const struct coverage *coverage, size_t columns,
		struct str *text)
{
	cover_diagram(coverage, text);
	add_rows(coverage, false, "RFC 9293 figure 5, its notes and its text",
		 columns, text);
	add_rows(coverage, true, "What Linux does beside it", columns, text);
	add_never(coverage, text);
	str_add(text, "\n");
	cover_line(coverage, text);
	str_add(text, "\n");
}

static json_t *states_json(uint32_t set)
{
	json_t *array = json_array();

	for (enum tcp_state s = 0; s < TCP_STATES; s++)
		if (set & TCP_STATE_BIT(s))
			jvalue_push(array, jvalue_text(tcp_state_names[s]));
	return array;
}

static json_t *row_json(const struct coverage_row *row)
{
	json_t *object = json_object();
	json_t *scenarios = json_array();

	jvalue_set(object, "id", jvalue_text(row->move->id));
	jvalue_set(object, "from", states_json(row->move->from));
	jvalue_set(object, "to", states_json(row->move->to));
	jvalue_set(object, "what", jvalue_text(row->move->what));
	jvalue_set(object, "source", jvalue_text(row->move->source));
	jvalue_set(object, "refused", jvalue_text(row->move->refused));
	jvalue_set(object, "count", jvalue_number((int64_t)row->count));
	for (size_t i = 0; i < row->n_scenarios; i++)
		jvalue_push(scenarios, jvalue_text(row->scenarios[i]));
	jvalue_set(object, "scenarios", scenarios);
	return object;
}

static json_t *sum_json(struct coverage_sum sum)
{
	json_t *object = json_object();

	jvalue_set(object, "taken", jvalue_number((int64_t)sum.taken));
	jvalue_set(object, "of", jvalue_number((int64_t)sum.of));
	return object;
}

json_t *cover_json(const struct coverage *coverage)
{
	const struct coverage_row *rows = coverage_rows(coverage);
	json_t *object = json_object();
	json_t *array = json_array();

	jvalue_set(object, "rfc9293", sum_json(coverage_sum(coverage, false)));
	jvalue_set(object, "linux", sum_json(coverage_sum(coverage, true)));
	for (size_t i = 0; i < moves_count(); i++)
		jvalue_push(array, row_json(&rows[i]));
	jvalue_set(object, "transitions", array);
	return object;
}
