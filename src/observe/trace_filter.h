/*
 * trace_filter.h - what a tracepoint is to tell us of, in the kernel's language
 */
#pragma once

#include <netinet/in.h>

#include "observe/trace_format.h"

/**
 * trace_filter - a filter for a tracepoint's "filter" file
 * @format: of the tracepoint, in this kernel
 * @network: the lab's IPv4 addresses
 * @prefix: its length, 1 … 32
 *
 * Lets through what may be the lab's: all of IPv6, for the language has no word
 * for an address of 16 bytes (Documentation/trace/events.rst, section 5).
 *
 * Return: the filter, caller frees; NULL if there is nothing to filter by.
 */
char *trace_filter(const struct trace_format *format, struct in_addr network,
		   unsigned int prefix);
