/*
 * guests.c - run the jobs of a batch in guests, where time is virtual
 *
 * DOC: Theory of operation
 *
 * Each job gets a guest that has just booted, and so is the same each time
 * (guest/chance.c): one that has run another scenario before has other timers
 * pending, another clock, another place in its random numbers. To boot takes a
 * tenth of a second of CPU. Waiting costs nothing in there, so a guest a CPU
 * is what is worth having at once. A guest tells on its console which of its
 * items begins and ends (guest/inside.h); the rest of the console is kept for
 * whoever has to know why a kernel died.
 * Only one thing is on the machine's clock: a guest whose console is silent
 * for too long is killed. It is when a program in there computes for ever:
 * where time is virtual it stands still meanwhile.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "base/units.h"
#include "base/vec.h"
#include "cmd/jobs.h"
#include "guest/inside.h"
#include "guest/job.h"
#include "guest/kernel.h"
#include "guest/uml.h"
#include "run/run.h"
#include "spec/scenario.h"

/** LINE_MAX_BYTES - a longer line of a console is cut */
#define LINE_MAX_BYTES 4096

/** struct guest - one guest and its share of the jobs */
struct guest {
	struct uml uml; /* pid 0: over */
	VEC(size_t) jobs; /* the items of its job, by their number */
	char **folders; /* one an item */
	size_t at; /* item under way */
	size_t step; /* of it, from 1; 0: none yet */
	size_t n_over; /* items that ended */
	int64_t heard_ns; /* when its console last said something of ours */
	int64_t began_ns; /* the item under way */
	FILE *console; /* the file that it is kept in */
	char *console_path;
	struct str line; /* not at its end yet */
	char *error; /* what it said was wrong */
	char *why; /* we ended it; NULL */
};

/** struct guests - all of them */
struct guests {
	struct jobs *jobs;
	struct guest *v;
	size_t n;
	size_t n_booted; /* so many of them, from the first */
};

static const struct batch *batch_of(const struct guests *guests)
{
	return guests->jobs->batch;
}

/* deal the jobs out: with a guest for each, one each */
static int deal(struct guests *guests, struct err *err)
{
	struct jobs *jobs = guests->jobs;

	assert(guests->n > 0);
	for (size_t i = 0; i < guests->n; i++)
		guests->v[i].folders = mem_new(char *, jobs->n);
	for (size_t job = 0; job < jobs->n; job++) {
		struct guest *guest = &guests->v[job % guests->n];
		char *folder = NULL;
		SCOPED_FD int fd = jobs_folder(jobs, job, &folder, err);

		if (fd < 0)
			return fd;
		guest->folders[guest->jobs.n] = folder;
		vec_push(&guest->jobs, job);
		/* the guest is a process of the user's, and writes there */
		if (folder_give(folder, &jobs->batch->owner, err) < 0)
			return err->code;
	}
	return 0;
}

static int save_job(const struct guests *guests, const struct guest *guest,
		    const char *results, const char *path, struct err *err)
{
	const struct batch *batch = batch_of(guests);
	bool as_other = batch->owner.uid != (uid_t)-1;
	SCOPED_FREE char *line = mem_strdup(batch->command_line);
	SCOPED_FREE char *dir = mem_strdup(results);
	struct job job = {
		.results = dir,
		.command_line = line,
		.seed = batch->seed,
		.uid = as_other ? batch->owner.uid : geteuid(),
		.gid = as_other ? batch->owner.gid : getegid(),
		.items = mem_new(struct job_item, guest->jobs.n),
		.n_items = guest->jobs.n,
	};
	int rc;

	for (size_t i = 0; i < guest->jobs.n; i++) {
		job.items[i].name = mem_strdup(
			jobs_scenario(guests->jobs, guest->jobs.v[i])->name);
		job.items[i].folder = realpath(guest->folders[i], NULL);
	}
	rc = job_save(&job, path, err);
	for (size_t i = 0; i < job.n_items; i++) {
		free(job.items[i].name);
		free(job.items[i].folder);
	}
	free(job.items);
	if (rc == 0)
		rc = folder_own(AT_FDCWD, path, &batch->owner, err);
	return rc;
}

static int boot(struct guests *guests, size_t i, struct err *err)
{
	const struct batch *batch = batch_of(guests);
	struct guest *guest = &guests->v[i];
	SCOPED_FREE char *results = realpath(batch->folder, NULL);
	SCOPED_FREE char *exe = realpath("/proc/self/exe", NULL);
	SCOPED_FREE char *job = NULL;
	struct uml_request request = {
		.kernel = batch->kernel->path,
		.exe = exe,
		.seed = batch->seed,
		.owner_pidfd = guests->jobs->owner_pidfd,
		.uid = batch->owner.uid,
		.gid = batch->owner.gid,
	};
	int rc;

	if (!results || !exe)
		return err_sys(err, -errno, "%s", batch->folder);
	job = mem_printf("%s/guest-%zu.json", results, i + 1);
	guest->console_path =
		mem_printf("%s/guest-%zu.console", batch->folder, i + 1);
	rc = save_job(guests, guest, results, job, err);
	if (rc < 0)
		return rc;
	guest->console = fopen(guest->console_path, "we");
	if (!guest->console)
		return err_sys(err, -errno, "%s", guest->console_path);
	/* best effort: a console of root's can be read all the same */
	(void)folder_own(AT_FDCWD, guest->console_path, &batch->owner, NULL);
	request.job = job;
	guest->heard_ns = clock_now_ns();
	guest->began_ns = guest->heard_ns;
	return uml_start(&request, &guest->uml, err);
}

/* a job's journal is whole, or the guest could not begin it */
static void item_over(struct guests *guests, struct guest *guest, size_t item,
		      int status)
{
	size_t job = guest->jobs.v[item];
	struct err err = {0};

	guest->n_over = item + 1;
	if (guests->jobs->stopping)
		return;
	if (status == RUN_STATUS_UNBUILT && guest->error) {
		(void)err_set(&err, -EIO, "%s", guest->error);
		free(guest->error);
		guest->error = NULL;
		jobs_failed(guests->jobs, job, &err);
		return;
	}
	jobs_judge(guests->jobs, job, guest->folders[item]);
	jobs_over(guests->jobs, job);
}

static void take_line(struct guests *guests, struct guest *guest,
		      const char *line)
{
	size_t mark = strlen(INSIDE_MARK);
	size_t item;
	char *rest;

	if (strncmp(line, INSIDE_MARK, mark) != 0)
		return;
	line += mark;
	guest->heard_ns = clock_now_ns();
	if (strncmp(line, "begin ", 6) == 0) {
		item = strtoul(line + 6, NULL, 10);
		if (item < guest->jobs.n)
			guest->at = item;
		guest->step = 0;
		guest->began_ns = guest->heard_ns;
	} else if (strncmp(line, "step ", 5) == 0) {
		guest->step = strtoul(line + 5, NULL, 10);
	} else if (strncmp(line, "end ", 4) == 0) {
		item = strtoul(line + 4, &rest, 10);
		if (item < guest->jobs.n && item == guest->n_over)
			item_over(guests, guest, item,
				  (int)strtol(rest, NULL, 10));
	} else if (strncmp(line, "error ", 6) == 0) {
		free(guest->error);
		guest->error = mem_strdup(line + 6);
	}
}

static void take_bytes(struct guests *guests, struct guest *guest,
		       const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n') {
			take_line(guests, guest, str_text(&guest->line));
			str_done(&guest->line);
		} else if (bytes[i] != '\r' &&
			   guest->line.len < LINE_MAX_BYTES) {
			str_addn(&guest->line, &bytes[i], 1);
		}
	}
}

static void end(struct guest *guest, const char *why)
{
	if (!guest->uml.pid || guest->why)
		return;
	guest->why = mem_strdup(why);
	(void)kill(guest->uml.pid, SIGTERM); /* its init, or the kernel */
}

/* what an item that is not over was doing; nothing if none is under way */
static void tell_step(const struct guests *guests, const struct guest *guest,
		      struct str *text)
{
	const struct scenario *scenario;
	const struct step *step;

	if (guest->at != guest->n_over || guest->at >= guest->jobs.n)
		return;
	scenario = jobs_scenario(guests->jobs, guest->jobs.v[guest->at]);
	if (!guest->step || guest->step > scenario->n_steps)
		return;
	step = &scenario->steps[guest->step - 1];
	str_addf(text, ", while step %zu (line %d: %s) was under way",
		 guest->step, step->pos.line, step->text);
	if (guest->why)
		str_add(text, "; where time is virtual it stands still while a "
			      "program computes, and crawls while one reads "
			      "the clock instead of waiting");
}

/* whatever it did not come to has no verdict: say why */
static void guest_over(struct guests *guests, struct guest *guest)
{
	SCOPED_STR struct str step = {0};
	int wstatus = 0;

	(void)waitpid(guest->uml.pid, &wstatus, 0); /* the console is closed */
	guest->uml.pid = 0;
	fd_close(&guest->uml.console_fd);
	scope_fclose(&guest->console);
	guest->console = NULL;
	tell_step(guests, guest, &step);
	for (size_t i = guest->n_over;
	     i < guest->jobs.n && !guests->jobs->stopping; i++) {
		struct err err = {0};

		(void)err_set(&err, -EIO,
			      "the guest %s before this was over%s%s%s",
			      guest->why ?: "died", str_text(&step),
			      guest->error ? ": " : "", guest->error ?: "");
		str_done(&step); /* the others did not come to one */
		err_remedy(&err, "its console is in %s", guest->console_path);
		jobs_failed(guests->jobs, guest->jobs.v[i], &err);
	}
}

static void hear(struct guests *guests, struct guest *guest)
{
	char bytes[4096];
	ssize_t n = read(guest->uml.console_fd, bytes, sizeof(bytes));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		guest_over(guests, guest);
		return;
	}
	/* kept for reading only: a full disk is told elsewhere */
	(void)fwrite(bytes, 1, (size_t)n, guest->console);
	(void)fflush(guest->console);
	take_bytes(guests, guest, bytes, (size_t)n);
}

static size_t alive(const struct guests *guests)
{
	size_t n = 0;

	for (size_t i = 0; i < guests->n; i++)
		n += guests->v[i].uml.pid ? 1 : 0;
	return n;
}

static void watch(struct guests *guests)
{
	int64_t now_ns = clock_now_ns();
	int64_t limit_ns = batch_of(guests)->wall_limit_ns;
	SCOPED_STR struct str silent = {0};
	char limit[UNITS_TEXT];

	str_addf(&silent, "was silent for %s and was killed",
		 duration_print(limit_ns, limit));
	for (size_t i = 0; i < guests->n; i++) {
		if (guests->jobs->stopping)
			end(&guests->v[i], "was told to end");
		if (now_ns - guests->v[i].heard_ns > limit_ns)
			end(&guests->v[i], str_text(&silent));
	}
}

static void tick(const struct guests *guests)
{
	const struct batch *batch = batch_of(guests);
	SCOPED_FREE struct batch_lab *list = NULL;
	struct batch_view view = {.n_done = guests->jobs->n_done,
				  .n_all = guests->jobs->n};

	if (!batch->tick)
		return;
	list = mem_new(struct batch_lab, guests->n);
	for (size_t i = 0; i < guests->n; i++) {
		const struct guest *guest = &guests->v[i];

		if (!guest->uml.pid)
			continue;
		list[view.n_labs++] = (struct batch_lab){
			.name = jobs_scenario(guests->jobs,
					      guest->jobs.v[guest->at])
					->name,
			.text = "in a guest",
			.began_ns = guest->began_ns,
		};
	}
	view.labs = list;
	batch->tick(batch->arg, &view);
}

static void wait_for_some(struct guests *guests)
{
	SCOPED_FREE struct pollfd *fds = NULL;

	fds = mem_new(struct pollfd, guests->n + 1);
	for (size_t i = 0; i < guests->n; i++)
		fds[i] = (struct pollfd){
			.fd = guests->v[i].uml.pid ? guests->v[i].uml.console_fd
						   : -1,
			.events = POLLIN,
		};
	fds[guests->n] = (struct pollfd){.fd = guests->jobs->signal_fd,
					 .events = POLLIN};
	/* on failure revents stay 0, and the next round asks again */
	(void)poll(fds, guests->n + 1, JOBS_TICK_MS);
	if (fds[guests->n].revents)
		jobs_signal(guests->jobs);
	for (size_t i = 0; i < guests->n; i++)
		if (fds[i].revents)
			hear(guests, &guests->v[i]);
}

static void release(struct guests *guests)
{
	for (size_t i = 0; i < guests->n; i++) {
		struct guest *guest = &guests->v[i];

		for (size_t j = 0; j < guest->jobs.n; j++)
			free(guest->folders[j]);
		free(guest->folders);
		vec_done(&guest->jobs);
		str_done(&guest->line);
		scope_fclose(&guest->console);
		free(guest->console_path);
		free(guest->error);
		free(guest->why);
	}
	free(guests->v);
}

/* as many at once as were asked for */
static int boot_some(struct guests *guests, struct err *err)
{
	struct jobs *jobs = guests->jobs;
	int rc = 0;

	while (rc == 0 && !jobs->stopping && guests->n_booted < guests->n &&
	       alive(guests) < jobs->batch->jobs)
		rc = boot(guests, guests->n_booted++, err);
	if (rc < 0)
		jobs->stopping = true;
	return rc;
}

int jobs_run_guests(struct jobs *jobs, struct err *err)
{
	struct guests guests = {
		.jobs = jobs,
		.v = mem_new(struct guest, jobs->n),
		.n = jobs->n,
	};
	int rc = deal(&guests, err);

	if (rc == 0)
		rc = boot_some(&guests, err);
	while (alive(&guests)) {
		watch(&guests);
		tick(&guests);
		wait_for_some(&guests);
		if (rc == 0)
			rc = boot_some(&guests, err);
	}
	release(&guests);
	return rc;
}
