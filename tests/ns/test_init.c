/*
 * test_init.c - a lab starts furnished, and ends with nothing left
 */
#include "ns/init.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "ns/census.h"
#include "ns/lab.h"
#include "ns/netns.h"

#define HELD	    20
#define PATIENCE_MS 2000

/** struct board - shared memory: what inner processes tell the test */
struct board {
	uint64_t held[HELD]; /* inodes of namespaces that init holds */
	uint64_t blessed[HELD]; /* inodes that had their last rites */
	atomic_uint n_blessed;
	atomic_uint processes_left; /* seen at the last rites */
	atomic_int sleeper_holds; /* the runner's child is up */
	atomic_int init; /* PID as the owner sees it */
};

/* last_rites() has no argument of ours, so this one is a global */
static struct board *board;

static void clear_board(void)
{
	if (!board)
		board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert(board != MAP_FAILED);
	memset(board, 0, sizeof(*board));
}

static void bless(int netns_fd)
{
	unsigned int n = atomic_fetch_add(&board->n_blessed, 1);

	if (n < HELD)
		board->blessed[n] = netns_inode(netns_fd);
	/* to init, -1 is everybody else */
	if (kill(-1, 0) == 0)
		atomic_fetch_add(&board->processes_left, 1);
}

static __attribute__((noreturn)) void stay(void)
{
	for (;;)
		(void)pause();
}

static int return_seven(void *arg, struct ns_runner *self)
{
	(void)arg;
	(void)self;
	return 7;
}

static int kill_itself(void *arg, struct ns_runner *self)
{
	(void)arg;
	(void)self;
	(void)kill(getpid(), SIGKILL);
	return 0;
}

static int terminate_init(void *arg, struct ns_runner *self)
{
	(void)arg;
	(void)self;
	lab_check(kill(1, SIGTERM) == 0, "signal init: errno %d", errno);
	stay();
}

static const struct {
	int (*body)(void *arg, struct ns_runner *self);
	int status;
} ends[] = {
	{return_seven, 7},
	{kill_itself, 128 + SIGKILL},
	{terminate_init, 128 + SIGTERM},
};

#define N_ENDS (sizeof(ends) / sizeof(ends[0]))

START_TEST(test_status_is_the_runners)
{
	int user = _i % LAB_USERS;

	if (!lab_can_be(user))
		return;
	ck_assert_int_eq(
		lab_run(user,
			(struct ns_init){.main = ends[_i / LAB_USERS].body}),
		ends[_i / LAB_USERS].status);
}
END_TEST

/* a namespace's links in /proc, before and inside, must differ */
static void check_namespaces(const char *const *outside)
{
	static const char *const kinds[] = {"net", "mnt", "pid", "ipc"};

	for (size_t i = 0; i < 4; i++) {
		char path[64];
		char target[64] = "";

		(void)snprintf(path, sizeof(path), "/proc/self/ns/%s",
			       kinds[i]);
		lab_check(readlink(path, target, sizeof(target) - 1) > 0, "%s",
			  path);
		lab_check(strcmp(target, outside[i]) != 0, "%s is shared",
			  kinds[i]);
	}
}

static int look_around(void *arg, struct ns_runner *self)
{
	SCOPED_FREE char *comm = NULL;
	struct err err = {0};
	struct stat shm;
	char link[16] = "";

	check_namespaces(arg);
	lab_check(getpid() == 2, "PID %d", getpid());
	lab_check(ns_runner_proc_is_ours(self), "not our /proc");
	lab_check(readlink("/proc/self", link, sizeof(link) - 1) == 1 &&
			  link[0] == '2',
		  "/proc/self is %s", link);
	lab_check(file_read(AT_FDCWD, "/proc/1/comm", 64, &comm, NULL, &err) ==
			  0,
		  "%s", err.text);
	lab_check(strcmp(comm, "lab-init\n") == 0, "init's comm is %s", comm);
	lab_check(stat("/dev/shm", &shm) == 0 && (shm.st_mode & 07777) == 01777,
		  "/dev/shm has mode %o", shm.st_mode);
	lab_check(creat("/dev/shm/tcplab-test", 0600) >= 0, "errno %d", errno);
	return 0;
}

START_TEST(test_runner_finds_a_furnished_lab)
{
	static const char *const kinds[] = {"net", "mnt", "pid", "ipc"};
	char targets[4][64] = {""};
	const char *outside[4];

	if (!lab_can_be(_i))
		return;
	for (size_t i = 0; i < 4; i++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "/proc/self/ns/%s",
			       kinds[i]);
		ck_assert(readlink(path, targets[i], 63) > 0);
		outside[i] = targets[i];
	}
	ck_assert_int_eq(lab_run(_i, (struct ns_init){.main = look_around,
						      .arg = outside}),
			 0);
	ck_assert_int_eq(access("/dev/shm/tcplab-test", F_OK), -1);
}
END_TEST

static int check_descriptors(void *arg, struct ns_runner *self)
{
	const int *fds = arg;

	(void)self;
	lab_check(fcntl(fds[0], F_GETFD) >= 0, "kept one is gone");
	lab_check(fcntl(fds[1], F_GETFD) < 0, "the other is still open");
	return 0;
}

START_TEST(test_only_named_descriptors_are_kept)
{
	int fds[2];

	if (!lab_can_be(_i))
		return;
	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	ck_assert_int_eq(lab_run(_i, (struct ns_init){.main = check_descriptors,
						      .arg = fds,
						      .keep_fds = fds,
						      .n_keep_fds = 1}),
			 0);
	(void)close(fds[0]);
	(void)close(fds[1]);
}
END_TEST

static void hold_some(struct ns_runner *self)
{
	struct err err = {0};

	for (size_t i = 0; i < HELD; i++) {
		SCOPED_FD int fd = netns_new(&err);

		lab_check(fd >= 0, "%s", err.text);
		lab_check(ns_runner_hold(self, fd, &err) == 0, "%s", err.text);
		board->held[i] = netns_inode(fd);
	}
}

/* a child that ignores what can be ignored, in a session of its own */
static void leave_a_stubborn_child(void)
{
	if (fork() != 0)
		return;
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)setsid();
	if (fork() != 0)
		_exit(0);
	atomic_store(&board->sleeper_holds, 1);
	stay();
}

static void wait_for(atomic_int *flag)
{
	int64_t deadline = clock_now_ns() + 10 * NS_PER_S;

	while (!atomic_load(flag) && clock_now_ns() < deadline)
		(void)usleep(1000); /* sleeps: between two looks */
	lab_check(atomic_load(flag), "nobody came");
}

static int hold_and_return(void *arg, struct ns_runner *self)
{
	(void)arg;
	hold_some(self);
	leave_a_stubborn_child();
	wait_for(&board->sleeper_holds);
	return 0;
}

static int hold_and_die(void *arg, struct ns_runner *self)
{
	(void)hold_and_return(arg, self);
	return kill_itself(arg, self);
}

static int hold_and_stay(void *arg, struct ns_runner *self)
{
	(void)hold_and_return(arg, self);
	stay();
}

static void assert_all_blessed(void)
{
	ck_assert_uint_eq(atomic_load(&board->n_blessed), HELD);
	ck_assert_uint_eq(atomic_load(&board->processes_left), 0);
	for (size_t i = 0; i < HELD; i++) {
		ck_assert_uint_ne(board->held[i], 0);
		ck_assert_uint_eq(board->held[i], board->blessed[i]);
		ck_assert_msg(!census_finds(board->held[i]),
			      "namespace %zu is still held", i);
	}
}

START_TEST(test_last_rites_come_after_the_last_process)
{
	int user = _i % LAB_USERS;
	bool dies = _i / LAB_USERS;

	if (!lab_can_be(user))
		return;
	clear_board();
	ck_assert_int_eq(
		lab_run(user, (struct ns_init){.main = dies ? hold_and_die
							    : hold_and_return,
					       .last_rites = bless}),
		dies ? 128 + SIGKILL : 0);
	assert_all_blessed();
}
END_TEST

/* the owner of a lab, which will be killed */
static pid_t start_owner(int user)
{
	pid_t owner = fork();
	struct err err = {0};
	struct ns_init config = {.main = hold_and_stay, .last_rites = bless};
	pid_t pid;

	if (owner != 0)
		return owner;
	lab_become(user);
	config.owner_pidfd = ns_owner_open(&err);
	pid = ns_init_start(&config, &err);
	lab_check(pid > 0, "%s", err.text);
	atomic_store(&board->init, pid);
	_exit(lab_wait(pid));
}

START_TEST(test_kill_9_of_the_owner_ends_the_lab)
{
	struct pollfd gone = {.events = POLLIN};
	pid_t owner;

	if (!lab_can_be(_i))
		return;
	clear_board();
	owner = start_owner(_i);
	ck_assert_int_gt(owner, 0);
	wait_for(&board->init);
	wait_for(&board->sleeper_holds);
	gone.fd = pidfd_open(atomic_load(&board->init), 0);
	ck_assert_int_ge(gone.fd, 0);
	ck_assert_int_eq(kill(owner, SIGKILL), 0);
	ck_assert_int_eq(lab_wait(owner), 128 + SIGKILL);
	ck_assert_int_eq(poll(&gone, 1, PATIENCE_MS), 1);
	(void)close(gone.fd);
	assert_all_blessed();
}
END_TEST

/* at any moment of a lab's birth, too */
START_TEST(test_kill_9_at_a_random_moment)
{
	if (!lab_can_be(_i))
		return;
	for (unsigned int us = 0; us < 6000; us += 400) {
		int64_t deadline = clock_now_ns() + 5 * NS_PER_S;
		pid_t owner;

		clear_board();
		owner = start_owner(_i);
		(void)usleep(us); /* sleeps: until the moment of the kill */
		ck_assert_int_eq(kill(owner, SIGKILL), 0);
		(void)lab_wait(owner);
		for (size_t i = 0; i < HELD; i++) {
			while (board->held[i] && census_finds(board->held[i]))
				ck_assert(clock_now_ns() < deadline);
		}
	}
}
END_TEST

START_TEST(test_failure_inside_is_told_outside)
{
	struct err err = {0};
	struct ns_init config = {.main = return_seven};
	pid_t owner;

	if (geteuid() != 0)
		return;
	owner = fork();
	ck_assert_int_ge(owner, 0);
	if (owner == 0) {
		lab_check(setresuid(LAB_NOBODY, LAB_NOBODY, LAB_NOBODY) == 0,
			  "errno %d", errno);
		/* not dumpable since then: /proc/self belongs to root */
		config.owner_pidfd = ns_owner_open(&err);
		lab_check(ns_init_start(&config, &err) == -EACCES, "%s",
			  err.text);
		lab_check(strstr(err.text, "/proc/self/setgroups"), "%s",
			  err.text);
		lab_check(strstr(err.remedy, "PR_SET_DUMPABLE"), "%s",
			  err.remedy);
		lab_check(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD,
			  "left a child");
		_exit(0);
	}
	ck_assert_int_eq(lab_wait(owner), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("init");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, test_status_is_the_runners, 0,
			    (int)N_ENDS * LAB_USERS);
	tcase_add_loop_test(tcase, test_runner_finds_a_furnished_lab, 0,
			    LAB_USERS);
	tcase_add_loop_test(tcase, test_only_named_descriptors_are_kept, 0,
			    LAB_USERS);
	tcase_add_loop_test(tcase, test_last_rites_come_after_the_last_process,
			    0, 2 * LAB_USERS);
	tcase_add_loop_test(tcase, test_kill_9_of_the_owner_ends_the_lab, 0,
			    LAB_USERS);
	tcase_add_loop_test(tcase, test_kill_9_at_a_random_moment, 0,
			    LAB_USERS);
	tcase_add_test(tcase, test_failure_inside_is_told_outside);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
