/*
 * limits.c - raise the limits that a big lab runs into
 */
#include "ns/limits.h"

#include <errno.h>
#include <sys/resource.h>

#include "base/err.h"

#define NOFILE_ENOUGH 65536

int limits_raise_nofile(struct err *err)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return err_sys(err, -errno, "read RLIMIT_NOFILE");
	if (limit.rlim_cur >= NOFILE_ENOUGH || limit.rlim_cur >= limit.rlim_max)
		return 0;
	limit.rlim_cur =
		limit.rlim_max < NOFILE_ENOUGH ? limit.rlim_max : NOFILE_ENOUGH;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		return err_sys(err, -errno, "raise RLIMIT_NOFILE");
	return 0;
}
