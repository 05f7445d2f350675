/*
 * capture.h - every frame of every host: into a file, and TCP's into the
 * journal
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct event_sink;
struct pcapng;

/** struct capture - the taps of a lab. NULL is one that listens to nothing: all
 * but capture_new(), _add() and _annotate() take it, and do nothing */
struct capture;

/** struct capture_port - an interface to be listened to; borrowed for a call
 */
struct capture_port {
	const char *host;
	const char *name; /* "eth0" */
	const char *to; /* what is at the link's other end */
	int netns_fd;
	int ifindex;
	unsigned int frames; /* room for so many that were not taken yet */
};

/**
 * capture_new - no interface so far
 * @sink: gets an EVENT_SEGMENT for each TCP segment that an interface sent or
 *	received, and an EVENT_GAP ("segments") for what was not seen
 * @file: gets every frame; borrowed until capture_free(), and closed by its
 *	owner
 * @out: capture_free(); untouched on failure
 * @err: says what was refused
 *
 * Return: 0; -EMFILE.
 */
int capture_new(const struct event_sink *sink, struct pcapng *file,
		struct capture **out, struct err *err);

/** capture_free - listen no more; NULL is fine */
void capture_free(struct capture *c);

/**
 * capture_add - one more interface to be listened to
 * @c: before capture_prepare()
 * @port: which; the file has it as "host:eth0"
 * @err: says what was refused
 *
 * Return: 0; -EPERM; others of socket(2).
 */
int capture_add(struct capture *c, const struct capture_port *port,
		struct err *err);

/**
 * capture_prepare - let the kernel make room for frames, in the background
 *
 * It takes a while of doing nothing (tap_prepare()), which is the same for all
 * interfaces and whatever the caller does meanwhile.
 */
void capture_prepare(struct capture *c);

/**
 * capture_start - listen from now on
 * @c: after capture_prepare()
 *
 * What cannot be listened to is a gap.
 */
void capture_start(struct capture *c);

/** capture_fd - readable when there is a frame; owned by the capture */
int capture_fd(const struct capture *c);

/** capture_watch_digests - keep in mind what frames look like, from now on,
 * for capture_find() */
void capture_watch_digests(struct capture *c);

/**
 * capture_take - take the frames that are there, in the order of their stamps
 *
 * A sending comes before its arrival (observe/merge.h). A bounded number at a
 * time: capture_fd() stays readable while there is more.
 *
 * Those that are addressed to somebody else did not reach the host: they are
 * neither in the file nor in the journal.
 *
 * Stamps are CLOCK_REALTIME and are mapped to the lab's clock, to some
 * microseconds (observe/wall.h). If the wall clock was stepped meanwhile there
 * is a gap.
 */
void capture_take(struct capture *c);

/**
 * capture_find - look for a frame at a host
 * @c: has watched digests since before it came
 * @host: whose
 * @out: it sent it; false: it arrived
 * @digest: frame_digest() of it
 *
 * What is there is taken first.
 *
 * Return: number in the file of the latest one that was not found before, from
 * 1; 0 if there is none.
 */
uint64_t capture_find(struct capture *c, const char *host, bool out,
		      uint64_t digest);

/**
 * capture_comment - say something of a frame, in the file
 * @frame: its number; 0: nothing is said
 * @text: UTF-8; copied. It is in the file after capture_annotate().
 */
void capture_comment(struct capture *c, uint64_t frame, const char *text);

/** capture_end - take all that is there, say of each interface what it saw
 * (into the file, and as a gap if frames were lost), and begin to listen no
 * more: nothing is taken after this */
void capture_end(struct capture *c);

/**
 * capture_annotate - write the comments into the file, if there are any
 * @c: after capture_end()
 * @err: says what failed; the file is as it was
 *
 * Return: 0; errors of pcapng_annotate().
 */
int capture_annotate(struct capture *c, struct err *err);
