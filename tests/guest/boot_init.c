/*
 * boot_init.c - init of the guest of test_kernel_boot.c: look, sleep, power off
 *
 * Without libraries and sanitizers: AddressSanitizer's shadow does not fit into
 * the half terabyte that a program has in a User-Mode Linux.
 */
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/** HOUR_S - how long it sleeps */
#define HOUR_S 3600

/** needs - what a guest's kernel must show; each is a file in it */
static const char *const needs[] = {
	"/proc/self/ns/net",
	"/proc/sys/net/ipv4/tcp_fin_timeout",
	"/proc/sys/net/ipv6/conf/all/forwarding",
	"/proc/sys/net/netfilter/nf_conntrack_max",
	"/proc/config.gz",
	"/sys/kernel/tracing/events/sock/inet_sock_set_state",
	"/sys/kernel/tracing/events/tcp/tcp_retransmit_skb",
	"/sys/kernel/tracing/events/tcp/tcp_send_reset",
	"/sys/kernel/tracing/events/skb/kfree_skb",
};

int main(void)
{
	const struct timespec hour = {.tv_sec = HOUR_S};
	struct timespec before = {0};
	struct timespec after = {0};
	struct utsname uts = {0};

	if (getpid() != 1)
		return 1; /* reboot() is not for a machine */
	(void)mount("proc", "/proc", "proc", 0, NULL);
	(void)mount("sysfs", "/sys", "sysfs", 0, NULL);
	(void)mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (access(needs[i], F_OK) < 0)
			printf("lacks %s\n", needs[i]);
	(void)clock_gettime(CLOCK_MONOTONIC, &before);
	/* sleeps: that it takes no time is the subject */
	(void)nanosleep(&hour, NULL);
	(void)clock_gettime(CLOCK_MONOTONIC, &after);
	(void)uname(&uts);
	printf("release %s\n", uts.release);
	printf("slept %ld s\n", (long)(after.tv_sec - before.tv_sec));
	(void)fflush(stdout);
	return reboot(RB_POWER_OFF);
}
