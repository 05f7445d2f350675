/*
 * labs.c - run the jobs of a batch in labs of this machine's kernel
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "cmd/jobs.h"
#include "run/lab_id.h"
#include "run/progress.h"
#include "run/run.h"
#include "run/tracing.h"
#include "spec/scenario.h"

/** YOUNG_NS - a lab is busy for about so long; then most wait for a timer */
#define YOUNG_NS (2 * NS_PER_S)

/** struct slot - room for one lab */
struct slot {
	pid_t pid; /* 0: free */
	int pidfd;
	size_t job;
	int64_t began_ns;
	char *folder;
	bool has_id; /* of its labs, one after the other */
	unsigned int id;
	int id_lock;
	bool keeps; /* the tracer's instance, for the next */
	bool kept; /* it is there, and as it should be */
	pid_t forgets; /* removes it; 0 */
};

/** struct labs - the labs that are alive */
struct labs {
	struct jobs *jobs;
	struct slot *slots; /* as many as the batch allows */
	struct progress *progress; /* one a slot */
	size_t next; /* job to be begun */
	VEC(size_t) again; /* jobs to be run once more, behind all others */
	bool told; /* to end */
};

static size_t n_slots(const struct labs *labs)
{
	return labs->jobs->batch->jobs;
}

/* tell those alive to end, once */
static void stop(struct labs *labs)
{
	if (labs->told)
		return;
	labs->told = true;
	for (size_t i = 0; i < n_slots(labs); i++)
		if (labs->slots[i].pid)
			(void)kill(labs->slots[i].pid, SIGTERM); /* or gone */
}

static unsigned int id_of(struct slot *room, size_t slot)
{
	if (!room->has_id)
		room->id = lab_id_take((unsigned int)slot, &room->id_lock);
	room->has_id = true;
	return room->id;
}

static int launch(struct labs *labs, size_t slot, size_t job, struct err *err)
{
	const struct batch *batch = labs->jobs->batch;
	struct slot *room = &labs->slots[slot];
	SCOPED_FREE char *folder = NULL;
	SCOPED_FD int dirfd = -1;
	struct run_request request = {
		.scenario = jobs_scenario(labs->jobs, job),
		.lab_id = id_of(room, slot),
		.seed = batch->seed,
		.command_line = batch->command_line,
		.owner = batch->owner,
		.exe_fd = labs->jobs->exe_fd,
		.owner_pidfd = labs->jobs->owner_pidfd,
		.progress = labs->progress ? &labs->progress[slot] : NULL,
		.instance_made = room->kept,
		.keep_instance = labs->next < labs->jobs->n,
	};
	pid_t pid;

	dirfd = jobs_folder(labs->jobs, job, &folder, err);
	if (dirfd < 0)
		return dirfd;
	request.dirfd = dirfd;
	progress_set(request.progress, 0, "being built", 0);
	room->began_ns = clock_now_ns();
	pid = run_start(&request, err);
	if (pid < 0)
		return (int)pid;
	room->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (room->pidfd < 0) {
		int rc = -errno;

		(void)kill(pid, SIGTERM); /* it is our child and not reaped */
		(void)waitpid(pid, NULL, 0);
		return err_sys(err, rc, "pidfd_open");
	}
	room->pid = pid;
	room->kept = false;
	room->keeps = request.keep_instance;
	room->job = job;
	room->folder = PTR_STEAL(folder);
	return 0;
}

/* how many labs are young; @grown_ns: when the first of them will have grown */
static size_t count_young(const struct labs *labs, int64_t *grown_ns)
{
	int64_t now_ns = clock_now_ns();
	size_t n = 0;

	*grown_ns = INT64_MAX;
	for (size_t i = 0; i < n_slots(labs); i++) {
		int64_t ns = labs->slots[i].began_ns + YOUNG_NS;

		if (!labs->slots[i].pid || ns <= now_ns)
			continue;
		if (ns < *grown_ns)
			*grown_ns = ns;
		n++;
	}
	return n;
}

static size_t alive(const struct labs *labs)
{
	size_t n = 0;

	for (size_t i = 0; i < n_slots(labs); i++)
		n += labs->slots[i].pid ? 1 : 0;
	return n;
}

/* of those to be begun or run again; SIZE_MAX: none, or not now */
static size_t take_job(struct labs *labs)
{
	size_t job;

	if (labs->next < labs->jobs->n)
		return labs->next++;
	if (!labs->again.n || alive(labs))
		return SIZE_MAX;
	job = labs->again.v[0];
	labs->again.n--;
	memmove(labs->again.v, labs->again.v + 1, labs->again.n * sizeof(job));
	return job;
}

/* Return: when to try again, though no lab has ended; INT64_MAX: never */
static int64_t fill(struct labs *labs)
{
	struct jobs *jobs = labs->jobs;
	int64_t grown_ns;

	for (size_t i = 0; i < n_slots(labs); i++) {
		while (!labs->slots[i].pid && !jobs->stopping) {
			struct err err = {0};
			size_t job;

			if (count_young(labs, &grown_ns) >=
			    jobs->batch->abreast)
				return grown_ns;
			job = take_job(labs);
			if (job == SIZE_MAX)
				break;
			if (launch(labs, i, job, &err) < 0)
				jobs_failed(jobs, job, &err);
		}
	}
	return INT64_MAX;
}

/* the lab's end as a person would tell it, for what the journal cannot know */
static void explain(const struct slot *slot, int wstatus, int error,
		    struct outcome *outcome)
{
	struct err err = {0};

	if (WIFEXITED(wstatus) && WEXITSTATUS(wstatus) != RUN_STATUS_UNWRITTEN)
		return;
	if (WIFEXITED(wstatus)) {
		(void)err_sys(&err, error ?: -EIO,
			      "%s: the journal could not be written to its end",
			      slot->folder);
		err_remedy(&err, "make room, or choose another place: "
				 "--results DIR");
	} else {
		(void)err_set(&err, -EIO, "%s: the lab was killed by signal %d",
			      slot->folder, WTERMSIG(wstatus));
	}
	outcome_broken(outcome, &err);
}

static void reap(struct labs *labs, size_t slot)
{
	struct slot *room = &labs->slots[slot];
	struct jobs *jobs = labs->jobs;
	struct outcome *outcome = &jobs->outcomes[room->job];
	bool judged = false;
	int wstatus = 0;

	if (waitpid(room->pid, &wstatus, WNOHANG) != room->pid)
		return;
	/* one that was told to end has nothing to say */
	if (!labs->told) {
		jobs_judge(jobs, room->job, room->folder);
		explain(room, wstatus,
			labs->progress
				? atomic_load(&labs->progress[slot].error)
				: 0,
			outcome);
		outcome->result.duration_ns = clock_now_ns() - room->began_ns;
		judged = !jobs_again(jobs, room->job);
		if (!judged)
			vec_push(&labs->again, room->job);
	}
	room->kept = room->keeps && WIFEXITED(wstatus) &&
		     WEXITSTATUS(wstatus) < RUN_STATUSES;
	fd_close(&room->pidfd);
	free(room->folder);
	room->folder = NULL;
	room->pid = 0;
	if (judged)
		jobs_over(jobs, room->job);
}

/* of the slots that no job will come to */
static void forget_traces(struct labs *labs)
{
	const struct jobs *jobs = labs->jobs;

	if ((labs->next < jobs->n || labs->again.n) && !jobs->stopping)
		return;
	for (size_t i = 0; i < n_slots(labs); i++) {
		struct slot *room = &labs->slots[i];

		if (room->pid || !room->keeps)
			continue;
		room->keeps = false;
		room->forgets = tracing_forget(room->id);
	}
}

static void tick(const struct labs *labs)
{
	const struct batch *batch = labs->jobs->batch;
	SCOPED_FREE struct batch_lab *list = NULL;
	struct batch_view view = {.n_done = labs->jobs->n_done,
				  .n_all = labs->jobs->n};

	if (!batch->tick || !labs->progress)
		return;
	list = mem_new(struct batch_lab, n_slots(labs));
	for (size_t i = 0; i < n_slots(labs); i++) {
		const struct slot *room = &labs->slots[i];

		if (!room->pid)
			continue;
		list[view.n_labs++] = (struct batch_lab){
			.name = jobs_scenario(labs->jobs, room->job)->name,
			.text = labs->progress[i].text,
			.began_ns = room->began_ns,
			.until_ns = atomic_load(&labs->progress[i].until_ns),
		};
	}
	view.labs = list;
	batch->tick(batch->arg, &view);
}

static int patience_ms(const struct labs *labs, int64_t until_ns)
{
	int64_t wait_ms = (until_ns - clock_now_ns()) / NS_PER_MS + 1;

	if (labs->jobs->batch->tick && wait_ms > JOBS_TICK_MS)
		return JOBS_TICK_MS;
	if (until_ns == INT64_MAX)
		return -1;
	return wait_ms > 0 ? (int)wait_ms : 0;
}

static void wait_for_some(struct labs *labs, int64_t until_ns)
{
	SCOPED_FREE struct pollfd *fds = NULL;
	size_t n = n_slots(labs) + 1;

	fds = mem_new(struct pollfd, n);
	for (size_t i = 0; i + 1 < n; i++)
		fds[i] = (struct pollfd){
			.fd = labs->slots[i].pid ? labs->slots[i].pidfd : -1,
			.events = POLLIN,
		};
	fds[n - 1] =
		(struct pollfd){.fd = labs->jobs->signal_fd, .events = POLLIN};
	/* on failure revents stay 0, and the next round asks again */
	(void)poll(fds, n, patience_ms(labs, until_ns));
	if (fds[n - 1].revents)
		jobs_signal(labs->jobs);
	for (size_t i = 0; i + 1 < n; i++)
		if (fds[i].revents)
			reap(labs, i);
}

int jobs_run_labs(struct jobs *jobs, struct err *err)
{
	struct labs labs = {
		.jobs = jobs,
		.slots = mem_new(struct slot, jobs->batch->jobs),
		.progress = progress_new(jobs->batch->jobs),
	};

	(void)err; /* what a lab could not do is its own outcome */
	for (;;) {
		int64_t again_ns = fill(&labs);

		forget_traces(&labs);
		if (!alive(&labs))
			break;
		if (jobs->stopping)
			stop(&labs);
		tick(&labs);
		wait_for_some(&labs, again_ns);
	}
	progress_free(labs.progress, jobs->batch->jobs);
	for (size_t i = 0; i < n_slots(&labs); i++) {
		if (labs.slots[i].forgets > 0)
			(void)waitpid(labs.slots[i].forgets, NULL, 0);
		if (labs.slots[i].has_id)
			fd_close(&labs.slots[i].id_lock);
	}
	free(labs.slots);
	vec_done(&labs.again);
	return 0;
}
