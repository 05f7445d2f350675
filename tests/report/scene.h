/*
 * scene.h - a connection made by hand, to be drawn as a ladder
 */
#pragma once

#include "event/event.h"
#include "report/ladder_sheet.h"
#include "tcp/seen.h"
#include "tcp/segment.h"
#include "timeline/history.h"

/** SCENE_MAX - so many of each */
#define SCENE_MAX 1024

#define SYN TCP_FLAG_BIT(TCP_FLAG_SYN)
#define FIN TCP_FLAG_BIT(TCP_FLAG_FIN)
#define RST TCP_FLAG_BIT(TCP_FLAG_RST)
#define PSH TCP_FLAG_BIT(TCP_FLAG_PSH)
#define ACK TCP_FLAG_BIT(TCP_FLAG_ACK)

/** MS - milliseconds in nanoseconds */
#define MS(x) ((int64_t)((x)*1e6))

/** struct scene - what ladder_sheet_new() takes, and room for it */
struct scene {
	struct ladder_of of;
	struct history_connection connection;
	struct history_item items[SCENE_MAX];
	struct tcp_seen segments[SCENE_MAX];
	size_t n_segments;
	struct event events[SCENE_MAX];
	size_t order[SCENE_MAX];
	struct history_state states[2][16];
	struct ladder_path path;
};

/** scene_new - client.c and server.s, nothing has happened; caller frees */
struct scene *scene_new(void);

/** scene_send - a segment from @end; returns its index; its numbers and its
 * length may be changed afterwards */
size_t scene_send(struct scene *s, int end, int64_t t_ns, unsigned int flags,
		  uint32_t seq, uint32_t ack, uint32_t len);

/** scene_arrive - it arrives; also of one that scene_forge() made */
void scene_arrive(struct scene *s, size_t segment, int64_t t_ns);

/** scene_lose - it does not, because of this fault; 0: nobody knows why */
void scene_lose(struct scene *s, size_t segment, uint64_t fault);

/** scene_forge - a segment towards the other end of @end that nobody sent */
size_t scene_forge(struct scene *s, int end, unsigned int flags, uint32_t seq);

/** scene_state - an end enters a state; @cause: a segment's index, or -1 */
void scene_state(struct scene *s, int end, enum tcp_state state, int64_t t_ns,
		 int cause);

/** scene_call - a system call came back */
void scene_call(struct scene *s, int end, int64_t t_ns, const char *call,
		int64_t result, int64_t error);

/** scene_cut - the wire was cut, from @end on */
void scene_cut(struct scene *s, int end, int64_t t_ns);

/** scene_route - there are so many routers between the ends; release s->path
 * with ladder_path_done() */
void scene_route(struct scene *s, size_t mids);

/** scene_pass - a segment comes to a router, and goes @on or not; call in the
 * order of time */
void scene_pass(struct scene *s, size_t segment, size_t mid, int64_t t_ns,
		bool on);
