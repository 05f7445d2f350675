/*
 * forge.c - build a frame that holds a TCP segment
 */
#include "wire/forge.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <string.h>

#include "wire/port.h"

/** HOPS - TTL and hop limit, as hosts send it */
#define HOPS 64

/** SUM_AT - where the checksum is in a TCP header */
#define SUM_AT 16

static uint8_t *put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return at + 2;
}

static uint8_t *put32(uint8_t *at, uint32_t value)
{
	return put16(put16(at, value >> 16), value & 0xffff);
}

static uint8_t *put(uint8_t *at, const void *bytes, size_t n)
{
	memcpy(at, bytes, n);
	return at + n;
}

/* RFC 1071 */
static uint32_t sum(uint32_t so_far, const void *bytes, size_t n)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < n; i++)
		so_far += i % 2 ? at[i] : (uint32_t)at[i] << 8;
	return so_far;
}

static uint32_t fold(uint32_t so_far)
{
	while (so_far >> 16)
		so_far = (so_far & 0xffff) + (so_far >> 16);
	return ~so_far & 0xffff;
}

static size_t options_len(const struct forge *forge)
{
	return forge->has_ts ? 2 + TCPOLEN_TIMESTAMP : 0;
}

static size_t tcp_len(const struct forge *forge)
{
	return sizeof(struct tcphdr) + options_len(forge) + forge->payload_len;
}

static size_t address_len(const struct forge *forge)
{
	return forge->from.family == AF_INET ? sizeof(struct in_addr)
					     : sizeof(struct in6_addr);
}

static uint8_t *put_v4(uint8_t *at, const struct forge *forge)
{
	uint8_t *ip = at;

	*at++ = 4 << 4 | sizeof(struct iphdr) / 4;
	*at++ = 0;
	at = put16(at, (uint32_t)(sizeof(struct iphdr) + tcp_len(forge)));
	at = put32(at, IP_DF);
	*at++ = HOPS;
	*at++ = IPPROTO_TCP;
	at = put16(at, 0);
	at = put(at, &forge->from.ip.v4, sizeof(forge->from.ip.v4));
	at = put(at, &forge->to.ip.v4, sizeof(forge->to.ip.v4));
	(void)put16(ip + 10, fold(sum(0, ip, sizeof(struct iphdr))));
	return at;
}

static uint8_t *put_v6(uint8_t *at, const struct forge *forge)
{
	at = put32(at, UINT32_C(6) << 28);
	at = put16(at, (uint32_t)tcp_len(forge));
	*at++ = IPPROTO_TCP;
	*at++ = HOPS;
	at = put(at, &forge->from.ip.v6, sizeof(forge->from.ip.v6));
	return put(at, &forge->to.ip.v6, sizeof(forge->to.ip.v6));
}

static uint8_t *put_tcp(uint8_t *at, const struct forge *forge)
{
	uint8_t *tcp = at;
	size_t header = sizeof(struct tcphdr) + options_len(forge);
	size_t whole = tcp_len(forge);
	uint32_t checksum = IPPROTO_TCP + (uint32_t)whole;

	at = put16(at, forge->from.port);
	at = put16(at, forge->to.port);
	at = put32(at, forge->seq);
	at = put32(at, forge->ack);
	*at++ = (uint8_t)(header / 4 << 4);
	*at++ = forge->flags;
	at = put16(at, forge->window);
	at = put32(at, 0); /* checksum, urgent pointer */
	if (forge->has_ts) {
		*at++ = TCPOPT_NOP;
		*at++ = TCPOPT_NOP;
		*at++ = TCPOPT_TIMESTAMP;
		*at++ = TCPOLEN_TIMESTAMP;
		at = put32(at, forge->ts_val);
		at = put32(at, forge->ts_ecr);
	}
	if (forge->payload)
		at = put(at, forge->payload, forge->payload_len);
	else
		at += forge->payload_len;
	checksum = sum(checksum, &forge->from.ip, address_len(forge));
	checksum = sum(checksum, &forge->to.ip, address_len(forge));
	(void)put16(tcp + SUM_AT, fold(sum(checksum, tcp, whole)));
	return at;
}

int forge_frame(const struct forge *forge, struct port_frame *out)
{
	bool v4 = forge->from.family == AF_INET;
	size_t ip = v4 ? sizeof(struct iphdr) : sizeof(struct ip6_hdr);
	uint8_t *at = out->bytes;

	if (forge->from.family != forge->to.family ||
	    (!v4 && forge->from.family != AF_INET6))
		return -EINVAL;
	if (forge->payload_len > ETHERMTU ||
	    ip + tcp_len(forge) > (size_t)ETHERMTU)
		return -EMSGSIZE;
	memset(out->bytes, 0, sizeof(out->bytes));
	at = put(at, forge->mac_to, FORGE_MAC);
	at = put(at, forge->mac_from, FORGE_MAC);
	at = put16(at, v4 ? ETHERTYPE_IP : ETHERTYPE_IPV6);
	at = v4 ? put_v4(at, forge) : put_v6(at, forge);
	at = put_tcp(at, forge);
	out->len = (uint32_t)(at - out->bytes);
	return 0;
}
