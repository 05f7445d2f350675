/*
 * guest.c - a guest of whatever kind: the kernel that it boots decides
 */
#include "guest/guest.h"

#include <errno.h>
#include <unistd.h>

#include "base/err.h"
#include "guest/kernel.h"
#include "guest/qemu.h"
#include "guest/uml.h"

static int start_uml(const struct guest_request *r, struct guest_process *guest,
		     struct err *err)
{
	const struct uml_request request = {
		.kernel = r->kernel->path,
		.exe = r->exe,
		.job = r->job,
		.seed = r->seed,
		/* neither two of ours on one, nor everybody's first */
		.cpu = (unsigned int)getpid() + (unsigned int)r->number,
		.owner_pidfd = r->owner_pidfd,
		.uid = r->uid,
		.gid = r->gid,
	};
	struct uml uml;
	int rc = uml_start(&request, &uml, err);

	if (rc == 0)
		*guest = (struct guest_process){uml.pid, uml.console_fd, -1};
	return rc;
}

static int start_qemu(const struct guest_request *r,
		      struct guest_process *guest, struct err *err)
{
	const struct qemu_request request = {
		.image = r->image,
		.job = r->number,
		.seed = r->seed,
		.owner_pidfd = r->owner_pidfd,
		.uid = r->uid,
		.gid = r->gid,
	};
	struct qemu qemu;
	int rc = qemu_start(&request, &qemu, err);

	if (rc == 0)
		*guest = (struct guest_process){qemu.pid, qemu.console_fd,
						qemu.parcels_fd};
	return rc;
}

int guest_start(const struct guest_request *request,
		struct guest_process *guest, struct err *err)
{
	switch (request->kernel->kind) {
	case KERNEL_KIND_UML:
		return start_uml(request, guest, err);
	case KERNEL_KIND_STOCK:
		return start_qemu(request, guest, err);
	case KERNEL_KINDS:
		break;
	}
	return err_set(err, -EINVAL, "no kind of kernel");
}
