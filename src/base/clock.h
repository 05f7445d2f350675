/*
 * clock.h - the lab's one clock, CLOCK_MONOTONIC, in nanoseconds
 */
#pragma once

#include <stdint.h>

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S  INT64_C(1000000000)

/** clock_now_ns - CLOCK_MONOTONIC now; survives steps of the wall clock */
int64_t clock_now_ns(void);

/** clock_wall_ns - CLOCK_REALTIME now, for naming and for dating a run */
int64_t clock_wall_ns(void);
