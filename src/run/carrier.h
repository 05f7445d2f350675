/*
 * carrier.h - the process that carries frames, and what it is told
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/impairment.h"
#include "tcp/endpoint.h"
#include "wire/relay.h"

struct scenario;

/** enum carrier_task - what the lab tells it to do; each is answered */
enum carrier_task {
	CARRIER_COUNT, /* how one direction of a wire fared so far */
	CARRIER_CUT, /* relay_cut() */
	CARRIER_SET, /* relay_change() */
	CARRIER_FORGET, /* relay_forget() */
	CARRIER_ARM, /* relay_arm() */
	CARRIER_RELEASE, /* relay_release() */
	CARRIER_INJECT, /* relay_inject() */
	CARRIER_TASKS
};

/** struct carrier_order - one task; what it has no use for is zero */
struct carrier_order {
	enum carrier_task task;
	size_t wire; /* the relay's number of it */
	enum link_way way;
	bool on; /* CUT, ARM */
	size_t fault;
	struct impair_rules rules; /* SET */
	size_t step; /* INJECT: of the scenario; it has the segment */
	struct endpoint from; /* INJECT */
	struct endpoint to;
};

/** CARRIER_WHY - bytes for why not, and its NUL */
#define CARRIER_WHY 192

/** struct carrier_word - what the process says: that a fault acted, at any
 * time; or that an order was carried out */
struct carrier_word {
	bool is_hit;
	int64_t at_ns; /* of an order: CLOCK_MONOTONIC, right before */
	struct relay_hit hit; /* the hit; INJECT: what was sent */
	struct relay_count count; /* COUNT */
	size_t n; /* RELEASE: frames */
	int rc; /* 0 or negative errno, and @why */
	char why[CARRIER_WHY];
};

/** struct carrier - the process's own side */
struct carrier;

/**
 * carrier_new - before the fork: what can fail, fails here
 * @scenario: its faults and injections; borrowed
 * @hosts: by the topology's order, @n of them; borrowed
 * @n: how many
 * @out: carrier_free(); untouched on failure
 * @err: says what was refused
 *
 * Return: 0; errors of relay_new().
 */
int carrier_new(const struct scenario *scenario, const struct relay_host *hosts,
		size_t n, struct carrier **out, struct err *err);

/** carrier_free - release it; NULL is fine */
void carrier_free(struct carrier *carrier);

/** carrier_relay - to add wires to; borrowed */
struct relay *carrier_relay(struct carrier *carrier);

/**
 * carrier_run - carry frames and take orders until the lab is gone
 * @carrier: with all its wires
 * @fd: a SOCK_SEQPACKET socket to the lab
 *
 * To be called in a process of its own, which it names lab-wire. Says one word
 * that is no hit when it has begun. Returns when the lab has closed its end.
 */
void carrier_run(struct carrier *carrier, int fd);
