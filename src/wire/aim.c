/*
 * aim.c - which segments a fault is meant for
 */
#include "wire/aim.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "spec/fault.h"
#include "tcp/flow.h"
#include "tcp/segment.h"
#include "wire/port.h"
#include "wire/relay.h"

static int find_host(const struct aim *aim, size_t n_hosts, const char *name,
		     size_t *at, struct err *err)
{
	*at = AIM_ANY;
	if (!name)
		return 0;
	for (size_t i = 0; i < n_hosts; i++) {
		if (strcmp(aim->hosts[i].name, name) == 0) {
			*at = i;
			return 0;
		}
	}
	return err_set(err, -EINVAL, "there is no host %s", name);
}

static int compile(struct aim *aim, struct err *err)
{
	pcap_t *dead;
	int rc = 0;

	if (!aim->spec->filter)
		return 0;
	dead = pcap_open_dead(DLT_EN10MB, PORT_FRAME_BYTES);
	if (!dead)
		return err_set(err, -ENOMEM, "pcap_open_dead");
	/* optimized; "broadcast" needs no netmask: nobody has such addresses */
	if (pcap_compile(dead, &aim->filter, aim->spec->filter, 1,
			 PCAP_NETMASK_UNKNOWN) < 0)
		rc = err_set(err, -EINVAL, "filter \"%s\": %s",
			     aim->spec->filter, pcap_geterr(dead));
	else
		aim->has_filter = true;
	pcap_close(dead);
	return rc;
}

int aim_init(struct aim *aim, const struct fault_spec *spec,
	     const struct relay_host *hosts, size_t n_hosts, struct err *err)
{
	const struct {
		const char *name;
		size_t *at;
	} names[] = {
		{spec->which.from, &aim->from},
		{spec->which.to, &aim->to},
		{spec->link_a, &aim->link[0]},
		{spec->link_b, &aim->link[1]},
	};
	int rc = 0;

	*aim = (struct aim){.spec = spec, .hosts = hosts};
	for (size_t i = 0; rc == 0 && i < sizeof(names) / sizeof(names[0]); i++)
		rc = find_host(aim, n_hosts, names[i].name, names[i].at, err);
	if (rc == 0)
		rc = compile(aim, err);
	if (rc < 0)
		return err_within(err, "fault \"%s\"",
				  spec->text ? spec->text : "");
	return 0;
}

void aim_done(struct aim *aim)
{
	if (aim->has_filter)
		pcap_freecode(&aim->filter);
	aim->has_filter = false;
}

static bool owns(const struct relay_host *host, const struct endpoint *e)
{
	for (size_t i = 0; i < host->n_addresses; i++) {
		struct endpoint own = host->addresses[i];

		own.port = e->port;
		if (endpoint_equal(&own, e))
			return true;
	}
	return false;
}

bool aim_reaches(const struct aim *aim, size_t sender, size_t receiver)
{
	if (aim->link[0] == AIM_ANY)
		return aim->from == AIM_ANY || aim->from == sender;
	return (aim->link[0] == sender && aim->link[1] == receiver) ||
	       (aim->link[1] == sender && aim->link[0] == receiver);
}

static bool passes_filter(const struct aim *aim,
			  const struct aim_target *target)
{
	const struct pcap_pkthdr header = {
		.caplen = target->len,
		.len = target->len,
	};

	return !aim->has_filter ||
	       pcap_offline_filter(&aim->filter, &header, target->frame) != 0;
}

static bool passes_again(enum pattern_again want, bool again)
{
	switch (want) {
	case PATTERN_AGAIN_EITHER:
		return true;
	case PATTERN_AGAIN_FIRST:
		return !again;
	case PATTERN_AGAIN_ONLY:
		return again;
	case PATTERN_AGAINS:
		break;
	}
	return false;
}

bool aim_matches(const struct aim *aim, const struct aim_target *target)
{
	const struct segment_pattern *which = &aim->spec->which;
	const struct segment *s = target->segment;
	bool own_link = aim->link[0] == AIM_ANY;

	if (!aim_reaches(aim, target->sender, target->receiver))
		return false;
	if (which->has_flags && !segment_flags_match(which->flags, s->flags))
		return false;
	if (which->roles && !(which->roles & target->view->roles))
		return false;
	if (!passes_again(which->again, target->view->again))
		return false;
	if (own_link && !owns(&aim->hosts[target->sender], &s->from))
		return false;
	if (aim->from != AIM_ANY && !owns(&aim->hosts[aim->from], &s->from))
		return false;
	if (aim->to != AIM_ANY && !owns(&aim->hosts[aim->to], &s->to))
		return false;
	return passes_filter(aim, target);
}
