/*
 * test_netns.c - network namespaces held by descriptors
 */
#include "ns/netns.h"

#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "ns/census.h"
#include "ns/lab.h"

static uint64_t own_inode(void)
{
	struct err err = {0};
	SCOPED_FD int self = netns_self(&err);

	lab_check(self >= 0, "%s", err.text);
	return netns_inode(self);
}

/* whether this socket's namespace has an interface of this name */
static bool sees(int socket_fd, const char *name)
{
	struct ifreq request = {0};

	(void)strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
	return ioctl(socket_fd, SIOCGIFINDEX, &request) == 0;
}

static int new_one_is_another(void *arg, struct ns_runner *self)
{
	struct err err = {0};
	uint64_t home = own_inode();
	SCOPED_FD int fd = netns_new(&err);
	uint64_t inode = netns_inode(fd);

	(void)arg;
	(void)self;
	lab_check(fd >= 0, "%s", err.text);
	lab_check(fcntl(fd, F_GETFD) & FD_CLOEXEC, "not CLOEXEC");
	lab_check(own_inode() == home, "did not come back");
	lab_check(inode != 0 && inode != home, "not a new one");
	lab_check(census_finds(inode), "the census is blind");
	fd_close(&fd);
	lab_check(!census_finds(inode), "still there");
	return 0;
}

static int socket_is_born_inside(void *arg, struct ns_runner *self)
{
	struct err err = {0};
	SCOPED_FD int fd = netns_new(&err);
	SCOPED_FD int inside = netns_socket(fd, AF_INET, SOCK_DGRAM, 0, &err);
	SCOPED_FD int outside = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq up = {.ifr_name = "lo", .ifr_flags = IFF_UP};

	(void)arg;
	(void)self;
	lab_check(inside >= 0, "%s", err.text);
	lab_check(fcntl(inside, F_GETFD) & FD_CLOEXEC, "not CLOEXEC");
	lab_check(ioctl(inside, SIOCSIFFLAGS, &up) == 0, "set lo up inside");
	lab_check(ioctl(outside, SIOCGIFFLAGS, &up) == 0, "read lo here");
	lab_check(!(up.ifr_flags & IFF_UP), "lo came up here instead");
	lab_check(sees(inside, "lo"), "no lo inside");
	return 0;
}

static int file_shows_the_inside(void *arg, struct ns_runner *self)
{
	struct err err = {0};
	SCOPED_FD int ns = netns_new(&err);
	SCOPED_FD int write_fd =
		netns_open(ns, "/proc/sys/net/ipv4/ip_forward", O_WRONLY, &err);
	SCOPED_FD int in =
		netns_open(ns, "/proc/sys/net/ipv4/ip_forward", O_RDONLY, &err);
	SCOPED_FD int here =
		open("/proc/sys/net/ipv4/ip_forward", O_RDONLY | O_CLOEXEC);
	char inside = 0;
	char outside = 0;

	(void)arg;
	(void)self;
	lab_check(write_fd >= 0 && in >= 0, "%s", err.text);
	lab_check(write(write_fd, "1", 1) == 1, "write: errno %d", errno);
	lab_check(read(in, &inside, 1) == 1 && read(here, &outside, 1) == 1,
		  "read: errno %d", errno);
	lab_check(inside == '1' && outside == '0', "inside %c, here %c", inside,
		  outside);
	return 0;
}

static int failures_leave_us_at_home(void *arg, struct ns_runner *self)
{
	struct err err = {0};
	uint64_t home = own_inode();
	SCOPED_FD int ns = netns_new(&err);
	SCOPED_FD int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct netns_visit visit;

	(void)arg;
	(void)self;
	lab_check(netns_socket(ns, AF_INET, SOCK_STREAM, IPPROTO_UDP, &err) ==
			  -EPROTONOSUPPORT,
		  "%s", err.text);
	lab_check(netns_open(ns, "/proc/no/such", O_RDONLY, &err) == -ENOENT,
		  "%s", err.text);
	lab_check(strstr(err.text, "/proc/no/such"), "%s", err.text);
	lab_check(netns_visit_begin(&visit, null, &err) == -EINVAL, "%s",
		  err.text);
	lab_check(netns_enter(-1, &err) == -EBADF, "%s", err.text);
	lab_check(netns_inode(-1) == 0, "an inode of nothing");
	lab_check(own_inode() == home, "left home");
	return 0;
}

static int visit_goes_and_comes_back(void *arg, struct ns_runner *self)
{
	struct err err = {0};
	uint64_t home = own_inode();
	SCOPED_FD int ns = netns_new(&err);
	struct netns_visit visit;

	(void)arg;
	(void)self;
	lab_check(netns_visit_begin(&visit, ns, &err) == 0, "%s", err.text);
	lab_check(own_inode() == netns_inode(ns), "elsewhere");
	netns_visit_end(&visit);
	lab_check(own_inode() == home, "did not come back");
	return 0;
}

static const struct {
	const char *name;
	int (*body)(void *arg, struct ns_runner *self);
} cases[] = {
	{"a new namespace is another one, and goes with its descriptor",
	 new_one_is_another},
	{"a socket is born inside", socket_is_born_inside},
	{"a file of /proc shows the inside", file_shows_the_inside},
	{"failures leave the thread at home", failures_leave_us_at_home},
	{"a visit goes and comes back", visit_goes_and_comes_back},
};

#define N_CASES (sizeof(cases) / sizeof(cases[0]))

START_TEST(test_case)
{
	int user = _i % LAB_USERS;

	if (!lab_can_be(user))
		return;
	lab_assert(cases[_i / LAB_USERS].name, user,
		   .main = cases[_i / LAB_USERS].body);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("netns");
	TCase *tcase = tcase_create("live");

	lab_probe();
	tcase_add_loop_test(tcase, test_case, 0, (int)N_CASES * LAB_USERS);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
