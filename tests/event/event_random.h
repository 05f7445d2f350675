/*
 * event_random.h - random events of every kind, for properties
 */
#pragma once

#include <stdint.h>

#include "event/event.h"

/** struct dice - a small generator; the same seed gives the same events */
struct dice {
	uint64_t state;
};

/** dice_roll - 64 random bits (splitmix64) */
uint64_t dice_roll(struct dice *dice);

/** event_random - an event of @kind with each field zero, extreme or random;
 * texts are borrowed from static storage */
void event_random(struct dice *dice, enum event_kind kind, struct event *event);

/** event_same - equal in the envelope and in every field of the kind */
int event_same(const struct event *a, const struct event *b);
