/*
 * moves_internal.h - the two halves of the table of transitions; private
 */
#pragma once

#include "judge/moves.h"

/** MOVE_STATE - short for a state as a set */
#define MOVE_STATE(state) TCP_STATE_BIT(TCP_STATE_##state)

/** MOVES_RFC - rows of RFC 9293: figure 5, its notes and its text */
#define MOVES_RFC 26

/** MOVES_LINUX - rows of Linux's own */
#define MOVES_LINUX 40

/** moves_rfc - "1" … "26" */
extern const struct move moves_rfc[MOVES_RFC];

/** moves_linux - "L1" … "L40" */
extern const struct move moves_linux[MOVES_LINUX];

/** MOVES_SYNCHRONIZED - RFC 9293 3.4: both ends know both initial numbers */
#define MOVES_SYNCHRONIZED                                 \
	(MOVE_STATE(ESTABLISHED) | MOVE_STATE(FIN_WAIT1) | \
	 MOVE_STATE(FIN_WAIT2) | MOVE_STATE(CLOSE_WAIT) |  \
	 MOVE_STATE(CLOSING) | MOVE_STATE(LAST_ACK) | MOVE_STATE(TIME_WAIT))

/** MOVES_OPEN - a connection, or on the way to one or from it */
#define MOVES_OPEN \
	(MOVES_SYNCHRONIZED | MOVE_STATE(SYN_SENT) | MOVE_STATE(SYN_RECV))
