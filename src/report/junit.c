/*
 * junit.c - a run as JUnit XML, as GitLab, Jenkins and GitHub's actions read it
 *
 * DOC: Decisions
 *
 * There is no standard; what is written here lies within what Jenkins'
 * xUnit schema (junit-10.xsd) allows and what GitLab documents:
 *
 * - one testsuite a folder of scenarios, classname = folder with dots;
 * - names are unique within a run: a repetition has "#2" behind its name;
 * - FAIL is a <failure>, ERROR an <error>. INCONCLUSIVE is an <error
 *   type="inconclusive">, never <skipped>: every server shows a skipped test
 *   in grey, and nobody looks for why evidence was missing;
 * - the message, which some servers show and some do not, is repeated in the
 *   body, which others show;
 * - what was not run, as the run was ended before, is <skipped>;
 * - <system-out> holds the story, of passed scenarios too.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "report/message.h"
#include "report/page.h"
#include "report/report.h"
#include "report/story.h"
#include "report/utf8.h"
#include "spec/scenario.h"

/* XML 1.0: &, <, > and quotes by name; what it forbids (2.2) is replaced.
 * In an attribute a newline would be read as a space (3.3.3), so name it. */
static void add_escaped(struct str *out, const char *text, bool attribute)
{
	SCOPED_STR struct str clean = {0};

	utf8_clean(&clean, text);
	for (const char *p = str_text(&clean); *p; p++) {
		if (*p == '&')
			str_add(out, "&amp;");
		else if (*p == '<')
			str_add(out, "&lt;");
		else if (*p == '>')
			str_add(out, "&gt;");
		else if (*p == '"')
			str_add(out, "&quot;");
		else if (attribute && *p == '\n')
			str_add(out, "&#10;");
		else if (attribute && *p == '\t')
			str_add(out, "&#9;");
		else
			str_addc(out, *p, 1);
	}
}

static void add_attribute(struct str *out, const char *name, const char *value)
{
	str_addf(out, " %s=\"", name);
	add_escaped(out, value, true);
	str_add(out, "\"");
}

static void add_seconds(struct str *out, int64_t ns)
{
	str_addf(out, " time=\"%.3f\"", (double)ns / (double)NS_PER_S);
}

/* "close" of "close/client-first", "uml-6_12_117.close" on one of several
 * kernels; caller frees */
static char *class_of(const struct report_result *result)
{
	const char *slash = strrchr(result->name, '/');
	SCOPED_FREE char *folder =
		slash ? mem_strndup(result->name,
				    (size_t)(slash - result->name))
		      : mem_strdup("tcplab");
	char *class;

	if (!result->label)
		class = mem_strdup(folder);
	else
		class = mem_printf("%s/%s", result->label, folder);
	/* a dot would begin another package */
	for (char *p = class; result->label && *p != '/'; p++)
		if (*p == '.')
			*p = '_';
	for (char *p = class; *p; p++)
		if (*p == '/')
			*p = '.';
	return class;
}

static bool same_class(const struct report_result *a,
		       const struct report_result *b)
{
	SCOPED_FREE char *class_a = class_of(a);
	SCOPED_FREE char *class_b = class_of(b);

	return strcmp(class_a, class_b) == 0;
}

static void add_verdict(struct str *out, const struct report_result *result)
{
	enum verdict verdict = report_verdict(result);
	const char *element = verdict == VERDICT_FAIL ? "failure" : "error";
	SCOPED_STR struct str message = {0};
	SCOPED_STR struct str body = {0};

	if (verdict == VERDICT_PASS)
		return;
	message_short(&message, result);
	message_long(&body, result);
	str_addf(out, "      <%s", element);
	add_attribute(out, "type", message_type(result));
	add_attribute(out, "message", str_text(&message));
	str_add(out, ">");
	add_escaped(out, str_text(&body), false);
	str_addf(out, "</%s>\n", element);
}

static void begin_case(struct str *out, const struct report_result *result)
{
	const char *slash = strrchr(result->name, '/');
	const char *name = slash ? slash + 1 : result->name;
	SCOPED_FREE char *class = class_of(result);
	SCOPED_FREE char *unique =
		result->repeats > 1 ? mem_printf("%s #%d", name, result->repeat)
				    : mem_strdup(name);

	str_add(out, "    <testcase");
	add_attribute(out, "classname", class);
	add_attribute(out, "name", unique);
	if (result->scenario && result->scenario->path)
		add_attribute(out, "file", result->scenario->path);
	add_seconds(out, result->duration_ns);
	str_add(out, ">\n");
}

static void add_case(struct str *out, const struct report_result *result)
{
	SCOPED_STR struct str story = {0};
	struct page page = {.out = &story};

	begin_case(out, result);
	add_verdict(out, result);
	story_tell(&page, result);
	str_add(out, "      <system-out>");
	add_escaped(out, str_text(&story), false);
	str_add(out, "</system-out>\n    </testcase>\n");
}

static void add_not_run(struct str *out, const struct report_result *result)
{
	begin_case(out, result);
	str_add(out, "      <skipped message=\"not run\"/>\n");
	str_add(out, "    </testcase>\n");
}

static void add_counts(struct str *out, const size_t n[VERDICTS],
		       size_t not_run)
{
	str_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"",
		 n[VERDICT_PASS] + n[VERDICT_FAIL] + n[VERDICT_INCONCLUSIVE] +
			 n[VERDICT_ERROR] + not_run,
		 n[VERDICT_FAIL], n[VERDICT_INCONCLUSIVE] + n[VERDICT_ERROR]);
}

/* ISO 8601 without zone, as the schema wants it; UTC */
static void add_timestamp(struct str *out, int64_t wall_ns)
{
	time_t seconds = (time_t)(wall_ns / NS_PER_S);
	char stamp[32];
	struct tm tm;

	if (gmtime_r(&seconds, &tm) &&
	    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm))
		add_attribute(out, "timestamp", stamp);
}

static void add_property(struct str *out, const char *name, const char *value)
{
	if (!value)
		return;
	str_add(out, "      <property");
	add_attribute(out, "name", name);
	add_attribute(out, "value", value);
	str_add(out, "/>\n");
}

/* Results, and behind them what was not run */
static const struct report_result *nth(const struct report_run *run, size_t i)
{
	return i < run->n_results ? &run->results[i]
				  : &run->not_run[i - run->n_results];
}

static void add_cases(struct str *out, const struct report_run *run,
		      const struct report_result *like)
{
	for (size_t i = 0; i < run->n_results; i++)
		if (same_class(&run->results[i], like))
			add_case(out, &run->results[i]);
	for (size_t i = 0; i < run->n_not_run; i++)
		if (same_class(&run->not_run[i], like))
			add_not_run(out, &run->not_run[i]);
}

/* All results of the first one's class, as one suite */
static void add_suite(struct str *out, const struct report_run *run,
		      size_t first, int id)
{
	const struct report_result *like = nth(run, first);
	SCOPED_FREE char *class = class_of(like);
	size_t n[VERDICTS] = {0};
	size_t skipped = 0;
	int64_t time = 0;

	for (size_t i = first; i < run->n_results; i++) {
		if (!same_class(&run->results[i], like))
			continue;
		n[report_verdict(&run->results[i])]++;
		time += run->results[i].duration_ns;
	}
	for (size_t i = 0; i < run->n_not_run; i++)
		skipped += same_class(&run->not_run[i], like);
	str_add(out, "  <testsuite");
	add_attribute(out, "name", class);
	str_addf(out, " id=\"%d\"", id);
	add_counts(out, n, skipped);
	str_addf(out, " skipped=\"%zu\"", skipped);
	add_seconds(out, time);
	add_timestamp(out, run->started_ns);
	if (run->machine)
		add_attribute(out, "hostname", run->machine);
	str_add(out, ">\n    <properties>\n");
	add_property(out, "tcplab", run->version);
	add_property(out, "kernel", like->label ? like->kernel : run->kernel);
	add_property(out, "root", run->root ? "true" : "false");
	str_add(out, "    </properties>\n");
	add_cases(out, run, like);
	str_add(out, "  </testsuite>\n");
}

int report_junit(const struct report_run *run, struct str *out)
{
	struct report_tally tally = report_tally(run);
	int id = 0;

	str_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	str_add(out, "<testsuites name=\"tcplab\"");
	add_counts(out, tally.n, run->n_not_run);
	add_seconds(out, run->duration_ns);
	str_add(out, ">\n");
	for (size_t i = 0; i < run->n_results + run->n_not_run; i++) {
		bool done = false;

		for (size_t j = 0; j < i && !done; j++)
			done = same_class(nth(run, j), nth(run, i));
		if (!done)
			add_suite(out, run, i, id++);
	}
	str_add(out, "</testsuites>\n");
	return 0;
}
