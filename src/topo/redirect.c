/*
 * redirect.c - have the kernel hand every frame of one interface to another
 */
#include "topo/redirect.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <netlink/msg.h>

#include "base/err.h"
#include "topo/batch.h"
#include "topo/plan.h"

/** PRIORITY - of the one filter there is */
#define PRIORITY 1

/** HOOK - where frames come in: TC_H_CLSACT and TC_H_INGRESS are one number */
#define HOOK TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)

static struct nl_msg *tc_message(int type, int flags, const struct tcmsg *tc)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);

	if (msg)
		(void)nlmsg_append(msg, (void *)tc, sizeof(*tc),
				   NLMSG_ALIGNTO); /* a page is enough */
	return msg;
}

static int index_of(const struct batch *batch, size_t port)
{
	return plan_wire_ifindex(batch->plan, port);
}

/* TCA_..._ACT { 1 { kind mirred, options { parms } } } */
static void put_redirection(struct nl_msg *msg, int type, int ifindex)
{
	const struct tc_mirred parms = {
		/* the filter has taken the frame: nobody else gets it */
		.action = TC_ACT_STOLEN,
		.eaction = TCA_EGRESS_REDIR,
		.ifindex = (uint32_t)ifindex,
	};
	struct nlattr *actions = nla_nest_start(msg, type);
	struct nlattr *action = nla_nest_start(msg, 1);
	struct nlattr *options;

	(void)nla_put_string(msg, TCA_ACT_KIND, "mirred"); /* as above */
	options = nla_nest_start(msg, TCA_ACT_OPTIONS);
	(void)nla_put(msg, TCA_MIRRED_PARMS, sizeof(parms), &parms);
	(void)nla_nest_end(msg, options);
	(void)nla_nest_end(msg, action);
	(void)nla_nest_end(msg, actions);
}

/* A selector without keys: one that compares four bytes with nothing, as
 * tc(8) writes "match all", passes over frames that are shorter than that
 * (net/sched/cls_u32.c, u32_classify). */
static struct nl_msg *filter_message(const struct batch *batch,
				     enum redirect_how how, size_t port)
{
	const struct tc_u32_sel all = {.flags = TC_U32_TERMINAL};
	const struct tcmsg tc = {
		.tcm_ifindex = index_of(batch, port),
		.tcm_parent = HOOK,
		.tcm_info = TC_H_MAKE(PRIORITY << 16, htons(ETH_P_ALL)),
	};
	struct nl_msg *msg =
		tc_message(RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL, &tc);
	int to = index_of(batch, port ^ 1);
	struct nlattr *options;

	if (!msg)
		return NULL;
	(void)nla_put_string(msg, TCA_KIND,
			     how == REDIRECT_U32 ? "u32" : "matchall");
	options = nla_nest_start(msg, TCA_OPTIONS);
	if (how == REDIRECT_U32)
		(void)nla_put(msg, TCA_U32_SEL, sizeof(all), &all);
	put_redirection(msg,
			how == REDIRECT_U32 ? (int)TCA_U32_ACT
					    : (int)TCA_MATCHALL_ACT,
			to);
	(void)nla_nest_end(msg, options);
	return msg;
}

int redirect_prepare(struct batch *batch, size_t port, struct err *err)
{
	const struct tcmsg tc = {
		.tcm_ifindex = index_of(batch, port),
		.tcm_parent = TC_H_CLSACT,
		.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0),
	};
	struct nl_msg *msg =
		tc_message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, &tc);

	if (msg)
		(void)nla_put_string(msg, TCA_KIND, "clsact"); /* as above */
	return batch_add(batch, msg, "make a hook for frames (clsact)", port,
			 err);
}

int redirect_set(struct batch *batch, enum redirect_how how, size_t port,
		 struct err *err)
{
	return batch_add(batch, filter_message(batch, how, port),
			 "redirect frames (act_mirred)", port, err);
}

int redirect_clear(struct batch *batch, size_t port, struct err *err)
{
	/* no priority, protocol or kind: all that there are, also none */
	const struct tcmsg tc = {
		.tcm_ifindex = index_of(batch, port),
		.tcm_parent = HOOK,
	};

	return batch_add(batch, tc_message(RTM_DELTFILTER, 0, &tc),
			 "redirect frames no more", port, err);
}

/* a kind that is not there is ENOENT, and tc itself EOPNOTSUPP
 * (net/sched/sch_api.c, cls_api.c, act_api.c) */
static bool is_lacking(int code)
{
	return code == -ENOENT || code == -EOPNOTSUPP;
}

int redirect_find(struct batch *batch, size_t port, enum redirect_how *how,
		  struct err *err)
{
	static const enum redirect_how hows[] = {REDIRECT_U32,
						 REDIRECT_MATCHALL};
	int rc = redirect_prepare(batch, port, err);

	if (rc == 0)
		rc = batch_flush(batch, err);
	for (size_t i = 0; rc == 0 && i < sizeof(hows) / sizeof(hows[0]); i++) {
		rc = redirect_set(batch, hows[i], port, err);
		if (rc == 0)
			rc = batch_flush(batch, err);
		if (rc == 0) {
			*how = hows[i];
			return 0;
		}
		if (i == 0 && is_lacking(rc))
			rc = 0;
	}
	if (!is_lacking(rc))
		return rc;
	*how = REDIRECT_NONE;
	return 0;
}
