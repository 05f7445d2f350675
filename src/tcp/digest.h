/*
 * digest.h - one number for a frame's bytes, to know it again elsewhere
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * frame_digest - FNV-1a, 64 bits, over a whole frame
 * @frame: from the Ethernet header on
 * @len: its bytes
 *
 * The same bytes may pass several times (a retransmission of a segment whose
 * IP header does not count up): who looks for one takes the latest.
 */
uint64_t frame_digest(const uint8_t *frame, size_t len);
