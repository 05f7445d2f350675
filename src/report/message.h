/*
 * message.h - why a scenario did not pass, in one line and in a few
 */
#pragma once

struct finding;
struct report_result;
struct str;

/**
 * message_finding - one finding in one line: "line 14: expected X, saw Y"
 * @out: appended to; without a newline
 */
void message_finding(struct str *out, const struct finding *finding);

/** message_short - the worst finding, or the error, in one line; how many
 * more there are; nothing for a PASS */
void message_short(struct str *out, const struct report_result *result);

/** message_long - the same line, the other findings, evidence and remedies,
 * a line each */
void message_long(struct str *out, const struct report_result *result);

/** message_type - "inconclusive", "error", or the failing finding's rule;
 * "" for a PASS; borrowed */
const char *message_type(const struct report_result *result);
