/*
 * diff_fold.c - bulk data, of which only the bytes are compared
 */
#include "report/diff_fold.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/vec.h"
#include "report/diff_life.h"

/* where the run of data and ACKs ends that begins at @i */
static size_t run_end(const struct diff_life *life, size_t i, uint64_t bytes[2])
{
	bytes[0] = bytes[1] = 0;
	for (; i < life->segments.n && life->segments.v[i].plain; i++)
		bytes[life->segments.v[i].from] += life->segments.v[i].len;
	return i;
}

/* @of: the first of its direction */
static struct diff_segment folded(const struct diff_life *life,
				  const struct diff_segment *of, uint64_t bytes)
{
	struct diff_segment new = *of;

	new.says =
		mem_printf("%s > %s  %" PRIu64 " bytes", life->hosts[of->from],
			   life->hosts[!of->from], bytes);
	return new;
}

void diff_fold(struct diff_life *life)
{
	__typeof__(life->segments) kept = {0};

	for (size_t i = 0; i < life->segments.n;) {
		const struct diff_segment *all = life->segments.v;
		uint64_t bytes[2] = {0, 0};
		size_t end = all[i].len ? run_end(life, i, bytes) : i;
		bool told[2] = {false, false};

		if (bytes[0] + bytes[1] < DIFF_BULK) {
			vec_push(&kept, all[i]);
			i++;
			continue;
		}
		for (; i < end; i++) {
			int from = all[i].from;

			if (all[i].len && !told[from])
				vec_push(&kept,
					 folded(life, &all[i], bytes[from]));
			told[from] = told[from] || all[i].len;
			free(all[i].says);
		}
	}
	vec_done(&life->segments);
	life->segments.v = kept.v;
	life->segments.n = kept.n;
	life->segments.cap = kept.cap;
}
