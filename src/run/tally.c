/*
 * tally.c - how frames fared on each link, told at the end
 */
#include "run/tally.h"

#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "base/units.h"
#include "run/carrier.h"
#include "run/lab.h"
#include "run/wires.h"
#include "spec/scenario.h"
#include "topo/topo.h"

/** LATE_NS - a frame that much later than asked may make TCP do less than it
 * would: a quarter of the shortest retransmission timer, TCP_RTO_MIN */
#define LATE_NS (50 * INT64_C(1000000))

/** TOO_LATE_NS - and that much later, it may make TCP do more: send again */
#define TOO_LATE_NS (150 * INT64_C(1000000))

static void tell_fault(struct lab *lab, const char *from, const char *to,
		       const struct relay_count *count)
{
	SCOPED_FREE char *why = NULL;
	bool little = !count->missed && count->latest_ns <= TOO_LATE_NS;
	char late[UNITS_TEXT];

	if (count->missed)
		why = mem_printf("%llu frames from %s to %s were lost without "
				 "having been asked for",
				 (unsigned long long)count->missed, from, to);
	else if (count->latest_ns > LATE_NS)
		why = mem_printf("a frame from %s to %s was %s later than "
				 "asked",
				 from, to,
				 duration_print(count->latest_ns, late));
	if (why)
		wires_tell_gap(lab, little ? "lateness" : "wire", why);
}

static struct event_link describe(const struct relay_count *count)
{
	return (struct event_link){
		.came = count->came,
		.gone = count->gone,
		.lost = count->lost,
		.overflow = count->overflow,
		.missed = count->missed,
		.corrupt = count->corrupt,
		.cut = count->cut,
		.forgotten = count->forgotten,
		.faulted = count->faulted,
		.held = count->held,
		.under_way = count->under_way,
		.latest_ns = count->latest_ns,
	};
}

/* what came is the sum, where one that was doubled counts twice */
static struct event_link describe_netem(const struct lab *lab,
					const struct topo_wire *wire,
					enum link_way way)
{
	struct topo_wire_count count = {0};

	/* a kernel that does not tell leaves nothing to say */
	(void)topo_wire_counts(lab->topo, wire->link, way, &count);
	return (struct event_link){
		.came = count.gone + count.lost + count.under_way,
		.gone = count.gone,
		.lost = count.lost,
		.under_way = count.under_way,
	};
}

/* as the topology asks; what steps have set since is told where they did */
static void print_rules(const struct link_spec *link, enum link_way way,
			struct str *out)
{
	char idle[UNITS_TEXT];

	impair_rules_print(&link->rules[way], out);
	if (link->nat_idle_ns)
		str_addf(out, "%snat idle %s, then %s", out->len ? ", " : "",
			 duration_print(link->nat_idle_ns, idle),
			 link->nat_resets ? "reset" : "drop");
}

static void tell_lane(struct lab *lab, const struct topo_wire *wire,
		      enum link_way way)
{
	const struct link_spec *link =
		&lab->scenario->topology->links[wire->link];
	const char *ends[] = {lab_host(lab, link->a), lab_host(lab, link->b)};
	struct carrier_order order = {
		.task = CARRIER_COUNT,
		.wire = wires_of_link(lab, wire->link),
		.way = way,
	};
	struct event event = {.kind = EVENT_LINK, .host = ends[way]};
	SCOPED_STR struct str rules = {0};
	struct carrier_word word = {0};

	if (order.wire != WIRES_NONE) {
		if (wires_tell(lab, &order, &word, NULL) < 0)
			return; /* there is a gap */
		event.link = describe(&word.count);
	} else if (wire->backend == WIRE_BACKEND_NETEM) {
		event.link = describe_netem(lab, wire, way);
	}
	event.link.to = ends[!way];
	event.link.backend = wire_backend_names[wire->backend];
	print_rules(link, way, &rules);
	event.link.rules = rules.len ? str_text(&rules) : NULL;
	lab_emit(lab, &event);
	tell_fault(lab, ends[way], ends[!way], &word.count);
}

void tally_links(struct lab *lab)
{
	struct topo_wire wire;

	for (size_t i = 0; topo_wire(lab->topo, i, &wire); i++)
		for (int way = 0; way < LINK_WAYS; way++)
			tell_lane(lab, &wire, (enum link_way)way);
}
