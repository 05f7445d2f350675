/*
 * test_rule_never.c - what must not be seen
 */
#include "judged.h"

static const struct judged_case cases[] = {
	{"never", "never-pass", VERDICT_PASS, "never", "not seen in any dump"},
	{"never", "never-fail", VERDICT_FAIL, "never", "server.L TIME_WAIT"},
	{"never-short", "never-short-fail", VERDICT_FAIL, "never",
	 "server.L FIN_WAIT1"},
	{"never-short", "never-pass", VERDICT_INCONCLUSIVE, "never",
	 "shorter than the sampling interval"},
	{"never", "never-inconclusive-no-look", VERDICT_INCONCLUSIVE, "never",
	 "nobody looked"},
	{"never", "never-inconclusive-gap", VERDICT_INCONCLUSIVE, "never",
	 "a gap"},
	{"never-listen", "never-listen-inconclusive", VERDICT_INCONCLUSIVE,
	 "never", "server.web ran"},
	{"never-listen-agent", "never-listen-agent-pass", VERDICT_PASS, "never",
	 "not seen in any dump"},
	{"never", "never-inconclusive-unknown", VERDICT_INCONCLUSIVE, "never",
	 "no program ever made"},
	{"never-arrow", "never-arrow-pass", VERDICT_PASS, "never",
	 "none among 2 segments"},
	{"never-arrow", "never-arrow-pass-later", VERDICT_PASS, "never",
	 "none among 3 segments"},
	{"never-arrow", "never-arrow-fail", VERDICT_FAIL, "never",
	 "RST,ACK from server to client"},
	{"never-arrow", "never-arrow-fail-variable", VERDICT_FAIL, "never",
	 "ack 6"},
	{"never-arrow", "never-arrow-fail-lost", VERDICT_FAIL, "never",
	 "lost on the wire"},
	{"never-arrow", "never-arrow-inconclusive-unbound",
	 VERDICT_INCONCLUSIVE, "never", "a gap may hide it"},
	{"never-unbound", "never-unbound-inconclusive", VERDICT_INCONCLUSIVE,
	 "never", "no segment has shown what its variable stands for"},
	{"never-arrow", "never-arrow-inconclusive", VERDICT_INCONCLUSIVE,
	 "never", "a gap may hide it"},
	{"never-nothing", "never-nothing", VERDICT_INCONCLUSIVE, "never",
	 "nothing was captured at all"},
};

int main(void)
{
	return judged_main("rule_never", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
