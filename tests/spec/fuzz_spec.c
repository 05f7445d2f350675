/*
 * fuzz_spec.c - whatever a file holds, reading it neither crashes nor leaks
 *
 * A libFuzzer target: the first byte decides what the rest is read as. A
 * scenario that names its topology looks for it in a folder that is not
 * there; most of the corpus has it inline.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "spec/scenario.h"
#include "spec/topology.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* what was refused has said why, and in the file's own words */
static void check_errors(const struct spec_errors *errors, bool loaded)
{
	SCOPED_STR struct str text = {0};

	spec_errors_text(errors, &text);
	if (loaded != (spec_errors_count(errors) == 0) ||
	    loaded != (text.len == 0))
		abort();
}

/* what was taken can be told to a reader, and waits for something that can be
 */
static void check_arrows(const struct arrow *arrows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!arrows[i].text || !*arrows[i].text ||
		    arrows[i].at_until_ns < arrows[i].at_ns)
			abort();
}

static void check_step(const struct step *step)
{
	if (!step->text || !*step->text)
		abort();
	check_arrows(step->expect.arrows, step->expect.n_arrows);
	check_arrows(step->expect.never_arrows, step->expect.n_never_arrows);
	if (step->kind == STEP_INJECT &&
	    (!step->inject.to || !step->inject.flags || !step->inject.times ||
	     (!step->inject.on && !step->inject.from_port)))
		abort();
}

static void check_scenario(const struct scenario *s)
{
	for (size_t i = 0; i < s->n_faults; i++)
		if (!s->faults[i].text || !*s->faults[i].text)
			abort();
	for (size_t i = 0; i < s->n_steps; i++)
		check_step(&s->steps[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct spec_errors errors = {0};

	if (size == 0)
		return 0;
	if (data[0] & 1) {
		struct topology *t = topology_parse("no-such-folder/f.yaml",
						    text, size - 1, &errors);

		check_errors(&errors, t != NULL);
		topology_free(t);
	} else {
		struct scenario *s = scenario_parse(
			"no-such-folder/f.yaml", text, size - 1, NULL, &errors);

		check_errors(&errors, s != NULL);
		if (s)
			check_scenario(s);
		scenario_free(s);
	}
	spec_errors_done(&errors);
	return 0;
}
