/*
 * test_causal.c - frames of one stamp come out as they can have happened
 */
#include "observe/causal.h"

#include <net/ethernet.h>

#include "base/str.h"
#include "test.h"

#define FRAMES 32
#define BYTES  (ETHER_HDR_LEN + 20 + 1)

/**
 * struct row - what some taps saw, in the order of each
 * @taps: "a >1s <1k": host a sent segment s to link 1, and then k arrived from
 *	there; a host may have several
 * @order: indices of the taps, in the order of their frames
 */
struct row {
	const char *what;
	const char *taps[4];
	const char *order;
};

static const struct row rows[] = {
	{"nothing", {NULL}, ""},
	{"a handshake", {"a >1s <1k >1t", "b <1s >1k <1t"}, "011001"},
	{"a handshake from the other side",
	 {"a <1s >1k <1t", "b >1s <1k >1t"},
	 "100110"},
	{"some at once", {"a >1x >1y >1z", "b <1x <1y <1z"}, "010101"},
	{"one is lost", {"a >1x >1y >1z", "b <1x <1z"}, "01001"},
	{"one comes from nowhere", {"a >1x", "b <1y <1x"}, "101"},
	{"one comes twice", {"a >1x >1y", "b <1x <1x <1y"}, "01101"},
	{"two cross", {"a >1x <1y", "b >1y <1x"}, "0101"},
	{"through a router",
	 {"a >1s <1k", "r <1s >1k", "r >2s <2k", "b <2s >2k"},
	 "01233210"},
	{"through a router, from its far side",
	 {"a <1s >1k", "r >1s <1k", "r <2s >2k", "b >2s <2k"},
	 "32100123"},
	{"a router between networks that are not watched",
	 {"r <1s >1k", "r >2s <2k"},
	 "0110"},
	{"to all: a broadcast", {"a >1x", "b <1x", "c <1x"}, "012"},
	{"around in a circle: some order", {"a <1x >2x", "b <2x >1x"}, "0011"},
};

static void add_frame(const char *word, char host, size_t tap,
		      struct causal_frame *frame, uint8_t bytes[BYTES])
{
	memset(bytes, 0, BYTES);
	bytes[0] = (uint8_t)word[1];
	bytes[12] = ETHERTYPE_IP >> 8;
	bytes[ETHER_HDR_LEN] = 0x45;
	/* its time to live */
	bytes[ETHER_HDR_LEN + 8] = (uint8_t)word[1];
	bytes[BYTES - 1] = (uint8_t)word[2];
	*frame = (struct causal_frame){
		.tap = tap,
		.host = (size_t)host,
		.out = word[0] == '>',
		.bytes = bytes,
		.len = BYTES,
	};
}

START_TEST(test_order)
{
	const struct row *row = &rows[_i];
	struct causal_frame frames[FRAMES];
	uint8_t bytes[FRAMES][BYTES];
	struct str got = {0};
	size_t order[FRAMES];
	size_t n = 0;

	for (size_t tap = 0; tap < 4 && row->taps[tap]; tap++) {
		const char *word = row->taps[tap];

		while ((word = strpbrk(word + 1, "<>"))) {
			add_frame(word, *row->taps[tap], tap, &frames[n],
				  bytes[n]);
			n++;
		}
	}
	causal_order(frames, n, order);
	for (size_t i = 0; i < n; i++)
		str_addf(&got, "%zu", frames[order[i]].tap);
	ck_assert_msg(strcmp(str_text(&got), row->order) == 0, "%s: %s",
		      row->what, str_text(&got));
	/* those of one tap in their order */
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			ck_assert(frames[order[i]].tap !=
					  frames[order[j]].tap ||
				  order[i] < order[j]);
	str_done(&got);
}
END_TEST

/* whatever the bytes are: too short for what they say they are */
START_TEST(test_short_frames)
{
	static const uint8_t bytes[] = {0, 0, 0, 0, 0, 0,    0,	   0,	0,
					0, 0, 0, 8, 0, 0x4f, 0x86, 0xdd};

	for (size_t len = 0; len <= sizeof(bytes); len++) {
		const struct causal_frame frames[] = {
			{.tap = 0, .host = 0, .bytes = bytes, .len = len},
			{.tap = 1,
			 .host = 1,
			 .out = true,
			 .bytes = bytes,
			 .len = len},
		};
		size_t order[2] = {9, 9};

		causal_order(frames, 2, order);
		ck_assert_uint_eq(order[0], 1);
		ck_assert_uint_eq(order[1], 0);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("causal");
	TCase *tcase = tcase_create("unit");

	tcase_add_loop_test(tcase, test_order, 0,
			    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tcase, test_short_frames);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
