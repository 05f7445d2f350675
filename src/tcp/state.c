/*
 * state.c - the names of TCP's states and timers
 */
#include "tcp/state.h"

#include "base/names.h"

const char *const tcp_state_names[TCP_STATES] = {
	[TCP_STATE_CLOSED] = "CLOSED",
	[TCP_STATE_LISTEN] = "LISTEN",
	[TCP_STATE_SYN_SENT] = "SYN_SENT",
	[TCP_STATE_SYN_RECV] = "SYN_RECV",
	[TCP_STATE_ESTABLISHED] = "ESTABLISHED",
	[TCP_STATE_FIN_WAIT1] = "FIN_WAIT1",
	[TCP_STATE_FIN_WAIT2] = "FIN_WAIT2",
	[TCP_STATE_CLOSE_WAIT] = "CLOSE_WAIT",
	[TCP_STATE_CLOSING] = "CLOSING",
	[TCP_STATE_LAST_ACK] = "LAST_ACK",
	[TCP_STATE_TIME_WAIT] = "TIME_WAIT",
};

const char *const tcp_timer_names[TCP_TIMERS] = {
	[TCP_TIMER_OFF] = "off",
	[TCP_TIMER_ON] = "on",
	[TCP_TIMER_KEEPALIVE] = "keepalive",
	[TCP_TIMER_TIMEWAIT] = "timewait",
	[TCP_TIMER_PERSIST] = "persist",
};
