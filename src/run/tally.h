/*
 * tally.h - how frames fared on each link, told at the end
 */
#pragma once

struct lab;

/** tally_links - an EVENT_LINK for each direction of each link, and a gap for
 * what was not done as asked */
void tally_links(struct lab *lab);
