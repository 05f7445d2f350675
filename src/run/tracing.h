/*
 * tracing.h - a lab's tracer: made while the lab is built, told whose is what
 */
#pragma once

#include <sys/types.h>

struct lab;
struct run_request;

/**
 * tracing_open - get the tracer ready, in the background
 * @lab: nothing is built yet
 * @request: its number chooses the addresses that are listened to. Its
 *	instance is removed by the lab's init if we do not live to; NULL: there
 *	is to be none
 */
void tracing_open(struct lab *lab, const struct run_request *request);

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

/**
 * tracing_forget - remove an instance that the labs of a number have kept
 * @lab_id: of labs of the calling process; none of them is alive
 *
 * Forks: tracefs may be mounted in labs only, and the kernel takes its time.
 * If that fails the instance stays until the next tcplab begins.
 *
 * Return: the child, to be waited for, or negative errno.
 */
pid_t tracing_forget(unsigned int lab_id);
