/*
 * wiring.h - links, as they run through the wire's namespace
 */
#pragma once

#include <stdint.h>

struct batch;
struct err;
struct topo;
struct topo_config;

/**
 * wiring_choose - settle what is to carry each link's frames
 * @topo: its plan is there; gets its links
 * @config: may say which
 */
void wiring_choose(struct topo *topo, const struct topo_config *config);

/**
 * wiring_hush - in the wire's namespace, still empty: nobody there speaks IPv6
 * @topo: its wire's namespace is there
 *
 * It would join groups, and answer to their addresses. Where /proc is covered
 * the interfaces are silenced one by one.
 */
void wiring_hush(struct topo *topo);

/**
 * wiring_make - make every link, down
 * @topo: all of its namespaces are there
 * @batch: turned to the wire's namespace here, and flushed
 * @err: as batch_add()
 *
 * Each port of a host is one end of a veth whose other end, w<port>, is in the
 * wire's namespace.
 *
 * Return: as batch_add().
 */
int wiring_make(const struct topo *topo, struct batch *batch, struct err *err);

/**
 * wiring_furnish - join the two ends of each link, and set them up
 * @topo: its hosts are set up
 * @batch: as wiring_make()
 * @seed: of netem's chance
 * @err: names the link
 *
 * Links that were to be of backend PASS become RELAY if the kernel cannot
 * redirect.
 *
 * Return: as batch_add(); for links of backend NETEM as netem_set().
 */
int wiring_furnish(struct topo *topo, struct batch *batch, uint64_t seed,
		   struct err *err);
