/*
 * run.c - one scenario in its lab, from the first event to the last
 */
#include "run/run.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/scope.h"
#include "event/journal.h"
#include "ns/init.h"
#include "ns/limits.h"
#include "observe/tracefs.h"
#include "run/frames.h"
#include "run/hits.h"
#include "run/hosts.h"
#include "run/lab.h"
#include "run/manifest.h"
#include "run/progress.h"
#include "run/rites.h"
#include "run/steps.h"
#include "run/tally.h"
#include "run/tracing.h"
#include "spec/scenario.h"

static void begin(struct lab *lab, const struct run_request *request)
{
	struct event event = {.kind = EVENT_BEGIN};

	event.begin.version = JOURNAL_VERSION;
	event.begin.scenario = lab->scenario->name;
	event.begin.kernel = lab->kernel;
	event.begin.wall_ns = clock_wall_ns() - lab_now_ns(lab);
	event.begin.seed = request->seed;
	event.begin.virtual_time = request->cpu_is_free;
	lab_emit(lab, &event);
}

static void end(struct lab *lab, const struct err *why)
{
	struct event event = {
		.kind = EVENT_END,
		.end = {.complete = !why->code,
			.why = why->code ? why->text : NULL,
			.untraced = lab->untraced},
	};

	lab_emit(lab, &event);
}

static enum run_status walk(struct lab *lab, const struct run_request *request,
			    struct ns_runner *self)
{
	struct err err = {0};
	int rc;

	tracing_open(lab, request);
	rc = hosts_open(&err);
	if (rc == 0)
		rc = lab_open(lab, request->lab_id, request->dirfd,
			      request->seed, rites_hold, self, &err);
	if (rc == 0)
		rc = manifest_write(request, lab, &err);
	if (rc < 0) {
		lab_error(lab, &err);
		end(lab, &err);
		return RUN_STATUS_UNBUILT;
	}
	rc = steps_run(lab, &err);
	lab_snap(lab, "end");
	tracing_end(lab);
	tally_links(lab);
	hits_end(lab);
	frames_end(lab);
	lab_count(lab, "end");
	end(lab, &err);
	return rc < 0 ? RUN_STATUS_STOPPED : RUN_STATUS_COMPLETE;
}

static int run_main(void *arg, struct ns_runner *self)
{
	const struct run_request *request = arg;
	struct utsname uts = {0};
	struct lab lab = {
		.scenario = request->scenario,
		.kernel = uts.release,
		.env = {.exe_fd = request->exe_fd,
			.uid = request->owner.uid,
			.gid = request->owner.gid,
			.may_setgroups = true},
		.progress = request->progress,
		.says = request->says,
		.blind = request->blind,
		.cpu_is_free = request->cpu_is_free,
		.sink = {.epoch_ns = clock_now_ns()},
	};
	enum run_status status;
	int rc;

	(void)uname(&uts); /* fails only on a bad pointer */
	(void)limits_raise_nofile(NULL); /* a small lab needs no more */
	/* ours, whoever the programs run as: they may not write it */
	rc = journal_create(request->dirfd, RUN_JOURNAL, &lab.journal, NULL);
	progress_error(request->progress, rc);
	if (rc < 0)
		return RUN_STATUS_UNWRITTEN;
	lab_init(&lab);
	begin(&lab, request);
	status = walk(&lab, request, self);
	lab_done(&lab);
	rc = journal_close(lab.journal, NULL);
	progress_error(request->progress, rc);
	return rc < 0 ? RUN_STATUS_UNWRITTEN : (int)status;
}

/* in init, if nobody else has lived to do it */
static void forget_trace(void *arg)
{
	const struct run_request *request = arg;
	struct pollfd owner = {.fd = request->owner_pidfd, .events = POLLIN};

	if (poll(&owner, 1, 0) > 0)
		tracefs_remove_all(request->instance);
	else if (!request->keep_instance)
		tracefs_remove(request->instance);
}

pid_t run_start(const struct run_request *request, struct err *err)
{
	struct run_request copy = *request;
	SCOPED_FREE char *instance = tracefs_name(request->lab_id);
	int keep[] = {request->dirfd, request->exe_fd, request->says.fd};
	struct ns_init init = {
		.owner_pidfd = request->owner_pidfd,
		.main = run_main,
		.arg = &copy,
		.last_rites = rites_last,
		.farewell = forget_trace,
		.keep_fds = keep,
		.n_keep_fds = sizeof(keep) / sizeof(keep[0]),
	};

	copy.instance = instance;
	tracefs_sweep();
	return ns_init_start(&init, err);
}
