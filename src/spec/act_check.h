/*
 * act_check.h - do a step's words fit each other
 */
#pragma once

#include <stdbool.h>

struct act_draft;
struct reader;

/** ACT_BACKLOG - listen(2)'s backlog if a step does not say */
#define ACT_BACKLOG 128

/**
 * act_check - see that a step's keys fit each other, and fill in times
 * @r: where errors go
 * @draft: read and placed
 *
 * Return: true if they do.
 */
bool act_check(const struct reader *r, struct act_draft *draft);

/** act_check_times - the part of act_check() that concerns times; fills in
 * the default of "within" */
bool act_check_times(const struct reader *r, struct act_draft *draft);
