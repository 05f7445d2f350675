/*
 * verdict_ink.h - the colour of each verdict, the same wherever it is told
 */
#pragma once

#include "judge/verdict.h"
#include "report/page.h"

/** verdict_ink - PASS green, INCONCLUSIVE yellow, FAIL red, ERROR magenta */
static inline enum ink verdict_ink(enum verdict verdict)
{
	static const enum ink inks[] = {
		[VERDICT_PASS] = INK_GOOD,
		[VERDICT_INCONCLUSIVE] = INK_DOUBT,
		[VERDICT_FAIL] = INK_BAD,
		[VERDICT_ERROR] = INK_BROKEN,
	};

	return inks[verdict];
}
