/*
 * json_matrix.h - several kernels as part of the json format
 */
#pragma once

#include <jansson.h>

struct report_run;

/** json_matrix - the value of "matrix"; null unless there are two kernels or
 * more; the caller's reference */
json_t *json_matrix(const struct report_run *run);
