/*
 * nat.c - a wire that remembers connections, and forgets them
 */
#include "wire/nat.h"

#include <string.h>

#include "tcp/segment.h"
#include "wire/forge.h"

#define SYN TCP_FLAG_BIT(TCP_FLAG_SYN)
#define RST TCP_FLAG_BIT(TCP_FLAG_RST)
#define ACK TCP_FLAG_BIT(TCP_FLAG_ACK)

bool nat_passes(struct nat_path *path, const struct segment *segment,
		int64_t idle_ns, int64_t now_ns)
{
	if (segment_has(segment, SYN) && !segment_has(segment, ACK))
		path->forgotten = false;
	else if (idle_ns && path->used_ns && now_ns - path->used_ns > idle_ns)
		path->forgotten = true;
	if (path->forgotten)
		return false;
	path->used_ns = now_ns;
	return true;
}

bool nat_reset(const uint8_t *frame, const struct segment *segment,
	       struct forge *reset)
{
	bool has_ack = segment_has(segment, ACK);

	if (segment_has(segment, RST))
		return false;
	*reset = (struct forge){
		.from = segment->to,
		.to = segment->from,
		.flags = has_ack ? RST : RST | ACK,
		.seq = has_ack ? segment->ack : 0,
		.ack = has_ack ? 0 : segment->seq + segment_len(segment),
	};
	memcpy(reset->mac_to, frame + FORGE_MAC, FORGE_MAC);
	memcpy(reset->mac_from, frame, FORGE_MAC);
	return true;
}
