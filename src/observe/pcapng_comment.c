/*
 * pcapng_comment.c - a copy of a capture file, with comments
 *
 * DOC: Theory of operation
 *
 * Blocks are copied as they are. To a packet's its comments are added as the
 * first of its options, right behind the packet's bytes, and its two lengths
 * grow. Lengths are in the byte order of the machine, which is the one that
 * wrote them.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "observe/pcapng.h"
#include "observe/pcapng_format.h"

/** WRITE_BYTES - write out when so much has gathered */
#define WRITE_BYTES 65536

/** BLOCK_MAX - no block of ours has more; but one must not ask for all memory
 */
#define BLOCK_MAX (16U << 20)

/** HEAD_BYTES - a block's type and length; FOOT_BYTES: its length again */
#define HEAD_BYTES 8U
#define FOOT_BYTES 4U

/** PACKET_BYTES - of a packet's block, up to the packet; CAPLEN_AT: where the
 * packet's length is */
#define PACKET_BYTES 28U
#define CAPLEN_AT    20U

static void close_stream(FILE **stream)
{
	if (*stream)
		(void)fclose(*stream); /* it was read only */
}

static uint32_t word_at(const struct str *block, size_t at)
{
	uint32_t word;

	memcpy(&word, block->s + at, sizeof(word));
	return word;
}

/* 1: a block; 0: the file's end */
static int read_block(FILE *in, struct str *block)
{
	char head[HEAD_BYTES];
	size_t got = fread(head, 1, sizeof(head), in);
	uint32_t len;

	if (got < sizeof(head))
		return ferror(in) ? -EIO : got ? -EBADMSG : 0;
	memcpy(&len, head + 4, sizeof(len));
	if (len < HEAD_BYTES + FOOT_BYTES || len % 4 || len > BLOCK_MAX)
		return -EBADMSG;
	block->len = 0;
	str_addn(block, head, sizeof(head));
	str_addc(block, '\0', len - HEAD_BYTES);
	if (fread(block->s + HEAD_BYTES, 1, len - HEAD_BYTES, in) <
	    len - HEAD_BYTES)
		return ferror(in) ? -EIO : -EBADMSG;
	return word_at(block, len - FOOT_BYTES) == len ? 1 : -EBADMSG;
}

static void add_comment(struct str *out, const char *text)
{
	size_t n = strlen(text);
	uint16_t head[] = {OPTION_COMMENT, 0};

	if (n > LONG_OPTION)
		n = LONG_OPTION;
	head[1] = (uint16_t)n;
	str_addn(out, (const char *)head, sizeof(head));
	str_addn(out, text, n);
	str_addc(out, '\0', -n & 3);
}

/* where the options begin; 0 if there cannot be any */
static size_t options_at(const struct str *block)
{
	uint32_t caplen;
	size_t at;

	if (block->len < PACKET_BYTES + FOOT_BYTES)
		return 0;
	caplen = word_at(block, CAPLEN_AT);
	at = PACKET_BYTES + (size_t)caplen + (-(size_t)caplen & 3);
	return at <= block->len - FOOT_BYTES ? at : 0;
}

/* how many of the comments are on packets up to that one */
static size_t count_until(uint64_t packet,
			  const struct pcapng_comment *comments, size_t n)
{
	size_t i = 0;

	while (i < n && comments[i].packet <= packet)
		i++;
	return i;
}

static int add_packet(struct str *out, const struct str *block,
		      const struct pcapng_comment *comments, size_t n)
{
	size_t options = options_at(block);
	size_t begin = out->len;
	bool had_options;
	uint32_t len;

	if (!options)
		return -EBADMSG;
	str_addn(out, block->s, options);
	for (size_t i = 0; i < n; i++)
		add_comment(out, comments[i].text);
	had_options = options < block->len - FOOT_BYTES;
	str_addn(out, block->s + options, block->len - FOOT_BYTES - options);
	if (n && !had_options)
		str_addc(out, '\0', 4); /* their end */
	len = (uint32_t)(out->len - begin + FOOT_BYTES);
	memcpy(out->s + begin + 4, &len, sizeof(len));
	str_addn(out, (const char *)&len, sizeof(len));
	return 0;
}

int pcapng_copy(int from, int to, const struct pcapng_comment *comments,
		size_t n)
{
	SCOPED_STR struct str block = {0};
	SCOPED_STR struct str out = {0};
	SCOPED(close_stream) FILE *in = NULL;
	int copy = dup(from);
	uint64_t packet = 0;
	int rc;

	in = copy < 0 ? NULL : fdopen(copy, "r");
	if (!in || fseek(in, 0, SEEK_SET) < 0)
		return -errno;
	while ((rc = read_block(in, &block)) == 1) {
		size_t of_it = 0;

		if (word_at(&block, 0) == BLOCK_PACKET) {
			of_it = count_until(++packet, comments, n);
			rc = add_packet(&out, &block, comments, of_it);
		} else {
			str_addn(&out, block.s, block.len);
			rc = 0;
		}
		if (rc == 0 && out.len >= WRITE_BYTES) {
			rc = file_write_all(to, out.s, out.len);
			out.len = 0;
		}
		if (rc < 0)
			return rc;
		/* without a list, an offset of 0 is none either */
		if (of_it) {
			comments += of_it;
			n -= of_it;
		}
	}
	return rc < 0 ? rc : file_write_all(to, str_text(&out), out.len);
}
