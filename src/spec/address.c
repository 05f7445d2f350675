/*
 * address.c - addresses as a scenario writes them: "server:7788"
 */
#include "spec/address.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/scope.h"
#include "spec/node.h"
#include "spec/reader.h"
#include "spec/scenario.h"

/* decimal, 0 to 65535 */
static bool port_parse(const char *text, uint16_t *port)
{
	size_t n = strspn(text, "0123456789");
	long value;

	if (n == 0 || n > 5 || text[n] || (n > 1 && *text == '0'))
		return false;
	value = strtol(text, NULL, 10);
	if (value > UINT16_MAX)
		return false;
	*port = (uint16_t)value;
	return true;
}

bool address_read(const struct reader *r, const struct node *node,
		  struct act_addr *addr)
{
	const char *text = node->text;
	const char *colon = strrchr(text, ':');
	struct act_addr a = {.set = true};
	SCOPED_FREE char *host = NULL;

	if (!port_parse(colon ? colon + 1 : text, &a.port)) {
		reader_error(r, node,
			     "'%s' does not end in a port from 0 to 65535: "
			     "7788, server:7788, 10.0.0.1:80, [::]:80",
			     text);
		return false;
	}
	host = mem_strndup(text, colon ? (size_t)(colon - text) : 0);
	if (*host && strcmp(host, "*") != 0) {
		if (value_is_host_name(host)) {
			a.host = PTR_STEAL(host);
		} else if (endpoint_parse(text, &a.literal) < 0) {
			reader_error(r, node,
				     "'%s' is neither a host nor a numeric "
				     "address (IPv6 in brackets: [::1]:80)",
				     host);
			return false;
		}
	} else if (colon == text) {
		reader_error(r, node,
			     "in front of the colon goes a host, an "
			     "address or *");
		return false;
	}
	*addr = a;
	return true;
}
