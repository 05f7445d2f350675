/*
 * read_back.h - what a pcapng file says, read by the draft and not by our code
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/** READ_COMMENTS - of one packet, at most */
#define READ_COMMENTS 8

/** struct read_text - bytes in the file, without padding */
struct read_text {
	const char *s;
	size_t len;
};

/** struct read_packet - an Enhanced Packet Block: draft 4.3 */
struct read_packet {
	uint32_t interface;
	uint64_t stamp;
	uint32_t whole_len;
	uint32_t flags;
	struct read_text bytes;
	struct read_text comments[READ_COMMENTS];
	size_t n_comments;
};

/** struct read_block - any block; what of it is there depends on its type */
struct read_block {
	uint32_t type;
	struct read_packet packet;
	struct read_text name; /* of an interface */
	struct read_text comment; /* of the section, the latest one */
};

/** struct read_back - a walk over a file; start with bytes and len */
struct read_back {
	const char *bytes;
	size_t len;
	size_t at;
	uint32_t n_interfaces;
	struct read_block block;
};

static inline uint32_t read_u32(const char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static inline void read_option(struct read_block *b, uint32_t code,
			       struct read_text value)
{
	struct read_packet *p = &b->packet;

	if (b->type == 6 && code == 1 && p->n_comments < READ_COMMENTS)
		p->comments[p->n_comments++] = value;
	else if (b->type == 6 && code == 2 && value.len == 4)
		p->flags = read_u32(value.s);
	else if (b->type == 1 && code == 2)
		b->name = value;
	else if (b->type == 0x0a0d0d0a && code == 1)
		b->comment = value;
}

/* draft 3.5: code, length, value, padding; ended by a code of 0; or none */
static inline const char *read_options(struct read_block *b, const char *at,
				       size_t len)
{
	while (len) {
		uint32_t head;
		uint32_t size;

		if (len < 4)
			return "half an option";
		head = read_u32(at);
		size = (head >> 16) + (-(head >> 16) & 3);
		at += 4;
		len -= 4;
		if ((head & 0xffff) == 0)
			return len || size ? "options go on after their end"
					   : NULL;
		if (size > len)
			return "an option longer than its block";
		for (uint32_t i = head >> 16; i < size; i++)
			if (at[i])
				return "padding that is not zero";
		read_option(b, head & 0xffff,
			    (struct read_text){at, head >> 16});
		at += size;
		len -= size;
		if (!len)
			return "options without their end";
	}
	return NULL;
}

/* what is before the options, by type; its length, or 0 if it is wrong */
static inline size_t read_body(struct read_back *r, const char *at, size_t len)
{
	struct read_packet *p = &r->block.packet;
	size_t padded;

	switch (r->block.type) {
	case 0x0a0d0d0a:
		return len >= 16 && read_u32(at) == 0x1a2b3c4d &&
				       read_u32(at + 4) == 1
			       ? 16
			       : 0;
	case 1:
		r->n_interfaces++;
		return len >= 8 && read_u32(at) == 1 ? 8 : 0;
	case 5:
		return len >= 12 && read_u32(at) < r->n_interfaces ? 12 : 0;
	case 6:
		if (len < 20)
			return 0;
		p->interface = read_u32(at);
		p->stamp = (uint64_t)read_u32(at + 4) << 32 | read_u32(at + 8);
		p->bytes = (struct read_text){at + 20, read_u32(at + 12)};
		p->whole_len = read_u32(at + 16);
		padded = p->bytes.len + (-p->bytes.len & 3);
		return p->interface < r->n_interfaces && padded <= len - 20
			       ? 20 + padded
			       : 0;
	default:
		return 0;
	}
}

/**
 * read_next - the next block
 * @r: at it
 * @wrong: says what is wrong with the file; NULL
 *
 * Return: false at its end, or if something is wrong.
 */
static inline bool read_next(struct read_back *r, const char **wrong)
{
	const char *block = r->bytes + r->at;
	size_t left = r->len - r->at;
	size_t body;
	uint32_t len;

	*wrong = NULL;
	if (!left)
		return false;
	*wrong = "no whole block";
	if (left < 12)
		return false;
	len = read_u32(block + 4);
	if (len < 12 || len > left || len % 4 ||
	    read_u32(block + len - 4) != len)
		return false;
	r->block = (struct read_block){.type = read_u32(block)};
	*wrong = "a block that is none";
	if ((r->at == 0) != (r->block.type == 0x0a0d0d0a))
		return false;
	body = read_body(r, block + 8, len - 12);
	if (!body)
		return false;
	*wrong = read_options(&r->block, block + 8 + body, len - 12 - body);
	r->at += len;
	return !*wrong;
}
