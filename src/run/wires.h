/*
 * wires.h - the process that carries frames across links that delay or lose
 */
#pragma once

#include <stdint.h>

struct err;
struct lab;

/**
 * wires_start - carry frames from now on
 * @lab: its topology is built, and no program started yet
 * @seed: for whatever is drawn by chance; each direction of each link draws
 *	for itself
 * @err: says what was refused
 *
 * Forks, if there is such a link: a process of its own, so that a lab that is
 * busy with its sockets makes no frame late.
 *
 * Return: 0; errors of relay_add(), fork(2).
 */
int wires_start(struct lab *lab, uint64_t seed, struct err *err);

/** wires_fd - readable when the process is gone; -1 if there is none */
int wires_fd(const struct lab *lab);

/** wires_heard - wires_fd() was readable: say so, once */
void wires_heard(struct lab *lab);

/** wires_end - say how frames fared on each link: an EVENT_LINK a direction,
 * and a gap for what was not done as asked */
void wires_end(struct lab *lab);

/** wires_close - let the process go; nothing if there is none */
void wires_close(struct lab *lab);
