/*
 * qemu_image.c - what QEMU loads to boot a stock kernel: it, and its root
 *
 * DOC: Theory of operation
 *
 * A stock kernel sees no file of the machine's, so all that a run needs is put
 * into its initramfs: this binary, the modules, the programs that scenarios
 * run, the jobs and their scenarios' files, each where it is on the machine. A
 * child of ours packs it, as the user that the guest will run as: what that
 * user may not read has no place in there. It leaves two files in memory, so
 * nothing has to be removed, whatever ends us.
 */
#include "guest/qemu_image.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "guest/deb.h"
#include "guest/initramfs.h"
#include "guest/job.h"
#include "guest/kernel.h"
#include "guest/boot.h"
#include "guest/modules.h"
#include "guest/programs.h"

/** KERNEL_MAX, MODULE_MAX, JOB_MAX - more bytes than any has */
#define KERNEL_MAX (256UL << 20)
#define MODULE_MAX (64UL << 20)
#define JOB_MAX	   (16UL << 20)

/** struct taking - a package that is walked */
struct taking {
	int kernel_fd;
	bool has_kernel;
	struct modules *modules;
};

static int take_file(void *arg, const struct deb_file *file, struct err *err)
{
	static const char image[] = "boot/vmlinuz-";
	struct taking *taking = arg;
	SCOPED_FREE char *bytes = NULL;
	size_t len;
	int rc;

	if (strncmp(file->name, image, strlen(image)) == 0) {
		rc = deb_read(file, KERNEL_MAX, &bytes, &len, err);
		if (rc < 0)
			return rc;
		taking->has_kernel = true;
		rc = file_write_all(taking->kernel_fd, bytes, len);
		return rc < 0 ? err_sys(err, rc, "keep a kernel") : 0;
	}
	if (!modules_is(file->name))
		return 0;
	rc = deb_read(file, MODULE_MAX, &bytes, &len, err);
	if (rc == 0)
		modules_add(taking->modules, file->name, PTR_STEAL(bytes), len);
	return rc;
}

static int take_package(const char *path, int kernel_fd,
			struct modules *modules, struct err *err)
{
	struct taking taking = {.kernel_fd = kernel_fd, .modules = modules};
	int rc = deb_walk(path, DEB_DATA, take_file, &taking, err);

	if (rc == 0 && !taking.has_kernel)
		rc = err_set(err, -EBADMSG, "%s has no kernel in it", path);
	return rc;
}

static int take_image(const struct kernel *kernel, int kernel_fd,
		      struct modules *modules, struct err *err)
{
	SCOPED_FREE char *bytes = NULL;
	size_t len;
	int rc = file_read(AT_FDCWD, kernel->path, KERNEL_MAX, &bytes, &len,
			   err);

	if (rc == 0)
		rc = file_write_all(kernel_fd, bytes, len);
	return rc < 0 || !kernel->modules
		       ? rc
		       : modules_scan(modules, kernel->modules, err);
}

/* what every program may look for */
static int put_base(struct initramfs *ramfs, struct err *err)
{
	static const char *const dirs[] = {"/dev", "/proc", "/run",
					   "/sys", "/var",  "/var/log"};
	static const char *const files[] = {"/bin",
					    "/sbin",
					    "/lib",
					    "/lib64",
					    "/etc/passwd",
					    "/etc/group",
					    "/etc/hosts",
					    "/etc/services",
					    "/etc/protocols",
					    "/etc/mime.types",
					    "/etc/host.conf",
					    "/etc/nsswitch.conf",
					    "/etc/ld.so.cache"};
	int rc = initramfs_dir(ramfs, "/tmp", 01777, err);

	for (size_t i = 0; rc == 0 && i < sizeof(dirs) / sizeof(dirs[0]); i++)
		rc = initramfs_dir(ramfs, dirs[i], 0755, err);
	for (size_t i = 0; rc == 0 && i < sizeof(files) / sizeof(files[0]); i++)
		if (access(files[i], R_OK) == 0)
			rc = initramfs_copy(ramfs, files[i], err);
	return rc;
}

static int put_item(struct initramfs *ramfs, const struct job_item *item,
		    struct err *err)
{
	SCOPED_FREE char *scenario =
		mem_printf("%s/scenario.yaml", item->folder);
	SCOPED_FREE char *topology =
		mem_printf("%s/topology.yaml", item->folder);
	int rc = initramfs_copy(ramfs, scenario, err);

	/* none if it is part of the scenario */
	return rc < 0 || access(topology, F_OK) < 0
		       ? rc
		       : initramfs_copy(ramfs, topology, err);
}

static int put_jobs(struct initramfs *ramfs, const struct qemu_image_request *r,
		    struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < r->n_jobs; i++) {
		SCOPED_FREE char *path = mem_printf(QEMU_IMAGE_JOB, i + 1);
		SCOPED_FREE char *text = NULL;
		struct job job = {0};
		size_t len;

		rc = file_read(AT_FDCWD, r->jobs[i], JOB_MAX, &text, &len, err);
		if (rc == 0)
			rc = initramfs_bytes(ramfs, path, 0444, text, len, err);
		if (rc == 0)
			rc = job_load(r->jobs[i], &job, err);
		for (size_t j = 0; rc == 0 && j < job.n_items; j++)
			rc = put_item(ramfs, &job.items[j], err);
		job_done(&job);
	}
	return rc;
}

static int put_all(const struct qemu_image_request *r, int kernel_fd,
		   struct initramfs *ramfs, struct err *err)
{
	struct modules modules = {0};
	int rc = r->kernel->is_package
			 ? take_package(r->kernel->path, kernel_fd, &modules,
					err)
			 : take_image(r->kernel, kernel_fd, &modules, err);

	if (rc == 0)
		rc = put_base(ramfs, err);
	if (rc == 0)
		rc = programs_pack_one(ramfs, r->exe, err);
	if (rc == 0)
		rc = initramfs_link(ramfs, QEMU_IMAGE_INIT, r->exe, err);
	if (rc == 0)
		rc = modules_pack(&modules, ramfs, err);
	if (rc == 0)
		rc = programs_pack(ramfs, r->scenarios, r->n_scenarios, err);
	if (rc == 0)
		rc = put_jobs(ramfs, r, err);
	modules_done(&modules);
	return rc;
}

static int pack(const struct qemu_image_request *r,
		const struct qemu_image *image, struct err *err)
{
	struct initramfs *ramfs = NULL;
	int rc = boot_drop(r->uid, r->gid);
	int closed;

	if (rc < 0)
		return err_sys(err, rc, "become user %u", r->uid);
	rc = initramfs_open(image->initrd_fd, &ramfs, err);
	if (rc < 0)
		return rc;
	rc = put_all(r, image->kernel_fd, ramfs, err);
	closed = initramfs_close(ramfs, rc == 0 ? err : NULL);
	return rc < 0 ? rc : closed;
}

/* the child: says what went wrong, if anything, as a struct err */
static __attribute__((noreturn)) void
pack_and_exit(const struct qemu_image_request *r,
	      const struct qemu_image *image, int say, pid_t parent)
{
	struct err err = {0};

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 ||
	    getppid() != parent || pack(r, image, &err) < 0) {
		/* what cannot be told is a child that died */
		(void)file_write_all(say, &err, sizeof(err));
		_exit(1);
	}
	_exit(0);
}

static int hear(pid_t pid, int fd, struct err *err)
{
	struct err said = {0};
	ssize_t n = read(fd, &said, sizeof(said)); /* less than PIPE_BUF */
	int wstatus = 0;

	while (waitpid(pid, &wstatus, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(wstatus) && WEXITSTATUS(wstatus) == 0)
		return 0;
	if (n != sizeof(said) || said.code >= 0)
		return err_set(err, -EPROTO,
			       "the process that packs a guest died");
	if (err)
		*err = said;
	return said.code;
}

int qemu_image_pack(const struct qemu_image_request *request,
		    struct qemu_image *image, struct err *err)
{
	SCOPED_FD int kernel = memfd_create("tcplab-kernel", MFD_CLOEXEC);
	SCOPED_FD int initrd = memfd_create("tcplab-initramfs", MFD_CLOEXEC);
	SCOPED_FD int in = -1;
	struct qemu_image made = {kernel, initrd};
	pid_t parent = getpid();
	int fds[2];
	pid_t pid;
	int rc;

	if (kernel < 0 || initrd < 0 || pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(err, -errno, "memfd, pipe");
	in = fds[0];
	pid = fork();
	if (pid == 0)
		pack_and_exit(request, &made, fds[1], parent);
	rc = pid < 0 ? err_sys(err, -errno, "fork") : 0;
	fd_close(&fds[1]);
	if (rc == 0)
		rc = hear(pid, in, err);
	if (rc < 0)
		return rc;
	*image = (struct qemu_image){fd_steal(&kernel), fd_steal(&initrd)};
	return 0;
}

void qemu_image_done(struct qemu_image *image)
{
	fd_close(&image->kernel_fd);
	fd_close(&image->initrd_fd);
}
