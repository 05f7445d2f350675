/*
 * fuzz_pcapng.c - whatever is written can be read, and says the same
 *
 * The input is a program: what to write, byte by byte. A reader that follows
 * the format's draft and not our code reads the file before and after its
 * comments were added. An input whose first byte is odd is taken for a file
 * instead, which need not be one.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/vec.h"
#include "observe/pcapng.h"
#include "observe/read_back.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT	300
#define PACKETS 64

/** struct input - what is left of it */
struct input {
	const uint8_t *data;
	size_t size;
};

/** struct model - what the file has to say */
struct model {
	VEC(struct pcapng_packet) packets; /* own their bytes, comments */
	VEC(struct pcapng_comment) comments; /* own their texts */
	VEC(char *) names;
};

static unsigned int next(struct input *in)
{
	if (!in->size)
		return 0;
	in->size--;
	return *in->data++;
}

/* a text without NUL of up to TEXT bytes; sometimes longer than any option */
static char *text(struct input *in)
{
	size_t n = next(in) * (next(in) % 16 == 0 ? 300U : 1U);
	char *s = mem_new(char, n + 1);

	for (size_t i = 0; i < n; i++) {
		s[i] = (char)(i < TEXT ? next(in) : 'x');
		if (!s[i])
			s[i] = '.';
	}
	return s;
}

static void write_packet(struct input *in, struct model *model,
			 struct pcapng *p)
{
	struct pcapng_packet packet = {
		.interface = next(in) % (unsigned int)model->names.n,
		.wall_ns = (int64_t)next(in) << 32 | next(in),
		.len = next(in),
		.out = next(in) & 1,
	};
	uint8_t *bytes = mem_new(uint8_t, packet.len + 1);

	for (uint32_t i = 0; i < packet.len; i++)
		bytes[i] = (uint8_t)next(in);
	packet.bytes = bytes;
	packet.whole_len = packet.len + next(in);
	if (next(in) & 1)
		packet.comment = text(in);
	pcapng_packet(p, &packet);
	vec_push(&model->packets, packet);
}

static void write_name(struct input *in, struct model *model, struct pcapng *p)
{
	char *name = text(in);
	char *description = next(in) & 1 ? text(in) : NULL;

	assert(pcapng_interface(p, name, description) == model->names.n);
	vec_push(&model->names, name);
	free(description);
}

static void write_all(struct input *in, struct model *model, struct pcapng *p)
{
	write_name(in, model, p);
	while (in->size && model->packets.n < PACKETS)
		switch (next(in) % 4) {
		case 0:
			write_name(in, model, p);
			break;
		case 1:
			pcapng_statistics(
				p, next(in) % (unsigned int)model->names.n,
				next(in), next(in), next(in));
			break;
		default:
			write_packet(in, model, p);
		}
}

static bool is_text(struct read_text got, const char *want)
{
	size_t n = strlen(want);

	n = n < UINT16_MAX ? n : UINT16_MAX;
	return got.len == n && memcmp(got.s, want, n) == 0;
}

/* packet @n, from 1, with @n_comments of the model's comments before its own */
static void compare(const struct model *model, size_t n, size_t n_comments,
		    const struct read_packet *got)
{
	const struct pcapng_packet *want = &model->packets.v[n - 1];
	size_t i = 0;

	assert(got->interface == want->interface);
	assert(got->stamp == (uint64_t)want->wall_ns);
	assert(got->whole_len == want->whole_len);
	assert(got->flags == (want->out ? 2 : 1));
	assert(got->bytes.len == want->len &&
	       memcmp(got->bytes.s, want->bytes, want->len) == 0);
	for (size_t c = 0; c < n_comments; c++)
		if (model->comments.v[c].packet == n)
			assert(is_text(got->comments[i++],
				       model->comments.v[c].text));
	if (want->comment)
		assert(is_text(got->comments[i++], want->comment));
	assert(got->n_comments == i);
}

static void check_file(int fd, const struct model *model, size_t n_comments)
{
	off_t len = lseek(fd, 0, SEEK_END);
	struct read_back r = {.len = (size_t)len};
	const char *wrong;
	size_t n = 0;

	r.bytes = mmap(NULL, r.len, PROT_READ, MAP_PRIVATE, fd, 0);
	assert(r.bytes != MAP_FAILED);
	while (read_next(&r, &wrong)) {
		if (r.block.type == 1)
			assert(is_text(r.block.name,
				       model->names.v[r.n_interfaces - 1]));
		if (r.block.type == 6)
			compare(model, ++n, n_comments, &r.block.packet);
	}
	assert(!wrong);
	assert(n == model->packets.n && r.n_interfaces == model->names.n);
	munmap((void *)r.bytes, r.len);
}

/* up to READ_COMMENTS - 1 for a packet, in order, and one for none */
static void make_comments(struct input *in, struct model *model)
{
	for (size_t n = 1; n <= model->packets.n + 1; n++)
		for (unsigned int i = next(in) % READ_COMMENTS; i; i--)
			vec_push(&model->comments,
				 (struct pcapng_comment){n, text(in)});
}

static void model_done(struct model *model)
{
	vec_foreach(&model->packets, packet) {
		free((void *)packet->bytes);
		free((void *)packet->comment);
	}
	vec_foreach(&model->comments, comment)
		free((void *)comment->text);
	vec_foreach(&model->names, name)
		free(*name);
	vec_done(&model->packets);
	vec_done(&model->comments);
	vec_done(&model->names);
}

static void fuzz_writer(int dirfd, struct input *in)
{
	struct model model = {0};
	struct pcapng *p = NULL;
	/* few, and from the input's end, so that there are some */
	struct input tail = {in->data + in->size / 2, in->size - in->size / 2};
	int fd;

	in->size /= 2;
	assert(pcapng_create(dirfd, "f", NULL, &p, NULL) == 0);
	write_all(in, &model, p);
	make_comments(&tail, &model);
	assert(pcapng_flush(p) == 0);
	fd = openat(dirfd, "f", O_RDONLY | O_CLOEXEC);
	check_file(fd, &model, 0);
	close(fd);
	assert(pcapng_annotate(p, model.comments.v, model.comments.n, NULL) ==
	       0);
	assert(pcapng_close(p, NULL) == 0);
	fd = openat(dirfd, "f", O_RDONLY | O_CLOEXEC);
	check_file(fd, &model, model.comments.n);
	close(fd);
	assert(unlinkat(dirfd, "f", 0) == 0);
	model_done(&model);
}

/* a file of anything: copied as it is, or refused */
static void fuzz_copy(const struct input *in)
{
	static const struct pcapng_comment comments[] = {{1, "one"}};
	int from = memfd_create("from", MFD_CLOEXEC);
	int to = memfd_create("to", MFD_CLOEXEC);
	int rc;

	assert(from >= 0 && to >= 0);
	assert(file_write_all(from, in->data, in->size) == 0);
	rc = pcapng_copy(from, to, comments, 1);
	assert(rc == 0 || rc == -EBADMSG);
	assert(rc < 0 || lseek(to, 0, SEEK_END) >= (off_t)in->size);
	close(from);
	close(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char folder[] = "/tmp/tcplab-fuzz-XXXXXX";
	struct input in = {data, size};
	int dirfd;

	if (next(&in) & 1) {
		fuzz_copy(&in);
		return 0;
	}
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	dirfd = mkdtemp(folder) ? open(folder, O_DIRECTORY | O_CLOEXEC) : -1;
	assert(dirfd >= 0);
	fuzz_writer(dirfd, &in);
	close(dirfd);
	assert(rmdir(folder) == 0); /* no part is left */
	return 0;
}
