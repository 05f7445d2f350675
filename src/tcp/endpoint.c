/*
 * endpoint.c - an address and a port: one end of a connection
 */
#include "tcp/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	if (a->family != b->family || a->port != b->port)
		return false;
	if (a->family == AF_INET)
		return a->ip.v4.s_addr == b->ip.v4.s_addr;
	if (a->family == AF_INET6)
		return memcmp(&a->ip.v6, &b->ip.v6, sizeof(a->ip.v6)) == 0;
	return true;
}

bool endpoint_is_wildcard(const struct endpoint *e)
{
	if (e->family == AF_INET)
		return e->ip.v4.s_addr == htonl(INADDR_ANY);
	if (e->family == AF_INET6)
		return IN6_IS_ADDR_UNSPECIFIED(&e->ip.v6);
	return true;
}

const char *endpoint_print(const struct endpoint *e, char buf[ENDPOINT_TEXT])
{
	char ip[INET6_ADDRSTRLEN];

	if (e->family != AF_INET && e->family != AF_INET6) {
		memcpy(buf, "-", 2);
		return buf;
	}
	/* cannot fail: the family is known and the buffer large enough */
	(void)inet_ntop(e->family, &e->ip, ip, sizeof(ip));
	(void)snprintf(buf, ENDPOINT_TEXT,
		       e->family == AF_INET ? "%s:%u" : "[%s]:%u", ip,
		       (unsigned int)e->port);
	return buf;
}

static int parse_port(const char *text, uint16_t *port)
{
	unsigned long value;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return -EINVAL;
	value = strtoul(text, &end, 10);
	if (*end || value > 65535)
		return -EINVAL;
	*port = (uint16_t)value;
	return 0;
}

int endpoint_parse(const char *text, struct endpoint *e)
{
	struct endpoint parsed = {.family = AF_INET};
	const char *colon = strrchr(text, ':');
	char ip[INET6_ADDRSTRLEN];
	size_t len;

	if (!colon || parse_port(colon + 1, &parsed.port) < 0)
		return -EINVAL;
	len = (size_t)(colon - text);
	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		parsed.family = AF_INET6;
		text++;
		len -= 2;
	}
	if (len >= sizeof(ip))
		return -EINVAL;
	memcpy(ip, text, len);
	ip[len] = '\0';
	if (strcmp(ip, "*") != 0 &&
	    inet_pton(parsed.family, ip, &parsed.ip) != 1)
		return -EINVAL;
	*e = parsed;
	return 0;
}

int endpoint_parse_address(const char *text, struct endpoint *e)
{
	struct endpoint parsed = {
		.family = strchr(text, ':') ? AF_INET6 : AF_INET,
	};

	if (inet_pton(parsed.family, text, &parsed.ip) != 1)
		return -EINVAL;
	*e = parsed;
	return 0;
}

socklen_t endpoint_to_sockaddr(const struct endpoint *e,
			       struct sockaddr_storage *ss)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET,
				 .sin_port = htons(e->port),
				 .sin_addr = e->ip.v4};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
				  .sin6_port = htons(e->port),
				  .sin6_addr = e->ip.v6};

	memset(ss, 0, sizeof(*ss));
	if (e->family == AF_INET6) {
		memcpy(ss, &v6, sizeof(v6));
		return sizeof(v6);
	}
	memcpy(ss, &v4, sizeof(v4));
	return sizeof(v4);
}

void endpoint_from_sockaddr(struct endpoint *e,
			    const struct sockaddr_storage *ss)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	memset(e, 0, sizeof(*e));
	if (ss->ss_family == AF_INET) {
		memcpy(&v4, ss, sizeof(v4));
		e->port = ntohs(v4.sin_port);
		e->ip.v4 = v4.sin_addr;
	} else if (ss->ss_family == AF_INET6) {
		memcpy(&v6, ss, sizeof(v6));
		e->port = ntohs(v6.sin6_port);
		e->ip.v6 = v6.sin6_addr;
	} else {
		return;
	}
	e->family = ss->ss_family;
	endpoint_unmap(e);
}

void endpoint_unmap(struct endpoint *e)
{
	struct in_addr v4;

	if (e->family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&e->ip.v6))
		return;
	memcpy(&v4, &e->ip.v6.s6_addr[12], sizeof(v4));
	memset(&e->ip, 0, sizeof(e->ip));
	e->ip.v4 = v4;
	e->family = AF_INET;
}
