/*
 * story_wire.h - what the wire did, and what was done to it, in words
 */
#pragma once

#include <stdbool.h>

struct event;
struct scenario;
struct str;

/**
 * story_wire_phrase - "fault 1 drops ACK (wave-4) from client to server …"
 * @out: appended to if something is to be told
 * @event: WIRE, FAULT or INJECT; of others nothing is
 * @scenario: that has the faults; NULL if it could not be read
 *
 * Of a fault that acts again and again only the first times are told.
 *
 * Return: false if there is nothing to be told.
 */
bool story_wire_phrase(struct str *out, const struct event *event,
		       const struct scenario *scenario);

/** story_link_phrase - "client > server: relay, delay 20 ms; 12 frames, 1
 * dropped by a fault" of a LINK */
void story_link_phrase(struct str *out, const struct event *event);
