/*
 * bench_wire.c - what a relayed wire costs, and how punctual it is
 *
 * Who sends and receives has one processor, the relay another, as far as there
 * are two. Beside the relay stands a wire whose frames the kernel hands over,
 * and beside its delays a timer of the machine itself.
 */
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/timerfd.h>

#include "wire/crossing.h"

#define FRAMES	   400000
#define AHEAD	   400
#define MOST_PAIRS 2000

/** GOAL_PPS - frames a second on one core; GOAL_NS - 99% are not later */
#define GOAL_PPS 200000.0
#define GOAL_NS	 (200 * NS_PER_US)

/** PRIORITY - of real time: as the lab's relay has it, where it may */
#define PRIORITY 1

static void stay_on(size_t cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	/* with one processor they share it */
	(void)sched_setaffinity(0, sizeof(set), &set);
}

static void carry(struct relay *relay)
{
	const struct sched_param param = {.sched_priority = PRIORITY};
	struct pollfd fd = {.fd = relay_fd(relay), .events = POLLIN};

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)sched_setscheduler(0, SCHED_RR, &param);
	stay_on(1);
	for (;;)
		if (poll(&fd, 1, -1) > 0)
			relay_turn(relay);
}

/* Return: the relay's process. */
static pid_t start(struct crossing *crossing)
{
	pid_t pid = fork();

	lab_check(pid >= 0, "errno %d", errno);
	if (pid == 0)
		carry(crossing->relay);
	return pid;
}

/* Return: processor time that it took, in ns. */
static double stop(pid_t pid)
{
	struct rusage used;

	(void)kill(pid, SIGKILL);
	lab_check(wait4(pid, NULL, 0, &used) == pid, "errno %d", errno);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) *
		       (double)NS_PER_S +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) *
		       (double)NS_PER_US;
}

/* Return: frames a second from one port to the other. */
static double rate(const int fds[2], uint32_t len)
{
	struct port_frame *frames[PORT_BURST];
	struct port_frame *room[PORT_BURST];
	int64_t begun = clock_now_ns();
	uint64_t sent = 0;
	uint64_t got = 0;

	for (int i = 0; i < PORT_BURST; i++) {
		frames[i] = mem_new(struct port_frame, 1);
		room[i] = mem_new(struct port_frame, 1);
		*frames[i] = crossing_mark();
		frames[i]->len = len;
	}
	while (got < FRAMES) {
		int n = port_take(fds[1], room, PORT_BURST, NULL);

		for (int i = 0; i < n; i++)
			got += crossing_is_mark(room[i]);
		if (sent - got >= AHEAD - PORT_BURST || sent >= FRAMES)
			continue;
		n = port_give(fds[0], frames, PORT_BURST);
		sent += n > 0 ? (uint64_t)n : 0;
		lab_check(clock_now_ns() - begun < 60 * NS_PER_S,
			  "%lu of %lu frames came", got, sent);
	}
	for (int i = 0; i < PORT_BURST; i++) {
		free(frames[i]);
		free(room[i]);
	}
	return FRAMES * (double)NS_PER_S / (double)(clock_now_ns() - begun);
}

static double pass_rate(struct ns_runner *self, uint32_t len)
{
	struct crossing crossing = {
		.built = built_new(self, "a b; a-b", IP_FAMILIES_V4),
	};
	double pps;

	crossing.fds[0] = crossing_open(&crossing, "a");
	crossing.fds[1] = crossing_open(&crossing, "b");
	pps = rate(crossing.fds, len);
	fd_close(&crossing.fds[0]);
	fd_close(&crossing.fds[1]);
	built_done(&crossing.built);
	return pps;
}

static const char *verdict(bool kept)
{
	return kept ? "ok" : "MISSED";
}

static bool bench_rate(struct ns_runner *self, uint32_t len)
{
	struct crossing *crossing =
		crossing_new(self, (struct relay_wire){0}, NULL, 0);
	double pass = pass_rate(self, len);
	pid_t pid = start(crossing);
	double relay = rate(crossing->fds, len);
	double own = FRAMES * (double)NS_PER_S / stop(pid);
	bool kept = own >= GOAL_PPS;

	(void)printf("%5u bytes: relay %9.0f frames/s, pass %9.0f, ratio "
		     "%5.2f; relay's own core %9.0f >= %.0f  %s\n",
		     len, relay, pass, relay / pass, own, GOAL_PPS,
		     verdict(kept));
	crossing_free(crossing);
	return kept;
}

static int compare(const void *a, const void *b)
{
	const int64_t *x = a;
	const int64_t *y = b;

	return (*x > *y) - (*x < *y);
}

static int64_t print_errors(const char *name, int64_t *errors, size_t n)
{
	qsort(errors, n, sizeof(*errors), compare);
	(void)printf(" %s p50 %6.1f us, p99 %6.1f us, max %7.1f us;", name,
		     (double)errors[n / 2] / NS_PER_US,
		     (double)errors[n * 99 / 100] / NS_PER_US,
		     (double)errors[n - 1] / NS_PER_US);
	return errors[n * 99 / 100];
}

/* how late a timer of the machine makes a poll(2) return */
static void measure_timer(int64_t delay_ns, size_t n, int64_t *errors)
{
	SCOPED_FD int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	struct pollfd pfd = {.fd = fd, .events = POLLIN};

	for (size_t i = 0; i < n; i++) {
		int64_t due_ns = clock_now_ns() + delay_ns;
		struct itimerspec at = {
			.it_value = {.tv_sec = due_ns / NS_PER_S,
				     .tv_nsec = due_ns % NS_PER_S},
		};

		(void)timerfd_settime(fd, TFD_TIMER_ABSTIME, &at, NULL);
		lab_check(poll(&pfd, 1, -1) == 1, "errno %d", errno);
		errors[i] = clock_now_ns() - due_ns;
	}
}

/* Return: when the kernel handed it over, or 0 if it is not one of ours; what
 * the reader's own wake-up adds is not the wire's. */
static int64_t take_stamped(int fd, int64_t *sent_ns)
{
	uint8_t control[CMSG_SPACE(sizeof(struct timespec))];
	struct port_frame frame;
	struct iovec part = {.iov_base = frame.bytes,
			     .iov_len = sizeof(frame.bytes)};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	const struct cmsghdr *header;
	struct timespec at;

	if (recvmsg(fd, &message, 0) < ETHER_HDR_LEN ||
	    !crossing_is_mark(&frame))
		return 0;
	header = CMSG_FIRSTHDR(&message);
	lab_check(header && header->cmsg_type == SCM_TIMESTAMPNS,
		  "it has no time");
	memcpy(&at, CMSG_DATA(header), sizeof(at));
	memcpy(sent_ns, frame.bytes + ETHER_HDR_LEN, sizeof(*sent_ns));
	return at.tv_sec * NS_PER_S + at.tv_nsec;
}

static void measure_wire(const int fds[2], int64_t delay_ns, int64_t gap_ns,
			 size_t n, int64_t *errors)
{
	SCOPED_FD int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	const struct itimerspec gap = {.it_value.tv_nsec = gap_ns,
				       .it_interval.tv_nsec = gap_ns};
	struct pollfd pfds[] = {{.fd = timer, .events = POLLIN},
				{.fd = fds[1], .events = POLLIN}};
	struct port_frame frame = crossing_mark();
	struct port_frame *one = &frame;
	const int on = 1;
	size_t sent = 0;
	size_t got = 0;

	lab_check(setsockopt(fds[1], SOL_SOCKET, SO_TIMESTAMPNS, &on,
			     sizeof(on)) == 0,
		  "errno %d", errno);
	(void)timerfd_settime(timer, 0, &gap, NULL);
	while (got < n) {
		int64_t sent_ns;
		int64_t came_ns;
		uint64_t ticks;

		lab_check(poll(pfds, 2, CROSSING_MS) > 0, "nothing comes");
		if (pfds[0].revents && sent++ < n) {
			(void)!read(timer, &ticks, sizeof(ticks));
			sent_ns = clock_wall_ns();
			memcpy(frame.bytes + ETHER_HDR_LEN, &sent_ns,
			       sizeof(sent_ns));
			lab_check(port_give(fds[0], &one, 1) == 1, "errno %d",
				  errno);
		}
		came_ns = pfds[1].revents ? take_stamped(fds[1], &sent_ns) : 0;
		if (came_ns)
			errors[got++] = came_ns - sent_ns - delay_ns;
	}
}

static bool bench_delay(struct ns_runner *self, int64_t delay_ns, size_t n)
{
	static int64_t errors[MOST_PAIRS];
	struct relay_wire wire = {.rules = {{.delay_ns = delay_ns}}};
	struct crossing *crossing = crossing_new(self, wire, NULL, 0);
	pid_t pid = start(crossing);
	int64_t late_ns;
	int64_t timer_ns;
	bool kept;

	(void)printf("%5.0f ms late:", (double)delay_ns / NS_PER_MS);
	measure_wire(crossing->fds, delay_ns, 1300 * NS_PER_US, n, errors);
	(void)stop(pid);
	late_ns = print_errors("relay", errors, n);
	measure_timer(delay_ns, n / 4, errors);
	timer_ns = print_errors("a timer", errors, n / 4);
	kept = late_ns < GOAL_NS;
	(void)printf(" relay p99 < %lld us  %s\n",
		     (long long)(GOAL_NS / NS_PER_US),
		     !kept && timer_ns > GOAL_NS / 2 ? "the machine is busy"
						     : verdict(kept));
	kept |= timer_ns > GOAL_NS / 2;
	crossing_free(crossing);
	return kept;
}

static int bench(void *arg, struct ns_runner *self)
{
	bool kept;

	(void)arg;
	stay_on(0);
	kept = bench_rate(self, 60);
	kept &= bench_rate(self, 1514);
	(void)fflush(stdout); /* a runner ends with _exit(2) */
	kept &= bench_delay(self, NS_PER_MS, MOST_PAIRS);
	kept &= bench_delay(self, 20 * NS_PER_MS, MOST_PAIRS);
	(void)fflush(stdout);
	return kept ? 0 : 1;
}

int main(void)
{
	lab_probe();
	return lab_run(geteuid() == 0 ? 0 : 1, (struct ns_init){.main = bench});
}
