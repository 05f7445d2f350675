/*
 * codec.h - an event as one line of JSON, and back
 */
#pragma once

#include <stddef.h>

#include "event/event.h"

struct arena;
struct err;
struct field;
struct str;

/**
 * codec_print - append an event's line, newline included
 * @line: what is not UTF-8 in the event's strings comes out as U+FFFD, so
 *	that every line is JSON (RFC 8259 section 8.1)
 * @event: all of it
 */
void codec_print(struct str *line, const struct event *event);

/** codec_head - append the begin of such a line: "{" and the keys that every
 * event has */
void codec_head(struct str *line, const struct event *event);

/** codec_field - append one more key and its value; nothing if that is zero */
void codec_field(struct str *line, const struct field *field,
		 const struct event *event);

/** codec_text - append a key and a text */
void codec_text(struct str *line, const char *key, const char *text);

/**
 * codec_parse - read what codec_print() wrote
 * @line: JSON text, @len bytes, with or without its newline
 * @len: its length
 * @strings: owns the event's strings
 * @event: written on 0 only
 * @err: says which key is wrong
 *
 * Return: 0; 1 if the event's kind is not known (a later version's: skip
 * it); -EBADMSG if it is not an event.
 */
int codec_parse(const char *line, size_t len, struct arena *strings,
		struct event *event, struct err *err);
