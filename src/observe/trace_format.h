/*
 * trace_format.h - records of the kernel's tracepoints, to values
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "tcp/endpoint.h"
#include "tcp/state.h"

struct err;

/** enum trace_point - the tracepoints that we listen to */
enum trace_point {
	TRACE_POINT_STATE, /* sock:inet_sock_set_state */
	TRACE_POINT_RETRANSMIT, /* tcp:tcp_retransmit_skb */
	TRACE_POINT_SEND_RESET, /* tcp:tcp_send_reset */
	TRACE_POINT_RECEIVE_RESET, /* tcp:tcp_receive_reset */
	TRACE_POINT_DROP, /* skb:kfree_skb */
	TRACE_POINTS
};

/** trace_point_systems, trace_point_names - "sock", "inet_sock_set_state" */
extern const char *const trace_point_systems[TRACE_POINTS];
extern const char *const trace_point_names[TRACE_POINTS];

/** enum trace_field - what is read of a record */
enum trace_field {
	TRACE_FIELD_SOCK,
	TRACE_FIELD_RECEIVER, /* kfree_skb, since Linux 6.11 */
	TRACE_FIELD_OLD_STATE,
	TRACE_FIELD_NEW_STATE,
	TRACE_FIELD_STATE,
	TRACE_FIELD_PROTOCOL,
	TRACE_FIELD_FAMILY,
	TRACE_FIELD_SPORT,
	TRACE_FIELD_DPORT,
	TRACE_FIELD_SADDR,
	TRACE_FIELD_DADDR,
	TRACE_FIELD_SADDR6,
	TRACE_FIELD_DADDR6,
	TRACE_FIELD_REASON, /* tcp_send_reset: since Linux 6.10 */
	TRACE_FIELDS
};

/** struct trace_reason - what a number of the field "reason" stands for */
struct trace_reason {
	uint64_t number;
	char *name; /* "TCP_OFOMERGE" */
};

/**
 * struct trace_format - where a tracepoint's records have what
 * @point: whose
 * @id: number of the tracepoint in this kernel
 * @fields: bytes from the record's begin; @size 0: there is no such field
 * @reasons: all that there are
 *
 * Start with {0}; release with trace_format_done().
 */
struct trace_format {
	enum trace_point point;
	int id;
	struct {
		size_t offset;
		size_t size;
	} fields[TRACE_FIELDS];
	VEC(struct trace_reason) reasons;
};

/**
 * struct trace_record - a record, read
 * @point: of what
 * @t_ns: CLOCK_MONOTONIC
 * @nth: of those that were read, which: to keep the order of equal times
 * @sock: the kernel's address of the socket; 0 if there is none
 * @local: AF_UNSPEC if the tracepoint does not tell; port 0 if the socket had
 *	none yet
 * @remote: likewise
 * @was, @state: TRACE_POINT_STATE; of others @state, if @has_state
 * @has_state: it was told
 * @reason: borrowed from the format; NULL
 */
struct trace_record {
	enum trace_point point;
	int64_t t_ns;
	size_t nth;
	uint64_t sock;
	struct endpoint local;
	struct endpoint remote;
	enum tcp_state was;
	enum tcp_state state;
	bool has_state;
	const char *reason;
};

/**
 * trace_format_parse - read a tracepoint's "format" file
 * @point: whose it is
 * @text: the file, @len bytes
 * @len: its length
 * @format: written; empty before
 * @err: says what is missing
 *
 * Return: 0; -EPROTO if it is none, or lacks a field without which the
 * tracepoint is of no use.
 */
int trace_format_parse(enum trace_point point, const char *text, size_t len,
		       struct trace_format *format, struct err *err);

/** trace_format_done - release it */
void trace_format_done(struct trace_format *format);

/** trace_format_has - do records have a field, in this kernel */
bool trace_format_has(const struct trace_format *format,
		      enum trace_field field);

/**
 * trace_format_read - read a record
 * @format: of its tracepoint
 * @data: as in the ring, @len bytes
 * @len: its length
 * @record: written on true; its @t_ns and @nth are left alone
 *
 * Return: false if it is not TCP's, or too short, or tells of a state or family
 * that we do not know.
 */
bool trace_format_read(const struct trace_format *format, const void *data,
		       size_t len, struct trace_record *record);
