/*
 * choose.h - which of the scenarios that were found are to be run
 */
#pragma once

#include <stddef.h>

struct batch;
struct paths;
struct run_options;
struct scenario;

/**
 * choose - put into a batch what is to be run on its kernel
 * @o: filters
 * @paths: what was found
 * @batch: @kernel is known; gets @scenarios, to be freed, in their order, and
 *	@left_out: what takes hours, where time is real and nobody named it
 */
void choose(const struct run_options *o, const struct paths *paths,
	    struct batch *batch);

/**
 * choose_twin - two scenarios of one name: results are kept by name, and could
 * not be told apart
 * @batches: @n of them
 * @n: their number
 * @other: gets the first of the two
 *
 * Return: the second; NULL if there are none.
 */
const struct scenario *choose_twin(const struct batch *batches, size_t n,
				   const struct scenario **other);
