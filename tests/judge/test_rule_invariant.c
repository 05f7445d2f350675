/*
 * test_rule_invariant.c - runs in which TCP works, and in which it does not
 */
#include "judged.h"

#define FAILS(journal, says)                                          \
	{                                                             \
		"invariant", "invariant-fail-" journal, VERDICT_FAIL, \
			"invariant", says                             \
	}
#define UNSURE(journal, says)                                   \
	{                                                       \
		"invariant", "invariant-inconclusive-" journal, \
			VERDICT_INCONCLUSIVE, "invariant", says \
	}
/* what finds nothing says nothing: the calls passed, and that is all */
#define PASSES(journal)                                                       \
	{                                                                     \
		"invariant", "invariant-pass-" journal, VERDICT_PASS, "call", \
			""                                                    \
	}

static const struct judged_case cases[] = {
	PASSES("traced"),
	FAILS("traced", "CLOSE_WAIT to FIN_WAIT1"),
	UNSURE("traced", "CLOSE_WAIT to FIN_WAIT1"),
	PASSES("dumped"),
	FAILS("dumped", "CLOSE_WAIT to ESTABLISHED"),
	UNSURE("dumped", "CLOSE_WAIT to ESTABLISHED"),
	PASSES("numbers"),
	FAILS("numbers", "ack 512"),
	UNSURE("numbers", "ack 512"),
	PASSES("reset-closed"),
	PASSES("reset-killed"),
	PASSES("refused"),
	FAILS("reset", "RST,ACK"),
	UNSURE("reset", "RST,ACK"),
	PASSES("again-probe"),
	PASSES("again-late"),
	FAILS("again", "was not acknowledged"),
	FAILS("again-acked", "its acknowledgement had come"),
	UNSURE("again", "was not acknowledged"),
	PASSES("bytes"),
	FAILS("bytes", "11 bytes"),
	UNSURE("bytes", "11 bytes"),
	PASSES("leftover"),
	FAILS("leftover", "FIN_WAIT1 for 2.945 s"),
	UNSURE("leftover", "FIN_WAIT1 for 2.945 s"),
};

int main(void)
{
	return judged_main("rule_invariant", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
