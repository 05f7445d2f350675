/*
 * fault.h - the faults of a scenario: who acts next, and how it corrupts
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/fault.h"
#include "wire/aim.h"

struct err;
struct segment;

/**
 * struct fault - one of them, and where it stands
 * @spec: borrowed
 * @aim: see there
 * @armed: may act
 * @passed: matches that went by untouched: fault_spec's skip
 * @acted: so many times
 */
struct fault {
	const struct fault_spec *spec;
	struct aim aim;
	bool armed;
	uint32_t passed;
	uint64_t acted;
};

/** struct faults - all of a scenario, in its order: {0} has none */
struct faults {
	struct fault *v;
	size_t n;
};

/**
 * faults_init - ready for the first segment
 * @specs: @n of them; borrowed
 * @hosts: @n_hosts of them; borrowed
 * @err: says which fault is wrong
 *
 * Return: 0, and faults_done(); errors of aim_init().
 */
int faults_init(struct faults *faults, const struct fault_spec *specs, size_t n,
		const struct relay_host *hosts, size_t n_hosts,
		struct err *err);

/** faults_done - release all */
void faults_done(struct faults *faults);

/** faults_reach - may any of them act where @sender sends to @receiver */
bool faults_reach(const struct faults *faults, size_t sender, size_t receiver);

/**
 * faults_pick - the one that acts on this segment
 *
 * They are tried in order; one that has still to skip counts the match, and the
 * next is tried. Counts the act of the one that is returned.
 *
 * Return: it, or NULL.
 */
struct fault *faults_pick(struct faults *faults,
			  const struct aim_target *target);

/**
 * fault_corrupt - turn over one bit of a field, and leave the checksum
 * @field: the payload of a segment without any: the checksum
 * @segment: in @frame
 * @frame: @len bytes; changed
 *
 * The lowest bit of the field; of the flags PSH, since that of FIN would make
 * whoever looks on take it for a wave.
 */
void fault_corrupt(enum fault_field field, const struct segment *segment,
		   uint8_t *frame, uint32_t len);
