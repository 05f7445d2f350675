/*
 * aim.h - which segments a fault is meant for
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pcap/pcap.h>

struct err;
struct fault_spec;
struct flow_view;
struct relay_host;
struct segment;

/** AIM_ANY - instead of a host's index */
#define AIM_ANY SIZE_MAX

/**
 * struct aim - what a fault says of its segments, with names looked up
 * @spec: borrowed
 * @hosts: all of the topology; borrowed
 * @from, @to: hosts, or AIM_ANY
 * @link: hosts at its ends, or AIM_ANY
 * @has_filter: @filter is compiled
 */
struct aim {
	const struct fault_spec *spec;
	const struct relay_host *hosts;
	size_t from;
	size_t to;
	size_t link[2];
	bool has_filter;
	struct bpf_program filter;
};

/**
 * struct aim_target - a segment where faults may meet it; all borrowed
 * @frame: @len bytes, from the Ethernet header on
 * @segment: in it
 * @view: in its connection
 * @sender: the host at the end of the link where it came from
 * @receiver: at the other
 */
struct aim_target {
	const uint8_t *frame;
	uint32_t len;
	const struct segment *segment;
	const struct flow_view *view;
	size_t sender;
	size_t receiver;
};

/**
 * aim_init - look up names, compile the filter
 * @spec: borrowed
 * @hosts: @n_hosts of them; borrowed
 * @err: names the fault, and says what is wrong
 *
 * Return: 0, and aim_done(); -EINVAL for a filter that pcap does not take, or a
 * host that is not there.
 */
int aim_init(struct aim *aim, const struct fault_spec *spec,
	     const struct relay_host *hosts, size_t n_hosts, struct err *err);

/** aim_done - release the filter */
void aim_done(struct aim *aim);

/** aim_reaches - can it be met where @sender sends to @receiver at all */
bool aim_reaches(const struct aim *aim, size_t sender, size_t receiver);

/**
 * aim_matches - is this segment meant, here
 *
 * Without a link a segment is met where the owner of its source address sends
 * it, and not again behind a router.
 */
bool aim_matches(const struct aim *aim, const struct aim_target *target);
