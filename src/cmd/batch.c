/*
 * batch.c - run many scenarios at once, and gather what they leave
 */
#include "cmd/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/scope.h"
#include "base/vec.h"
#include "ns/init.h"
#include "run/progress.h"
#include "run/run.h"
#include "spec/scenario.h"

/** TICK_MS - how often a watcher is told where the labs are */
#define TICK_MS 200

/** struct slot - room for one lab */
struct slot {
	pid_t pid; /* 0: free */
	int pidfd;
	size_t job;
	int64_t began_ns;
	char *folder;
};

/** struct state - a batch under way */
struct state {
	const struct batch *batch;
	size_t n_jobs; /* scenario J / repeat, repetition J % repeat */
	size_t next;
	size_t n_done;
	struct slot *slots;
	struct progress *progress; /* one a slot */
	struct outcome *outcomes; /* one a job */
	bool *have; /* is there an outcome */
	int exe_fd;
	int owner_pidfd;
	int signal_fd;
	int signal; /* that ended it */
	bool stopping;
};

static const struct scenario *scenario_of(const struct state *s, size_t job)
{
	return s->batch->scenarios[job / s->batch->repeat];
}

static unsigned int repeat_of(const struct state *s, size_t job)
{
	return s->batch->repeat > 1 ? (unsigned int)(job % s->batch->repeat) + 1
				    : 0;
}

static void stop(struct state *s)
{
	s->stopping = true;
	for (size_t i = 0; i < s->batch->jobs; i++)
		if (s->slots[i].pid)
			(void)kill(s->slots[i].pid, SIGTERM); /* or gone */
}

static void finished(struct state *s, size_t job)
{
	struct outcome *outcome = &s->outcomes[job];

	outcome->result.repeat = (int)(job % s->batch->repeat) + 1;
	outcome->result.repeats = (int)s->batch->repeat;
	s->have[job] = true;
	s->n_done++;
	if (s->batch->done)
		s->batch->done(s->batch->arg, outcome);
	if (s->batch->fail_fast &&
	    report_verdict(&outcome->result) != VERDICT_PASS)
		stop(s);
}

static int launch(struct state *s, size_t slot, size_t job, struct err *err)
{
	const struct scenario *scenario = scenario_of(s, job);
	struct slot *room = &s->slots[slot];
	SCOPED_FREE char *folder = NULL;
	SCOPED_FD int dirfd = -1;
	struct run_request request = {
		.scenario = scenario,
		.lab_id = (unsigned int)slot,
		.seed = s->batch->seed,
		.command_line = s->batch->command_line,
		.owner = s->batch->owner,
		.exe_fd = s->exe_fd,
		.owner_pidfd = s->owner_pidfd,
		.progress = s->progress ? &s->progress[slot] : NULL,
	};
	pid_t pid;

	dirfd = folder_new_scenario(s->batch->folder, scenario,
				    repeat_of(s, job), &s->batch->owner,
				    &folder, err);
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
	room->job = job;
	room->folder = PTR_STEAL(folder);
	return 0;
}

static void fill(struct state *s)
{
	for (size_t i = 0; i < s->batch->jobs; i++) {
		struct err err = {0};

		if (s->slots[i].pid)
			continue;
		while (!s->stopping && s->next < s->n_jobs &&
		       !s->slots[i].pid) {
			size_t job = s->next++;

			if (launch(s, i, job, &err) == 0)
				break;
			outcome_fail(&s->outcomes[job],
				     scenario_of(s, job)->name, &err);
			s->outcomes[job].scenario_borrowed = true;
			s->outcomes[job].result.scenario = scenario_of(s, job);
			finished(s, job);
		}
	}
}

/* the lab's end as a person would tell it, for what the journal cannot know */
static void explain(const struct slot *slot, int wstatus,
		    struct outcome *outcome)
{
	struct err err = {0};

	if (WIFEXITED(wstatus) && WEXITSTATUS(wstatus) != RUN_STATUS_UNWRITTEN)
		return;
	if (WIFEXITED(wstatus))
		(void)err_set(&err, -EIO,
			      "%s: the journal could not be written to its end",
			      slot->folder);
	else
		(void)err_set(&err, -EIO, "%s: the lab was killed by signal %d",
			      slot->folder, WTERMSIG(wstatus));
	if (!outcome->error) {
		outcome->error = mem_strdup(err.text);
		outcome->result.error = outcome->error;
	}
}

static void reap(struct state *s, size_t slot)
{
	struct slot *room = &s->slots[slot];
	struct outcome *outcome = &s->outcomes[room->job];
	int wstatus = 0;

	if (waitpid(room->pid, &wstatus, WNOHANG) != room->pid)
		return;
	if (!s->stopping) {
		outcome_read(room->folder, scenario_of(s, room->job), outcome);
		explain(room, wstatus, outcome);
		outcome->result.duration_ns = clock_now_ns() - room->began_ns;
		/* a full disk is told by the reports; the verdict stands */
		(void)outcome_save(outcome, &s->batch->owner, NULL);
	}
	fd_close(&room->pidfd);
	free(room->folder);
	room->folder = NULL;
	room->pid = 0;
	if (outcome->result.name)
		finished(s, room->job);
}

static size_t alive(const struct state *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->batch->jobs; i++)
		n += s->slots[i].pid ? 1 : 0;
	return n;
}

static void tick(const struct state *s)
{
	SCOPED_FREE struct batch_lab *labs = NULL;
	struct batch_view view = {.n_done = s->n_done, .n_all = s->n_jobs};

	if (!s->batch->tick || !s->progress)
		return;
	labs = mem_new(struct batch_lab, s->batch->jobs);
	for (size_t i = 0; i < s->batch->jobs; i++) {
		if (!s->slots[i].pid)
			continue;
		labs[view.n_labs++] = (struct batch_lab){
			.name = scenario_of(s, s->slots[i].job)->name,
			.text = s->progress[i].text,
			.began_ns = s->slots[i].began_ns,
			.until_ns = atomic_load(&s->progress[i].until_ns),
		};
	}
	view.labs = labs;
	s->batch->tick(s->batch->arg, &view);
}

static void take_signal(struct state *s)
{
	struct signalfd_siginfo info;

	if (read(s->signal_fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (!s->signal)
		s->signal = (int)info.ssi_signo;
	stop(s);
}

static void wait_for_some(struct state *s)
{
	SCOPED_FREE struct pollfd *fds = NULL;
	size_t n = s->batch->jobs + 1;

	fds = mem_new(struct pollfd, n);
	for (size_t i = 0; i < s->batch->jobs; i++)
		fds[i] = (struct pollfd){
			.fd = s->slots[i].pid ? s->slots[i].pidfd : -1,
			.events = POLLIN,
		};
	fds[n - 1] = (struct pollfd){.fd = s->signal_fd, .events = POLLIN};
	/* on failure revents stay 0, and the next round asks again */
	(void)poll(fds, n, s->batch->tick ? TICK_MS : -1);
	if (fds[n - 1].revents)
		take_signal(s);
	for (size_t i = 0; i < s->batch->jobs; i++)
		if (fds[i].revents)
			reap(s, i);
}

static int open_fds(struct state *s, sigset_t *old, struct err *err)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, old);
	s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	s->exe_fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	if (s->signal_fd < 0 || s->exe_fd < 0)
		return err_sys(err, -errno, "/proc/self/exe");
	s->owner_pidfd = ns_owner_open(err);
	return s->owner_pidfd < 0 ? s->owner_pidfd : 0;
}

static void collect(struct state *s, struct outcomes *outcomes)
{
	for (size_t i = 0; i < s->n_jobs; i++)
		if (s->have[i])
			vec_push(outcomes, s->outcomes[i]);
}

int batch_run(const struct batch *batch, struct outcomes *outcomes, int *signal,
	      struct err *err)
{
	struct state s = {
		.batch = batch,
		.n_jobs = batch->n_scenarios * batch->repeat,
		.slots = mem_new(struct slot, batch->jobs),
		.progress = progress_new(batch->jobs),
		.exe_fd = -1,
		.owner_pidfd = -1,
		.signal_fd = -1,
	};
	sigset_t old;
	int rc;

	s.outcomes = mem_new(struct outcome, s.n_jobs);
	s.have = mem_new(bool, s.n_jobs);
	rc = open_fds(&s, &old, err);
	while (rc == 0) {
		fill(&s);
		if (!alive(&s))
			break;
		tick(&s);
		wait_for_some(&s);
	}
	collect(&s, outcomes);
	*signal = s.signal;
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	fd_close(&s.signal_fd);
	fd_close(&s.exe_fd);
	fd_close(&s.owner_pidfd);
	progress_free(s.progress, batch->jobs);
	free(s.slots);
	free(s.outcomes);
	free(s.have);
	return rc;
}
