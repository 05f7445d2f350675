/*
 * phrase.h - expectations and observations in words
 */
#pragma once

#include <stdint.h>

#include "base/str.h"

struct compare;
struct expect;
struct expect_count;
struct expect_sock;
struct tcp_sock;
struct timeline_proc;

/** phrase_states - "TIME_WAIT", "CLOSED or TIME_WAIT", "any state" for 0 */
void phrase_states(struct str *text, uint32_t states);

/** phrase_compare - "3", ">=1" */
void phrase_compare(struct str *text, const struct compare *compare);

/** phrase_sock - "server.s TIME_WAIT, timer timewait, recv-q 2" */
void phrase_sock(struct str *text, const struct expect_sock *want);

/** phrase_row - what @want asked about, as @sock has it; NULL: CLOSED */
void phrase_row(struct str *text, const struct expect_sock *want,
		const struct tcp_sock *sock);

/** phrase_count - "2 sockets of server in TIME_WAIT on port 7788";
 * @number: "2", ">=1" */
void phrase_count(struct str *text, const struct expect_count *want,
		  const char *number);

/** phrase_times - " within 66 s, not before 60 s, for 2 s, since TIME_WAIT" */
void phrase_times(struct str *text, const struct expect *expect);

/** phrase_exit - how a process that is gone ended: "exited with status 1",
 * "killed by SIGKILL" */
void phrase_exit(struct str *text, const struct timeline_proc *proc);
