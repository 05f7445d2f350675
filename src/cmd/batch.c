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

void batch_not_run(const struct batch *batch, struct outcomes *outcomes)
{
	struct jobs jobs = {
		.batch = batch,
		.n = batch->n_scenarios * batch->repeat,
	};

	for (size_t i = 0; i < jobs.n; i++)
		jobs_not_run(&jobs, i, outcomes);
}
