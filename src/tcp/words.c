/*
 * words.c - names of errnos, signals and socket options, both ways
 */
#include "tcp/words.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/names.h"

/** ERRNO_MAX - EHWPOISON is 133, the last one of Linux 6.18 */
#define ERRNO_MAX 134

#ifndef TCP_RTO_MAX_MS
#define TCP_RTO_MAX_MS 44 /* Linux 6.15 */
#endif

static const struct sockopt table[] = {
	{"SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, SOCKOPT_INT},
	{"SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, SOCKOPT_INT},
	{"SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, SOCKOPT_INT},
	{"SO_LINGER", SOL_SOCKET, SO_LINGER, SOCKOPT_LINGER},
	{"SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, SOCKOPT_INT},
	{"SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, SOCKOPT_INT},
	{"SO_SNDTIMEO", SOL_SOCKET, SO_SNDTIMEO, SOCKOPT_TIMEVAL},
	{"SO_RCVTIMEO", SOL_SOCKET, SO_RCVTIMEO, SOCKOPT_TIMEVAL},
	{"SO_RCVLOWAT", SOL_SOCKET, SO_RCVLOWAT, SOCKOPT_INT},
	{"SO_ERROR", SOL_SOCKET, SO_ERROR, SOCKOPT_INT},
	{"SO_ACCEPTCONN", SOL_SOCKET, SO_ACCEPTCONN, SOCKOPT_INT},
	{"SO_BINDTODEVICE", SOL_SOCKET, SO_BINDTODEVICE, SOCKOPT_TEXT},
	{"TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, SOCKOPT_INT},
	{"TCP_CORK", IPPROTO_TCP, TCP_CORK, SOCKOPT_INT},
	{"TCP_QUICKACK", IPPROTO_TCP, TCP_QUICKACK, SOCKOPT_INT},
	{"TCP_MAXSEG", IPPROTO_TCP, TCP_MAXSEG, SOCKOPT_INT},
	{"TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, SOCKOPT_INT},
	{"TCP_KEEPINTVL", IPPROTO_TCP, TCP_KEEPINTVL, SOCKOPT_INT},
	{"TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT, SOCKOPT_INT},
	{"TCP_SYNCNT", IPPROTO_TCP, TCP_SYNCNT, SOCKOPT_INT},
	{"TCP_LINGER2", IPPROTO_TCP, TCP_LINGER2, SOCKOPT_INT},
	{"TCP_DEFER_ACCEPT", IPPROTO_TCP, TCP_DEFER_ACCEPT, SOCKOPT_INT},
	{"TCP_USER_TIMEOUT", IPPROTO_TCP, TCP_USER_TIMEOUT, SOCKOPT_INT},
	{"TCP_RTO_MAX_MS", IPPROTO_TCP, TCP_RTO_MAX_MS, SOCKOPT_INT},
	{"TCP_FASTOPEN", IPPROTO_TCP, TCP_FASTOPEN, SOCKOPT_INT},
	{"TCP_CONGESTION", IPPROTO_TCP, TCP_CONGESTION, SOCKOPT_TEXT},
	{"IP_FREEBIND", IPPROTO_IP, IP_FREEBIND, SOCKOPT_INT},
	{"IP_TOS", IPPROTO_IP, IP_TOS, SOCKOPT_INT},
	{"IP_BIND_ADDRESS_NO_PORT", IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT,
	 SOCKOPT_INT},
	{"IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY, SOCKOPT_INT},
};

#define TABLE_N (sizeof(table) / sizeof(table[0]))

int errno_from_name(const char *name)
{
	for (int i = 1; i < ERRNO_MAX; i++) {
		const char *known = strerrorname_np(i);

		if (known && strcmp(known, name) == 0)
			return i;
	}
	/* the second names of errno(3) */
	if (strcmp(name, "EWOULDBLOCK") == 0)
		return errno_from_name("EAGAIN");
	if (strcmp(name, "EDEADLOCK") == 0)
		return errno_from_name("EDEADLK");
	if (strcmp(name, "ENOTSUP") == 0)
		return errno_from_name("EOPNOTSUPP");
	return -1;
}

const char *errno_name(int number)
{
	/* glibc calls 0 "0" */
	return (number ? strerrorname_np(number) : NULL) ?: "E?";
}

const char *errno_nearest(const char *name)
{
	const char *known[ERRNO_MAX];

	for (int i = 0; i < ERRNO_MAX; i++)
		known[i] = i ? strerrorname_np(i) : NULL;
	return names_nearest(known, ERRNO_MAX, name);
}

int signal_from_name(const char *name)
{
	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	for (int i = 1; i < NSIG; i++) {
		const char *known = sigabbrev_np(i);

		if (known && strcmp(known, name) == 0)
			return i;
	}
	/* the second names of signal(7) */
	if (strcmp(name, "IO") == 0)
		return SIGIO;
	if (strcmp(name, "IOT") == 0)
		return SIGIOT;
	if (strcmp(name, "CLD") == 0)
		return SIGCLD;
	return -1;
}

const char *signal_name(int number)
{
	static _Thread_local char text[16];
	const char *known = sigabbrev_np(number);

	if (!known)
		return "SIG?";
	(void)snprintf(text, sizeof(text), "SIG%s", known);
	return text;
}

const struct sockopt *sockopt_find(const char *name)
{
	for (size_t i = 0; i < TABLE_N; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

const char *sockopt_nearest(const char *name)
{
	const char *known[TABLE_N];

	for (size_t i = 0; i < TABLE_N; i++)
		known[i] = table[i].name;
	return names_nearest(known, TABLE_N, name);
}

const struct sockopt *sockopts(size_t *n)
{
	*n = TABLE_N;
	return table;
}
