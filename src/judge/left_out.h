/*
 * left_out.h - a scenario without the steps that are for other kernels
 */
#pragma once

struct journal;
struct scenario;

/** left_out_kernel - uname -r of the kernel that a journal is of; NULL if it
 * does not say */
const char *left_out_kernel(const struct journal *journal);

/**
 * left_out_new - what a scenario asks of the kernel that a journal is of
 * @scenario: the whole; shared but for its list of steps
 * @journal: says which kernel
 *
 * Steps keep their number, line, text and condition; one that is for other
 * kernels asks nothing and does nothing. So does one with a condition if the
 * kernel is not known.
 *
 * Return: caller frees with left_out_free().
 */
struct scenario *left_out_new(const struct scenario *scenario,
			      const struct journal *journal);

/** left_out_free - release it, not what it shares; NULL is fine */
void left_out_free(struct scenario *scenario);
