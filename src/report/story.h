/*
 * story.h - what happened in one scenario, told to someone who was not there
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/page.h"

struct event;
struct report_result;

/** struct story - one result and where to tell it; everything borrowed */
struct story {
	const struct page *page;
	const struct report_result *result;
	const struct event *events; /* of its journal; NULL if there is none */
	size_t n_events;
};

/**
 * story_tell - the whole story: what was expected and seen, the steps with
 * their system calls, the sockets of both ends over time, what was missed
 * @page: where to
 * @result: of which scenario; a PASS is told as well
 */
void story_tell(const struct page *page, const struct report_result *result);

/** story_steps - the part of it that tells steps and system calls */
void story_steps(const struct story *story);

/** story_links - the part of it that tells what carried frames, and how they
 * fared */
void story_links(const struct story *story);

/** story_ends - the part of it that tells the sockets' states over time */
void story_ends(const struct story *story);

/** story_cites - is this event evidence for a finding that is no PASS */
bool story_cites(const struct story *story, uint64_t event);

/** STORY_MS - bytes that story_ms() needs */
#define STORY_MS 24

/** story_ms - "  20.4": milliseconds since the lab began, right-aligned to
 * nine columns; returns @buf */
const char *story_ms(int64_t t_ns, char buf[STORY_MS]);
