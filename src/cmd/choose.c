/*
 * choose.c - which of the scenarios that were found are to be run
 */
#include "cmd/choose.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"
#include "cmd/batch.h"
#include "cmd/paths.h"
#include "cmd/run_options.h"
#include "spec/scenario.h"

static bool has_tag(const struct scenario *scenario, const char *tag)
{
	for (char **t = scenario->tags; t && *t; t++)
		if (strcmp(*t, tag) == 0)
			return true;
	return false;
}

static bool wanted(const struct run_options *o, const struct scenario *scenario)
{
	bool tag = o->n_tags == 0;
	bool name = o->n_names == 0;

	for (size_t i = 0; i < o->n_tags; i++)
		tag = tag || has_tag(scenario, o->tags[i]);
	for (size_t i = 0; i < o->n_names; i++)
		name = name || fnmatch(o->names[i], scenario->name, 0) == 0;
	return tag && name;
}

/* would it take hours, and nobody named it */
static bool is_too_long(const struct batch *batch, const struct paths *paths,
			const struct scenario *scenario)
{
	return !batch->kernel && scenario->clock == SCENARIO_CLOCK_VIRTUAL &&
	       !paths_named(paths, scenario);
}

void choose(const struct run_options *o, const struct paths *paths,
	    struct batch *batch)
{
	batch->scenarios = mem_new(struct scenario *, paths->n + 1);
	for (size_t i = 0; i < paths->n; i++) {
		struct scenario *scenario = paths->v[i];
		struct report_result result = {.name = scenario->name,
					       .scenario = scenario,
					       .label = batch->label,
					       .column = batch->column};

		if (!wanted(o, scenario))
			continue;
		if (is_too_long(batch, paths, scenario))
			vec_push(&batch->left_out, result);
		else
			batch->scenarios[batch->n_scenarios++] = scenario;
	}
}

static const struct scenario *twin_in(const struct batch *batch,
				      const struct scenario **other)
{
	for (size_t i = 1; i < batch->n_scenarios; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(batch->scenarios[i]->name,
				   batch->scenarios[j]->name) == 0) {
				*other = batch->scenarios[j];
				return batch->scenarios[i];
			}
	return NULL;
}

const struct scenario *choose_twin(const struct batch *batches, size_t n,
				   const struct scenario **other)
{
	for (size_t i = 0; i < n; i++) {
		const struct scenario *twin = twin_in(&batches[i], other);

		if (twin)
			return twin;
	}
	return NULL;
}
