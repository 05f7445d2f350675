/*
 * sock.h - one TCP socket as sock_diag shows it
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tcp/endpoint.h"
#include "tcp/state.h"

/**
 * struct tcp_sock - one row of a socket dump (struct inet_diag_msg and the
 * attributes we ask for), decoded
 */
struct tcp_sock {
	struct endpoint local;
	struct endpoint remote; /* 0.0.0.0:0 or [::]:0 if unconnected */
	enum tcp_state state;
	enum tcp_timer timer;
	int64_t timer_ns; /* time left, as the kernel told; 0 if off */
	uint8_t retrans; /* retransmissions, or probes, so far */
	uint32_t recv_q; /* bytes unread; on LISTEN: connections to accept */
	uint32_t send_q; /* bytes unacknowledged; on LISTEN: the backlog */
	uint32_t uid;
	uint64_t inode; /* 0: no process holds it (orphan, minisocket, request)
			 */
	uint64_t cookie; /* kernel's identity of the struct sock */
	bool has_info; /* the tcp_info fields below are valid */
	uint32_t rto_us;
	uint32_t rtt_us;
	uint32_t snd_cwnd;
	uint32_t unacked;
	uint32_t total_retrans;
};
