/*
 * test_pin.c - which processor a guest stays on
 */
#include "guest/pin.h"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

/* in a process of its own: the processor that it stayed on, or -1 */
static int pinned(unsigned int nth)
{
	cpu_set_t now;
	int status;
	pid_t child = fork();

	if (child == 0) {
		pin_to(nth);
		if (sched_getaffinity(0, sizeof(now), &now) < 0 ||
		    CPU_COUNT(&now) != 1)
			_exit(255);
		for (unsigned int cpu = 0; cpu < 250; cpu++)
			if (CPU_ISSET(cpu, &now))
				_exit((int)cpu);
		_exit(254);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status) < 254 ? WEXITSTATUS(status) : -1;
}

START_TEST(neighbours_stay_on_different_processors)
{
	cpu_set_t may;
	unsigned int n;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(may), &may), 0);
	n = (unsigned int)CPU_COUNT(&may);
	for (unsigned int i = 0; i < n && i < 8; i++) {
		int cpu = pinned(i);

		ck_assert_int_ge(cpu, 0);
		ck_assert(CPU_ISSET((size_t)cpu, &may));
		ck_assert_int_eq(pinned(n + i), cpu); /* counted round */
		if (n > 1)
			ck_assert_int_ne(pinned(i + 1), cpu);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("pin");
	TCase *tc = tcase_create("unit");

	tcase_add_test(tc, neighbours_stay_on_different_processors);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return test_run(suite());
}
