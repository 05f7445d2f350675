/*
 * scalar_tcp.c - read what segments are told by: flags, numbers, times
 */
#include "spec/scalar_tcp.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/names.h"
#include "base/scope.h"
#include "spec/fault.h"
#include "spec/node.h"
#include "spec/reader.h"
#include "spec/scalar.h"
#include "tcp/segment.h"

/** TIMES_MAX - nobody counts further in a lab */
#define TIMES_MAX 1000000

bool scalar_shift(const char *text, int64_t *value)
{
	const char *digits = text + (*text == '-' || *text == '+');
	size_t n = strspn(digits, "0123456789");
	int64_t v;

	if (n == 0 || n > 10 || digits[n] || (n > 1 && *digits == '0'))
		return false;
	v = strtoll(digits, NULL, 10);
	if (v > UINT32_MAX)
		return false;
	*value = *text == '-' ? -v : v;
	return true;
}

bool scalar_read_times(const struct reader *r, enum value_type type,
		       const struct node *node, void *out)
{
	int64_t value;

	if (!scalar_read_int(r, type, node, type == VALUE_TIMES, TIMES_MAX,
			     &value))
		return false;
	*(uint32_t *)out = (uint32_t)value;
	return true;
}

bool scalar_read_payload(const struct reader *r, enum value_type type,
			 const struct node *node, void *out)
{
	return scalar_read_int(r, type, node, 1, SEGMENT_PAYLOAD_MAX, out);
}

bool scalar_read_window(const struct reader *r, enum value_type type,
			const struct node *node, void *out)
{
	int64_t value;

	if (!scalar_read_int(r, type, node, 0, UINT16_MAX, &value))
		return false;
	*(uint16_t *)out = (uint16_t)value;
	return true;
}

/* @at: for errors; @text: one word of it, @n bytes */
static bool read_flag(const struct reader *r, const struct node *at,
		      const char *text, size_t n, uint8_t *set)
{
	SCOPED_FREE char *word = mem_strndup(text, n);
	struct node one = {.kind = NODE_KIND_SCALAR, .pos = at->pos};
	int flag = names_find(tcp_flag_names, TCP_FLAGS, word);

	one.text = word;
	one.pos.col += (int)(text - at->text);
	if (at->quoted)
		one.pos = at->pos;
	if (flag < 0 && !n) {
		reader_error(r, &one, "a flag is missing here");
		return false;
	}
	if (flag < 0) {
		reader_unknown(r, &one, "flag",
			       names_nearest(tcp_flag_names, TCP_FLAGS, word));
		return false;
	}
	*set |= (uint8_t)TCP_FLAG_BIT((unsigned int)flag);
	return true;
}

static bool read_flag_words(const struct reader *r, enum value_type type,
			    const struct node *node, uint8_t *set)
{
	const char *text = scalar_text(r, type, node);
	bool ok = true;

	if (!text)
		return false;
	for (size_t n; ok; text += n + 1) {
		n = strcspn(text, ",");
		ok = read_flag(r, node, text, n, set);
		if (!text[n])
			break;
	}
	return ok;
}

bool scalar_read_flags(const struct reader *r, enum value_type type,
		       const struct node *node, void *out)
{
	uint8_t set = 0;
	bool ok = true;

	if (node->kind != NODE_KIND_SEQUENCE)
		ok = read_flag_words(r, type, node, &set);
	else if (node->n == 0)
		reader_error(r, node, "at least one flag is wanted here");
	else
		for (size_t i = 0; i < node->n; i++)
			ok = read_flag_words(r, type, node->items[i], &set) &&
			     ok;
	if (!ok || !set)
		return false;
	*(uint8_t *)out = set;
	return true;
}

bool scalar_read_seq(const struct reader *r, enum value_type type,
		     const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);
	struct inject_number number = {.set = true, .base = INJECT_BASE_START};
	SCOPED_FREE char *word = NULL;
	size_t n;
	int base;

	if (!text)
		return false;
	n = strspn(text, "abcdefghijklmnopqrstuvwxyz");
	word = mem_strndup(text, n);
	base = names_find(inject_base_names, INJECT_BASES, word);
	if ((n && base < 0) || (n && text[n] && !strchr("+-", text[n])) ||
	    (!n && !isdigit((unsigned char)*text)) ||
	    (text[n] && !scalar_shift(text + n, &number.plus))) {
		reader_error(r, node,
			     "'%s' is no sequence number: next, edge+1000, "
			     "start-1, 1",
			     text);
		return false;
	}
	if (n)
		number.base = (enum inject_base)base;
	*(struct inject_number *)out = number;
	return true;
}

bool scalar_read_shift(const struct reader *r, enum value_type type,
		       const struct node *node, void *out)
{
	const char *text = scalar_text(r, type, node);

	if (!text)
		return false;
	if (scalar_shift(text, out))
		return true;
	reader_error(r, node, "this must be %s (+1000, -5000), not '%s'",
		     value_what(type), text);
	return false;
}
