/*
 * marks.c - find a frame of the capture file by its bytes, and write beside it
 *
 * DOC: Theory of operation
 *
 * Frames are looked for soon after they passed, so the search is from the end;
 * one that is not there at all costs a walk over 24 bytes a frame.
 */
#include "observe/marks.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/vec.h"
#include "observe/pcapng.h"

/** struct mark - one frame; frame 0: it was found */
struct mark {
	uint64_t digest;
	uint64_t frame;
	uint32_t host;
	bool out;
};

struct marks {
	VEC(struct mark) all;
	VEC(struct pcapng_comment) comments; /* own their texts */
};

struct marks *marks_new(void)
{
	return mem_new(struct marks, 1);
}

void marks_free(struct marks *marks)
{
	if (!marks)
		return;
	vec_foreach(&marks->comments, comment)
		free((char *)comment->text);
	vec_done(&marks->comments);
	vec_done(&marks->all);
	free(marks);
}

void marks_add(struct marks *marks, size_t host, bool out, uint64_t digest,
	       uint64_t frame)
{
	vec_push(&marks->all, (struct mark){.digest = digest,
					    .frame = frame,
					    .host = (uint32_t)host,
					    .out = out});
}

uint64_t marks_find(struct marks *marks, size_t host, bool out, uint64_t digest)
{
	for (size_t i = marks->all.n; i > 0; i--) {
		struct mark *mark = &marks->all.v[i - 1];
		uint64_t frame = mark->frame;

		if (!frame || mark->digest != digest || mark->host != host ||
		    mark->out != out)
			continue;
		mark->frame = 0;
		return frame;
	}
	return 0;
}

void marks_comment(struct marks *marks, uint64_t frame, const char *text)
{
	size_t i = marks->comments.n;

	vec_push(&marks->comments, (struct pcapng_comment){0});
	/* most come in order */
	for (; i > 0 && marks->comments.v[i - 1].packet > frame; i--)
		marks->comments.v[i] = marks->comments.v[i - 1];
	marks->comments.v[i] = (struct pcapng_comment){
		.packet = frame, .text = mem_strdup(text)};
}

const struct pcapng_comment *marks_comments(struct marks *marks, size_t *n)
{
	*n = marks->comments.n;
	return marks->comments.v;
}
