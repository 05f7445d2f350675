/*
 * truth.h - an expectation's truth over the whole run, from the timeline
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "judge/timing.h"

struct expect_count;
struct expect_counter;
struct expect_proc;
struct expect_sock;
struct sock_life;
struct sock_span;
struct timeline;
struct timeline_look;

/**
 * truth_of_sock - over the life of a named socket
 * @truth: {0} before; truth_done() afterwards
 * @tl: the run
 * @want: what is asked of the socket
 *
 * Return: false, nothing to release, if nobody knows which kernel socket the
 * name means: no program made it.
 */
bool truth_of_sock(struct truth *truth, const struct timeline *tl,
		   const struct expect_sock *want);

/** truth_of_count - over all sockets of a host; as truth_of_sock() */
void truth_of_count(struct truth *truth, const struct timeline *tl,
		    const struct expect_count *want);

/**
 * truth_of_counter - at the readings that were made in one step
 * @truth: as truth_of_sock(); between two readings nobody knows
 * @tl: the run
 * @index: of the step
 * @want: what is asked of the counter
 *
 * Return: the last of those readings; NULL if there is none.
 */
const struct timeline_look *truth_of_counter(struct truth *truth,
					     const struct timeline *tl,
					     int index,
					     const struct expect_counter *want);

/** truth_of_proc_state - is the program running, or has it ended so */
void truth_of_proc_state(struct truth *truth, const struct timeline *tl,
			 const struct expect_proc *want);

/**
 * truth_of_output - has the program written it; never unwritten again
 * @truth: as truth_of_sock()
 * @tl: the run
 * @index: of the step: what counts is what the latest process of that name
 *	wrote that was started before the step's end; one that was restarted
 *	has yet to write it
 * @want: what is asked of the program
 */
void truth_of_output(struct truth *truth, const struct timeline *tl, int index,
		     const struct expect_proc *want);

/**
 * truth_since - the moment that a socket entered a set of states
 * @life: of the socket; NULL gives an unknown moment
 * @states: set of TCP_STATE_BIT()
 * @entry: what is timed from there: the last such moment before it counts
 */
struct bracket truth_since(const struct sock_life *life, uint32_t states,
			   const struct entry *entry);

/**
 * truth_state_begin - the moment that a socket entered the state that it had
 * at @t_ns
 * @life: of the socket
 * @t_ns: the step's begin
 * @entry: what is timed from there; if that was so already, the state before
 *	it counts: a step that starts late must not find a timer early
 */
struct bracket truth_state_begin(const struct sock_life *life, int64_t t_ns,
				 const struct entry *entry);

/** truth_span_of - the span of @life that event @n wrote; NULL if none */
const struct sock_span *truth_span_of(const struct sock_life *life, uint64_t n);
