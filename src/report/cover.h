/*
 * cover.h - which transitions were taken, for people and for programs
 */
#pragma once

#include <jansson.h>
#include <stddef.h>

struct coverage;
struct str;

/**
 * cover_text - the state diagram, then each transition, how often it was taken,
 * and by which scenarios
 * @coverage: what was taken
 * @columns: width to keep to; 0: scenarios are all named, on one line
 * @text: appended to
 */
void cover_text(const struct coverage *coverage, size_t columns,
		struct str *text);

/** cover_line - the same in one line: "25 of 25 RFC 9293 transitions, 36 of 39
 * Linux extras" */
void cover_line(const struct coverage *coverage, struct str *text);

/** cover_json - the same as a JSON object; caller frees: json_decref() */
json_t *cover_json(const struct coverage *coverage);
