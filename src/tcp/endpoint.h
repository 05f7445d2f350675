/*
 * endpoint.h - an address and a port: one end of a connection
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/** ENDPOINT_TEXT - bytes for "[IPv6 address]:65535" and its NUL */
#define ENDPOINT_TEXT (INET6_ADDRSTRLEN + 9)

/**
 * struct endpoint - one end of a connection
 * @family: AF_INET, AF_INET6, or AF_UNSPEC for "not known"
 * @port: host order
 * @ip: network order; @ip.v6 for AF_INET6
 */
struct endpoint {
	sa_family_t family;
	uint16_t port;
	union {
		struct in_addr v4;
		struct in6_addr v6;
	} ip;
};

/** endpoint_equal - same family, address and port */
bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);

/** endpoint_is_wildcard - 0.0.0.0 or :: whatever the port; true if unknown */
bool endpoint_is_wildcard(const struct endpoint *e);

/** endpoint_print - "10.0.0.1:80", "[fd00::1]:80", "-" if unknown
 * @buf: at least ENDPOINT_TEXT bytes; returned */
const char *endpoint_print(const struct endpoint *e, char buf[ENDPOINT_TEXT]);

/**
 * endpoint_parse - read what endpoint_print() writes
 * @text: numeric address and port; "*:80" means 0.0.0.0:80
 * @e: untouched on failure
 *
 * Return: 0 or -EINVAL.
 */
int endpoint_parse(const char *text, struct endpoint *e);

/**
 * endpoint_parse_address - read a numeric address without a port
 * @text: "10.0.0.1", "fd00::1"
 * @e: port 0; untouched on failure
 *
 * Return: 0 or -EINVAL.
 */
int endpoint_parse_address(const char *text, struct endpoint *e);

/** endpoint_to_sockaddr - for connect(2), bind(2); returns the length used */
socklen_t endpoint_to_sockaddr(const struct endpoint *e,
			       struct sockaddr_storage *ss);

/** endpoint_unmap - ::ffff:10.0.0.1 becomes 10.0.0.1 (RFC 4291 2.5.5.2), so
 * that a connection looks the same from both ends, whichever kind of socket
 * each end used */
void endpoint_unmap(struct endpoint *e);

/** endpoint_from_sockaddr - from getsockname(2), unmapped; other families:
 * AF_UNSPEC */
void endpoint_from_sockaddr(struct endpoint *e,
			    const struct sockaddr_storage *ss);
