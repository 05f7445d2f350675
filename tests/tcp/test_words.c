/*
 * test_words.c - names of errnos, signals, socket options and states
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/names.h"
#include "tcp/state.h"
#include "tcp/words.h"
#include "test.h"

struct word {
	const char *name;
	int number;
};

static const struct word errnos[] = {
	{"EADDRINUSE", EADDRINUSE},
	{"ECONNREFUSED", ECONNREFUSED},
	{"ECONNRESET", ECONNRESET},
	{"EPERM", EPERM},
	{"EHWPOISON", EHWPOISON},
	{"EAGAIN", EAGAIN},
	{"EWOULDBLOCK", EAGAIN},
	{"EDEADLOCK", EDEADLK},
	{"ENOTSUP", EOPNOTSUPP},
	{"EADDRINUSED", -1},
	{"eaddrinuse", -1},
	{"0", -1},
	{"98", -1},
	{"", -1},
};

START_TEST(errnos_have_numbers)
{
	ck_assert_msg(errno_from_name(errnos[_i].name) == errnos[_i].number,
		      "%s", errnos[_i].name);
}
END_TEST

START_TEST(every_errno_of_this_kernel_is_named_both_ways)
{
	int named = 0;

	for (int number = 1; number < 200; number++) {
		const char *name = errno_name(number);

		if (strcmp(name, "E?") == 0)
			continue;
		named++;
		ck_assert_int_eq(errno_from_name(name), number);
	}
	/* 131 of 1..133: 41 and 58 are second names of others */
	ck_assert_int_eq(named, 131);
	ck_assert_str_eq(errno_name(EADDRINUSE), "EADDRINUSE");
	ck_assert_str_eq(errno_name(0), "E?");
	ck_assert_str_eq(errno_name(-1), "E?");
	ck_assert_str_eq(errno_name(100000), "E?");
}
END_TEST

START_TEST(an_errno_that_was_mistyped_is_found)
{
	ck_assert_str_eq(errno_nearest("EADRINUSE"), "EADDRINUSE");
	ck_assert_str_eq(errno_nearest("econnreset"), "ECONNRESET");
	ck_assert_ptr_null(errno_nearest("refused"));
}
END_TEST

static const struct word signals[] = {
	{"SIGTERM", SIGTERM},
	{"TERM", SIGTERM},
	{"SIGKILL", SIGKILL},
	{"KILL", SIGKILL},
	{"HUP", SIGHUP},
	{"SIGUSR1", SIGUSR1},
	{"SIGIO", SIGIO},
	{"SIGPOLL", SIGIO},
	{"SIGCLD", SIGCHLD},
	{"SIGIOT", SIGABRT},
	{"sigterm", -1},
	{"SIG", -1},
	{"", -1},
	{"9", -1},
	{"SIGNONE", -1},
};

START_TEST(signals_have_numbers)
{
	ck_assert_msg(signal_from_name(signals[_i].name) == signals[_i].number,
		      "%s", signals[_i].name);
}
END_TEST

START_TEST(signals_have_names)
{
	for (int number = 1; number < 32; number++)
		ck_assert_int_eq(signal_from_name(signal_name(number)), number);
	ck_assert_str_eq(signal_name(SIGKILL), "SIGKILL");
	ck_assert_str_eq(signal_name(0), "SIG?");
	ck_assert_str_eq(signal_name(1000), "SIG?");
}
END_TEST

START_TEST(every_option_is_one_that_the_kernel_knows)
{
	size_t n = 0;
	const struct sockopt *all = sockopts(&n);
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_uint_gt(n, 0);
	for (size_t i = 0; i < n; i++) {
		char value[64];
		socklen_t len = sizeof(value);
		int rc = getsockopt(fd, all[i].level, all[i].number, value,
				    &len);

		ck_assert_ptr_eq(sockopt_find(all[i].name), &all[i]);
		/* TCP_RTO_MAX_MS is of Linux 6.15 */
		if (strcmp(all[i].name, "TCP_RTO_MAX_MS") == 0)
			continue;
		ck_assert_msg(rc == 0, "%s: %s", all[i].name, strerror(errno));
		if (all[i].type == SOCKOPT_INT)
			ck_assert_msg(len == sizeof(int), "%s", all[i].name);
	}
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(options_are_found_by_name)
{
	const struct sockopt *linger = sockopt_find("SO_LINGER");

	ck_assert_int_eq(linger->number, SO_LINGER);
	ck_assert_int_eq(linger->type, SOCKOPT_LINGER);
	ck_assert_int_eq(sockopt_find("TCP_NODELAY")->level, IPPROTO_TCP);
	ck_assert_ptr_null(sockopt_find("SO_LINGERS"));
	ck_assert_str_eq(sockopt_nearest("SO_REUSADDR"), "SO_REUSEADDR");
	ck_assert_ptr_null(sockopt_nearest("nonsense"));
}
END_TEST

START_TEST(states_and_timers_have_distinct_names)
{
	for (int i = 0; i < TCP_STATES; i++)
		ck_assert_int_eq(names_find(tcp_state_names, TCP_STATES,
					    tcp_state_names[i]),
				 i);
	for (int i = 0; i < TCP_TIMERS; i++)
		ck_assert_int_eq(names_find(tcp_timer_names, TCP_TIMERS,
					    tcp_timer_names[i]),
				 i);
	ck_assert_str_eq(tcp_state_names[TCP_STATE_TIME_WAIT], "TIME_WAIT");
	ck_assert_uint_eq(TCP_STATE_BIT(TCP_STATE_TIME_WAIT), 1U << 10);
}
END_TEST

#define N(table) (int)(sizeof(table) / sizeof((table)[0]))

int main(void)
{
	Suite *suite = suite_create("words");
	TCase *tcase = tcase_create("words");

	tcase_add_loop_test(tcase, errnos_have_numbers, 0, N(errnos));
	tcase_add_test(tcase, every_errno_of_this_kernel_is_named_both_ways);
	tcase_add_test(tcase, an_errno_that_was_mistyped_is_found);
	tcase_add_loop_test(tcase, signals_have_numbers, 0, N(signals));
	tcase_add_test(tcase, signals_have_names);
	tcase_add_test(tcase, every_option_is_one_that_the_kernel_knows);
	tcase_add_test(tcase, options_are_found_by_name);
	tcase_add_test(tcase, states_and_timers_have_distinct_names);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
