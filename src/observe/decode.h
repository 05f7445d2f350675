/*
 * decode.h - one sock_diag message to one row
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tcp/state.h"

struct nlmsghdr;
struct tcp_sock;

/**
 * decode_diag - read one struct inet_diag_msg and its attributes
 * @nlh: the message; nothing past @len bytes is read, whatever its header
 *	claims
 * @len: bytes of it that are there, header included
 * @out: every field is written; untouched on failure
 *
 * Pure. Knows linux/inet_diag.h and what inet_sk_diag_fill(),
 * inet_twsk_diag_fill() and inet_req_diag_fill() (net/ipv4/inet_diag.c) put
 * there. Unknown attributes are skipped; a tcp_info that is too short for the
 * fields that we read leaves @out->has_info false. An address in
 * ::ffff:0:0/96 becomes AF_INET, so that a connection looks the same from
 * both ends whichever kind of socket each end used.
 *
 * Return: 0; -EBADMSG if it is shorter than it must be, or its lengths do not
 * add up; -EPROTO for a family, state or timer that we do not know.
 */
int decode_diag(const struct nlmsghdr *nlh, size_t len, struct tcp_sock *out);

/** decode_state - the kernel's number of a state (include/net/tcp_states.h)
 *
 * Return: false for a number that we do not know; @state is untouched.
 */
bool decode_state(uint64_t number, enum tcp_state *state);
