/*
 * impair.h - what becomes of a frame on its way, one direction of a link
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "spec/impairment.h"
#include "wire/dice.h"

/** enum impair_fate - what becomes of a frame */
enum impair_fate {
	IMPAIR_FORWARD,
	IMPAIR_LOST, /* as was asked */
	IMPAIR_OVERFLOW, /* too many are on their way */
	IMPAIR_FATES
};

/** struct impair - one direction: what was asked, and where it stands */
struct impair {
	struct impair_rules rules;
	struct dice dice;
	bool bad; /* Gilbert and Elliott's state */
	int64_t idle_ns; /* the rate's line is busy until then */
	unsigned int since_reorder; /* frames */
	struct dice_corr delay_corr;
	struct dice_corr loss_corr;
	struct dice_corr duplicate_corr;
	struct dice_corr corrupt_corr;
	struct dice_corr reorder_corr;
};

/**
 * struct impair_verdict - on one frame
 * @fate: if not IMPAIR_FORWARD, the rest is of no meaning
 * @due_ns: when it arrives, on the clock of impair_frame()'s @now_ns
 * @copies: 1, or 2 if it comes twice
 * @corrupt: one bit is to be turned over
 * @corrupt_bit: which, counted from the frame's first
 */
struct impair_verdict {
	enum impair_fate fate;
	int64_t due_ns;
	int copies;
	bool corrupt;
	uint64_t corrupt_bit;
};

/**
 * impair_init - ready for the first frame
 * @rules: copied
 * @seed: of the run
 * @stream: one for each direction of each link
 */
void impair_init(struct impair *impair, const struct impair_rules *rules,
		 uint64_t seed, uint64_t stream);

/**
 * impair_frame - what becomes of the next frame
 * @len: its bytes; at least 1
 * @now_ns: when it came
 * @under_way: frames of this direction that came before and are not due yet
 *
 * Order and meaning are those of netem_enqueue() (net/sched/sch_netem.c). The
 * same rules, seed and frames give the same fates; lengths and times matter
 * for the rate only.
 */
struct impair_verdict impair_frame(struct impair *impair, uint32_t len,
				   int64_t now_ns, uint32_t under_way);
