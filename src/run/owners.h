/*
 * owners.h - whose an address is: the hosts of a lab that has been built
 */
#pragma once

#include <stddef.h>

#include "wire/relay.h"

struct lab;

/** struct owners - all hosts, by their index; start with {0} */
struct owners {
	size_t n;
	struct relay_host *hosts;
};

/** owners_init - read them; the names are the scenario's; owners_done() */
void owners_init(struct owners *owners, const struct lab *lab);

/** owners_done - release it */
void owners_done(struct owners *owners);
