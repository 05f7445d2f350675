/*
 * fuzz_journal.c - libFuzzer: any line is refused, or is what it prints as
 *
 * The loader splits its file into lines and hands each to codec_parse(), so
 * that is where hostile bytes arrive. An event is made canonical, too.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/str.h"
#include "event/arena.h"
#include "event/canon.h"
#include "event/codec.h"
#include "event/journal.h"
#include "event_random.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena strings = {0};
	struct str line = {0};
	struct event first;
	struct event again;
	const struct journal journal = {.events = &first, .n = 1};

	if (codec_parse((const char *)data, size, &strings, &first, NULL))
		goto out;
	codec_print(&line, &first);
	if (codec_parse(line.s, line.len, &strings, &again, NULL) ||
	    !event_same(&first, &again))
		abort();
	canon_print(&journal, &line);
out:
	str_done(&line);
	arena_done(&strings);
	return 0;
}
