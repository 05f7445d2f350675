/*
 * crossing.h - a relay between two hosts, and somebody at both ends
 *
 * a and b are hosts with a link that is relayed. TCP frames go between
 * addresses and MACs that nobody has, so that the hosts' kernels do not answer.
 */
#pragma once

#include <net/ethernet.h>
#include <poll.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"
#include "tcp/segment.h"
#include "topo/built.h"
#include "wire/forge.h"
#include "wire/port.h"
#include "wire/relay.h"

/** CROSSING_MS - nothing takes longer */
#define CROSSING_MS 5000

/** struct crossing - a relay, its hosts, and what it told */
struct crossing {
	struct built built;
	struct endpoint addresses[2];
	struct relay_host hosts[2];
	struct relay *relay;
	int fds[2]; /* of a and b */
	VEC(struct relay_hit) hits;
};

static inline void crossing_hit(void *arg, const struct relay_hit *hit)
{
	struct crossing *crossing = arg;

	vec_push(&crossing->hits, *hit);
}

/** crossing_open - a port of one of its hosts */
static inline int crossing_open(const struct crossing *crossing,
				const char *name)
{
	const struct built *built = &crossing->built;
	size_t host = shape_host(built->shape, name);
	struct err err = {0};
	int fd = port_open(built_netns(built, name),
			   topo_port(built->topo, host, 0).ifindex, &err);

	lab_check(fd >= 0, "%s", err.text);
	return fd;
}

/* a - b, and what is to be relayed */
static inline struct built crossing_build(struct ns_runner *self,
					  struct relay_wire *wire)
{
	struct topo_config config = {
		.lab_id = BUILT_LAB,
		.hold = built_hold,
		.arg = self,
	};
	struct built built = {.shape = shape_new("a b; a-b", IP_FAMILIES_V4)};
	struct topo_wire made;
	struct err err = {0};

	built.shape->topology.links[0].backend = WIRE_BACKEND_RELAY;
	built.topo = topo_build(&built.shape->topology, &config, &err);
	lab_check(built.topo, "%s [%s]", err.text, err.remedy);
	lab_check(topo_wire(built.topo, 0, &made), "there is no wire");
	wire->netns_fd = made.netns_fd;
	wire->ifindex[0] = made.ifindex[0];
	wire->ifindex[1] = made.ifindex[1];
	return built;
}

/**
 * crossing_new - in a runner: build it, or fail the test
 * @wire: rules, NAT; the rest is filled in
 * @faults: @n_faults; hosts are "a" and "b", 10.9.0.1 and 10.9.0.2
 */
static inline struct crossing *crossing_new(struct ns_runner *self,
					    struct relay_wire wire,
					    const struct fault_spec *faults,
					    size_t n_faults)
{
	static const char *const addresses[] = {"10.9.0.1:0", "10.9.0.2:0"};
	static const char *const names[] = {"a", "b"};
	struct crossing *crossing = mem_new(struct crossing, 1);
	struct relay_config config = {
		.hosts = crossing->hosts,
		.n_hosts = 2,
		.faults = faults,
		.n_faults = n_faults,
		.hit = crossing_hit,
		.arg = crossing,
	};
	struct err err = {0};

	crossing->built = crossing_build(self, &wire);
	for (size_t i = 0; i < 2; i++) {
		(void)endpoint_parse(addresses[i], &crossing->addresses[i]);
		crossing->hosts[i] = (struct relay_host){
			.name = names[i],
			.addresses = &crossing->addresses[i],
			.n_addresses = 1,
		};
		wire.ends[i] = i;
		crossing->fds[i] = crossing_open(crossing, names[i]);
	}
	lab_check(relay_new(&config, &crossing->relay, &err) == 0, "%s",
		  err.text);
	lab_check(relay_add(crossing->relay, &wire, &err) == 0, "%s", err.text);
	return crossing;
}

static inline void crossing_free(struct crossing *crossing)
{
	for (size_t i = 0; i < 2; i++)
		fd_close(&crossing->fds[i]);
	relay_free(crossing->relay);
	vec_done(&crossing->hits);
	built_done(&crossing->built);
	free(crossing);
}

/** crossing_send - a frame, and let the relay take it */
static inline void crossing_send(struct crossing *crossing, int end,
				 struct port_frame *frame)
{
	struct pollfd fd = {.fd = relay_fd(crossing->relay), .events = POLLIN};
	enum link_way way = (enum link_way)end;
	uint64_t came = relay_counts(crossing->relay, 0, way).came;

	lab_check(port_give(crossing->fds[end], &frame, 1) == 1, "errno %d",
		  errno);
	while (relay_counts(crossing->relay, 0, way).came == came) {
		lab_check(poll(&fd, 1, CROSSING_MS) > 0, "it does not come");
		relay_turn(crossing->relay);
	}
}

/** crossing_take - the next frame at an end, whatever it is */
static inline void crossing_take(struct crossing *crossing, int end,
				 struct port_frame *frame)
{
	struct pollfd fds[] = {
		{.fd = crossing->fds[end], .events = POLLIN},
		{.fd = relay_fd(crossing->relay), .events = POLLIN},
	};

	for (;;) {
		lab_check(poll(fds, 2, CROSSING_MS) > 0, "nothing comes");
		if (fds[1].revents)
			relay_turn(crossing->relay);
		if (port_take(crossing->fds[end], &frame, 1, NULL) == 1)
			return;
	}
}

/** crossing_mark - a frame that is no segment: "local experimental" of IEEE
 * 802, from nobody to nobody */
static inline struct port_frame crossing_mark(void)
{
	struct port_frame frame = {.len = ETHER_MIN_LEN - ETHER_CRC_LEN};

	memset(frame.bytes, 0x06, 2 * ETHER_ADDR_LEN);
	frame.bytes[12] = 0x88;
	frame.bytes[13] = 0xb5;
	return frame;
}

/** crossing_is_mark - is it one */
static inline bool crossing_is_mark(const struct port_frame *frame)
{
	return frame->bytes[12] == 0x88 && frame->bytes[13] == 0xb5;
}
