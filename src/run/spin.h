/*
 * spin.h - find programs that wait by reading the clock over and over
 *
 * DOC: Theory of operation
 *
 * In a guest whose processor takes no time (User-Mode Linux with
 * time-travel=inf-cpu) the clock moves while everybody sleeps, to the next
 * timer, and by a quarter of a microsecond whenever somebody reads it. CPU
 * time therefore passes only for a program that reads the clock again and
 * again: a loop that waits for a moment without sleeping. It comes to its end,
 * and what is true stays true, but a second of it is four million readings,
 * and takes a minute of the machine's time. So it is told.
 *
 * A program that computes without reading the clock stops all time, and
 * nobody in there can tell: see what the guest's console says last.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

struct lab;

/** SPIN_NS - CPU time that is called spinning; the kernel counts it in ticks of
 * 10 ms, and one may fall on anybody */
#define SPIN_NS (30 * INT64_C(1000000))

/**
 * spin_look - look at every process of the lab, if that is due
 * @lab: the lab; nothing is done unless its CPU time is free
 * @now_ns: CLOCK_MONOTONIC
 *
 * Emits EVENT_PROC_SPIN, once a process. Due ever less often within a step.
 */
void spin_look(struct lab *lab, int64_t now_ns);

/** spin_look_at - look at one process, now, as it is about to be reaped */
void spin_look_at(struct lab *lab, pid_t pid);
