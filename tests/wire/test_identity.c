/*
 * test_identity.c - a gigabyte crosses an untouched wire, and is the same
 *
 * Frames of all lengths from 60 to 1514 bytes, each with other contents, go
 * both ways at once; who sends stays a bounded number of frames ahead of who
 * receives, so that no queue on the way overflows. Both sides hash all bytes in
 * order.
 */
#include "wire/crossing.h"

/** MEGABYTES - both ways together, unless the environment's IDENTITY_MB says
 * otherwise */
#define MEGABYTES 1000

/** AHEAD - frames under way in one direction, at most: less than half of a
 * host's queue (net.core.netdev_max_backlog) */
#define AHEAD 400

/** SHORTEST, LONGEST - frames of Ethernet */
#define SHORTEST 60
#define LONGEST	 1514

/** POOL - random bytes that contents are cut from */
#define POOL 65536

/** struct stream - one direction */
struct stream {
	int from_fd;
	int to_fd;
	uint64_t sent; /* frames */
	uint64_t sent_bytes;
	uint64_t got;
	uint64_t sent_hash;
	uint64_t got_hash;
};

/** struct room - for bursts */
struct room {
	struct port_frame frames[PORT_BURST];
	struct port_frame *list[PORT_BURST];
	uint8_t pool[POOL];
};

/* eight bytes at a time: FNV-1a over a gigabyte would take longer than the
 * wire does */
static uint64_t hash(uint64_t so_far, const struct port_frame *frame)
{
	size_t i = 0;

	for (; i + 8 <= frame->len; i += 8) {
		uint64_t word;

		memcpy(&word, frame->bytes + i, sizeof(word));
		so_far = (so_far ^ word) * UINT64_C(0x100000001b3);
		so_far ^= so_far >> 32;
	}
	for (; i < frame->len; i++)
		so_far = (so_far ^ frame->bytes[i]) * UINT64_C(0x100000001b3);
	return (so_far ^ frame->len) * UINT64_C(0x100000001b3);
}

/* the n-th frame of any stream */
static void fill(const struct room *room, struct port_frame *frame, uint64_t n)
{
	const struct port_frame mark = crossing_mark();
	uint64_t at = n * 7919 % (POOL - LONGEST);

	frame->len =
		SHORTEST + (uint32_t)(n * 104729 % (LONGEST - SHORTEST + 1));
	memcpy(frame->bytes, mark.bytes, ETHER_HDR_LEN);
	memcpy(frame->bytes + ETHER_HDR_LEN, room->pool + at,
	       frame->len - ETHER_HDR_LEN);
	memcpy(frame->bytes + ETHER_HDR_LEN, &n, sizeof(n));
}

static bool send_some(struct stream *stream, struct room *room, uint64_t most)
{
	size_t n = 0;
	int given;

	while (n < PORT_BURST && stream->sent_bytes < most &&
	       stream->sent + n - stream->got < AHEAD) {
		fill(room, &room->frames[n], stream->sent + n);
		most -= most < room->frames[n].len ? most : room->frames[n].len;
		n++;
	}
	if (!n)
		return false;
	given = port_give(stream->from_fd, room->list, n);
	/* the host's queue is full: it is being emptied */
	if (given == -EAGAIN || given == -ENOBUFS)
		return true;
	lab_check(given > 0, "errno %d", -given);
	for (int i = 0; i < given; i++) {
		stream->sent_hash = hash(stream->sent_hash, &room->frames[i]);
		stream->sent_bytes += room->frames[i].len;
	}
	stream->sent += (uint64_t)given;
	return true;
}

static bool take_some(struct stream *stream, struct room *room)
{
	int n = port_take(stream->to_fd, room->list, PORT_BURST, NULL);

	lab_check(n >= 0, "errno %d", -n);
	for (int i = 0; i < n; i++) {
		if (!crossing_is_mark(&room->frames[i]))
			continue;
		stream->got_hash = hash(stream->got_hash, &room->frames[i]);
		stream->got++;
	}
	return n > 0;
}

static uint64_t bytes_asked(void)
{
	const char *text = getenv("IDENTITY_MB");
	unsigned long megabytes = text ? strtoul(text, NULL, 10) : MEGABYTES;

	return (uint64_t)megabytes * 1000000 / 2;
}

static void run_streams(struct crossing *crossing, struct stream streams[2],
			struct room *room, uint64_t most)
{
	struct pollfd fds[] = {
		{.fd = crossing->fds[0], .events = POLLIN},
		{.fd = crossing->fds[1], .events = POLLIN},
		{.fd = relay_fd(crossing->relay), .events = POLLIN},
	};
	bool busy = true;

	while (busy || streams[0].got < streams[0].sent ||
	       streams[1].got < streams[1].sent) {
		lab_check(busy || poll(fds, 3, CROSSING_MS) > 0,
			  "%lu of %lu frames came, %lu of %lu", streams[0].got,
			  streams[0].sent, streams[1].got, streams[1].sent);
		busy = false;
		for (int i = 0; i < 2; i++)
			busy |= send_some(&streams[i], room, most);
		relay_turn(crossing->relay);
		for (int i = 0; i < 2; i++)
			busy |= take_some(&streams[i], room);
	}
}

static int identity(void *arg, struct ns_runner *self)
{
	struct crossing *crossing =
		crossing_new(self, (struct relay_wire){0}, NULL, 0);
	struct room *room = mem_new(struct room, 1);
	struct stream streams[2];
	uint64_t state = 4711;

	(void)arg;
	for (size_t i = 0; i < POOL; i++) {
		state = state * UINT64_C(6364136223846793005) + 1;
		room->pool[i] = (uint8_t)(state >> 56);
	}
	for (size_t i = 0; i < PORT_BURST; i++)
		room->list[i] = &room->frames[i];
	for (int i = 0; i < 2; i++)
		streams[i] = (struct stream){.from_fd = crossing->fds[i],
					     .to_fd = crossing->fds[!i]};
	run_streams(crossing, streams, room, bytes_asked());
	for (int i = 0; i < 2; i++) {
		const struct stream *stream = &streams[i];
		struct relay_count count =
			relay_counts(crossing->relay, 0, (enum link_way)i);

		lab_check(stream->sent_bytes >= bytes_asked() &&
				  stream->got == stream->sent &&
				  stream->got_hash == stream->sent_hash,
			  "%lu frames of %lu, and other bytes", stream->got,
			  stream->sent);
		lab_check(count.came == count.gone && count.missed == 0,
			  "%lu came, %lu gone", count.came, count.gone);
	}
	free(room);
	crossing_free(crossing);
	return 0;
}

START_TEST(test_identity)
{
	/* the same code for whoever runs it: once will do */
	lab_assert("a gigabyte", lab_can_be(0) ? 0 : 1, .main = identity);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("identity");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, test_identity);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
