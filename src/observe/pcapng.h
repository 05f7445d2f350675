/*
 * pcapng.h - a capture file that Wireshark opens: IETF draft
 * draft-ietf-opsawg-pcapng
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

/** struct pcapng - a capture file being written */
struct pcapng;

/**
 * struct pcapng_packet - one packet
 * @interface: as pcapng_interface() returned
 * @wall_ns: CLOCK_REALTIME when it was seen
 * @bytes: from the link layer's header on, @len of them
 * @len: bytes that were kept
 * @whole_len: bytes that it had; at least @len
 * @out: the host sent it; false: it arrived
 * @comment: for the reader, UTF-8; NULL if none
 */
struct pcapng_packet {
	uint32_t interface;
	int64_t wall_ns;
	const void *bytes;
	uint32_t len;
	uint32_t whole_len;
	bool out;
	const char *comment;
};

/** struct pcapng_comment - for the reader, on a packet that was written before
 */
struct pcapng_comment {
	uint64_t packet; /* number in the file, from 1 */
	const char *text; /* UTF-8; 65,535 bytes of it at most */
};

/**
 * pcapng_create - start a file; there must be none of that name
 * @dirfd: the folder
 * @name: "capture.pcapng"
 * @comment: for the reader of the whole file, UTF-8; NULL if none
 * @out: caller closes with pcapng_close(); untouched on failure
 * @err: says which file and why
 *
 * Return: 0; -EEXIST, -ENOSPC, -EACCES … of open(2).
 */
int pcapng_create(int dirfd, const char *name, const char *comment,
		  struct pcapng **out, struct err *err);

/**
 * pcapng_interface - name an Ethernet interface, before its first packet
 * @name: "client:eth0"
 * @description: more of it; NULL if none
 *
 * Return: its number, from 0.
 */
uint32_t pcapng_interface(struct pcapng *p, const char *name,
			  const char *description);

/** pcapng_packet - add a packet; buffered. Errors: see pcapng_close() */
void pcapng_packet(struct pcapng *p, const struct pcapng_packet *packet);

/**
 * pcapng_statistics - what an interface saw in all, at the end
 * @interface: as pcapng_interface() returned
 * @wall_ns: CLOCK_REALTIME of the count
 * @received: packets
 * @dropped: packets that were lost, as nobody read them in time
 */
void pcapng_statistics(struct pcapng *p, uint32_t interface, int64_t wall_ns,
		       uint64_t received, uint64_t dropped);

/**
 * pcapng_annotate - add comments to packets that were written already
 * @comments: @n of them, by packet; several for one packet are fine
 * @n: how many
 * @err: says what could not be written
 *
 * Nothing can be inserted into a file: it is written anew under another name,
 * "<name>.part-<random>", and renamed. Who reads sees the old file or the whole
 * new one; on failure the old one stays, and can be written to further.
 *
 * Return: 0; the first error that this file ever had; -ENOSPC … of the new
 * one; -EBADMSG if somebody else wrote to the old one.
 */
int pcapng_annotate(struct pcapng *p, const struct pcapng_comment *comments,
		    size_t n, struct err *err);

/**
 * pcapng_copy - copy a file of one section, and add comments
 * @from: what this writer wrote, from its begin on
 * @to: gets the copy
 * @comments: as of pcapng_annotate()
 * @n: how many
 *
 * Return: 0; -EBADMSG if @from is none such; errors of read(2), write(2).
 */
int pcapng_copy(int from, int to, const struct pcapng_comment *comments,
		size_t n);

/** pcapng_flush - write out what is buffered; the first error that this file
 * ever had (-ENOSPC …), or 0 */
int pcapng_flush(struct pcapng *p);

/**
 * pcapng_close - write out the rest and release; NULL is fine
 * @err: says what could not be written
 *
 * Return: 0, or the first error that this file ever had.
 */
int pcapng_close(struct pcapng *p, struct err *err);
