/*
 * offload.h - make a veth put on the wire what a real wire would carry
 */
#pragma once

#include <stdint.h>

struct err;

/** OFFLOAD_WORDS - a kernel's interface features, 32 to a word; it has 64 */
#define OFFLOAD_WORDS 4

/** struct offload - which of this kernel's features are offloads */
struct offload {
	uint32_t mask[OFFLOAD_WORDS];
	uint32_t n_words; /* 0: not asked yet */
};

/**
 * offload_disable - turn off checksum, segmentation and receive offloads
 * @offload: {0} at first; filled from the first interface, good for all
 * @fd: any socket of the namespace, borrowed
 * @name: the interface
 * @err: says what was refused
 *
 * With them a capture shows segments larger than the MTU and checksums that
 * nobody computed. The kernel's own software segmentation takes over.
 *
 * Return: 0; negative errno of SIOCETHTOOL; -EOPNOTSUPP if one stays on.
 */
int offload_disable(struct offload *offload, int fd, const char *name,
		    struct err *err);

/**
 * offload_count - how many offloads are on
 * @offload: as offload_disable()
 * @fd: any socket of the namespace, borrowed
 * @name: the interface
 * @err: says what was refused
 *
 * Return: their number; negative errno.
 */
int offload_count(struct offload *offload, int fd, const char *name,
		  struct err *err);
