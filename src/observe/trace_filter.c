/*
 * trace_filter.c - what a tracepoint is to tell us of, in the kernel's language
 *
 * DOC: Theory of operation
 *
 * The tracepoints of TCP name no network namespace, so a lab is known by its
 * addresses. A field of four bytes is a number to the kernel, of its own byte
 * order, whatever it is to us (kernel/trace/trace_events_filter.c,
 * select_comparison_fn). A number can be tested for a set of bits, of which "&"
 * asks for any: "none of these, and this one, and this one" is a prefix.
 */
#include "observe/trace_filter.h"

#include <netinet/tcp.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

/** V4_BYTES - of "__u8 saddr[4]" */
#define V4_BYTES 4

static void add_source(struct str *out, struct in_addr network,
		       unsigned int prefix)
{
	uint32_t mask = htonl(UINT32_MAX << (32 - prefix));
	uint32_t ones = network.s_addr & mask;

	str_addf(out, "!(saddr & %#x)", mask & ~ones);
	for (unsigned int bit = 0; bit < 32; bit++)
		if (ones & (UINT32_C(1) << bit))
			str_addf(out, " && (saddr & %#x)", UINT32_C(1) << bit);
}

static void add_unspecified(struct str *out, const struct trace_format *format)
{
	vec_foreach(&format->reasons, reason)
		if (strcmp(reason->name, "NOT_SPECIFIED") == 0)
			str_addf(out, " && reason != %llu",
				 (unsigned long long)reason->number);
}

char *trace_filter(const struct trace_format *format, struct in_addr network,
		   unsigned int prefix)
{
	struct str out = {0};

	if (format->point == TRACE_POINT_DROP) {
		/* ETH_P_IP, ETH_P_IPV6; without a socket it is nobody's */
		str_add(&out, "rx_sk != 0 && (protocol == 2048 || protocol == "
			      "34525)");
		add_unspecified(&out, format);
	} else if (format->fields[TRACE_FIELD_SADDR].size == V4_BYTES) {
		if (format->point == TRACE_POINT_STATE)
			str_addf(&out, "protocol == %d && ", IPPROTO_TCP);
		str_addf(&out, "(family == %d || ", AF_INET6);
		/* a listener's child, which may have no address yet */
		if (format->point == TRACE_POINT_STATE)
			str_addf(&out, "newstate == %d || ", TCP_SYN_RECV);
		str_add(&out, "(");
		add_source(&out, network, prefix);
		str_add(&out, "))");
	}
	return out.s;
}
