/*
 * story.h - a connection's eleven arrows, sent across a wire
 */
#pragma once

#include "tcp/digest.h"
#include "tcp/flow.h"
#include "wire/crossing.h"

#define FLAG(name) TCP_FLAG_BIT(TCP_FLAG_##name)
#define ROLE(name) FLOW_ROLE_BIT(FLOW_##name)
#define TEXT	   200

/** struct arrow - a segment of the story; its index is its window */
struct arrow {
	int end; /* that sends it: 0 is a */
	uint8_t flags;
	uint32_t seq;
	uint32_t ack;
	uint32_t len;
};

#define S  FLAG(SYN)
#define A  FLAG(ACK)
#define F  FLAG(FIN)
#define SA (S | A)
#define FA (F | A)

/* a opens, sends, sends again, closes */
static const struct arrow story[] = {
	{0, S, 100, 0, 0},    {1, SA, 500, 101, 0}, {0, A, 101, 501, 0},
	{0, A, 101, 501, 10}, {0, A, 111, 501, 20}, {0, A, 111, 501, 20},
	{1, A, 501, 131, 0},  {0, FA, 131, 501, 0}, {1, A, 501, 132, 0},
	{1, FA, 501, 132, 0}, {0, A, 132, 502, 0},
};

#define N_STORY ((int)(sizeof(story) / sizeof(story[0])))

static inline struct port_frame frame_of(const struct arrow *arrow, int index)
{
	struct forge forge = {
		.flags = arrow->flags,
		.seq = arrow->seq,
		.ack = arrow->ack,
		.payload_len = arrow->len,
		.window = (uint16_t)index,
		.mac_from = {2, 9, 9, 9, 9, (uint8_t)arrow->end},
		.mac_to = {2, 9, 9, 9, 9, (uint8_t)!arrow->end},
	};
	struct port_frame frame;

	(void)endpoint_parse(arrow->end ? "10.9.0.2:80" : "10.9.0.1:5000",
			     &forge.from);
	(void)endpoint_parse(arrow->end ? "10.9.0.1:5000" : "10.9.0.2:80",
			     &forge.to);
	lab_check(forge_frame(&forge, &frame) == 0, "it cannot be built");
	return frame;
}

static inline void tell(struct crossing *crossing, int begin, int end)
{
	for (int i = begin; i < end; i++) {
		struct port_frame frame = frame_of(&story[i], i);

		crossing_send(crossing, story[i].end, &frame);
	}
}

/* what came out at one end up to a mark sent now: "0 2 4! ", with a sign where
 * the checksum is wrong; at least @least of them */
static inline const char *heard(struct crossing *crossing, int end, int least,
				char text[TEXT])
{
	struct port_frame frame = crossing_mark();
	size_t len = 0;
	bool marked = false;

	text[0] = '\0';
	crossing_send(crossing, !end, &frame);
	for (int n = 0; !marked || n < least;) {
		struct segment s;

		crossing_take(crossing, end, &frame);
		if (crossing_is_mark(&frame))
			marked = true;
		if (segment_parse(frame.bytes, frame.len, &s) < 0)
			continue;
		n++;
		len += (size_t)snprintf(text + len, TEXT - len, "%u%s ",
					s.window, s.checksum_good ? "" : "!");
		lab_check(len < TEXT - 10, "too much: %s", text);
	}
	return text;
}

static inline void expect(struct crossing *crossing, int end,
			  const char *wanted)
{
	char text[TEXT];
	int least = 0;

	for (const char *p = wanted; *p; p++)
		least += *p == ' ';
	(void)heard(crossing, end, least, text);
	lab_check(strcmp(text, wanted) == 0, "at %c: \"%s\", not \"%s\"",
		  'a' + end, text, wanted);
}

/* "4 5", the windows of those hit; each as it came */
static inline void expect_hits(const struct crossing *crossing,
			       const char *wanted, const char *name)
{
	char text[TEXT] = "";
	size_t len = 0;

	vec_foreach(&crossing->hits, hit)
		for (int i = 0; i < N_STORY; i++) {
			struct port_frame frame = frame_of(&story[i], i);

			if (frame_digest(frame.bytes, frame.len) != hit->digest)
				continue;
			len += (size_t)snprintf(text + len, TEXT - len, "%d%s ",
						i, hit->released ? "r" : "");
			lab_check(hit->seq == story[i].seq &&
					  hit->ack == story[i].ack &&
					  hit->len == story[i].len &&
					  hit->flags == story[i].flags &&
					  (int)hit->way == story[i].end,
				  "%s: not segment %d", name, i);
		}
	lab_check(strcmp(text, wanted) == 0, "%s: hits \"%s\", not \"%s\"",
		  name, text, wanted);
}

/* the next that comes out at @end */
static inline struct segment next_segment(struct crossing *crossing, int end,
					  struct port_frame *frame)
{
	struct segment s = {0};

	do
		crossing_take(crossing, end, frame);
	while (segment_parse(frame->bytes, frame->len, &s) < 0);
	return s;
}
