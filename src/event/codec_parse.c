/*
 * codec_parse.c - one line of JSON as an event
 */
#include "event/codec.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <string.h>

#include "base/err.h"
#include "base/names.h"
#include "base/scope.h"
#include "event/arena.h"
#include "event/fields.h"
#include "tcp/words.h"

static void scoped_json(json_t **json)
{
	json_decref(*json);
}

static bool read_text(const json_t *value, struct arena *strings,
		      const char **at)
{
	if (!json_is_string(value))
		return false;
	*at = arena_text(strings, json_string_value(value),
			 json_string_length(value));
	return true;
}

/* Numbers past INT64_MAX come as strings: jansson, as most, has int64_t */
static bool read_u64(const json_t *value, uint64_t max, uint64_t *out)
{
	uint64_t sum = 0;

	if (json_is_integer(value)) {
		if (json_integer_value(value) < 0)
			return false;
		sum = (uint64_t)json_integer_value(value);
	} else if (json_is_string(value) && *json_string_value(value)) {
		for (const char *s = json_string_value(value); *s; s++) {
			if (*s < '0' || *s > '9' ||
			    __builtin_mul_overflow(sum, 10, &sum) ||
			    __builtin_add_overflow(sum, (uint64_t)(*s - '0'),
						   &sum))
				return false;
		}
	} else {
		return false;
	}
	if (sum > max)
		return false;
	*out = sum;
	return true;
}

static bool read_i64(const json_t *value, int64_t *at)
{
	if (!json_is_integer(value))
		return false;
	*at = json_integer_value(value);
	return true;
}

static bool read_bool(const json_t *value, bool *at)
{
	if (!json_is_boolean(value))
		return false;
	*at = json_is_true(value);
	return true;
}

static bool read_named(const json_t *value, int (*from_name)(const char *),
		       int64_t *at)
{
	int number;

	if (!json_is_string(value))
		return read_i64(value, at);
	number = from_name(json_string_value(value));
	if (number < 0)
		return false;
	*at = number;
	return true;
}

static bool read_enum(const json_t *value, const char *const *names, size_t n,
		      unsigned int *at)
{
	int index = json_is_string(value)
			    ? names_find(names, n, json_string_value(value))
			    : -1;

	if (index < 0)
		return false;
	*at = (unsigned int)index;
	return true;
}

static bool read_field(const struct field *f, const json_t *value,
		       struct arena *strings, void *at)
{
	uint64_t number;

	switch (f->type) {
	case FIELD_TEXT:
		return read_text(value, strings, at);
	case FIELD_I64:
		return read_i64(value, at);
	case FIELD_U64:
		return read_u64(value, UINT64_MAX, at);
	case FIELD_U32:
		if (!read_u64(value, UINT32_MAX, &number))
			return false;
		*(uint32_t *)at = (uint32_t)number;
		return true;
	case FIELD_U8:
		if (!read_u64(value, UINT8_MAX, &number))
			return false;
		*(uint8_t *)at = (uint8_t)number;
		return true;
	case FIELD_BOOL:
		return read_bool(value, at);
	case FIELD_ERRNO:
		return read_named(value, errno_from_name, at);
	case FIELD_SIGNAL:
		return read_named(value, signal_from_name, at);
	case FIELD_STATE:
		return read_enum(value, tcp_state_names, TCP_STATES, at);
	case FIELD_TIMER:
		return read_enum(value, tcp_timer_names, TCP_TIMERS, at);
	case FIELD_CHANGE:
		return read_enum(value, sock_change_names, SOCK_CHANGES, at);
	case FIELD_ENDPOINT:
		return json_is_string(value) &&
		       endpoint_parse(json_string_value(value), at) == 0;
	case FIELD_TYPES:
		break;
	}
	return false;
}

static int read_fields(const json_t *line, struct arena *strings,
		       struct event *event, struct err *err)
{
	size_t n;
	const struct field *fields = fields_of(event->kind, &n);

	for (size_t i = 0; i < n; i++) {
		const json_t *value = json_object_get(line, fields[i].key);

		if (value && !read_field(&fields[i], value, strings,
					 (char *)event + fields[i].offset))
			return err_set(err, -EBADMSG, "bad value of \"%s\"",
				       fields[i].key);
	}
	return 0;
}

/* n, t, kind, step, host: what every event has */
static int read_envelope(const json_t *line, struct arena *strings,
			 struct event *event, struct err *err)
{
	const json_t *kind = json_object_get(line, "kind");
	const json_t *step = json_object_get(line, "step");
	const json_t *host = json_object_get(line, "host");
	uint64_t index;
	int known;

	if (!read_u64(json_object_get(line, "n"), UINT64_MAX, &event->n) ||
	    !event->n)
		return err_set(err, -EBADMSG, "bad or missing \"n\"");
	if (!read_i64(json_object_get(line, "t"), &event->t_ns))
		return err_set(err, -EBADMSG, "bad or missing \"t\"");
	if (!json_is_string(kind))
		return err_set(err, -EBADMSG, "bad or missing \"kind\"");
	event->step = -1;
	if (step) {
		if (!read_u64(step, INT_MAX, &index))
			return err_set(err, -EBADMSG, "bad \"step\"");
		event->step = (int)index;
	}
	if (host && !read_text(host, strings, &event->host))
		return err_set(err, -EBADMSG, "bad \"host\"");
	known = names_find(event_kind_names, EVENT_KINDS,
			   json_string_value(kind));
	if (known < 0)
		return 1;
	event->kind = (enum event_kind)known;
	return 0;
}

int codec_parse(const char *line, size_t len, struct arena *strings,
		struct event *event, struct err *err)
{
	SCOPED(scoped_json) json_t *json = NULL;
	struct event parsed;
	json_error_t why;
	int rc;

	/* all of it, so that what is left out reads as zero in every member
	 * of the union */
	memset(&parsed, 0, sizeof(parsed));
	json = json_loadb(line, len, JSON_REJECT_DUPLICATES, &why);
	if (!json)
		return err_set(err, -EBADMSG, "no JSON: %s", why.text);
	if (!json_is_object(json))
		return err_set(err, -EBADMSG, "no JSON object");
	rc = read_envelope(json, strings, &parsed, err);
	if (rc)
		return rc;
	rc = read_fields(json, strings, &parsed, err);
	if (rc < 0)
		return err_within(err, "%s", event_kind_names[parsed.kind]);
	*event = parsed;
	return 0;
}
