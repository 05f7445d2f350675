/*
 * inject.c - the numbers of a segment that nobody sent
 */
#include "wire/inject.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "spec/fault.h"
#include "tcp/flow.h"
#include "tcp/segment.h"

static bool base_of(const struct flow_conn *conn, size_t end,
		    enum inject_base base, uint32_t *value)
{
	const struct flow_end *own = &conn->ends[end];
	const struct flow_end *peer = &conn->ends[!end];

	switch (base) {
	case INJECT_BASE_ABSOLUTE:
		*value = 0;
		return true;
	case INJECT_BASE_START:
		*value = own->isn;
		return own->known;
	case INJECT_BASE_NEXT:
		*value = own->known ? own->next : peer->ack;
		return own->known || peer->acks;
	case INJECT_BASE_EDGE:
		*value = own->edge;
		return own->has_edge;
	case INJECT_BASES:
		break;
	}
	return false;
}

/* @end: whose number it is */
static int resolve(const struct inject_number *number, const char *what,
		   const struct flow_conn *conn, size_t end, uint32_t *out,
		   struct err *err)
{
	static const struct flow_conn nothing;
	uint32_t base;

	if (!base_of(conn ? conn : &nothing, end, number->base, &base))
		return err_set(err, -ENOTCONN,
			       "%s counts from \"%s\", and no segment on this "
			       "link has shown that yet",
			       what, inject_base_names[number->base]);
	*out = base + (uint32_t)number->plus;
	return 0;
}

static int stamp(const struct inject_spec *spec, const struct flow_conn *conn,
		 struct forge *forge, struct err *err)
{
	forge->has_ts = conn && conn->ends[0].has_ts;
	if (!forge->has_ts)
		return spec->has_ts ? err_set(err, -EINVAL,
					      "ts: the connection has no "
					      "timestamps")
				    : 0;
	forge->ts_val = conn->ends[0].ts;
	if (spec->has_ts)
		forge->ts_val += (uint32_t)spec->ts;
	forge->ts_ecr = conn->ends[1].has_ts ? conn->ends[1].ts : 0;
	return 0;
}

int inject_resolve(const struct inject_spec *spec, const struct flow_conn *conn,
		   struct forge *forge, struct err *err)
{
	const struct inject_number next = {.base = INJECT_BASE_NEXT};
	const struct inject_number zero = {.base = INJECT_BASE_ABSOLUTE};
	bool has_ack = spec->flags & TCP_FLAG_BIT(TCP_FLAG_ACK);
	struct inject_number seq = spec->on ? next : zero;
	struct inject_number ack = has_ack && (spec->on || conn) ? next : zero;
	int rc;

	if (spec->seq.set)
		seq = spec->seq;
	if (spec->ack.set)
		ack = spec->ack;
	rc = resolve(&seq, "seq", conn, 0, &forge->seq, err);
	if (rc == 0)
		rc = resolve(&ack, "ack", conn, 1, &forge->ack, err);
	if (rc == 0)
		rc = stamp(spec, conn, forge, err);
	if (rc < 0)
		return rc;
	forge->flags = spec->flags;
	forge->window = spec->window;
	forge->payload = spec->text;
	forge->payload_len =
		spec->text ? strlen(spec->text) : (size_t)spec->bytes;
	return 0;
}
