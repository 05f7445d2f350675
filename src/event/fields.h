/*
 * fields.h - which fields an event has in the journal: one row each
 */
#pragma once

#include <stddef.h>

#include "event/event.h"

/** enum field_type - C type of a field, and how the journal writes it */
enum field_type {
	FIELD_TEXT, /* const char *; a JSON string */
	FIELD_I64,
	FIELD_U64, /* a JSON string of digits past 2^63 - 1 */
	FIELD_U32,
	FIELD_U8,
	FIELD_BOOL,
	FIELD_ERRNO, /* int64_t; "EADDRINUSE" */
	FIELD_SIGNAL, /* int64_t; "SIGKILL" */
	FIELD_STATE, /* enum tcp_state; "TIME_WAIT" */
	FIELD_TIMER, /* enum tcp_timer; "keepalive" */
	FIELD_CHANGE, /* enum sock_change; "gone" */
	FIELD_ENDPOINT, /* struct endpoint; "10.0.0.1:80" */
	FIELD_TYPES
};

/** enum field_canon - what becomes of a field in a canonical journal; what
 * each is for is said by canon_rules() */
enum field_canon {
	CANON_SAME, /* as it is */
	CANON_TIME, /* ns, rounded; below zero as it is */
	CANON_WORDS, /* text; a port of the kernel's choice in it is named */
	CANON_PORT, /* an endpoint; likewise */
	CANON_OPTIONS, /* a segment's, as text; without drawn numbers in it */
	CANON_PROCESS, /* these are named in the order of their appearance */
	CANON_INODE,
	CANON_COOKIE,
	CANON_NETNS,
	CANON_NO_USER, /* these are left out */
	CANON_NO_DATE,
	CANON_NO_SEED,
	CANON_NO_SUM,
	CANON_NO_RTT,
	CANON_NO_NUMBER,
	CANON_NO_FRAME,
	CANON_NO_LOOK,
	CANONS
};

/** field_type_names - as results/README.md calls them */
extern const char *const field_type_names[FIELD_TYPES];

/**
 * struct field - one field of one kind of event
 *
 * A field that is zero (NULL, false, AF_UNSPEC, the first of its enum) is left
 * out of the journal, and a reader that misses it puts zero there: so a row
 * added here is read from old journals and skipped by old readers.
 */
struct field {
	const char *key; /* in JSON */
	enum field_type type;
	size_t offset; /* in struct event */
	enum field_canon canon;
	const char *about; /* for results/README.md */
};

/**
 * fields_of - the fields that events of a kind have beyond n, t, kind, step
 * and host
 * @n: their number
 *
 * Return: the table, in the order in which the journal has them.
 */
const struct field *fields_of(enum event_kind kind, size_t *n);
