/*
 * batch.c - run many scenarios at once, and gather what they leave
 */
#include "cmd/batch.h"

#include "cmd/jobs.h"

int batch_run(const struct batch *batch, struct outcomes *outcomes, int *signal,
	      struct err *err)
{
	struct jobs jobs;
	int rc = jobs_init(&jobs, batch, err);

	if (rc == 0)
		rc = batch->kernel ? jobs_run_guests(&jobs, err)
				   : jobs_run_labs(&jobs, err);
	*signal = jobs.signal;
	jobs_done(&jobs, outcomes);
	return rc;
}
