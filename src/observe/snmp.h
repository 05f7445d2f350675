/*
 * snmp.h - the text of /proc/net/{snmp,netstat,snmp6} to counters
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

/**
 * struct counter - one counter; its names point into the text that was parsed
 * @group: "Tcp", "TcpExt", "Ip6": @group_len bytes, without a NUL
 * @name: "OutRsts": @name_len bytes, without a NUL
 * @value: MaxConn may be -1; a 64-bit counter past INT64_MAX is refused
 */
struct counter {
	const char *group;
	const char *name;
	size_t group_len;
	size_t name_len;
	int64_t value;
};

/**
 * struct counter_table - counters in the files' order
 *
 * Start with {0}; release with vec_done(&table->rows).
 */
struct counter_table {
	VEC(struct counter) rows;
};

/**
 * snmp_parse - read pairs of lines: "Tcp: name name …", "Tcp: value value …"
 * @text: borrowed for as long as the rows are
 * @len: its length
 * @out: rows are appended; untouched on failure
 *
 * The format of snmp and netstat, net/ipv4/proc.c.
 *
 * Return: 0; -EPROTO if a line is no such line or cut short, a value is no
 * number, or names and values do not match.
 */
int snmp_parse(const char *text, size_t len, struct counter_table *out);

/**
 * snmp6_parse - read lines "Ip6InReceives   17"
 * @text: borrowed for as long as the rows are
 * @len: its length
 * @out: rows are appended; untouched on failure
 *
 * The format of snmp6, net/ipv6/proc.c. The group ends with the first 6.
 *
 * Return: 0; -EPROTO likewise.
 */
int snmp6_parse(const char *text, size_t len, struct counter_table *out);
