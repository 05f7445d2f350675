/*
 * hits.h - what faults did to segments, as the journal and the capture tell it
 */
#pragma once

#include <stddef.h>

struct inject_spec;
struct lab;
struct relay_hit;

/**
 * hits_tell - a fault acted: an event, and a comment on the frame
 * @lab: the lab
 * @hit: what the relay said
 *
 * The frame was captured where it was sent before the relay took it, so it is
 * looked for there now. Where it arrives late, changed or twice, it gets its
 * comment in hits_end().
 */
void hits_tell(struct lab *lab, const struct relay_hit *hit);

/** hits_tell_injected - a step put a segment on the wire: an event for each of
 * it */
void hits_tell_injected(struct lab *lab, const struct inject_spec *inject,
			const struct relay_hit *made);

/** hits_end - comments on frames where they arrived; before frames_end() */
void hits_end(struct lab *lab);

/** hits_done - release what lab->arrivals holds */
void hits_done(struct lab *lab);
