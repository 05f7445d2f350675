/*
 * phrase.c - expectations and observations in words
 */
#include "judge/phrase.h"

#include <string.h>

#include "base/units.h"
#include "spec/scenario.h"
#include "tcp/words.h"
#include "timeline/timeline.h"

void phrase_states(struct str *text, uint32_t states)
{
	const char *between = "";

	if (!states)
		str_add(text, "any state");
	for (unsigned int i = 0; i < TCP_STATES; i++) {
		if (!(states & TCP_STATE_BIT(i)))
			continue;
		str_addf(text, "%s%s", between, tcp_state_names[i]);
		between = " or ";
	}
}

void phrase_compare(struct str *text, const struct compare *compare)
{
	if (compare->op != COMPARE_EQ)
		str_add(text, compare_op_names[compare->op]);
	str_addf(text, "%lld", (long long)compare->value);
}

void phrase_sock(struct str *text, const struct expect_sock *want)
{
	str_addf(text, "%s.%s ", want->host, want->socket);
	phrase_states(text, want->states);
	if (want->has_timer)
		str_addf(text, ", timer %s", tcp_timer_names[want->timer]);
	if (want->recv_q.set) {
		str_add(text, ", recv-q ");
		phrase_compare(text, &want->recv_q);
	}
	if (want->send_q.set) {
		str_add(text, ", send-q ");
		phrase_compare(text, &want->send_q);
	}
}

void phrase_row(struct str *text, const struct expect_sock *want,
		const struct tcp_sock *sock)
{
	str_addf(text, "%s.%s %s", want->host, want->socket,
		 tcp_state_names[sock ? sock->state : TCP_STATE_CLOSED]);
	if (!sock)
		return;
	if (want->has_timer)
		str_addf(text, ", timer %s", tcp_timer_names[sock->timer]);
	if (want->recv_q.set)
		str_addf(text, ", recv-q %u", sock->recv_q);
	if (want->send_q.set)
		str_addf(text, ", send-q %u", sock->send_q);
}

void phrase_count(struct str *text, const struct expect_count *want,
		  const char *number)
{
	str_addf(text, "%s socket%s of %s in ", number,
		 strcmp(number, "1") == 0 ? "" : "s", want->host);
	phrase_states(text, want->states);
	if (want->port)
		str_addf(text, " on port %u", (unsigned int)want->port);
}

void phrase_times(struct str *text, const struct expect *expect)
{
	char buf[UNITS_TEXT];

	str_addf(text, " within %s", duration_print(expect->within_ns, buf));
	if (expect->not_before_ns)
		str_addf(text, ", not before %s",
			 duration_print(expect->not_before_ns, buf));
	if (expect->for_ns)
		str_addf(text, ", for %s", duration_print(expect->for_ns, buf));
	if (expect->since) {
		str_add(text, ", since ");
		phrase_states(text, expect->since);
	}
}

void phrase_exit(struct str *text, const struct timeline_proc *proc)
{
	if (proc->signal)
		str_addf(text, "killed by %s", signal_name((int)proc->signal));
	else if (proc->status < 0)
		str_add(text, "gone, nobody knows how");
	else
		str_addf(text, "exited with status %lld",
			 (long long)proc->status);
}
