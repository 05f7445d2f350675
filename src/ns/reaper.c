/*
 * reaper.c - what a lab's PID 1 does: watch, and at the end leave nothing
 */
/**
 * DOC: Theory of operation
 *
 * A lab ends when its runner ends, when tcplab dies, or when somebody sends
 * init SIGTERM or SIGINT. Whichever it is, the order is the same:
 *
 * 1. kill(-1, SIGKILL): every process of the PID namespace but init itself
 *    (kill(2)). Nobody can fork away: a fork with a fatal signal pending is
 *    not carried out (kernel/fork.c, copy_process).
 * 2. Reap until there is no child. All processes of a PID namespace are, or
 *    become, children of its init, so afterwards none is left and no socket
 *    has an owner.
 * 3. Take descriptors that the runner sent and init had not yet read.
 * 4. The last rites for each network namespace. A socket that died in
 *    FIN_WAIT1, CLOSING or LAST_ACK would keep its namespace, and with it
 *    interfaces, for about 100 s: until TCP gives up on its FIN
 *    (net.ipv4.tcp_orphan_retries).
 * 5. The farewell, for what no namespace takes along.
 * 6. Exit: the kernel drops the namespaces.
 *
 * kill -9 of tcplab, of the runner or of any program of the lab ends here.
 * kill -9 of init itself makes the kernel kill the whole PID namespace
 * (pid_namespaces(7)), so processes, mounts and idle namespaces still vanish
 * at once; but step 4 has nobody to do it, and orphaned sockets keep their
 * namespace for those 100 s. That is why init's comm is not "tcplab":
 * "pkill -9 tcplab" and "killall -9 tcplab" match a comm and spare it, while
 * "pkill -9 -f tcplab" matches the command line, which init shares.
 */
#include "ns/reaper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/scope.h"
#include "base/vec.h"
#include "ns/hold.h"
#include "ns/init.h"

/** struct held - the network namespaces that init answers for */
struct held {
	VEC(int) fds;
};

/** NOT_YET - no exit status: the lab goes on */
#define NOT_YET (-1)

static int status_of(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return 128 + WTERMSIG(wait_status);
	return WEXITSTATUS(wait_status);
}

/* reap what is dead now; the runner's exit status if it is among them */
static int reap(pid_t runner)
{
	int status = NOT_YET;
	int wait_status;
	pid_t pid;

	while ((pid = waitpid(-1, &wait_status, WNOHANG)) > 0) {
		if (pid == runner)
			status = status_of(wait_status);
	}
	return status;
}

static int read_signals(const struct reaper *reaper)
{
	struct signalfd_siginfo info;
	int status = NOT_YET;

	while (read(reaper->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGCHLD)
			status = 128 + (int)info.ssi_signo;
	}
	if (status != NOT_YET)
		return status;
	/* SIGCHLDs merge, so ask for every child whatever was read */
	return reap(reaper->runner);
}

static void take_all(int channel, struct held *held)
{
	int fd;

	while ((fd = hold_take(channel)) >= 0)
		vec_push(&held->fds, fd);
}

static int watch(const struct reaper *reaper, struct held *held)
{
	struct pollfd polls[] = {
		{.fd = reaper->owner_pidfd, .events = POLLIN},
		{.fd = reaper->signals, .events = POLLIN},
		{.fd = reaper->channel, .events = POLLIN},
	};
	int status = NOT_YET;

	while (status == NOT_YET) {
		if (poll(polls, 3, -1) < 0)
			continue; /* EINTR; anything else would be a bug */
		if (polls[0].revents)
			return NS_INIT_OWNER_DIED;
		if (polls[2].revents & POLLIN)
			take_all(reaper->channel, held);
		if (polls[2].revents & (POLLHUP | POLLERR))
			polls[2].fd = -1; /* its exit comes as SIGCHLD */
		if (polls[1].revents)
			status = read_signals(reaper);
	}
	return status;
}

static void reap_all(void)
{
	/* ESRCH: nobody is left */
	(void)kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

int reaper_run(const struct reaper *reaper)
{
	struct held held = {0};
	int status = watch(reaper, &held);

	reap_all();
	take_all(reaper->channel, &held);
	vec_foreach(&held.fds, fd) {
		if (reaper->last_rites)
			reaper->last_rites(*fd);
		fd_close(fd);
	}
	reap_all();
	if (reaper->farewell)
		reaper->farewell(reaper->arg);
	vec_done(&held.fds);
	return status;
}
