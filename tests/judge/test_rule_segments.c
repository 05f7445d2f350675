/*
 * test_rule_segments.c - segments that were, and were not, as arrows ask
 */
#include "judged.h"

static const struct judged_case cases[] = {
	{"arrows", "arrows-pass", VERDICT_PASS, "segments",
	 "SYN from client to server (handshake-1), seq 4294967295"},
	{"arrows", "arrows-fail-number", VERDICT_FAIL, "segments",
	 "no such segment among 3 that were sent; the nearest: ACK from "
	 "client"},
	{"arrows", "arrows-inconclusive-gap", VERDICT_INCONCLUSIVE, "segments",
	 "a gap may hide it"},
	{"arrows", "arrows-fail-gap-later", VERDICT_FAIL, "segments",
	 "no such segment"},
	{"arrows", "arrows-inconclusive-broke-off", VERDICT_INCONCLUSIVE,
	 "segments", "breaks off"},
	{"arrows", "arrows-fail-not-arrived", VERDICT_FAIL, "segments",
	 "lost on the wire"},
	{"arrows", "arrows-inconclusive-nothing", VERDICT_INCONCLUSIVE,
	 "segments", "nothing was captured at all"},
	{"arrows", "arrows-fail-late", VERDICT_FAIL, "segments",
	 "only 1.001 s after the step began"},
	/* a wire that did what nobody asked for excuses all behind it */
	{"arrows", "arrows-inconclusive-wire", VERDICT_INCONCLUSIVE, "segments",
	 "no such segment"},
	/* and all that it did not break is in doubt */
	{"arrows", "arrows-inconclusive-relay-gone", VERDICT_INCONCLUSIVE,
	 "journal", "the process that carries frames is gone"},
	{"again", "again-pass", VERDICT_PASS, "segments",
	 "(1.001 s behind the first); lost on the wire (fault 1: drop"},
	{"again", "again-fail-late", VERDICT_FAIL, "segments",
	 "the nearest: SYN from client to server (handshake-1, again)"},
	{"again", "again-fail-arrived", VERDICT_FAIL, "segments",
	 "arrived at 1.013 s"},
	{"again", "again-inconclusive-wire", VERDICT_INCONCLUSIVE, "segments",
	 "arrived at 1.013 s"},
	{"lost", "lost-pass", VERDICT_PASS, "segments", "lost on the wire"},
	{"lost", "lost-inconclusive-end", VERDICT_INCONCLUSIVE, "segments",
	 "for want of a capture"},
	{"lost", "lost-inconclusive-gap", VERDICT_INCONCLUSIVE, "segments",
	 "for want of a capture"},
	{"lost", "lost-fail-arrived", VERDICT_FAIL, "segments",
	 "arrived at 200 ms"},
	{"counted", "counted-pass", VERDICT_PASS, "segments", "2 of 2"},
	{"counted", "counted-fail-few", VERDICT_FAIL, "segments", "1 of 1"},
	{"counted", "counted-fail-many", VERDICT_FAIL, "segments", "3 of 3"},
	{"counted", "counted-fail-rst", VERDICT_FAIL, "segments", "2 of 4"},
	{"counted", "counted-inconclusive-few", VERDICT_INCONCLUSIVE,
	 "segments", "1 of 1 that were sent, but not all was captured"},
	{"counted", "counted-inconclusive-more", VERDICT_INCONCLUSIVE,
	 "segments", "2 of 2 that were sent, but not all was captured"},
	{"counted", "counted-fail-many-gap", VERDICT_FAIL, "segments",
	 "3 of 3"},
	{"only", "only-pass", VERDICT_PASS, "segments", "none"},
	{"only", "only-fail", VERDICT_FAIL, "segments",
	 "SYN from client to server (handshake-1, again)"},
	{"only", "only-inconclusive", VERDICT_INCONCLUSIVE, "segments",
	 "a gap may hide one"},
	{"forged", "forged-pass", VERDICT_PASS, "segments", "nobody sent it"},
	{"forged", "forged-fail", VERDICT_FAIL, "segments",
	 "no such segment among 0 that nobody sent"},
	{"forged", "forged-fail-never", VERDICT_FAIL, "never",
	 "RST from server to client"},
	{"forged", "forged-inconclusive", VERDICT_INCONCLUSIVE, "segments",
	 "or was sent while nobody looked"},
	{"early", "early-pass", VERDICT_PASS, "segments", "ACK from client"},
	{"early", "early-fail", VERDICT_FAIL, "segments",
	 "already 2.5 ms after the step began"},
};

int main(void)
{
	return judged_main("rule_segments", cases,
			   sizeof(cases) / sizeof(cases[0]));
}
