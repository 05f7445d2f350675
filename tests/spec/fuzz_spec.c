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

static void check_scenario(const struct scenario *s)
{
	for (size_t i = 0; i < s->n_steps; i++)
		if (!s->steps[i].text || !*s->steps[i].text)
			abort();
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
