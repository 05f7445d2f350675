/*
 * state.h - the states of RFC 9293 3.3.2, as Linux names them
 */
#pragma once

#include <stdint.h>

/** enum tcp_state - our own numbering; observe/ maps the kernel's to it */
enum tcp_state {
	TCP_STATE_CLOSED,
	TCP_STATE_LISTEN,
	TCP_STATE_SYN_SENT,
	TCP_STATE_SYN_RECV,
	TCP_STATE_ESTABLISHED,
	TCP_STATE_FIN_WAIT1,
	TCP_STATE_FIN_WAIT2,
	TCP_STATE_CLOSE_WAIT,
	TCP_STATE_CLOSING,
	TCP_STATE_LAST_ACK,
	TCP_STATE_TIME_WAIT,
	TCP_STATES
};

/** TCP_STATE_BIT - a state as a member of a set (uint32_t) */
#define TCP_STATE_BIT(state) (UINT32_C(1) << (state))

/** tcp_state_names - "CLOSED", "LISTEN", "SYN_SENT" …, indexed by state */
extern const char *const tcp_state_names[TCP_STATES];

/** enum tcp_timer - the timer a socket waits on: idiag_timer, inet_diag.h */
enum tcp_timer {
	TCP_TIMER_OFF,
	TCP_TIMER_ON, /* retransmission, or tail loss probe */
	TCP_TIMER_KEEPALIVE, /* keepalive, SYN-ACK, or FIN_WAIT2 over 60 s */
	TCP_TIMER_TIMEWAIT,
	TCP_TIMER_PERSIST, /* zero window probe */
	TCP_TIMERS
};

/** tcp_timer_names - "off", "on", "keepalive", "timewait", "persist" (ss(8)) */
extern const char *const tcp_timer_names[TCP_TIMERS];
