/*
 * filter.h - see that a filter is one that libpcap takes
 */
#pragma once

#include <stdbool.h>

struct node;
struct reader;

/**
 * filter_check - compile a filter, over Ethernet frames, and forget it
 * @r: where errors go
 * @node: the filter's node
 * @text: in the language of pcap-filter(7), but without what libpcap would
 *	ask a name service for: hosts, networks and ports are numbers, so that a
 *	file means the same everywhere
 *
 * Return: true if it is one.
 */
bool filter_check(const struct reader *r, const struct node *node,
		  const char *text);
