/*
 * fuzz_flow.c - whatever segments come, in whatever order, each is something
 *
 * Eight bytes are a segment of a few connections with few numbers, so that they
 * meet each other.
 */
#include <assert.h>
#include <stdint.h>

#include "base/scope.h"
#include "base/str.h"
#include "tcp/flow.h"
#include "tcp/segment.h"

#define BYTES 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct segment segment_of(const uint8_t *at)
{
	struct segment s = {
		.from = {.family = AF_INET, .port = 1},
		.to = {.family = AF_INET, .port = 2},
		.flags = at[1],
		.seq = (uint32_t)(int8_t)at[2] * 3,
		.ack = (uint32_t)(int8_t)at[3] * 3,
		.payload_len = at[4] % 8,
		.window = at[5] % 4 ? at[5] : 0,
		.options = {.has_wscale = at[6] & 1,
			    .wscale = at[6] >> 1,
			    .has_timestamps = at[7] & 1,
			    .ts_val = at[7]},
	};

	s.from.ip.v4.s_addr = at[0] & 1;
	s.to.ip.v4.s_addr = !(at[0] & 1);
	s.from.port += at[0] & 2;
	return s;
}

static void see(struct flow_table *table, const struct segment *s)
{
	SCOPED_STR struct str roles = {0};
	struct flow_view before = {0};
	struct flow_view view = {0};
	struct flow_conn conn = {0};
	struct flow_conn mirror = {0};

	flow_look(table, s, &before);
	flow_see(table, s, &view);
	assert(view.path && view.connection);
	assert(view.roles && !(view.roles >> FLOW_ROLES));
	/* looking says what seeing does; a first one has no path yet */
	assert(!before.path || before.path == view.path);
	assert(before.connection == view.connection);
	assert(before.roles == view.roles && before.again == view.again);
	assert(before.seq == view.seq && before.ack == view.ack);
	flow_print_roles(view.roles, &roles);
	assert(roles.len);
	/* both ends find it, each its own side first */
	assert(flow_find(table, &s->from, &s->to, &conn));
	assert(flow_find(table, &s->to, &s->from, &mirror));
	assert(conn.path == view.path && mirror.path == view.path);
	for (int i = 0; i < 2; i++) {
		assert(conn.ends[i].known == mirror.ends[!i].known);
		assert(conn.ends[i].next == mirror.ends[!i].next);
		assert(conn.ends[i].edge == mirror.ends[!i].edge);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct flow_table *table = flow_table_new();

	for (; size >= BYTES; data += BYTES, size -= BYTES) {
		struct segment s = segment_of(data);

		see(table, &s);
	}
	flow_table_free(table);
	return 0;
}
