/*
 * chance.c - leave nothing in a guest to chance that a seed can decide
 *
 * DOC: Theory of operation
 *
 * A kernel draws lots: the ports of connect(2), initial sequence numbers, the
 * order of its hash tables, how long the reports of IPv6's multicast
 * listeners wait (net/ipv6/mcast.c). All of it comes from one generator
 * (drivers/char/random.c), which hashes the machine's random numbers, the
 * kernel's command line, the time of day, the clock at each interrupt, and
 * what user space adds. In virtual time the clock is the same in each run; the
 * launcher keeps the command line and the time of day the same (uml.c); here
 * the machine is made to give none, and the seed is added. So a guest that has
 * just booted draws the same lots whenever it is given the same seed.
 */
#include "guest/chance.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/random.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "base/scope.h"
#include "base/sha256.h"

int chance_refuse(void)
{
	/* a system call of another architecture has other numbers, but who
	 * makes one is no User-Mode Linux */
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_getrandom, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {
		.len = sizeof(code) / sizeof(code[0]),
		.filter = code,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0)
		return -errno;
	return 0;
}

int chance_seed(const char *seed, struct err *err)
{
	/* struct rand_pool_info ends in a flexible array */
	struct {
		int entropy_bits;
		int bytes;
		char text[SHA256_TEXT - 1];
	} pool = {.entropy_bits = 256, .bytes = SHA256_TEXT - 1};
	SCOPED_FD int fd = open("/dev/random", O_RDWR | O_CLOEXEC);
	char text[SHA256_TEXT];
	struct sha256 sha;

	if (fd < 0)
		return err_sys(err, -errno, "/dev/random");
	sha256_init(&sha);
	sha256_adds(&sha, seed);
	sha256_text(&sha, text);
	memcpy(pool.text, text, sizeof(pool.text));
	if (ioctl(fd, RNDADDENTROPY, &pool) < 0)
		return err_sys(err, -errno, "/dev/random: RNDADDENTROPY");
	return 0;
}
