/*
 * cover_diagram.h - figure 5 of RFC 9293, with what was taken
 */
#pragma once

struct coverage;
struct str;

/** cover_diagram - draw it, 76 columns wide, in ASCII; at each arrow stands its
 * number in the list, and how often it was taken */
void cover_diagram(const struct coverage *coverage, struct str *text);
