/*
 * wall.h - from stamps of the wall clock to the lab's clock
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** struct wall_reading - the wall clock, read between two readings of
 * CLOCK_MONOTONIC */
struct wall_reading {
	int64_t before_ns;
	int64_t wall_ns;
	int64_t after_ns;
};

/**
 * struct wall_map - how far the two clocks are apart
 * @offset_ns: CLOCK_REALTIME less CLOCK_MONOTONIC
 * @error_ns: it may be off by so much
 * @read_ns: when it was read, CLOCK_MONOTONIC
 * @checked_ns: when it was last seen to be right
 */
struct wall_map {
	int64_t offset_ns;
	int64_t error_ns;
	int64_t read_ns;
	int64_t checked_ns;
};

/** wall_read - read both; the narrowest of a few readings, as we may be
 * interrupted in the middle of one */
struct wall_reading wall_read(void);

/** wall_map_init - the first reading is what there is */
void wall_map_init(struct wall_map *map, const struct wall_reading *reading);

/**
 * wall_map_check - see a map in the light of a later reading
 * @map: replaced if @reading is better, or if it contradicts
 * @reading: the later one
 *
 * A map grows old: an NTP daemon slews the wall clock by 0.05% at most
 * (adjtimex(2)).
 *
 * Return: true if the wall clock was stepped meanwhile, by a millisecond or
 * more.
 */
bool wall_map_check(struct wall_map *map, const struct wall_reading *reading);

/** wall_map_ns - a stamp of the wall clock as CLOCK_MONOTONIC */
int64_t wall_map_ns(const struct wall_map *map, int64_t wall_ns);
