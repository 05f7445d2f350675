/*
 * fuzz_sockdiag.c - what reads the kernel's answers survives any answer
 *
 * The first byte chooses the reader, the rest is what it reads.
 */
#include <assert.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "observe/decode.h"
#include "observe/snmp.h"
#include "tcp/sock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* a chunk of messages, as sockdiag.c walks it. Each is copied to a block of
 * its own: a read past its end is a read past the block's */
static void fuzz_decode(const uint8_t *data, size_t size)
{
	while (size >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr *copy = malloc(size);
		struct tcp_sock sock = {.uid = 77};
		size_t used = sizeof(*copy);

		if (!copy)
			return;
		memcpy(copy, data, size);
		if (decode_diag(copy, size, &sock) == 0) {
			assert(sock.state < TCP_STATES);
			assert(sock.timer < TCP_TIMERS);
			assert(sock.timer_ns >= 0);
			assert(sock.local.family == sock.remote.family ||
			       sock.local.family != AF_UNSPEC);
		} else {
			assert(sock.uid == 77);
		}
		if (copy->nlmsg_len > used && copy->nlmsg_len < size)
			used = NLMSG_ALIGN(copy->nlmsg_len);
		free(copy);
		if (used >= size)
			return;
		data += used;
		size -= used;
	}
}

static void fuzz_counters(const uint8_t *data, size_t size, int format)
{
	struct counter_table table = {0};
	char *text = malloc(size + 1);
	const char *end = text + size;
	int ret;

	if (!text)
		return;
	memcpy(text, data, size);
	ret = format ? snmp6_parse(text, size, &table)
		     : snmp_parse(text, size, &table);
	assert(ret == 0 || table.rows.n == 0);
	vec_foreach(&table.rows, row) {
		assert(row->group_len > 0 && row->name_len > 0);
		assert(row->group >= text &&
		       row->group + row->group_len <= end);
		assert(row->name >= text && row->name + row->name_len <= end);
	}
	vec_done(&table.rows);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] % 3 == 0)
		fuzz_decode(data + 1, size - 1);
	else
		fuzz_counters(data + 1, size - 1, data[0] % 3 - 1);
	return 0;
}
