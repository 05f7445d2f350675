/*
 * test_wall.c - the better of two readings is believed, a step is told
 */
#include "observe/wall.h"

#include "base/clock.h"
#include "test.h"

#define OFFSET (1000 * NS_PER_S)

/* two clocks that far apart, read at @at_ns, in the middle of @width_ns */
static struct wall_reading reading(int64_t offset_ns, int64_t at_ns,
				   int64_t width_ns)
{
	return (struct wall_reading){
		.before_ns = at_ns - width_ns / 2,
		.wall_ns = at_ns + offset_ns,
		.after_ns = at_ns + width_ns / 2,
	};
}

/** struct row - a second reading, 1 s after one at 1 s that was 100 ns wide */
struct row {
	const char *what;
	int64_t off_ns; /* how much the offset differs */
	int64_t width_ns;
	bool stepped;
	bool believed;
};

static const struct row rows[] = {
	{"as good", 20, 100, false, true},
	{"better", 20, 10, false, true},
	{"as wide as the clock may have been slewed meanwhile", 400 * NS_PER_US,
	 900 * NS_PER_US, false, true},
	{"interrupted", 2 * NS_PER_MS, 5 * NS_PER_MS, false, false},
	{"interrupted at its begin", -2 * NS_PER_MS, 5 * NS_PER_MS, false,
	 false},
	{"slewed as fast as may be", 500 * NS_PER_US, 100, false, true},
	{"stepped", 2 * NS_PER_MS, 100, true, true},
	{"stepped back", -2 * NS_PER_MS, 100, true, true},
	{"stepped by an hour, and interrupted", 3600 * NS_PER_S, 5 * NS_PER_MS,
	 true, true},
};

START_TEST(test_check)
{
	const struct row *row = &rows[_i];
	struct wall_reading first = reading(OFFSET, NS_PER_S, 100);
	struct wall_reading second =
		reading(OFFSET + row->off_ns, 2 * NS_PER_S, row->width_ns);
	int64_t offset_ns = OFFSET + (row->believed ? row->off_ns : 0);
	struct wall_map map;

	wall_map_init(&map, &first);
	ck_assert_int_eq(wall_map_ns(&map, OFFSET + 5), 5);
	ck_assert_msg(wall_map_check(&map, &second) == row->stepped, "%s",
		      row->what);
	ck_assert_msg(wall_map_ns(&map, offset_ns + 7) == 7, "%s", row->what);
	ck_assert_int_eq(map.checked_ns, second.after_ns);
}
END_TEST

/* an hour of readings that are all interrupted: none of them is believed until
 * the first has become worse than they are */
START_TEST(test_grows_old)
{
	struct wall_reading r = reading(OFFSET, NS_PER_S, 100);
	struct wall_map map;

	wall_map_init(&map, &r);
	for (int64_t s = 2; s < 3600; s++) {
		r = reading(OFFSET + NS_PER_MS, s * NS_PER_S, 4 * NS_PER_MS);
		ck_assert(!wall_map_check(&map, &r));
		/* 2 ms is what an NTP daemon may do in 4 s */
		ck_assert_int_eq(wall_map_ns(&map, OFFSET),
				 s < 5 ? 0 : -NS_PER_MS);
	}
}
END_TEST

/* the machine's own: close to each other however busy it is */
START_TEST(test_read)
{
	struct wall_reading r = wall_read();

	ck_assert_int_le(r.before_ns, r.after_ns);
	ck_assert_int_lt(r.after_ns - r.before_ns, 50 * NS_PER_MS);
	ck_assert_int_le(r.wall_ns, clock_wall_ns());
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("wall");
	TCase *tcase = tcase_create("unit");

	tcase_add_loop_test(tcase, test_check, 0,
			    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tcase, test_grows_old);
	tcase_add_test(tcase, test_read);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
