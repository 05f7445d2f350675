/*
 * fault.c - the faults of a scenario: who acts next, and how it corrupts
 */
#include "wire/fault.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tcp/segment.h"

int faults_init(struct faults *faults, const struct fault_spec *specs, size_t n,
		const struct relay_host *hosts, size_t n_hosts, struct err *err)
{
	*faults = (struct faults){.v = mem_new(struct fault, n)};
	for (; faults->n < n; faults->n++) {
		struct fault *fault = &faults->v[faults->n];
		int rc = aim_init(&fault->aim, &specs[faults->n], hosts,
				  n_hosts, err);

		if (rc < 0) {
			faults_done(faults);
			return rc;
		}
		fault->spec = &specs[faults->n];
		fault->armed = !fault->spec->disarmed;
	}
	return 0;
}

void faults_done(struct faults *faults)
{
	for (size_t i = 0; i < faults->n; i++)
		aim_done(&faults->v[i].aim);
	free(faults->v);
	*faults = (struct faults){0};
}

bool faults_reach(const struct faults *faults, size_t sender, size_t receiver)
{
	for (size_t i = 0; i < faults->n; i++)
		if (aim_reaches(&faults->v[i].aim, sender, receiver))
			return true;
	return false;
}

static bool may_act(const struct fault *fault)
{
	return fault->armed &&
	       (!fault->spec->times || fault->acted < fault->spec->times);
}

struct fault *faults_pick(struct faults *faults,
			  const struct aim_target *target)
{
	for (size_t i = 0; i < faults->n; i++) {
		struct fault *fault = &faults->v[i];

		if (!may_act(fault) || !aim_matches(&fault->aim, target))
			continue;
		if (fault->passed < fault->spec->skip) {
			fault->passed++;
			continue;
		}
		fault->acted++;
		return fault;
	}
	return NULL;
}

void fault_corrupt(enum fault_field field, const struct segment *segment,
		   uint8_t *frame, uint32_t len)
{
	/* where the lowest bit of each is in the header: RFC 9293 3.1 */
	static const uint8_t places[FAULT_FIELDS] = {
		[FAULT_FIELD_CHECKSUM] = 17, [FAULT_FIELD_SEQ] = 7,
		[FAULT_FIELD_ACK] = 11,	     [FAULT_FIELD_FLAGS] = 13,
		[FAULT_FIELD_WINDOW] = 15,
	};
	size_t at = (size_t)(segment->header - frame);
	uint8_t bit = 1;

	if (field == FAULT_FIELD_PAYLOAD && segment->payload_len &&
	    segment->payload < frame + len)
		at = (size_t)(segment->payload - frame);
	else if (field == FAULT_FIELD_PAYLOAD)
		at += places[FAULT_FIELD_CHECKSUM];
	else
		at += places[field];
	if (field == FAULT_FIELD_FLAGS)
		bit = TCP_FLAG_BIT(TCP_FLAG_PSH);
	frame[at] ^= bit;
}
