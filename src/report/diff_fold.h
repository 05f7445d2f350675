/*
 * diff_fold.h - bulk data, of which only the bytes are compared
 */
#pragma once

#include <stdint.h>

struct diff_life;

/** DIFF_BULK - so many bytes without anything else between are bulk */
#define DIFF_BULK UINT64_C(16384)

/**
 * diff_fold - put one segment of each direction in the place of bulk data
 *
 * How a stream is cut into segments and how many of them an ACK is for depends
 * on when programs and the relay run; no two runs in real time have it alike.
 * Whatever was lost, sent again or is more than data and ACKs stays, and so
 * does a little data: see DIFF_BULK.
 */
void diff_fold(struct diff_life *life);
