/*
 * codec_print.c - an event as one line of JSON
 *
 * By hand, not by jansson: a sampler under load makes tens of thousands of
 * events a second, and building a tree for each costs more than the dump that
 * it reports. A test has jansson read all of it back.
 */
#include "event/codec.h"

#include <string.h>

#include "base/str.h"
#include "event/fields.h"
#include "tcp/words.h"

/** DIGITS - bytes for any 64-bit number with its sign */
#define DIGITS 21

static void add_unsigned(struct str *line, uint64_t value, bool negative)
{
	char text[DIGITS];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	if (negative)
		text[--at] = '-';
	str_addn(line, text + at, sizeof(text) - at);
}

static void add_signed(struct str *line, int64_t value)
{
	/* negating INT64_MIN as int64_t would overflow */
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	add_unsigned(line, magnitude, value < 0);
}

/* Length of the UTF-8 sequence at @s, 0 if it is none: RFC 3629 section 4 */
static size_t utf8_length(const unsigned char *s)
{
	unsigned char low = 0x80;
	unsigned char high = 0xbf;
	size_t n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	return n;
}

static void add_escape(struct str *line, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char text[] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

	if (c == '"' || c == '\\') {
		text[1] = (char)c;
		str_addn(line, text, 2);
	} else if (c == '\n') {
		str_addn(line, "\\n", 2);
	} else {
		str_addn(line, text, sizeof(text));
	}
}

static void add_text(struct str *line, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	const unsigned char *plain = s; /* begin of what needs no escape */

	str_addn(line, "\"", 1);
	while (*s) {
		size_t n = utf8_length(s);

		if (n && *s >= 0x20 && *s != '"' && *s != '\\') {
			s += n;
			continue;
		}
		str_addn(line, (const char *)plain, (size_t)(s - plain));
		if (n)
			add_escape(line, *s);
		else
			str_add(line, "\xef\xbf\xbd"); /* U+FFFD */
		plain = ++s;
	}
	str_addn(line, (const char *)plain, (size_t)(s - plain));
	str_addn(line, "\"", 1);
}

static void add_key(struct str *line, const char *key)
{
	str_addn(line, ",\"", 2);
	str_add(line, key);
	str_addn(line, "\":", 2);
}

static void add_name(struct str *line, const char *key, const char *name)
{
	add_key(line, key);
	str_addn(line, "\"", 1);
	str_add(line, name);
	str_addn(line, "\"", 1);
}

static void add_i64(struct str *line, const char *key, int64_t value)
{
	if (!value)
		return;
	add_key(line, key);
	add_signed(line, value);
}

static void add_u64(struct str *line, const char *key, uint64_t value)
{
	bool huge = value > INT64_MAX; /* more than JSON readers hold exactly */

	if (!value)
		return;
	add_key(line, key);
	str_addn(line, "\"", huge);
	add_unsigned(line, value, false);
	str_addn(line, "\"", huge);
}

/* A number by its name; as itself where it has none */
static void add_named(struct str *line, const char *key, int64_t value,
		      const char *(*name_of)(int),
		      int (*from_name)(const char *))
{
	const char *name;

	if (!value)
		return;
	name = value == (int)value ? name_of((int)value) : "";
	if (from_name(name) == value)
		add_name(line, key, name);
	else
		add_i64(line, key, value);
}

static void add_enum(struct str *line, const char *key, unsigned int value,
		     const char *const *names)
{
	if (value)
		add_name(line, key, names[value]);
}

static void add_endpoint(struct str *line, const char *key,
			 const struct endpoint *e)
{
	char text[ENDPOINT_TEXT];

	if (e->family == AF_INET || e->family == AF_INET6)
		add_name(line, key, endpoint_print(e, text));
}

static void add_field(struct str *line, const struct field *f, const void *at)
{
	switch (f->type) {
	case FIELD_TEXT:
		if (!*(const char *const *)at)
			return;
		add_key(line, f->key);
		add_text(line, *(const char *const *)at);
		return;
	case FIELD_I64:
		add_i64(line, f->key, *(const int64_t *)at);
		return;
	case FIELD_U64:
		add_u64(line, f->key, *(const uint64_t *)at);
		return;
	case FIELD_U32:
		add_u64(line, f->key, *(const uint32_t *)at);
		return;
	case FIELD_U8:
		add_u64(line, f->key, *(const uint8_t *)at);
		return;
	case FIELD_BOOL:
		if (*(const bool *)at) {
			add_key(line, f->key);
			str_addn(line, "true", 4);
		}
		return;
	case FIELD_ERRNO:
		add_named(line, f->key, *(const int64_t *)at, errno_name,
			  errno_from_name);
		return;
	case FIELD_SIGNAL:
		add_named(line, f->key, *(const int64_t *)at, signal_name,
			  signal_from_name);
		return;
	case FIELD_STATE:
		add_enum(line, f->key, *(const enum tcp_state *)at,
			 tcp_state_names);
		return;
	case FIELD_TIMER:
		add_enum(line, f->key, *(const enum tcp_timer *)at,
			 tcp_timer_names);
		return;
	case FIELD_CHANGE:
		add_enum(line, f->key, *(const enum sock_change *)at,
			 sock_change_names);
		return;
	case FIELD_ENDPOINT:
		add_endpoint(line, f->key, at);
		return;
	case FIELD_TYPES:
		return;
	}
}

void codec_head(struct str *line, const struct event *event)
{
	str_add(line, "{\"n\":");
	add_unsigned(line, event->n, false);
	str_add(line, ",\"t\":");
	add_signed(line, event->t_ns);
	add_name(line, "kind", event_kind_names[event->kind]);
	if (event->step >= 0) {
		add_key(line, "step");
		add_unsigned(line, (unsigned int)event->step, false);
	}
	if (event->host)
		codec_text(line, "host", event->host);
}

void codec_field(struct str *line, const struct field *field,
		 const struct event *event)
{
	add_field(line, field, (const char *)event + field->offset);
}

void codec_text(struct str *line, const char *key, const char *text)
{
	add_key(line, key);
	add_text(line, text);
}

void codec_print(struct str *line, const struct event *event)
{
	size_t n;
	const struct field *fields = fields_of(event->kind, &n);

	codec_head(line, event);
	for (size_t i = 0; i < n; i++)
		codec_field(line, &fields[i], event);
	str_addn(line, "}\n", 2);
}
