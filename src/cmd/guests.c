/*
 * guests.c - run the jobs of a batch in guests, where time is virtual
 *
 * DOC: Theory of operation
 *
 * Each job gets a guest that has just booted, and so is the same each time
 * (guest/chance.c): one that has run another scenario before has other timers
 * pending, another clock, another place in its random numbers. To boot takes a
 * tenth of a second of CPU; but a stock kernel takes five under emulation, so
 * its guests get a share of the jobs each, one after the other. Waiting costs
 * nothing in there, so a guest a CPU is what is worth having at once. A guest
 * tells on its console which of its items begins and ends (guest/inside.h); the
 * rest of the console is kept for whoever has to know why a kernel died.
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
#include "cmd/guest_job.h"
#include "cmd/jobs.h"
#include "guest/guest.h"
#include "guest/inside.h"
#include "guest/kernel.h"
#include "guest/qemu_image.h"
#include "run/run.h"
#include "spec/scenario.h"

/** LINE_MAX_BYTES - a longer line of a console is cut */
#define LINE_MAX_BYTES 4096

/** struct guest - one guest and its share of the jobs */
struct guest {
	struct guest_process process; /* pid 0: over */
	struct guest_share share; /* the items of its job */
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
	struct qemu_image image; /* of all, if the kernel is a stock one */
};

static const struct batch *batch_of(const struct guests *guests)
{
	return guests->jobs->batch;
}

/* deal the jobs out, round robin: neighbours of one folder, which tend to take
 * the same time, go to different guests */
static int deal(struct guests *guests, struct err *err)
{
	struct jobs *jobs = guests->jobs;
	int rc = 0;

	assert(guests->n > 0);
	for (size_t job = 0; rc == 0 && job < jobs->n; job++)
		rc = guest_share_add(&guests->v[job % guests->n].share, jobs,
				     job, err);
	for (size_t i = 0; rc == 0 && i < guests->n; i++)
		rc = guest_share_save(&guests->v[i].share, jobs, i + 1, err);
	return rc;
}

/* a stock kernel sees no file of the machine's */
static int pack(struct guests *guests, struct err *err)
{
	SCOPED_FREE char **paths = mem_new(char *, guests->n);

	if (batch_of(guests)->kernel->kind != KERNEL_KIND_STOCK)
		return 0;
	for (size_t i = 0; i < guests->n; i++)
		paths[i] = guests->v[i].share.path;
	return guest_share_pack(guests->jobs, paths, guests->n, &guests->image,
				err);
}

static int boot(struct guests *guests, size_t i, struct err *err)
{
	const struct batch *batch = batch_of(guests);
	struct guest *guest = &guests->v[i];
	SCOPED_FREE char *exe = realpath("/proc/self/exe", NULL);
	const struct guest_request request = {
		.kernel = batch->kernel,
		.image = &guests->image,
		.exe = exe,
		.job = guest->share.path,
		.number = i + 1,
		.seed = batch->seed,
		.owner_pidfd = guests->jobs->owner_pidfd,
		.uid = batch->owner.uid,
		.gid = batch->owner.gid,
	};

	if (!exe)
		return err_sys(err, -errno, "/proc/self/exe");
	guest->console_path =
		mem_printf("%s/guest-%zu.console", batch->folder, i + 1);
	guest->console = fopen(guest->console_path, "we");
	if (!guest->console)
		return err_sys(err, -errno, "%s", guest->console_path);
	/* best effort: a console of root's can be read all the same */
	(void)folder_own(AT_FDCWD, guest->console_path, &batch->owner, NULL);
	guest->heard_ns = clock_now_ns();
	guest->began_ns = guest->heard_ns;
	return guest_start(&request, &guest->process, err);
}

/* a job's journal is whole, or the guest could not begin it */
static void item_over(struct guests *guests, struct guest *guest, size_t item,
		      int status)
{
	size_t job = guest->share.jobs.v[item];
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
	if (guest_share_take(&guest->share, guests->jobs,
			     guest->process.parcels_fd, item, &err) < 0) {
		err_remedy(&err, "its console is in %s", guest->console_path);
		jobs_failed(guests->jobs, job, &err);
		return;
	}
	jobs_judge(guests->jobs, job, guest->share.folders.v[item]);
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
		if (item < guest->share.jobs.n)
			guest->at = item;
		guest->step = 0;
		guest->began_ns = guest->heard_ns;
	} else if (strncmp(line, "step ", 5) == 0) {
		guest->step = strtoul(line + 5, NULL, 10);
	} else if (strncmp(line, "end ", 4) == 0) {
		item = strtoul(line + 4, &rest, 10);
		if (item < guest->share.jobs.n && item == guest->n_over)
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
	if (!guest->process.pid || guest->why)
		return;
	guest->why = mem_strdup(why);
	(void)kill(guest->process.pid, SIGTERM); /* its init, or the kernel */
}

/* what an item that is not over was doing; nothing if none is under way */
static void tell_step(const struct guests *guests, const struct guest *guest,
		      struct str *text)
{
	const struct scenario *scenario;
	const struct step *step;

	if (guest->at != guest->n_over || guest->at >= guest->share.jobs.n)
		return;
	scenario = jobs_scenario(guests->jobs, guest->share.jobs.v[guest->at]);
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

	(void)waitpid(guest->process.pid, &wstatus,
		      0); /* the console is closed */
	guest->process.pid = 0;
	fd_close(&guest->process.console_fd);
	fd_close(&guest->process.parcels_fd);
	scope_fclose(&guest->console);
	guest->console = NULL;
	tell_step(guests, guest, &step);
	for (size_t i = guest->n_over;
	     i < guest->share.jobs.n && !guests->jobs->stopping; i++) {
		struct err err = {0};

		(void)err_set(&err, -EIO,
			      "the guest %s before this was over%s%s%s",
			      guest->why ?: "died", str_text(&step),
			      guest->error ? ": " : "", guest->error ?: "");
		str_done(&step); /* the others did not come to one */
		err_remedy(&err, "its console is in %s", guest->console_path);
		jobs_failed(guests->jobs, guest->share.jobs.v[i], &err);
	}
}

static void hear(struct guests *guests, struct guest *guest)
{
	char bytes[4096];
	ssize_t n = read(guest->process.console_fd, bytes, sizeof(bytes));

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
		n += guests->v[i].process.pid ? 1 : 0;
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

		if (!guest->process.pid)
			continue;
		list[view.n_labs++] = (struct batch_lab){
			.name = jobs_scenario(guests->jobs,
					      guest->share.jobs.v[guest->at])
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
			.fd = guests->v[i].process.pid
				      ? guests->v[i].process.console_fd
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

		guest_share_done(&guest->share);
		str_done(&guest->line);
		scope_fclose(&guest->console);
		free(guest->console_path);
		free(guest->error);
		free(guest->why);
	}
	free(guests->v);
	qemu_image_done(&guests->image);
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

/* to boot a stock kernel takes seconds of CPU: then as many as run at once */
static size_t guests_for(const struct jobs *jobs)
{
	const struct batch *batch = jobs->batch;

	if (batch->kernel->kind == KERNEL_KIND_STOCK && batch->jobs < jobs->n)
		return batch->jobs;
	return jobs->n;
}

int jobs_run_guests(struct jobs *jobs, struct err *err)
{
	size_t n = guests_for(jobs);
	struct guests guests = {
		.jobs = jobs,
		.v = mem_new(struct guest, n),
		.n = n,
		.image = {-1, -1},
	};
	int rc = deal(&guests, err);

	if (rc == 0)
		rc = pack(&guests, err);
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
