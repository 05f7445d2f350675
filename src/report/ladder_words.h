/*
 * ladder_words.h - what stands on a ladder's arrows and lifelines, in words
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event;
struct history_end;
struct history_state;
struct ladder_of;
struct tcp_seen;

/** ladder_event - by its number; NULL if the journal does not have it */
const struct event *ladder_event(const struct ladder_of *of, uint64_t n);

/** ladder_cites - is it evidence for what failed; 0 never is */
bool ladder_cites(const struct ladder_of *of, uint64_t n);

/** ladder_cites_call - is a system call evidence for what failed: itself, or as
 * that in which the action failed that is */
bool ladder_cites_call(const struct ladder_of *of, const struct event *event);

/** ladder_cites_state - is that an end was in a state evidence for what failed:
 * the event that shows it, or a dump or trace of it while it lasted */
bool ladder_cites_state(const struct ladder_of *of,
			const struct history_end *end,
			const struct history_state *state);

/** ladder_is_bulk_call - a system call that moved bytes and did not fail */
bool ladder_is_bulk_call(const struct event *event);

/** ladder_segment - "SYN,ACK 0/1", "PSH,ACK 1/1 (5)": flags, relative sequence
 * and acknowledgement number, bytes, "again"; caller frees */
char *ladder_segment(const struct tcp_seen *segment);

/** ladder_landing - "1449", "/1449": which of several it is, by its sequence
 * number if it carries bytes, else by its acknowledgement; caller frees */
char *ladder_landing(const struct tcp_seen *segment);

/** ladder_lost - what took it: a fault by its name, or as ladder_path_lost()
 * has it; caller frees; NULL if it is not known */
char *ladder_lost(const struct ladder_of *of, const struct tcp_seen *segment);

/** ladder_state - "TIME_WAIT"; in parentheses if nobody saw it; caller frees */
char *ladder_state(const struct history_state *state);

/** ladder_call - "connect = 0", "shutdown(SHUT_WR) = 0"; caller frees; NULL if
 * it is none that a ladder shows */
char *ladder_call(const struct event *event);

/** ladder_call_with - "bind(L, 0.0.0.0:7788) = EADDRINUSE", of a call that was
 * made with this; NULL: leave that out; caller frees */
char *ladder_call_with(const struct event *event, const char *args);

/** ladder_note - what the wire did, or was told to do; caller frees; NULL if
 * that need not be told */
char *ladder_note(const struct ladder_of *of, const struct event *event);

/** ladder_bulk - "693 segments, 1,000,000 bytes", "93 segments, 5 lost, 90 B";
 * caller frees */
char *ladder_bulk(size_t segments, uint64_t bytes, size_t lost);
