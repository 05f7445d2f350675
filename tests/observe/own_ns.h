/*
 * own_ns.h - a network namespace of a test's own, and sockets in it
 */
#pragma once

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/** own_ns_write - write a /proc file; false if that was refused */
static inline bool own_ns_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) >= 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

static inline bool own_ns_unshare(void)
{
	char map[64];

	if (geteuid() == 0)
		return unshare(CLONE_NEWNET) == 0;
	(void)snprintf(map, sizeof(map), "0 %u 1", geteuid());
	return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 &&
	       own_ns_write("/proc/self/setgroups", "deny") &&
	       own_ns_write("/proc/self/uid_map", map);
}

/** own_ns_lo_set - plug or unplug the loopback interface */
static inline bool own_ns_lo_set(bool up)
{
	struct ifreq req = {.ifr_name = "lo", .ifr_flags = up ? IFF_UP : 0};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &req) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/**
 * own_ns_enter - leave for a namespace of our own with lo up; it goes when we
 * do
 *
 * Return: a descriptor of it, or -1 where that is not allowed.
 */
static inline int own_ns_enter(void)
{
	if (!own_ns_unshare() || !own_ns_lo_set(true))
		return -1;
	return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

/** own_ns_loopback - 127.0.0.1 and a port */
static inline struct sockaddr_in own_ns_loopback(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = {htonl(INADDR_LOOPBACK)},
	};
}

/** own_ns_bind - a TCP socket bound to 127.0.0.1, or -1 and errno */
static inline int own_ns_bind(int port, bool reuse)
{
	struct sockaddr_in addr = own_ns_loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = reuse;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

/** own_ns_listen - a listener on 127.0.0.1, or -1 and errno */
static inline int own_ns_listen(int port, bool reuse)
{
	int fd = own_ns_bind(port, reuse);

	if (fd >= 0 && listen(fd, 4096) < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

/** own_ns_connect - a connection to 127.0.0.1, or -1 and errno */
static inline int own_ns_connect(int port)
{
	struct sockaddr_in addr = own_ns_loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 &&
	    connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

/** own_ns_port - the local port of a socket */
static inline int own_ns_port(int fd)
{
	struct sockaddr_in addr = {0};
	socklen_t len = sizeof(addr);

	if (getsockname(fd, (struct sockaddr *)&addr, &len) < 0)
		return -1;
	return ntohs(addr.sin_port);
}

/** own_ns_pass - let 1 ms pass between two looks, under a deadline */
static inline void own_ns_pass(void)
{
	struct timespec ms = {.tv_nsec = 1000000};

	/* sleeps: the kernel has no event for what its callers await */
	(void)nanosleep(&ms, NULL);
}

/**
 * own_ns_time_waits - open and close @n connections, so that as many timewait
 * sockets stay
 *
 * connect(2) tries ports of one parity first and slows down by orders when
 * they run out (__inet_hash_connect()): a wide range, and another address
 * every 20,000.
 *
 * Return: false and errno if something was refused.
 */
static inline bool own_ns_time_waits(int n)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_port = htons(1000)};
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = own_ns_write("/proc/sys/net/ipv4/tcp_tw_reuse", "0") &&
		  own_ns_write("/proc/sys/net/ipv4/ip_local_port_range",
			       "1024 65535") &&
		  bind(listener, (struct sockaddr *)&addr, sizeof(addr)) == 0 &&
		  listen(listener, 4096) == 0;

	for (int i = 0; ok && i < n; i++) {
		int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		int server;

		addr.sin_addr.s_addr =
			htonl(INADDR_LOOPBACK + (uint32_t)(i / 20000));
		ok = connect(client, (struct sockaddr *)&addr, sizeof(addr)) ==
		     0;
		server = ok ? accept(listener, NULL, NULL) : -1;
		close(client);
		if (server >= 0)
			close(server);
	}
	close(listener);
	return ok;
}
