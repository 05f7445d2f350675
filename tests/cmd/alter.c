/*
 * alter.c - judge each journal of a run with each expectation altered in turn
 *
 * usage: alter RESULTS…
 *
 * An expectation that still passes when it asks for another state, another
 * errno or a shorter time passes for the wrong reason. Each scenario folder
 * under RESULTS must pass as it is, and FAIL in every altered form, or be
 * excused by a wire that was late or mixed up what it brought.
 */
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "event/journal.h"
#include "judge/alter.h"
#include "judge/verdict.h"
#include "spec/errors.h"
#include "spec/scenario.h"

/** struct sum - what was done so far */
struct sum {
	size_t scenarios;
	size_t excused;
	size_t altered;
	size_t wrong;
};

static enum verdict verdict_of(const struct scenario *scenario,
			       const struct journal *journal)
{
	struct judgement *judgement = judge(scenario, journal);
	enum verdict verdict = judgement->verdict;

	judgement_free(judgement);
	return verdict;
}

/* By a wire that did what nobody had asked for: rule_journal.c */
static bool is_excused(const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->n_findings; i++)
		if (strncmp(judgement->findings[i].expected, "wires ", 6) == 0)
			return true;
	return false;
}

/* Return: whether it was excused. */
static bool alter_one(const char *folder, const struct scenario *scenario,
		      const struct journal *journal, size_t i, struct sum *sum)
{
	SCOPED_FREE char *what = NULL;
	struct scenario *altered = alter_make(scenario, journal, i, &what);
	struct judgement *judgement = judge(altered, journal);
	enum verdict verdict = judgement->verdict;
	bool excused = verdict == VERDICT_INCONCLUSIVE && is_excused(judgement);

	judgement_free(judgement);
	alter_free(altered);
	sum->altered++;
	if (verdict == VERDICT_FAIL || excused)
		return excused;
	sum->wrong++;
	printf("%s: %s: %s, must be FAIL\n", folder, what,
	       verdict_names[verdict]);
	return false;
}

static void alter_all(const char *folder, const struct scenario *scenario,
		      const struct journal *journal, struct sum *sum)
{
	size_t n = alter_count(scenario, journal);
	bool excused = false;

	sum->scenarios++;
	if (n == 0 || verdict_of(scenario, journal) != VERDICT_PASS) {
		sum->wrong++;
		printf("%s: does not pass, or demands nothing\n", folder);
	}
	for (size_t i = 0; i < n; i++)
		if (alter_one(folder, scenario, journal, i, sum))
			excused = true;
	sum->excused += excused;
}

static void take(const char *folder, struct sum *sum)
{
	SCOPED_FREE char *spec = mem_printf("%s/scenario.yaml", folder);
	SCOPED_FREE char *topo = mem_printf("%s/topology.yaml", folder);
	SCOPED_FREE char *path = mem_printf("%s/journal.jsonl", folder);
	SCOPED_STR struct str text = {0};
	struct spec_errors errors = {0};
	struct journal *journal = NULL;
	struct scenario *scenario;
	struct err err = {0};

	scenario =
		scenario_load(spec, access(topo, F_OK) ? NULL : topo, &errors);
	spec_errors_text(&errors, &text);
	if (!scenario || journal_load(-1, path, &journal, &err) < 0) {
		sum->wrong++;
		printf("%s: %s%s\n", folder, str_text(&text), err.text);
	} else {
		alter_all(folder, scenario, journal, sum);
	}
	journal_free(journal);
	scenario_free(scenario);
	spec_errors_done(&errors);
}

int main(int argc, char **argv)
{
	FTS *fts =
		argc > 1 ? fts_open(argv + 1, FTS_PHYSICAL | FTS_NOCHDIR, NULL)
			 : NULL;
	struct sum sum = {0};
	FTSENT *entry;

	while (fts && (entry = fts_read(fts))) {
		if (entry->fts_info != FTS_F ||
		    strcmp(entry->fts_name, "journal.jsonl") != 0)
			continue;
		*strrchr(entry->fts_path, '/') = '\0';
		take(entry->fts_path, &sum);
		entry->fts_path[strlen(entry->fts_path)] = '/';
	}
	if (fts)
		(void)fts_close(fts);
	printf("%zu scenarios, %zu of them excused, %zu alterations, %zu not "
	       "refuted\n",
	       sum.scenarios, sum.excused, sum.altered, sum.wrong);
	/* with most of them excused little would be shown */
	return sum.wrong || !sum.altered || 2 * sum.excused > sum.scenarios
		       ? EXIT_FAILURE
		       : EXIT_SUCCESS;
}
