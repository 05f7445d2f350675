/*
 * owners.c - whose an address is: the hosts of a lab that has been built
 */
#include "run/owners.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "run/lab.h"
#include "tcp/endpoint.h"
#include "topo/topo.h"

/* "10.0.0.1/30 fd7c::1/64" */
static void read_addresses(char *text, struct relay_host *host)
{
	VEC(struct endpoint) list = {0};
	char *rest = NULL;

	for (char *word = strtok_r(text, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		struct endpoint address;

		word[strcspn(word, "/")] = '\0';
		if (endpoint_parse_address(word, &address) == 0)
			vec_push(&list, address);
	}
	host->addresses = list.v;
	host->n_addresses = list.n;
}

void owners_init(struct owners *owners, const struct lab *lab)
{
	owners->n = topo_hosts(lab->topo);
	owners->hosts = mem_new(struct relay_host, owners->n);
	for (size_t i = 0; i < owners->n; i++) {
		SCOPED_STR struct str text = {0};

		topo_host_addresses(lab->topo, i, &text);
		owners->hosts[i].name = lab_host(lab, i);
		if (text.len)
			read_addresses(text.s, &owners->hosts[i]);
	}
}

void owners_done(struct owners *owners)
{
	for (size_t i = 0; i < owners->n; i++)
		free((void *)owners->hosts[i].addresses);
	free(owners->hosts);
}
