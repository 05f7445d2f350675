/*
 * compare.h - conditions on numbers: "3", ">=2", "!=0"
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** enum compare_op - how a number must stand to the one in the file */
enum compare_op {
	COMPARE_EQ, /* "3" or "==3" */
	COMPARE_NE, /* "!=3" */
	COMPARE_LT,
	COMPARE_LE,
	COMPARE_GT,
	COMPARE_GE,
	COMPARES
};

/** compare_op_names - "==", "!=", "<", "<=", ">", ">=" */
extern const char *const compare_op_names[COMPARES];

/** struct compare - a condition on a number; @set is false if not asked */
struct compare {
	bool set;
	enum compare_op op;
	int64_t value;
};

/** compare_holds - does @actual satisfy the condition; true if not set */
bool compare_holds(const struct compare *c, int64_t actual);
