/*
 * canon.h - a journal without what differs from run to run for no reason
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "event/event.h"
#include "event/fields.h"

struct journal;
struct str;

/** CANON_QUANTUM_NS - times are rounded to the nearest multiple of this */
#define CANON_QUANTUM_NS 1000000

/**
 * canon_print - append a journal's canonical form
 * @text: JSON, one event a line, keys as in the journal
 * @journal: any, also one that is truncated
 *
 * Two runs of one scenario in one kernel have the same, byte for byte, if
 * what happened was the same. What becomes of which field: fields.c; why:
 * canon_reasons(). Events are ordered by rounded time between any two that
 * concern no host (a step's begin and end), those of equal time by host, in
 * the order in which the journal first names the hosts, and those of one host
 * as in the journal; then they are numbered anew.
 */
void canon_print(const struct journal *journal, struct str *text);

/** canon_reasons - append what is changed or left out, and why, for reading */
void canon_reasons(struct str *text);

/**
 * canon_differs - find the first line in which two texts differ
 * @a: what canon_print() wrote
 * @b: likewise
 * @line: its number, from 1; untouched if they do not differ
 * @a_line: begin of that line in @a; at its end if it has no such line
 * @b_line: likewise
 *
 * Return: whether they differ.
 */
bool canon_differs(const char *a, const char *b, size_t *line,
		   const char **a_line, const char **b_line);
