/*
 * tracing.h - a lab's tracer: made while the lab is built, told whose is what
 */
#pragma once

struct lab;

/**
 * tracing_open - get the tracer ready, in the background
 * @lab: nothing is built yet
 * @lab_id: chooses the addresses that it listens to
 * @name: of the instance, which the lab's init removes if we do not live to;
 *	NULL: there is to be none
 */
void tracing_open(struct lab *lab, unsigned int lab_id, const char *name);

/**
 * tracing_start - listen from now on
 * @lab: built; its processes that last are forked
 *
 * Where that is not permitted the lab runs without: lab->untraced says why.
 */
void tracing_start(struct lab *lab);

/** tracing_end - take what is left, and let the kernel forget it */
void tracing_end(struct lab *lab);

/** tracing_close - wait for that; nothing if there was no tracing_open() */
void tracing_close(struct lab *lab);
