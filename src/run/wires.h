/*
 * wires.h - the lab's links: which process carries what, and orders to it
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/topology.h"

struct carrier_order;
struct carrier_word;
struct err;
struct lab;
struct scenario;

/** WIRES_NONE - no wire of the relay's */
#define WIRES_NONE SIZE_MAX

/** wires_choose - what is to carry the frames of each link, for topo_build();
 * owned by the caller */
enum wire_backend *wires_choose(const struct scenario *scenario);

/**
 * wires_start - carry frames from now on
 * @lab: its topology is built, and no program started yet; of the rest only
 *	the scenario matters
 * @seed: for whatever is drawn by chance; each direction of each link draws
 *	for itself
 * @err: says what was refused
 *
 * Forks, if the kernel does not carry the frames of every link: a process of
 * its own, so that a lab that is busy with its sockets makes no frame late.
 *
 * Return: 0; errors of relay_new(), relay_add(), fork(2); -EPIPE if the process
 * has ended at once.
 */
int wires_start(struct lab *lab, uint64_t seed, struct err *err);

/** wires_fd - readable when the process has something to say, or is gone; -1 if
 * there is none */
int wires_fd(const struct lab *lab);

/** wires_heard - wires_fd() was readable: take what it says into the journal */
void wires_heard(struct lab *lab);

/**
 * wires_tell - give the process an order and wait until it is carried out
 * @lab: the lab
 * @order: the order
 * @word: gets the answer
 * @err: says why not
 *
 * What it says meanwhile of faults is in the journal when this returns.
 *
 * Return: 0 or the answer's negative errno; -EPIPE if it is gone or hangs, and
 * there is a gap.
 */
int wires_tell(struct lab *lab, const struct carrier_order *order,
	       struct carrier_word *word, struct err *err);

/** wires_of_link - the relay's number of a link's wire; WIRES_NONE if the
 * kernel carries it */
size_t wires_of_link(const struct lab *lab, size_t link);

/**
 * wires_tell_gap - say that frames did not fare as asked, from the begin on
 * until now
 * @lab: the lab
 * @source: "wire": whatever TCP did may be due to it; "lateness": only what it
 *	did not do
 * @why: in words
 */
void wires_tell_gap(struct lab *lab, const char *source, const char *why);

/** wires_close - let the process go; nothing if there is none */
void wires_close(struct lab *lab);
