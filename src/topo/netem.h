/*
 * netem.h - have the kernel delay and lose one direction of a link
 *
 * tc-netem(8) as the root of the interface that frames leave by, in the wire's
 * namespace. libnl's own object knows neither a rate nor a seed.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct batch;
struct err;
struct impair_rules;
struct nl_msg;

/**
 * NETEM_LIMIT - frames that one direction holds if the topology sets no limit
 *
 * netem's own 1000 would be full with 100 ms at 120 Mbit/s, and lose what
 * nobody asked it to lose.
 */
#define NETEM_LIMIT 100000

/** NETEM_JITTER_NS_MAX - the kernel cuts what is more without a word
 * (net/sched/sch_netem.c, netem_change) */
#define NETEM_JITTER_NS_MAX INT32_MAX

/** NETEM_TABLE - entries of a table of delays */
#define NETEM_TABLE 4096

/** struct netem_table - how delays lie around their mean: any entry is as
 * likely as any other. In jitters, times NETEM_DIST_SCALE */
struct netem_table {
	int16_t v[NETEM_TABLE];
};

/**
 * netem_normal - a normal distribution, standard deviation one jitter
 *
 * Cut at four deviations, which is what a table's entries can say.
 */
void netem_normal(struct netem_table *table);

/**
 * netem_pareto - Pareto's, of shape 3, as dice_pareto() throws it
 *
 * Cut at four deviations, too: one of 120 frames would be later. The mean is
 * still 0, and the deviation then 0.74 of a jitter.
 */
void netem_pareto(struct netem_table *table);

/**
 * netem_message - the request for a qdisc
 * @ifindex: of the interface that frames leave by
 * @rules: what is to happen to them
 * @seed: of its chance; kernels before 6.6 pass over it. Correlated throws
 *	begin at random also with a seed (init_crandom)
 *
 * A share with correlation is less than asked: netem's blend of two throws is
 * uniform no more (get_crandom).
 *
 * Return: the message, caller frees; NULL without memory.
 */
struct nl_msg *netem_message(int ifindex, const struct impair_rules *rules,
			     uint64_t seed);

/**
 * netem_set - do so for one direction of a link
 * @batch: turned to the wire's namespace; flushed here
 * @port: index into plan->ports; it is the one that receives
 * @rules: of that direction
 * @seed: as netem_message()
 * @err: names the link
 *
 * Return: 0; -EOPNOTSUPP if the kernel has no netem; -ERANGE for what netem
 * cannot do; else as batch_add().
 */
int netem_set(struct batch *batch, size_t port,
	      const struct impair_rules *rules, uint64_t seed, struct err *err);

/** struct netem_count - how frames of one direction fared so far */
struct netem_count {
	uint64_t gone; /* out to the receiver; duplicates count */
	uint64_t lost; /* by chance or for want of room: it does not say */
	uint64_t waiting;
};

/**
 * netem_counts - ask for them
 * @batch: turned to the wire's namespace, and flushed
 * @port: as netem_set()
 * @count: untouched on failure
 * @err: as batch_add()
 *
 * Return: 0; -ENOENT if the kernel told nothing; else as batch_add().
 */
int netem_counts(struct batch *batch, size_t port, struct netem_count *count,
		 struct err *err);
