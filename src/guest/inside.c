/*
 * inside.c - the first process of a guest: mount, run the job, power off
 *
 * DOC: Theory of operation
 *
 * The guest's root is the machine's, through hostfs and read-only, so that
 * programs, libraries and this binary are where they always are. The run's
 * results folder is mounted over itself, writable. Everything else that a
 * program may want to write is a tmpfs that is gone with the guest.
 *
 * A stock kernel (guest/qemu.h) has no such file system: its root is an
 * initramfs with copies of what is needed, and each scenario's results leave
 * as a parcel.
 *
 * How far it is, it tells on the console as it happens; journals and manifests
 * go to the results folder as always.
 */
#include "guest/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "guest/chance.h"
#include "guest/job.h"
#include "guest/modules.h"
#include "guest/parcel.h"
#include "guest/programs.h"
#include "ns/init.h"
#include "run/run.h"
#include "spec/errors.h"
#include "spec/scenario.h"

/** CMDLINE_MAX - a kernel's command line is shorter */
#define CMDLINE_MAX 65536

/** CHANNEL_TICKS - how often to look for the channel's device: for 2 s */
#define CHANNEL_TICKS 200

/** struct mount_point - what is mounted before the job is looked at */
struct mount_point {
	const char *type;
	const char *where;
	const char *options;
	unsigned long flags;
	bool needed;
};

static const struct mount_point mount_points[] = {
	{"proc", "/proc", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC, true},
	{"sysfs", "/sys", NULL, MS_NOSUID | MS_NODEV | MS_NOEXEC, false},
	{"tracefs", "/sys/kernel/tracing", NULL, MS_NOSUID, false},
	{"tmpfs", "/run", "mode=755", MS_NOSUID | MS_NODEV, true},
};

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *fmt, ...)
{
	va_list ap;

	(void)fputs(INSIDE_MARK, stdout);
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	va_end(ap);
	(void)fputs("\n", stdout);
	(void)fflush(stdout); /* if the console is gone, so are we soon */
}

static int mount_one(const struct mount_point *m, struct err *err)
{
	if (mount("none", m->where, m->type, m->flags, m->options) == 0 ||
	    !m->needed)
		return 0;
	return err_sys(err, -errno, "mount %s on %s", m->type, m->where);
}

/* /dev comes from the kernel (devtmpfs) and has no shm */
static int mount_shm(struct err *err)
{
	const struct mount_point shm = {"tmpfs", "/dev/shm", "mode=1777",
					MS_NOSUID | MS_NODEV, true};

	if (mkdir("/dev/shm", 0755) < 0 && errno != EEXIST)
		return err_sys(err, -errno, "/dev/shm");
	return mount_one(&shm, err);
}

/* an initramfs has an empty one, which the kernel leaves alone */
static int mount_dev(struct err *err)
{
	const struct mount_point dev = {"devtmpfs", "/dev", "mode=755",
					MS_NOSUID, true};

	return access("/dev/null", F_OK) == 0 ? 0 : mount_one(&dev, err);
}

static void say_module(const char *name, int code)
{
	say("module %s: %s", name, strerror(-code));
}

/* the kernel makes the device some time after the driver is there */
static int open_channel(const char *path, struct err *err)
{
	const struct timespec tick = {.tv_nsec = 10 * NS_PER_MS};
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	for (int i = 0; fd < 0 && errno == ENOENT && i < CHANNEL_TICKS; i++) {
		(void)nanosleep(&tick, NULL); /* sleeps: nobody tells */
		fd = open(path, O_WRONLY | O_CLOEXEC);
	}
	return fd < 0 ? err_sys(err, -errno, "the channel %s", path) : fd;
}

static int mount_results(const struct job *job, struct err *err)
{
	if (mount("none", job->results, "hostfs", MS_NOSUID | MS_NODEV,
		  job->results) < 0)
		return err_sys(err, -errno, "mount hostfs on %s", job->results);
	return 0;
}

static struct scenario *load(const struct job_item *item, struct err *err)
{
	SCOPED_FREE char *path = mem_printf("%s/scenario.yaml", item->folder);
	SCOPED_FREE char *topo = mem_printf("%s/topology.yaml", item->folder);
	SCOPED_STR struct str text = {0};
	struct spec_errors errors = {0};
	struct scenario *scenario;

	scenario = scenario_load(path, access(topo, F_OK) == 0 ? topo : NULL,
				 &errors);
	if (!scenario) {
		spec_errors_text(&errors, &text);
		(void)err_set(err, -EINVAL, "%s", str_text(&text));
	} else {
		free(scenario->name);
		scenario->name = mem_strdup(item->name);
	}
	spec_errors_done(&errors);
	return scenario;
}

static int start(const struct job *job, const struct job_item *item,
		 const struct run_request *common, pid_t *pid, struct err *err)
{
	struct run_request request = *common;
	struct scenario *scenario = load(item, err);
	SCOPED_FD int dirfd = -1;
	int rc = 0;

	if (!scenario)
		return err->code;
	dirfd = open(item->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0) {
		rc = err_sys(err, -errno, "%s", item->folder);
	} else {
		request.scenario = scenario;
		request.dirfd = dirfd;
		request.seed = job->seed;
		request.command_line = job->command_line;
		*pid = run_start(&request, err);
		rc = *pid < 0 ? (int)*pid : 0;
	}
	scenario_free(scenario);
	return rc;
}

/* -1: results are in the machine's folder already */
static void send_item(const struct job *job, size_t i, int channel)
{
	struct err err = {0};

	if (channel >= 0 &&
	    parcel_send(channel, (uint32_t)i, job->items[i].folder, &err) < 0)
		say("error %s", err.text);
}

static void run_item(const struct job *job, size_t i, int channel,
		     const struct run_request *common)
{
	struct err err = {0};
	int wstatus = 0;
	pid_t pid = -1;

	say("begin %zu", i);
	if (start(job, &job->items[i], common, &pid, &err) < 0) {
		say("error %s", err.text);
		say("end %zu %d", i, RUN_STATUS_UNBUILT);
		return;
	}
	while (waitpid(pid, &wstatus, 0) < 0 && errno == EINTR)
		;
	send_item(job, i, channel);
	say("end %zu %d", i,
	    WIFEXITED(wstatus) ? WEXITSTATUS(wstatus)
			       : 128 + WTERMSIG(wstatus));
}

/* User-Mode Linux, where the clock does not move while somebody computes */
static bool cpu_is_free(void)
{
	SCOPED_FREE char *line = NULL;

	return file_read(AT_FDCWD, "/proc/cmdline", CMDLINE_MAX, &line, NULL,
			 NULL) == 0 &&
	       strstr(line, "time-travel=inf-cpu");
}

static int work(const char *path, struct err *err)
{
	struct job job = {0};
	SCOPED_FD int exe = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	SCOPED_FD int owner = ns_owner_open(err);
	SCOPED_FD int console = dup(STDOUT_FILENO);
	SCOPED_FD int channel = -1;
	struct run_request common = {
		.exe_fd = exe,
		.owner_pidfd = owner,
		.says = {.fd = console < 0 ? 0 : console, .mark = INSIDE_MARK},
		.cpu_is_free = cpu_is_free(),
	};
	int rc;

	if (owner < 0)
		return owner;
	rc = job_load(path, &job, err);
	if (rc == 0 && job.channel) {
		channel = open_channel(job.channel, err);
		rc = channel < 0 ? channel : 0;
	} else if (rc == 0) {
		rc = mount_results(&job, err);
	}
	/* files belong to whoever runs the guest, whatever we ask for; user
	 * programs run as that user here, too */
	common.owner.uid = job.uid ? job.uid : (uid_t)-1;
	common.owner.gid = job.uid ? job.gid : (gid_t)-1;
	say("ready");
	for (size_t i = 0; rc == 0 && i < job.n_items; i++)
		run_item(&job, i, channel, &common);
	job_done(&job);
	return rc;
}

int inside_main(int argc, char **argv)
{
	struct err err = {0};
	SCOPED_FREE char *path = NULL;
	int rc = 0;

	if (getpid() != 1 || argc < 2)
		return 2;
	/* perhaps a link in the machine's /proc (guest/uml.c), which ours will
	 * cover */
	path = realpath(argv[1], NULL);
	if (!path)
		rc = err_sys(&err, -errno, "the job: %s", argv[1]);
	(void)setenv("PATH", PROGRAMS_PATH, 1);
	if (rc == 0)
		rc = mount_dev(&err);
	for (size_t i = 0;
	     rc == 0 && i < sizeof(mount_points) / sizeof(mount_points[0]); i++)
		rc = mount_one(&mount_points[i], &err);
	if (rc == 0)
		rc = mount_shm(&err);
	modules_load(say_module);
	if (rc == 0 && argc > 2) /* a seed, for virtual time only */
		rc = chance_seed(argv[2], &err);
	if (rc == 0)
		rc = work(path, &err); /* the kernel may add words behind */
	if (rc < 0)
		say("error %s", err.text);
	say("over");
	sync();
	(void)reboot(RB_POWER_OFF); /* does not return for PID 1 */
	return 1;
}
