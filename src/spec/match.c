/*
 * match.c - does what was seen look as it was asked for
 */
#include "base/names.h"
#include "spec/scenario.h"

const char *const compare_op_names[COMPARES] = {
	[COMPARE_EQ] = "==", [COMPARE_NE] = "!=", [COMPARE_LT] = "<",
	[COMPARE_LE] = "<=", [COMPARE_GT] = ">",  [COMPARE_GE] = ">=",
};
TABLE_COVERS(compare_op_names, COMPARES);

const char *const shut_how_names[SHUT_HOWS] = {
	[SHUT_HOW_RD] = "rd",
	[SHUT_HOW_WR] = "wr",
	[SHUT_HOW_RDWR] = "rdwr",
};
TABLE_COVERS(shut_how_names, SHUT_HOWS);

const char *const scenario_clock_names[] = {
	[SCENARIO_CLOCK_ANY] = "any",
	[SCENARIO_CLOCK_VIRTUAL] = "virtual",
};
TABLE_COVERS(scenario_clock_names, SCENARIO_CLOCKS);

const char *const step_kind_names[STEP_KINDS] = {
	[STEP_ACT] = "act",	      [STEP_EXPECT] = "expect",
	[STEP_TOGETHER] = "together", [STEP_AWAIT] = "await",
	[STEP_WAIT] = "wait",	      [STEP_CUT] = "cut",
	[STEP_HEAL] = "heal",	      [STEP_SET] = "set",
	[STEP_FORGET] = "forget",     [STEP_RELEASE] = "release",
	[STEP_ARM] = "arm",	      [STEP_DISARM] = "disarm",
	[STEP_INJECT] = "inject",
};
TABLE_COVERS(step_kind_names, STEP_KINDS);

bool compare_holds(const struct compare *c, int64_t actual)
{
	if (!c->set)
		return true;
	switch (c->op) {
	case COMPARE_EQ:
		return actual == c->value;
	case COMPARE_NE:
		return actual != c->value;
	case COMPARE_LT:
		return actual < c->value;
	case COMPARE_LE:
		return actual <= c->value;
	case COMPARE_GT:
		return actual > c->value;
	case COMPARE_GE:
		return actual >= c->value;
	case COMPARES:
		break;
	}
	return false;
}

bool expect_sock_matches(const struct expect_sock *want,
			 const struct tcp_sock *sock)
{
	enum tcp_state state = sock ? sock->state : TCP_STATE_CLOSED;

	if (want->states && !(want->states & TCP_STATE_BIT(state)))
		return false;
	/* of a socket that is not there only its absence can be right */
	if (!sock && !want->states)
		return false;
	if (want->has_timer &&
	    (sock ? sock->timer : TCP_TIMER_OFF) != want->timer)
		return false;
	return compare_holds(&want->recv_q, sock ? sock->recv_q : 0) &&
	       compare_holds(&want->send_q, sock ? sock->send_q : 0);
}

bool expect_count_matches(const struct expect_count *want,
			  const struct tcp_sock *sock)
{
	if (want->port && want->port != sock->local.port)
		return false;
	return !want->states || (want->states & TCP_STATE_BIT(sock->state));
}

struct act act_demands(const struct act *act, const struct act *await)
{
	struct act both = *await;

	if (!both.fails)
		both.fails = act->fails;
	if (both.bytes < 0)
		both.bytes = act->bytes;
	if (!both.text)
		both.text = act->text;
	if (!both.returns)
		both.returns = act->returns;
	both.eof = act->eof || await->eof;
	if (both.not_before_ns < act->not_before_ns)
		both.not_before_ns = act->not_before_ns;
	return both;
}
