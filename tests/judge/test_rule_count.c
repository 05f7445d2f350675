/*
 * test_rule_count.c - sockets of a host, counted
 */
#include "judged.h"

static const struct judged_case cases[] = {
	{"count", "count-pass", VERDICT_PASS, "count",
	 "1 socket of server in LISTEN on port 7788"},
	{"count", "count-fail", VERDICT_FAIL, "count", "2 sockets"},
	{"count", "count-inconclusive", VERDICT_INCONCLUSIVE, "count",
	 "nobody looked"},
	{"count-none", "count-none-pass", VERDICT_PASS, "count", "0 sockets"},
};

int main(void)
{
	return judged_main("rule_count", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
