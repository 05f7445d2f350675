/*
 * html_picture.h - a picture's insides, for the files that print its parts
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/whole.h"

struct event;
struct journal;
struct report_result;

/**
 * struct html_picture - all that pictures of one scenario are drawn from
 * @result: borrowed
 * @journal: its journal; borrowed; NULL
 * @whole: of the journal; owned; {0} without one
 * @wanted: by index in the journal: the page has this event; owned; set while
 *	the parts are made
 */
struct html_picture {
	const struct report_result *result;
	const struct journal *journal;
	struct whole whole;
	bool *wanted;
};

/** html_event - an event by its number; NULL if the journal has none such */
const struct event *html_event(const struct html_picture *picture, uint64_t n);

/** html_want - the page shall have the event with this number; 0: none */
void html_want(const struct html_picture *picture, uint64_t n);

/** html_connections - "connections": see html_picture.c; the caller's
 * reference */
json_t *html_connections(const struct html_picture *picture);

/** html_listeners - "listeners", likewise */
json_t *html_listeners(const struct html_picture *picture);

/** html_segments - "segments", likewise */
json_t *html_segments(const struct html_picture *picture);

/** html_row - a value of many, in a table; stolen */
void html_row(json_t *rows, json_t *const *values, size_t n);
