/*
 * sample.h - a run with one scenario of each verdict, built by hand
 */
#pragma once

#include "report/report.h"

/**
 * sample_run - five scenarios: a PASS; a FAIL, a server that closes first and
 * cannot listen again; an INCONCLUSIVE with a gap; an ERROR without a
 * judgement; a FAIL whose every string is hostile
 *
 * Return: static storage, the same each time.
 */
const struct report_run *sample_run(void);

/** sample_repeated - the same PASS and FAIL five times each, --repeat 5 */
const struct report_run *sample_repeated(void);

/** sample_matrix - two of its scenarios on two kernels, one of which differs;
 * a third kernel on which the run was ended */
const struct report_run *sample_matrix(void);

/** sample_wire - a PASS in which links, faults and injections have a part */
const struct report_run *sample_wire(void);
