/*
 * redirect.h - have the kernel hand every frame of one interface to another
 *
 * A classifier at the ingress of an interface of the wire's namespace matches
 * all, and tc-mirred(8) sends what it got out of the link's other interface.
 */
#pragma once

#include <stddef.h>

struct batch;
struct err;

/** enum redirect_how - which of the kernel's classifiers matches all frames */
enum redirect_how {
	REDIRECT_NONE, /* it has none, or cannot redirect */
	REDIRECT_U32, /* tc-u32(8) without a key */
	REDIRECT_MATCHALL, /* tc-matchall(8) */
	REDIRECT_HOWS
};

/**
 * redirect_find - redirect one port's frames, by what the kernel turns out to
 * have
 * @batch: turned to the wire's namespace, and flushed
 * @port: index into plan->ports; frames of this host are those meant
 * @how: what did it; REDIRECT_NONE if nothing does. Untouched on failure
 * @err: also of use with REDIRECT_NONE: what the kernel lacks
 *
 * Return: 0, also for REDIRECT_NONE; else as batch_add().
 */
int redirect_find(struct batch *batch, size_t port, enum redirect_how *how,
		  struct err *err);

/** redirect_prepare - queue: let a port's frames be classified; once before
 * redirect_set(); returns as batch_add() */
int redirect_prepare(struct batch *batch, size_t port, struct err *err);

/**
 * redirect_set - queue: redirect a port's frames to its link's other end
 * @batch: turned to the wire's namespace
 * @how: as redirect_find() said, and not REDIRECT_NONE
 * @port: of which there is no redirection
 * @err: as batch_add()
 *
 * Return: as batch_add().
 */
int redirect_set(struct batch *batch, enum redirect_how how, size_t port,
		 struct err *err);

/** redirect_clear - queue: end it, so that the frames go nowhere; fine if there
 * is none; returns as batch_add() */
int redirect_clear(struct batch *batch, size_t port, struct err *err);
