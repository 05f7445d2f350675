/*
 * trace_format.c - records of the kernel's tracepoints, to values
 *
 * Where a record has what changes from kernel to kernel; each tells it in the
 * tracepoint's "format" file (Documentation/trace/events.rst, section 3), and
 * libtraceevent reads those. Names and meaning of the fields:
 * include/trace/events/{sock,tcp,skb}.h.
 */
#include "observe/trace_format.h"

#include <errno.h>
#include <event-parse.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/names.h"
#include "base/scope.h"
#include "observe/decode.h"

/** SOCKADDR_BYTES - tcp_send_reset has addresses like that, since Linux 6.10:
 * a struct sockaddr_in6, or sockaddr_in and nothing behind it */
#define SOCKADDR_BYTES sizeof(struct sockaddr_in6)

const char *const trace_point_systems[] = {
	[TRACE_POINT_STATE] = "sock",	  [TRACE_POINT_RETRANSMIT] = "tcp",
	[TRACE_POINT_SEND_RESET] = "tcp", [TRACE_POINT_RECEIVE_RESET] = "tcp",
	[TRACE_POINT_DROP] = "skb",
};
TABLE_COVERS(trace_point_systems, TRACE_POINTS);

const char *const trace_point_names[] = {
	[TRACE_POINT_STATE] = "inet_sock_set_state",
	[TRACE_POINT_RETRANSMIT] = "tcp_retransmit_skb",
	[TRACE_POINT_SEND_RESET] = "tcp_send_reset",
	[TRACE_POINT_RECEIVE_RESET] = "tcp_receive_reset",
	[TRACE_POINT_DROP] = "kfree_skb",
};
TABLE_COVERS(trace_point_names, TRACE_POINTS);

static const char *const field_names[] = {
	[TRACE_FIELD_SOCK] = "skaddr",
	[TRACE_FIELD_RECEIVER] = "rx_sk",
	[TRACE_FIELD_OLD_STATE] = "oldstate",
	[TRACE_FIELD_NEW_STATE] = "newstate",
	[TRACE_FIELD_STATE] = "state",
	[TRACE_FIELD_PROTOCOL] = "protocol",
	[TRACE_FIELD_FAMILY] = "family",
	[TRACE_FIELD_SPORT] = "sport",
	[TRACE_FIELD_DPORT] = "dport",
	[TRACE_FIELD_SADDR] = "saddr",
	[TRACE_FIELD_DADDR] = "daddr",
	[TRACE_FIELD_SADDR6] = "saddr_v6",
	[TRACE_FIELD_DADDR6] = "daddr_v6",
	[TRACE_FIELD_REASON] = "reason",
};
TABLE_COVERS(field_names, TRACE_FIELDS);

#define BIT(field) (UINT32_C(1) << (field))

/** ADDRESSES - of a struct inet_sock, as most tracepoints have them */
#define ADDRESSES                                           \
	(BIT(TRACE_FIELD_FAMILY) | BIT(TRACE_FIELD_SPORT) | \
	 BIT(TRACE_FIELD_DPORT) | BIT(TRACE_FIELD_SADDR) |  \
	 BIT(TRACE_FIELD_DADDR) | BIT(TRACE_FIELD_SADDR6) | \
	 BIT(TRACE_FIELD_DADDR6))

/* without these a record tells nothing */
static const uint32_t needed[] = {
	[TRACE_POINT_STATE] =
		ADDRESSES | BIT(TRACE_FIELD_SOCK) | BIT(TRACE_FIELD_OLD_STATE) |
		BIT(TRACE_FIELD_NEW_STATE) | BIT(TRACE_FIELD_PROTOCOL),
	[TRACE_POINT_RETRANSMIT] = ADDRESSES | BIT(TRACE_FIELD_SOCK),
	[TRACE_POINT_SEND_RESET] =
		BIT(TRACE_FIELD_SADDR) | BIT(TRACE_FIELD_DADDR),
	[TRACE_POINT_RECEIVE_RESET] = ADDRESSES | BIT(TRACE_FIELD_SOCK),
	[TRACE_POINT_DROP] =
		BIT(TRACE_FIELD_RECEIVER) | BIT(TRACE_FIELD_REASON),
};
TABLE_COVERS(needed, TRACE_POINTS);

static void free_handle(struct tep_handle **tep)
{
	tep_free(*tep);
}

static void read_reasons(struct trace_format *format,
			 const struct tep_print_flag_sym *symbol)
{
	for (; symbol; symbol = symbol->next)
		vec_push(&format->reasons,
			 (struct trace_reason){
				 .number = strtoull(symbol->value, NULL, 0),
				 .name = mem_strdup(symbol->str),
			 });
}

/* __print_symbolic(REC->reason, …) is an argument of the format's own */
static void find_reasons(struct trace_format *format,
			 const struct tep_print_arg *arg)
{
	for (; arg; arg = arg->next)
		if (arg->type == TEP_PRINT_SYMBOL && arg->symbol.field &&
		    arg->symbol.field->type == TEP_PRINT_FIELD &&
		    strcmp(arg->symbol.field->field.name,
			   field_names[TRACE_FIELD_REASON]) == 0)
			read_reasons(format, arg->symbol.symbols);
}

bool trace_format_has(const struct trace_format *format, enum trace_field field)
{
	return format->fields[field].size > 0;
}

static int check(const struct trace_format *format, struct err *err)
{
	for (enum trace_field i = 0; i < TRACE_FIELDS; i++)
		if (needed[format->point] & BIT(i) &&
		    !trace_format_has(format, i))
			return err_set(err, -EPROTO,
				       "this kernel's %s has no field '%s'",
				       trace_point_names[format->point],
				       field_names[i]);
	return 0;
}

int trace_format_parse(enum trace_point point, const char *text, size_t len,
		       struct trace_format *format, struct err *err)
{
	SCOPED(free_handle) struct tep_handle *tep = tep_alloc();
	struct tep_event *event = NULL;

	/* it has words on what it does not know, for standard error */
	tep_set_loglevel(TEP_LOG_NONE);
	/* what it cannot print it can read all the same */
	if (tep) {
		(void)tep_parse_event(tep, text, len,
				      trace_point_systems[point]);
		event = tep_find_event_by_name(tep, trace_point_systems[point],
					       trace_point_names[point]);
	}
	if (!event)
		return err_set(err, -EPROTO, "cannot read the format of %s",
			       trace_point_names[point]);
	format->point = point;
	format->id = event->id;
	for (enum trace_field i = 0; i < TRACE_FIELDS; i++) {
		const struct tep_format_field *field =
			tep_find_field(event, field_names[i]);

		if (!field || field->offset < 0 || field->size < 0)
			continue;
		format->fields[i].offset = (size_t)field->offset;
		format->fields[i].size = (size_t)field->size;
	}
	find_reasons(format, event->print_fmt.args);
	return check(format, err);
}

void trace_format_done(struct trace_format *format)
{
	vec_foreach(&format->reasons, reason)
		free(reason->name);
	vec_done(&format->reasons);
}

static const uint8_t *bytes_of(const struct trace_format *format,
			       const void *data, enum trace_field field)
{
	return (const uint8_t *)data + format->fields[field].offset;
}

/* a number of the kernel's own byte order; 0 if there is no such field */
static uint64_t number_of(const struct trace_format *format, const void *data,
			  enum trace_field field)
{
	const uint8_t *at = bytes_of(format, data, field);
	uint64_t n64;
	uint32_t n32;
	uint16_t n16;

	switch (format->fields[field].size) {
	case sizeof(n16):
		memcpy(&n16, at, sizeof(n16));
		return n16;
	case sizeof(n32):
		memcpy(&n32, at, sizeof(n32));
		return n32;
	case sizeof(n64):
		memcpy(&n64, at, sizeof(n64));
		return n64;
	default:
		return 0;
	}
}

static bool fits(const struct trace_format *format, size_t len)
{
	for (enum trace_field i = 0; i < TRACE_FIELDS; i++)
		if (format->fields[i].offset + format->fields[i].size > len)
			return false;
	return true;
}

static bool read_inet(const struct trace_format *format, const void *data,
		      bool source, struct endpoint *e)
{
	const uint8_t *v4 = bytes_of(
		format, data, source ? TRACE_FIELD_SADDR : TRACE_FIELD_DADDR);
	const uint8_t *v6 = bytes_of(
		format, data, source ? TRACE_FIELD_SADDR6 : TRACE_FIELD_DADDR6);
	uint64_t family = number_of(format, data, TRACE_FIELD_FAMILY);

	if (family != AF_INET && family != AF_INET6)
		return false;
	*e = (struct endpoint){.family = (sa_family_t)family};
	e->port = (uint16_t)number_of(
		format, data, source ? TRACE_FIELD_SPORT : TRACE_FIELD_DPORT);
	if (family == AF_INET)
		memcpy(&e->ip.v4, v4, sizeof(e->ip.v4));
	else
		memcpy(&e->ip.v6, v6, sizeof(e->ip.v6));
	endpoint_unmap(e);
	return true;
}

static bool read_sockaddr(const struct trace_format *format, const void *data,
			  enum trace_field field, struct endpoint *e)
{
	struct sockaddr_storage ss = {0};

	memcpy(&ss, bytes_of(format, data, field), SOCKADDR_BYTES);
	endpoint_from_sockaddr(e, &ss);
	return e->family != AF_UNSPEC;
}

static bool read_ends(const struct trace_format *format, const void *data,
		      struct trace_record *record)
{
	if (format->fields[TRACE_FIELD_SADDR].size == SOCKADDR_BYTES)
		return read_sockaddr(format, data, TRACE_FIELD_SADDR,
				     &record->local) &&
		       read_sockaddr(format, data, TRACE_FIELD_DADDR,
				     &record->remote);
	return read_inet(format, data, true, &record->local) &&
	       read_inet(format, data, false, &record->remote);
}

static bool read_states(const struct trace_format *format, const void *data,
			struct trace_record *record)
{
	uint64_t old = number_of(format, data, TRACE_FIELD_OLD_STATE);
	uint64_t new = number_of(format, data, TRACE_FIELD_NEW_STATE);

	record->has_state = true;
	return number_of(format, data, TRACE_FIELD_PROTOCOL) == IPPROTO_TCP &&
	       decode_state(old, &record->was) &&
	       decode_state(new, &record->state);
}

static const char *reason_of(const struct trace_format *format,
			     const void *data)
{
	uint64_t number = number_of(format, data, TRACE_FIELD_REASON);

	vec_foreach(&format->reasons, reason)
		if (reason->number == number)
			return reason->name;
	return NULL;
}

bool trace_format_read(const struct trace_format *format, const void *data,
		       size_t len, struct trace_record *record)
{
	struct trace_record r = {.point = format->point,
				 .t_ns = record->t_ns,
				 .nth = record->nth};

	if (!fits(format, len))
		return false;
	r.reason = reason_of(format, data);
	r.sock = number_of(format, data,
			   format->point == TRACE_POINT_DROP
				   ? TRACE_FIELD_RECEIVER
				   : TRACE_FIELD_SOCK);
	if (format->point != TRACE_POINT_DROP && !read_ends(format, data, &r))
		return false;
	if (format->point == TRACE_POINT_STATE) {
		if (!read_states(format, data, &r))
			return false;
	} else {
		/* 0 where there is no socket, or no such field */
		r.has_state = decode_state(
			number_of(format, data, TRACE_FIELD_STATE), &r.state);
	}
	*record = r;
	return true;
}
