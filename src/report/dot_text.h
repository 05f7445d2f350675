/*
 * dot_text.h - text in the dot language
 */
#pragma once

struct str;

/** dot_quote - append @text as a quoted ID, made safe (utf8_clean()): it says
 * what it says, and no escape like "\n" begins in it */
void dot_quote(struct str *out, const char *text);
