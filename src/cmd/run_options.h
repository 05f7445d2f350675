/*
 * run_options.h - the command line of "tcplab run"
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/output.h"

struct err;

/** FILTERS_MAX - so many --tag and --name options */
#define FILTERS_MAX 16

/** KERNELS_MAX - so many kernels in one run */
#define KERNELS_MAX 16

/** struct run_options - the command line of run */
struct run_options {
	struct outputs outputs;
	const char *results;
	const char *kernels[KERNELS_MAX]; /* "host": the machine's */
	size_t n_kernels; /* 0: as if the machine's was named */
	char *kernel_list; /* owned: the names in one text */
	const char *tags[FILTERS_MAX];
	size_t n_tags;
	const char *names[FILTERS_MAX];
	size_t n_names;
	unsigned long jobs; /* 0: all that fit */
	unsigned long repeat;
	unsigned long retries;
	unsigned long seed;
	int64_t wall_limit_ns; /* of a guest that says nothing */
	bool has_seed;
	bool has_retries;
	bool fail_fast;
	bool bisect;
	bool deterministic; /* runs that are not alike fail */
	bool verbose;
	bool quiet;
};

/** run_options_done - release what it owns */
void run_options_done(struct run_options *o);

/** run_options_help - all of them, for "tcplab run --help" */
extern const char run_options_help[];

/**
 * run_options_parse - read the command line; optind is then the first path
 * @argc: as main(2)
 * @argv: as main(2); what is read from it is borrowed
 * @o: filled
 * @err: says which option is wrong
 *
 * Return: 0; 1 if help was asked for; -EINVAL, -E2BIG.
 */
int run_options_parse(int argc, char **argv, struct run_options *o,
		      struct err *err);
