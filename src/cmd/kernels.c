/*
 * kernels.c - the kernel that a name means, built first if that is a tree
 */
#include "cmd/kernels.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "cmd/command.h"
#include "guest/kernel.h"

/* in the child */
static __attribute__((noreturn)) void become_build(const char *tree)
{
	/* the path that it prints is no result of ours */
	if (dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
		(void)execl("/proc/self/exe", "tcplab", "kernel", "build",
			    "--source", tree, NULL);
	_exit(EXIT_CODE_ENVIRONMENT);
}

static int build(const char *tree, struct err *err)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		become_build(tree);
	if (pid < 0)
		return err_sys(err, -errno, "fork to build a kernel");
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys(err, -errno, "wait for a build");
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_CODE_PASSED)
		return 0;
	if (WIFSIGNALED(status) || WEXITSTATUS(status) > EXIT_CODE_SIGNAL)
		return err_set(err, -EINTR, "the build of %s was broken off",
			       tree);
	return err_set(err, -EPROTO, "no kernel was built from %s", tree);
}

int kernels_find(const char *name, struct kernel *out, struct err *err)
{
	struct kernel_spec spec;
	int rc = kernel_find(name, out, err);

	if (rc != -ESTALE || kernel_spec_parse(name, &spec, err) < 0)
		return rc;
	if (err)
		*err = (struct err){0};
	rc = build(spec.what, err);
	return rc < 0 ? rc : kernel_find(name, out, err);
}
