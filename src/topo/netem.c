/*
 * netem.c - have the kernel delay and lose one direction of a link
 */
#include "topo/netem.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "spec/impairment.h"
#include "topo/batch.h"
#include "topo/plan.h"

/** PRNG_SEED - TCA_NETEM_PRNG_SEED, which older headers do not have */
#define PRNG_SEED 14

/** PKT64 - TCA_STATS_PKT64, likewise */
#define PKT64 8

/** MESSAGE_BYTES - a table and the rest */
#define MESSAGE_BYTES (sizeof(struct netem_table) + 1024)

/** QDISC - its handle */
#define QDISC TC_H_MAKE(1 << 16, 0)

#define PARETO_SHAPE 3.0

static double normal_density(double x)
{
	return exp(-x * x / 2) / sqrt(2 * M_PI);
}

/* Newton's method. Below 0 the cumulative distribution is convex, so that it
 * comes from the right after the first step and does not leave it. */
static double normal_quantile(double p, double from)
{
	double x = from;

	for (int i = 0; i < 50; i++) {
		double step = (erfc(-x / M_SQRT2) / 2 - p) / normal_density(x);

		x -= step;
		if (fabs(step) < 1e-9)
			break;
	}
	return x;
}

static int16_t scaled(double jitters)
{
	double x = nearbyint(jitters * NETEM_DIST_SCALE);

	if (x > INT16_MAX)
		return INT16_MAX;
	if (x < INT16_MIN)
		return INT16_MIN;
	return (int16_t)x;
}

void netem_normal(struct netem_table *table)
{
	double x = -4;

	for (size_t i = 0; i < NETEM_TABLE / 2; i++) {
		x = normal_quantile(((double)i + 0.5) / NETEM_TABLE, x);
		table->v[i] = scaled(x);
		table->v[NETEM_TABLE - 1 - i] = scaled(-x);
	}
}

void netem_pareto(struct netem_table *table)
{
	const double a = PARETO_SHAPE;
	const double mean = a / (a - 1);
	const double deviation = sqrt(a / (a - 2)) / (a - 1);
	long sum = 0;

	for (size_t i = 0; i < NETEM_TABLE; i++) {
		double p = ((double)i + 0.5) / NETEM_TABLE;

		table->v[i] = scaled((pow(1 - p, -1 / a) - mean) / deviation);
		sum += table->v[i];
	}
	/* what the cut took from the mean */
	for (size_t i = 0; i < NETEM_TABLE; i++)
		table->v[i] = scaled(
			((double)table->v[i] - (double)sum / NETEM_TABLE) /
			NETEM_DIST_SCALE);
}

static uint32_t share(double part)
{
	return (uint32_t)nearbyint(part * UINT32_MAX);
}

static void put_table(struct nl_msg *msg, enum impair_spread spread)
{
	struct netem_table table;

	switch (spread) {
	case IMPAIR_NORMAL:
		netem_normal(&table);
		break;
	case IMPAIR_PARETO:
		netem_pareto(&table);
		break;
	case IMPAIR_UNIFORM:
	case IMPAIR_SPREADS:
		return; /* without a table */
	}
	(void)nla_put(msg, TCA_NETEM_DELAY_DIST, sizeof(table), &table);
}

static void put_rate(struct nl_msg *msg, uint64_t bits)
{
	uint64_t bytes = bits / 8 ?: 1;
	struct tc_netem_rate rate = {
		.rate = bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes,
	};

	(void)nla_put(msg, TCA_NETEM_RATE, sizeof(rate), &rate);
	if (bytes > UINT32_MAX)
		(void)nla_put_u64(msg, TCA_NETEM_RATE64, bytes);
}

/* h is what passes in the bad state (loss_gilb_ell) */
static void put_bursts(struct nl_msg *msg, const struct impair_rules *rules)
{
	const struct tc_netem_gemodel model = {
		.p = share(rules->burst_p),
		.r = share(rules->burst_r),
		.h = share(1 - rules->burst_bad),
		.k1 = share(rules->burst_good),
	};
	struct nlattr *loss = nla_nest_start(msg, TCA_NETEM_LOSS);

	(void)nla_put(msg, NETEM_LOSS_GE, sizeof(model), &model);
	(void)nla_nest_end(msg, loss);
}

/* what most links do not do */
static void put_rare(struct nl_msg *msg, const struct impair_rules *rules)
{
	const struct tc_netem_reorder reorder = {share(rules->reorder),
						 share(rules->reorder_corr)};
	const struct tc_netem_corrupt corrupt = {share(rules->corrupt),
						 share(rules->corrupt_corr)};

	if (rules->reorder > 0)
		(void)nla_put(msg, TCA_NETEM_REORDER, sizeof(reorder),
			      &reorder);
	if (rules->corrupt > 0)
		(void)nla_put(msg, TCA_NETEM_CORRUPT, sizeof(corrupt),
			      &corrupt);
	if (rules->burst)
		put_bursts(msg, rules);
	if (rules->rate_bps)
		put_rate(msg, rules->rate_bps);
	if (rules->jitter_ns)
		put_table(msg, rules->spread);
}

/* no attribute is refused for want of room: MESSAGE_BYTES */
static void put_options(struct nl_msg *msg, const struct impair_rules *rules,
			uint64_t seed)
{
	const struct tc_netem_qopt qopt = {
		.limit = rules->limit ?: NETEM_LIMIT,
		.loss = rules->burst ? 0 : share(rules->loss),
		.duplicate = share(rules->duplicate),
		/* 0 is "never", and 1 "each may" */
		.gap = rules->reorder > 0 ? rules->reorder_gap ?: 1 : 0,
	};
	const struct tc_netem_corr corr = {
		.delay_corr = share(rules->delay_corr),
		.loss_corr = share(rules->loss_corr),
		.dup_corr = share(rules->duplicate_corr),
	};
	/* a struct first, and attributes behind it */
	struct nlattr *options = nla_nest_start(msg, TCA_OPTIONS);

	(void)nlmsg_append(msg, (void *)&qopt, sizeof(qopt), NLMSG_ALIGNTO);
	(void)nla_put(msg, TCA_NETEM_CORR, sizeof(corr), &corr);
	(void)nla_put_u64(msg, TCA_NETEM_LATENCY64, (uint64_t)rules->delay_ns);
	(void)nla_put_u64(msg, TCA_NETEM_JITTER64, (uint64_t)rules->jitter_ns);
	put_rare(msg, rules);
	(void)nla_put_u64(msg, PRNG_SEED, seed);
	(void)nla_nest_end(msg, options);
}

struct nl_msg *netem_message(int ifindex, const struct impair_rules *rules,
			     uint64_t seed)
{
	struct tcmsg tc = {
		.tcm_ifindex = ifindex,
		.tcm_parent = TC_H_ROOT,
		.tcm_handle = QDISC,
	};
	struct nl_msg *msg = nlmsg_alloc_size(MESSAGE_BYTES);

	if (!msg)
		return NULL;
	(void)nlmsg_put(msg, 0, 0, RTM_NEWQDISC, 0,
			NLM_F_CREATE | NLM_F_REPLACE);
	(void)nlmsg_append(msg, &tc, sizeof(tc), NLMSG_ALIGNTO);
	(void)nla_put_string(msg, TCA_KIND, "netem");
	put_options(msg, rules, seed);
	return msg;
}

static int explain(const struct batch *batch, size_t port, int code,
		   struct err *err)
{
	SCOPED_STR struct str link = {0};

	plan_print_link(batch->plan, batch->plan->ports[port].link, &link);
	if (code != -ENOENT && code != -EOPNOTSUPP)
		return err_within(err, "link %s: netem", str_text(&link));
	(void)err_set(err, -EOPNOTSUPP,
		      "link %s: this kernel has no netem (sch_netem)",
		      str_text(&link));
	err_remedy(err, "let the lab's own process carry its frames (wire: "
			"relay), or use a kernel with CONFIG_NET_SCH_NETEM");
	return -EOPNOTSUPP;
}

int netem_set(struct batch *batch, size_t port,
	      const struct impair_rules *rules, uint64_t seed, struct err *err)
{
	int ifindex = plan_wire_ifindex(batch->plan, port);
	int rc = batch_flush(batch, err);

	if (rc < 0)
		return rc;
	if (rules->jitter_ns > NETEM_JITTER_NS_MAX) {
		rc = err_set(err, -ERANGE, "netem knows no jitter above 2.1 s");
		err_remedy(err, "let the lab's own process carry its frames "
				"(wire: relay)");
		return explain(batch, port, rc, err);
	}
	rc = batch_add(batch, netem_message(ifindex, rules, seed),
		       "delay and lose frames (sch_netem)", port, err);
	if (rc == 0)
		rc = batch_flush(batch, err);
	return rc < 0 ? explain(batch, port, rc, err) : 0;
}

/** struct answer - what the kernel said of a qdisc */
struct answer {
	struct netem_count count;
	bool came;
};

/* an attribute as it is or, from an older kernel, shorter */
static void copy(const struct nlattr *attr, void *to, size_t size)
{
	size_t len = (size_t)nla_len(attr);

	memcpy(to, nla_data(attr), len < size ? len : size);
}

static void note(void *arg, const struct nlmsghdr *message)
{
	struct answer *answer = arg;
	struct gnet_stats_basic basic = {0};
	struct gnet_stats_queue queue = {0};
	const struct nlattr *stats;
	const struct nlattr *attr;
	uint64_t packets = 0;
	int left;

	if (message->nlmsg_type != RTM_NEWQDISC)
		return;
	stats = nlmsg_find_attr((struct nlmsghdr *)message,
				sizeof(struct tcmsg), TCA_STATS2);
	if (!stats)
		return;
	nla_for_each_nested(attr, stats, left)
	{
		if (nla_type(attr) == TCA_STATS_BASIC)
			copy(attr, &basic, sizeof(basic));
		else if (nla_type(attr) == TCA_STATS_QUEUE)
			copy(attr, &queue, sizeof(queue));
		else if (nla_type(attr) == PKT64)
			copy(attr, &packets, sizeof(packets));
	}
	answer->came = true;
	answer->count = (struct netem_count){
		.gone = packets ?: basic.packets,
		.lost = queue.drops,
		.waiting = queue.qlen,
	};
}

int netem_counts(struct batch *batch, size_t port, struct netem_count *count,
		 struct err *err)
{
	struct tcmsg tc = {
		.tcm_ifindex = plan_wire_ifindex(batch->plan, port),
		.tcm_parent = TC_H_ROOT,
	};
	/* without NLM_F_ECHO kernels tell those who listen, and not us */
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETQDISC, NLM_F_ECHO);
	struct answer answer = {0};
	int rc;

	if (msg)
		(void)nlmsg_append(msg, &tc, sizeof(tc), NLMSG_ALIGNTO);
	batch->answer = note;
	batch->arg = &answer;
	rc = batch_add(batch, msg, "ask how netem did", port, err);
	if (rc == 0)
		rc = batch_flush(batch, err);
	batch->answer = NULL;
	if (rc == 0 && !answer.came)
		rc = err_set(err, -ENOENT,
			     "the kernel does not tell how netem did");
	if (rc == 0)
		*count = answer.count;
	return rc;
}
