/*
 * wall.c - from stamps of the wall clock to the lab's clock
 */
#include "observe/wall.h"

#include <stdlib.h>

#include "base/clock.h"

/** READINGS - at most so many at a time */
#define READINGS 8

/** NARROW_NS - a reading that took no longer is as good as any */
#define NARROW_NS 1000

/** STEP_NS - the wall clock was stepped if it went off the other by more */
#define STEP_NS NS_PER_MS

/** SLEW_SHARE - and what is slewed: one part of so many */
#define SLEW_SHARE 2000

static int64_t width_ns(const struct wall_reading *r)
{
	return r->after_ns - r->before_ns;
}

struct wall_reading wall_read(void)
{
	struct wall_reading best = {0};

	for (int i = 0; i < READINGS; i++) {
		struct wall_reading r;

		r.before_ns = clock_now_ns();
		r.wall_ns = clock_wall_ns();
		r.after_ns = clock_now_ns();
		if (i == 0 || width_ns(&r) < width_ns(&best))
			best = r;
		if (width_ns(&best) <= NARROW_NS)
			break;
	}
	return best;
}

void wall_map_init(struct wall_map *map, const struct wall_reading *r)
{
	*map = (struct wall_map){
		.offset_ns = r->wall_ns - r->before_ns - width_ns(r) / 2,
		.error_ns = (width_ns(r) + 1) / 2,
		.read_ns = r->after_ns,
		.checked_ns = r->after_ns,
	};
}

bool wall_map_check(struct wall_map *map, const struct wall_reading *r)
{
	int64_t slewed_ns = (r->after_ns - map->read_ns) / SLEW_SHARE;
	int64_t off_ns;
	struct wall_map next;
	bool stepped;

	wall_map_init(&next, r);
	off_ns = llabs(next.offset_ns - map->offset_ns);
	stepped = off_ns > STEP_NS + slewed_ns + map->error_ns + next.error_ns;
	if (stepped || next.error_ns <= map->error_ns + slewed_ns)
		*map = next;
	map->checked_ns = r->after_ns;
	return stepped;
}

int64_t wall_map_ns(const struct wall_map *map, int64_t wall_ns)
{
	return wall_ns - map->offset_ns;
}
