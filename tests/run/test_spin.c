/*
 * test_spin.c - who is told to spin, and who is not
 */
#include "run/spin.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "event/journal.h"
#include "run/lab.h"
#include "spec/scenario.h"
#include "spec/topology.h"
#include "test.h"

/** struct fixture - a lab without hosts, and its journal */
struct fixture {
	struct lab lab;
	char folder[32];
	int dirfd;
};

static struct host_spec host = {.name = "server"};
static struct topology topology = {.hosts = &host, .n_hosts = 1};
static const struct scenario scenario = {.topology = &topology};

static void set_up(struct fixture *f, bool cpu_is_free)
{
	struct event begin = {.kind = EVENT_BEGIN,
			      .begin = {.version = JOURNAL_VERSION}};

	*f = (struct fixture){
		.lab = {.scenario = &scenario,
			.sink = {.epoch_ns = clock_now_ns()},
			.cpu_is_free = cpu_is_free},
		.folder = "/tmp/tcplab-spin-XXXXXX",
	};
	ck_assert_ptr_nonnull(mkdtemp(f->folder));
	f->dirfd = open(f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(
		journal_create(f->dirfd, "journal", &f->lab.journal, NULL), 0);
	lab_init(&f->lab);
	lab_emit(&f->lab, &begin);
}

static struct journal *tear_down(struct fixture *f)
{
	struct journal *journal = NULL;

	lab_done(&f->lab);
	ck_assert_int_eq(journal_close(f->lab.journal, NULL), 0);
	ck_assert_int_eq(journal_load(f->dirfd, "journal", &journal, NULL), 0);
	ck_assert_int_eq(unlinkat(f->dirfd, "journal", 0), 0);
	close(f->dirfd);
	ck_assert_int_eq(rmdir(f->folder), 0);
	return journal;
}

static int64_t own_cpu_ns(void)
{
	struct timespec ts;

	ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts), 0);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* uses so much CPU time, says so, and sleeps until its parent is gone */
static void burn(int64_t ns, int says, int until)
{
	char c = 0;

	while (own_cpu_ns() < ns)
		;
	_exit(write(says, &c, 1) != 1 || read(until, &c, 1) != 0);
}

/** struct burner - a process that has used CPU time, or the parent of one */
struct burner {
	pid_t pid;
	int until; /* closed: it ends */
};

static struct burner start(int64_t ns, bool in_child)
{
	struct burner burner;
	int says[2], until[2];
	char c;

	ck_assert_int_eq(pipe2(says, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(until, O_CLOEXEC), 0);
	burner.pid = fork();
	if (burner.pid == 0) {
		close(until[1]);
		if (!in_child || fork() == 0)
			burn(ns, says[1], until[0]);
		(void)wait(NULL);
		_exit(0);
	}
	close(says[1]);
	close(until[0]);
	burner.until = until[1];
	ck_assert_int_eq(read(says[0], &c, 1), 1);
	close(says[0]);
	return burner;
}

static void stop(const struct burner *burner)
{
	close(burner->until);
	ck_assert_int_eq(waitpid(burner->pid, NULL, 0), burner->pid);
}

static void add_program(struct lab *lab, pid_t pid)
{
	struct program program = {.kind = PROGRAM_COMMAND,
				  .parent = -1,
				  .name = "web",
				  .alive = true,
				  .agent = AGENT_NONE};

	program.agent.pid = pid;
	vec_push(&lab->programs, program);
}

static const struct {
	const char *what;
	int64_t used_ns;
	bool cpu_is_free;
	bool in_child; /* the program itself only waits */
	bool told;
} cases[] = {
	{"a program that spins", SPIN_NS + NS_PER_MS, true, false, true},
	{"one whose child does", SPIN_NS + NS_PER_MS, true, true, true},
	{"one that did a little", SPIN_NS / 3, true, false, false},
	{"where computing takes time", SPIN_NS + NS_PER_MS, false, false,
	 false},
};

START_TEST(who_reads_the_clock_over_and_over_is_told_once)
{
	struct burner burner = start(cases[_i].used_ns, cases[_i].in_child);
	struct journal *journal;
	struct fixture f;
	int told = 0;

	set_up(&f, cases[_i].cpu_is_free);
	add_program(&f.lab, burner.pid);
	for (int round = 0; round < 3; round++) {
		f.lab.spin_ns = 0; /* due */
		spin_look(&f.lab, clock_now_ns());
		spin_look_at(&f.lab, burner.pid);
	}
	stop(&burner);
	journal = tear_down(&f);
	for (size_t i = 0; i < journal->n; i++) {
		const struct event *e = &journal->events[i];

		/* others of this machine's processes have no program here */
		if (!e->host)
			continue;
		told++;
		ck_assert_int_eq(e->kind, EVENT_PROC_SPIN);
		ck_assert_str_eq(e->host, "server");
		ck_assert_str_eq(e->proc.program, "web");
		ck_assert_int_eq(e->proc.pid != burner.pid, cases[_i].in_child);
		ck_assert_ptr_nonnull(strstr(e->proc.why, "test_spin used "));
	}
	ck_assert_msg(told == cases[_i].told, "%s: told %d times",
		      cases[_i].what, told);
	journal_free(journal);
}
END_TEST

START_TEST(a_long_step_is_looked_at_ever_less_often)
{
	struct fixture f;
	int64_t begin_ns = clock_now_ns();
	int64_t last_ns = 0;
	int looks = 0;

	set_up(&f, true);
	f.lab.step_ns = begin_ns - f.lab.sink.epoch_ns;
	f.lab.spin_ns = begin_ns;
	for (int64_t ns = 0; ns < 7200 * NS_PER_S; ns += 10 * NS_PER_MS) {
		spin_look(&f.lab, begin_ns + ns);
		looks += f.lab.spin_ns != last_ns;
		last_ns = f.lab.spin_ns;
	}
	ck_assert_int_gt(looks, 10);
	ck_assert_int_lt(looks, 60);
	journal_free(tear_down(&f));
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("spin");
	TCase *tc = tcase_create("unit");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, who_reads_the_clock_over_and_over_is_told_once,
			    0, sizeof(cases) / sizeof(*cases));
	tcase_add_test(tc, a_long_step_is_looked_at_ever_less_often);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return test_run(suite());
}
