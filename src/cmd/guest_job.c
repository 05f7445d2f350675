/*
 * guest_job.c - what goes into a guest, and what comes out of it
 */
#include "cmd/guest_job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "cmd/jobs.h"
#include "guest/job.h"
#include "guest/kernel.h"
#include "guest/parcel.h"
#include "guest/qemu.h"
#include "guest/qemu_image.h"
#include "spec/scenario.h"

void guest_share_done(struct guest_share *share)
{
	vec_foreach(&share->folders, folder)
		free(*folder);
	vec_foreach(&share->dirfds, fd)
		fd_close(fd);
	vec_done(&share->jobs);
	vec_done(&share->folders);
	vec_done(&share->dirfds);
	free(share->path);
	*share = (struct guest_share){0};
}

int guest_share_add(struct guest_share *share, struct jobs *jobs, size_t job,
		    struct err *err)
{
	char *folder = NULL;
	int fd = jobs_folder(jobs, job, &folder, err);

	if (fd < 0)
		return fd;
	vec_push(&share->jobs, job);
	vec_push(&share->folders, folder);
	/* kept where a guest cannot write there itself: by then the folder is
	 * the user's, who may have put another in its place */
	if (jobs->batch->kernel->kind == KERNEL_KIND_STOCK)
		vec_push(&share->dirfds, fd);
	else
		(void)close(fd); /* nothing was written */
	/* the guest is a process of the user's, and reads or writes there */
	return folder_give(folder, &jobs->batch->owner, err);
}

int guest_share_save(struct guest_share *share, const struct jobs *jobs,
		     size_t number, struct err *err)
{
	const struct batch *batch = jobs->batch;
	bool as_other = batch->owner.uid != (uid_t)-1;
	bool stock = batch->kernel->kind == KERNEL_KIND_STOCK;
	SCOPED_FREE char *line = mem_strdup(batch->command_line);
	SCOPED_FREE char *dir = realpath(batch->folder, NULL);
	struct job job = {
		.results = dir,
		.channel = stock ? (char[]){QEMU_CHANNEL} : NULL,
		.command_line = line,
		.seed = batch->seed,
		.uid = as_other ? batch->owner.uid : geteuid(),
		.gid = as_other ? batch->owner.gid : getegid(),
		.n_items = share->jobs.n,
	};
	int rc;

	if (!dir)
		return err_sys(err, -errno, "%s", batch->folder);
	job.items = mem_new(struct job_item, share->jobs.n);
	for (size_t i = 0; i < share->jobs.n; i++) {
		job.items[i].name =
			mem_strdup(jobs_scenario(jobs, share->jobs.v[i])->name);
		job.items[i].folder = realpath(share->folders.v[i], NULL);
	}
	share->path = mem_printf("%s/guest-%zu.json", dir, number);
	rc = job_save(&job, share->path, err);
	for (size_t i = 0; i < job.n_items; i++) {
		free(job.items[i].name);
		free(job.items[i].folder);
	}
	free(job.items);
	if (rc == 0)
		rc = folder_own(AT_FDCWD, share->path, &batch->owner, err);
	return rc;
}

static int take(struct guest_share *share, const struct owner *owner,
		const char *bytes, size_t n, size_t item, struct err *err)
{
	struct parcel parcel;
	int rc = parcel_open(bytes, n, &parcel, err);

	if (rc < 0)
		return rc;
	if (parcel.item != item)
		return err_set(err, -EBADMSG,
			       "a guest's results are another scenario's");
	share->parcels_at += parcel.size;
	return parcel_save(&parcel, share->dirfds.v[item], owner->uid,
			   owner->gid, err);
}

int guest_share_take(struct guest_share *share, const struct jobs *jobs,
		     int parcels_fd, size_t item, struct err *err)
{
	struct stat st;
	char *map;
	int rc;

	if (parcels_fd < 0)
		return 0;
	if (fstat(parcels_fd, &st) < 0)
		return err_sys(err, -errno, "a guest's results");
	if ((size_t)st.st_size <= share->parcels_at)
		return parcel_open("", 0, NULL, err);
	/* a reader of a file that another process may cut short must not map
	 * it: a copy cannot vanish */
	map = mem_new(char, (size_t)st.st_size - share->parcels_at);
	st.st_size -= (off_t)share->parcels_at;
	st.st_size = pread(parcels_fd, map, (size_t)st.st_size,
			   (off_t)share->parcels_at);
	rc = take(share, &jobs->batch->owner, map,
		  st.st_size < 0 ? 0 : (size_t)st.st_size, item, err);
	free(map);
	return rc;
}

int guest_share_pack(const struct jobs *jobs, char *const *paths, size_t n,
		     struct qemu_image *image, struct err *err)
{
	const struct batch *batch = jobs->batch;
	SCOPED_FREE char *exe = realpath("/proc/self/exe", NULL);
	const struct qemu_image_request request = {
		.kernel = batch->kernel,
		.exe = exe,
		.jobs = paths,
		.n_jobs = n,
		.scenarios = (const struct scenario *const *)batch->scenarios,
		.n_scenarios = batch->n_scenarios,
		.uid = batch->owner.uid,
		.gid = batch->owner.gid,
	};

	SCOPED_FREE char *qemu = NULL;
	int rc = qemu_find(&qemu, err); /* before the time is spent */

	if (rc < 0)
		return rc;
	if (!exe)
		return err_sys(err, -errno, "/proc/self/exe");
	return qemu_image_pack(&request, image, err);
}
