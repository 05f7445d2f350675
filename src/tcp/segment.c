/*
 * segment.c - one TCP segment, as an Ethernet frame carries it
 */
#include "tcp/segment.h"

#include <errno.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <string.h>

#include "base/names.h"
#include "base/str.h"

const char *const tcp_flag_names[] = {
	[TCP_FLAG_FIN] = "FIN", [TCP_FLAG_SYN] = "SYN", [TCP_FLAG_RST] = "RST",
	[TCP_FLAG_PSH] = "PSH", [TCP_FLAG_ACK] = "ACK", [TCP_FLAG_URG] = "URG",
	[TCP_FLAG_ECE] = "ECE", [TCP_FLAG_CWR] = "CWR",
};
TABLE_COVERS(tcp_flag_names, TCP_FLAGS);

/** struct bytes - what of the frame has not been looked at */
struct bytes {
	const uint8_t *at;
	size_t n; /* that are there */
	size_t whole; /* that were sent: at least @n */
};

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static int skip(struct bytes *b, size_t n)
{
	if (n > b->n)
		return -EBADMSG;
	b->at += n;
	b->n -= n;
	b->whole -= n;
	return 0;
}

/* what is behind the packet is padding of a short frame */
static int limit(struct bytes *b, size_t whole)
{
	b->whole = whole;
	if (b->n > whole)
		b->n = whole;
	return 0;
}

/* Return: the EtherType, or negative errno. */
static int take_ethernet(struct bytes *b)
{
	int type;

	if (b->n < ETHER_HDR_LEN)
		return -EBADMSG;
	type = get16(b->at + 2 * ETHER_ADDR_LEN);
	(void)skip(b, ETHER_HDR_LEN); /* it is there */
	while (type == ETHERTYPE_VLAN) {
		if (b->n < 4)
			return -EBADMSG;
		type = get16(b->at + 2);
		(void)skip(b, 4);
	}
	return type;
}

static int take_v4(struct bytes *b, struct segment *s)
{
	const uint8_t *ip = b->at;
	size_t header;
	size_t total;

	if (b->n < sizeof(struct iphdr) || ip[0] >> 4 != 4)
		return -EBADMSG;
	header = (size_t)(ip[0] & 0xf) * 4;
	total = get16(ip + 2);
	if (header < sizeof(struct iphdr) || total < header)
		return -EBADMSG;
	if (ip[9] != IPPROTO_TCP || (get16(ip + 6) & IP_OFFMASK))
		return -EPROTONOSUPPORT;
	s->from.family = AF_INET;
	s->to.family = AF_INET;
	memcpy(&s->from.ip.v4, ip + 12, sizeof(s->from.ip.v4));
	memcpy(&s->to.ip.v4, ip + 16, sizeof(s->to.ip.v4));
	(void)limit(b, total);
	return skip(b, header);
}

static bool is_v6_option(int next)
{
	return next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING ||
	       next == IPPROTO_DSTOPTS;
}

static int take_v6(struct bytes *b, struct segment *s)
{
	const uint8_t *ip = b->at;
	int next;

	if (b->n < sizeof(struct ip6_hdr) || ip[0] >> 4 != 6)
		return -EBADMSG;
	next = ip[6];
	s->from.family = AF_INET6;
	s->to.family = AF_INET6;
	memcpy(&s->from.ip.v6, ip + 8, sizeof(s->from.ip.v6));
	memcpy(&s->to.ip.v6, ip + 24, sizeof(s->to.ip.v6));
	(void)limit(b, sizeof(struct ip6_hdr) + get16(ip + 4));
	(void)skip(b, sizeof(struct ip6_hdr)); /* it is there */
	while (is_v6_option(next)) {
		if (b->n < 2)
			return -EBADMSG;
		next = b->at[0];
		if (skip(b, 8 * (size_t)(b->at[1] + 1)) < 0)
			return -EBADMSG;
	}
	return next == IPPROTO_TCP ? 0 : -EPROTONOSUPPORT;
}

static void take_sack(const uint8_t *at, size_t len, struct segment_options *o)
{
	for (size_t i = 0; i + 8 <= len && o->n_sack < SEGMENT_SACK_BLOCKS;
	     i += 8)
		o->sack[o->n_sack++] = (struct segment_sack){
			.left = get32(at + i),
			.right = get32(at + i + 4),
		};
}

/* one option with its length; a length that does not fit the kind is passed
 * over, as the kernel does (net/ipv4/tcp_input.c, tcp_parse_options) */
static void take_option(const uint8_t *at, size_t len,
			struct segment_options *o)
{
	const uint8_t *value = at + 2;

	if (at[0] == TCPOPT_MAXSEG && len == TCPOLEN_MAXSEG) {
		o->mss = get16(value);
	} else if (at[0] == TCPOPT_WINDOW && len == TCPOLEN_WINDOW) {
		o->has_wscale = true;
		o->wscale = value[0];
	} else if (at[0] == TCPOPT_SACK_PERMITTED &&
		   len == TCPOLEN_SACK_PERMITTED) {
		o->sack_permitted = true;
	} else if (at[0] == TCPOPT_TIMESTAMP && len == TCPOLEN_TIMESTAMP) {
		o->has_timestamps = true;
		o->ts_val = get32(value);
		o->ts_ecr = get32(value + 4);
	} else if (at[0] == TCPOPT_SACK && (len - 2) % 8 == 0) {
		take_sack(value, len - 2, o);
	}
}

static void take_options(const uint8_t *at, size_t n, struct segment_options *o)
{
	while (n > 0 && at[0] != TCPOPT_EOL) {
		size_t len = 1;

		if (at[0] != TCPOPT_NOP) {
			if (n < 2 || at[1] < 2 || at[1] > n) {
				o->malformed = true;
				return;
			}
			len = at[1];
			take_option(at, len, o);
		}
		at += len;
		n -= len;
	}
}

static uint64_t sum16(const uint8_t *at, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i + 1 < n; i += 2)
		sum += get16(at + i);
	return n % 2 ? sum + (uint64_t)(at[n - 1] << 8) : sum;
}

/* RFC 9293 3.1: the one's complement sum over all is all ones */
static bool checksum_good(const struct segment *s, const struct bytes *b)
{
	bool v4 = s->from.family == AF_INET;
	size_t len = v4 ? sizeof(s->from.ip.v4) : sizeof(s->from.ip.v6);
	uint64_t sum = IPPROTO_TCP + b->whole;

	if (b->n < b->whole)
		return true;
	sum += sum16((const uint8_t *)&s->from.ip, len);
	sum += sum16((const uint8_t *)&s->to.ip, len);
	sum += sum16(b->at, b->n);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

static int take_tcp(struct bytes *b, struct segment *s)
{
	const uint8_t *tcp = b->at;
	size_t header;

	if (b->n < sizeof(struct tcphdr))
		return -EBADMSG;
	header = (size_t)(tcp[12] >> 4) * 4;
	if (header < sizeof(struct tcphdr) || header > b->n)
		return -EBADMSG;
	s->header = tcp;
	s->from.port = get16(tcp);
	s->to.port = get16(tcp + 2);
	s->seq = get32(tcp + 4);
	s->ack = get32(tcp + 8);
	s->flags = tcp[13];
	s->window = get16(tcp + 14);
	s->checksum_good = checksum_good(s, b);
	take_options(tcp + sizeof(struct tcphdr),
		     header - sizeof(struct tcphdr), &s->options);
	(void)skip(b, header); /* it is there */
	s->payload = b->at;
	s->payload_len = (uint32_t)b->whole;
	return 0;
}

int segment_parse(const uint8_t *frame, size_t len, struct segment *segment)
{
	struct bytes b = {.at = frame, .n = len, .whole = len};
	struct segment s = {0};
	int type = take_ethernet(&b);
	int rc;

	if (type < 0)
		return type;
	if (type != ETHERTYPE_IP && type != ETHERTYPE_IPV6)
		return -EPROTONOSUPPORT;
	rc = type == ETHERTYPE_IP ? take_v4(&b, &s) : take_v6(&b, &s);
	if (rc == 0)
		rc = take_tcp(&b, &s);
	if (rc == 0)
		*segment = s;
	return rc;
}

bool segment_flags_match(uint8_t want, uint8_t have)
{
	const unsigned int turns = TCP_FLAG_BIT(TCP_FLAG_SYN) |
				   TCP_FLAG_BIT(TCP_FLAG_FIN) |
				   TCP_FLAG_BIT(TCP_FLAG_RST);
	const unsigned int ack = TCP_FLAG_BIT(TCP_FLAG_ACK);

	if ((have & want) != want || (have & ~want & turns))
		return false;
	return !(want & TCP_FLAG_BIT(TCP_FLAG_SYN)) || !(have & ~want & ack);
}

uint32_t segment_len(const struct segment *segment)
{
	uint32_t len = segment->payload_len;

	if (segment_has(segment, TCP_FLAG_BIT(TCP_FLAG_SYN)))
		len++;
	if (segment_has(segment, TCP_FLAG_BIT(TCP_FLAG_FIN)))
		len++;
	return len;
}

void segment_print_flags(uint8_t flags, struct str *out)
{
	/* as people say them: SYN,ACK and FIN,ACK */
	static const enum tcp_flag order[] = {
		TCP_FLAG_SYN, TCP_FLAG_FIN, TCP_FLAG_RST, TCP_FLAG_PSH,
		TCP_FLAG_ACK, TCP_FLAG_URG, TCP_FLAG_ECE, TCP_FLAG_CWR,
	};
	const char *comma = "";

	TABLE_COVERS(order, TCP_FLAGS);
	for (size_t i = 0; i < TCP_FLAGS; i++) {
		if (!(flags & TCP_FLAG_BIT(order[i])))
			continue;
		str_addf(out, "%s%s", comma, tcp_flag_names[order[i]]);
		comma = ",";
	}
	if (!flags)
		str_add(out, "none");
}
