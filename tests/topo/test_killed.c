/*
 * test_killed.c - kill -9 while a topology is built leaves no namespace
 */
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "ns/census.h"
#include "topo/built.h"

#define MAX_HOSTS    16
#define N_NAMESPACES 5 /* of its four hosts, and the wire's */
#define KILLS	     40
#define STEP_US	     500

/** struct board - shared memory: namespaces that a killed lab had */
struct board {
	atomic_uint n;
	uint64_t inodes[MAX_HOSTS];
};

/** struct holder - the argument of hold_and_note() */
struct holder {
	struct board *board;
	struct ns_runner *runner;
};

static int hold_and_note(void *arg, int netns_fd, struct err *err)
{
	struct holder *holder = arg;
	unsigned int n = atomic_load(&holder->board->n);

	if (n < MAX_HOSTS)
		holder->board->inodes[n] = netns_inode(netns_fd);
	atomic_store(&holder->board->n, n + 1);
	return ns_runner_hold(holder->runner, netns_fd, err);
}

static int build_and_stay(void *arg, struct ns_runner *self)
{
	struct holder holder = {.board = arg, .runner = self};
	struct topo_config config = {
		.lab_id = BUILT_LAB, .hold = hold_and_note, .arg = &holder};
	struct shape *shape =
		shape_new("a r* b sw#; a-r r-sw sw-b", IP_FAMILIES_BOTH);
	struct err err = {0};

	lab_check(topo_build(&shape->topology, &config, &err), "%s", err.text);
	for (;;)
		(void)pause();
}

/* the owner itself, for lab_run() would put a process between */
static pid_t start_owner(int user, struct board *board)
{
	struct ns_init config = {.main = build_and_stay, .arg = board};
	struct err err = {0};
	pid_t owner = fork();
	pid_t pid;

	if (owner != 0)
		return owner;
	lab_become(user);
	config.owner_pidfd = ns_owner_open(&err);
	pid = ns_init_start(&config, &err);
	lab_check(pid > 0, "%s", err.text);
	_exit(lab_wait(pid));
}

static void kill_a_lab_after(int user, struct board *board, unsigned int us)
{
	int64_t deadline = clock_now_ns() + 2 * NS_PER_S;
	pid_t owner = start_owner(user, board);

	ck_assert_int_ge(owner, 0);
	(void)usleep(us); /* sleeps: until the moment of the kill */
	(void)kill(owner, SIGKILL);
	(void)lab_wait(owner);
	for (size_t i = 0; i < MAX_HOSTS; i++) {
		while (board->inodes[i] && census_finds(board->inodes[i]))
			ck_assert(clock_now_ns() < deadline);
	}
}

START_TEST(test_kill_9_at_any_moment)
{
	struct board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int n_complete = 0;

	ck_assert(board != MAP_FAILED);
	for (unsigned int i = 0; lab_can_be(_i) && i < KILLS; i++) {
		memset(board, 0, sizeof(*board));
		kill_a_lab_after(_i, board, i * STEP_US);
		n_complete += atomic_load(&board->n) == N_NAMESPACES;
	}
	/* else every kill came too early to say anything */
	ck_assert(!lab_can_be(_i) || n_complete > 0);
	(void)munmap(board, sizeof(*board));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("killed");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_add_loop_test(tcase, test_kill_9_at_any_moment, 0, LAB_USERS);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
